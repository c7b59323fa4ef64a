import { problems } from '../../problems.js';

/** Where a table lies in a FlatBuffers file, and how its fields are found. Every offset is looked at before it is followed. */
export class Table {
  private readonly fields: number;
  private readonly vtable: number;

  constructor(
    private readonly file: Flat,
    private readonly at: number,
  ) {
    this.vtable = at - file.int32(at);
    this.fields = (file.uint16(this.vtable) - 4) / 2;
  }

  /** Where a field lies; undefined where it has its usual value. */
  place(field: number): number | undefined {
    if (field >= this.fields) return undefined;
    const offset = this.file.uint16(this.vtable + 4 + 2 * field);
    return offset === 0 ? undefined : this.at + offset;
  }

  private scalar(field: number, usual: number, read: (at: number) => number): number {
    const place = this.place(field);
    return place === undefined ? usual : read(place);
  }

  int8 = (field: number, usual = 0): number => this.scalar(field, usual, (at) => this.file.int8(at));
  int32 = (field: number, usual = 0): number => this.scalar(field, usual, (at) => this.file.int32(at));
  float32 = (field: number, usual = 0): number => this.scalar(field, usual, (at) => this.file.float32(at));
  uint64 = (field: number, usual = 0): number => this.scalar(field, usual, (at) => this.file.int64(at));
  bool = (field: number): boolean => this.int8(field) !== 0;

  private follow(field: number): number | undefined {
    const place = this.place(field);
    return place === undefined ? undefined : this.file.target(place);
  }

  table(field: number): Table | undefined {
    const place = this.follow(field);
    return place === undefined ? undefined : new Table(this.file, place);
  }

  /** Empty where there is none. @param most items */
  tables(field: number, most: number, what: string): Table[] {
    return this.list(field, 4, (at) => new Table(this.file, this.file.target(at)), { most, what });
  }

  /** Where the length of a list stands. */
  lengthPlace = (field: number): number | undefined => this.follow(field);
  /** Where the items of a list of 32-bit numbers stand in the file. */
  places = (field: number): number[] => this.list(field, 4, (at) => at);
  int32s = (field: number): number[] => this.list(field, 4, (at) => this.file.int32(at));
  int64s = (field: number): number[] => this.list(field, 8, (at) => this.file.int64(at));
  float32s = (field: number): number[] => this.list(field, 4, (at) => this.file.float32(at));

  text(field: number): string {
    const bytes = this.bytes(field);
    this.file.spend(bytes.length);
    return Buffer.from(bytes).toString('utf8');
  }

  bytes(field: number): Uint8Array {
    const place = this.follow(field);
    return place === undefined ? new Uint8Array() : this.file.vector(place, 1).bytes;
  }

  private list<T>(
    field: number,
    size: number,
    read: (at: number) => T,
    limit?: { readonly most: number; readonly what: string },
  ): T[] {
    const place = this.follow(field);
    if (place === undefined) return [];
    const { first, length } = this.file.vector(place, size);
    this.file.spend(length * size);
    if (limit !== undefined && length > limit.most)
      throw problems.importFile(this.file.name, `${length} ${limit.what}`, `at most ${limit.most}`);
    return Array.from({ length }, (_, index) => read(first + index * size));
  }
}

const MOST_COPIES = 8;

/** The bytes of a FlatBuffers file; nothing is read beyond their end. */
export class Flat {
  private readonly view: DataView;
  /** Bytes that are copied at most: lists may lie on one another, and then come out longer than the file is. */
  private left: number;

  constructor(
    readonly name: string,
    readonly bytes: Uint8Array,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.left = MOST_COPIES * bytes.length;
  }

  /** Counts bytes that are copied. */
  spend(bytes: number): void {
    this.left -= bytes;
    if (this.left >= 0) return;
    throw problems.importFile(
      this.name,
      'lists that lie on one another',
      `at most ${MOST_COPIES} times the bytes of the file in all of them`,
    );
  }

  get root(): Table {
    return new Table(this, this.target(0));
  }

  int8 = (at: number): number => this.view.getInt8(this.within(at, 1));
  uint16 = (at: number): number => this.view.getUint16(this.within(at, 2), true);
  int32 = (at: number): number => this.view.getInt32(this.within(at, 4), true);
  float32 = (at: number): number => this.view.getFloat32(this.within(at, 4), true);
  int64 = (at: number): number => Number(this.view.getBigInt64(this.within(at, 8), true));

  /** What the offset at a place points to. */
  target(at: number): number {
    return at + this.view.getUint32(this.within(at, 4), true);
  }

  /** A list of items of so many bytes. */
  vector(
    at: number,
    size: number,
  ): { readonly first: number; readonly length: number; readonly bytes: Uint8Array } {
    const length = this.view.getUint32(this.within(at, 4), true);
    const first = at + 4;
    this.within(first, length * size);
    return { first, length, bytes: this.bytes.subarray(first, first + length * size) };
  }

  private within(at: number, size: number): number {
    if (at >= 0 && at + size <= this.bytes.length) return at;
    const got = `an offset that leads to bytes ${at} to ${at + size}`;
    throw problems.importTruncated(this.name, got, `at most ${this.bytes.length}`);
  }
}
