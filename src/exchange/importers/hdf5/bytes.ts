import { problems } from '../../problems.js';

/** The undefined address. */
const NOWHERE = 0xffffffffffffffffn;

/** Little-endian numbers anywhere in a file; no place outside of it is read. */
export class FileBytes {
  private readonly view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    /** For errors. */
    readonly file: string,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  u8(at: number): number {
    return this.view.getUint8(this.within(at, 1));
  }

  u16(at: number): number {
    return this.view.getUint16(this.within(at, 2), true);
  }

  u32(at: number): number {
    return this.view.getUint32(this.within(at, 4), true);
  }

  /** A length or an address; what no file reaches is refused. */
  u64(at: number): number {
    const value = this.view.getBigUint64(this.within(at, 8), true);
    if (value <= BigInt(this.bytes.length)) return Number(value);
    return this.refuse(
      `the number ${value} at byte ${at}`,
      `at most ${this.bytes.length}, the file's length`,
    );
  }

  /** Of a dimension: nothing in the file need be as long. */
  length(at: number): number {
    return Number(this.view.getBigUint64(this.within(at, 8), true));
  }

  /** An address, or undefined where there is none. */
  address(at: number): number | undefined {
    return this.view.getBigUint64(this.within(at, 8), true) === NOWHERE ? undefined : this.u64(at);
  }

  /** @param size 1, 2, 4 or 8 bytes */
  unsigned(at: number, size: number): number {
    if (size === 1) return this.u8(at);
    if (size === 2) return this.u16(at);
    return size === 4 ? this.u32(at) : this.u64(at);
  }

  slice(at: number, size: number): Uint8Array {
    this.within(at, size);
    return this.bytes.subarray(at, at + size);
  }

  text(at: number, size: number): string {
    return Buffer.from(this.slice(at, size)).toString('utf8');
  }

  /** Up to a zero byte. */
  textUpToZero(at: number): string {
    const end = this.bytes.indexOf(0, at);
    return this.text(at, (end < 0 ? this.bytes.length : end) - at);
  }

  /** @throws exchange/import-file where other four letters stand */
  expect(at: number, signature: string): void {
    if (Buffer.from(this.slice(at, 4)).toString('latin1') === signature) return;
    this.refuse(`no ${signature} at byte ${at}`, 'an HDF5 file that is whole');
  }

  refuse(got: string, wanted: string, hint?: string): never {
    throw problems.importFile(this.file, got, wanted, hint);
  }

  /** Of a file that is not all there. */
  refuseCut(got: string, wanted: string): never {
    throw problems.importTruncated(this.file, got, wanted);
  }

  private within(at: number, size: number): number {
    if (at >= 0 && size >= 0 && at + size <= this.bytes.length) return at;
    const got = `something at byte ${at}, past its end at ${this.bytes.length}`;
    return this.refuseCut(got, 'an HDF5 file that is whole');
  }
}
