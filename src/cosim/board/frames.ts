/** The frames of docs/links.md, as a host writes and reads them. */
export const STATUS = { good: 0, badCrc: 1, otherLength: 2, cutOff: 3, busy: 4, identity: 5 } as const;

export const IDENTITY_BYTES = 13;

export interface BoardFrame {
  readonly sequence: number;
  readonly status: number;
  readonly payload: Uint8Array;
}

/** CRC-16 with the polynomial 0x1021 from 0xFFFF, the most significant bit first. */
export function crcOf(bytes: Iterable<number>): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021) & 0xffff;
  }
  return crc;
}

/** A frame to the board; without a payload it asks who is there. */
export function frameOf(sequence: number, payload: Uint8Array): Uint8Array {
  const body = [sequence, payload.length & 255, payload.length >> 8, ...payload];
  const crc = crcOf(body);
  return Uint8Array.from([0xa5, 0x5a, ...body, crc >> 8, crc & 255]);
}

/** Finds whole frames from a board in bytes that may be anything. */
export class FrameReader {
  private received: number[] = [];

  constructor(private readonly resultBytes: number) {}

  /** The frames that end in these bytes. */
  push(bytes: Uint8Array): BoardFrame[] {
    for (const byte of bytes) this.received.push(byte);
    const frames: BoardFrame[] = [];
    for (;;) {
      const { received } = this;
      const start = received.findIndex((byte, at) => byte === 0xc3 && (received[at + 1] ?? 0x3c) === 0x3c);
      received.splice(0, start < 0 ? received.length : start);
      if (received.length < 4) return frames;
      const [, , sequence, status] = received;
      const length = this.lengthOf(status);
      if (received.length < 6 + length) return frames;
      const body = received.slice(2, 4 + length);
      const crc = (received[4 + length] << 8) | received[5 + length];
      if (status > STATUS.identity || crc !== crcOf(body)) {
        received.splice(0, 2);
        continue;
      }
      received.splice(0, 6 + length);
      frames.push({ sequence, status, payload: Uint8Array.from(body.slice(2)) });
    }
  }

  private lengthOf(status: number): number {
    if (status === STATUS.good) return this.resultBytes;
    return status === STATUS.identity ? IDENTITY_BYTES : 2;
  }
}
