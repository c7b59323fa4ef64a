import { blockComment, madeBy } from '../../comment.js';
import type { Generator } from '../../generator.js';
import { numberLines } from '../layout.js';
import type { SerialFacts } from './facts.js';

const list = (numbers: readonly number[]): string => `[\n${numberLines(numbers, '  ').join('\n')}\n]`;

/** `<name>_driver.ts`: on the package serialport, or any other stream of bytes. */
export function driverInTypeScript(facts: SerialFacts, generator: Generator): Map<string, string> {
  const { name, hasEncoder, hasPictures, input, fields, labels } = facts;
  const encoding = ['encode', ...(hasPictures ? ['encodePicture'] : [])].join(', ');
  const text = `${blockComment([
    ...facts.description,
    '',
    "  const port = new SerialPort({ path: '/dev/ttyUSB0', baudRate: BAUD });",
    '  const board = await Board.open(port);',
    `  console.log((await board.${hasEncoder ? 'infer(features)' : 'inferCodes(codes)'}).classNumber);`,
    '',
    madeBy(generator),
  ]).join('\n')}
${hasEncoder ? `import { ${encoding} } from './${name}_encoder.js';\n` : ''}
export const BAUD = ${facts.baud};
/** Milliseconds: sample and result on the line at that rate, the design, and the host. */
export const TIMEOUT = ${facts.milliseconds};
/** Of the network, as the board says it. */
export const HASH = '${facts.hash}';
export const IN_BYTES = ${facts.inBytes};
export const OUT_BYTES = ${facts.outBytes};
export const LABELS: readonly string[] = ${JSON.stringify(labels)};
/** Per feature, its lowest bit in the sample, and the bits of its code. */
const IN_LSB: readonly number[] = ${list(input.map(({ lsb }) => lsb))};
const IN_WIDTH: readonly number[] = ${list(input.map(({ width }) => width))};
const FIELDS: readonly { kind: 'value' | 'class' | 'probability'; lsb: number; width: number; signed: boolean; fraction: number }[] = [
${fields
  .map(
    ({ kind, lsb, width, signed, fraction }) =>
      `  { kind: '${kind}', lsb: ${lsb}, width: ${width}, signed: ${signed}, fraction: ${fraction} },`,
  )
  .join('\n')}
];

const GOOD = 0;
const BAD_CRC = 1;
const OTHER_LENGTH = 2;
const CUT_OFF = 3;
const IDENTITY = 5;

/** What a serial port is, as the package serialport has it; or any other stream of bytes. */
export interface Line {
  write(bytes: Uint8Array): unknown;
  on(event: 'data', listener: (bytes: Uint8Array) => void): unknown;
}

export interface BoardOptions {
  /** Milliseconds until an answer is there; a slower line needs more. */
  readonly timeout?: number;
  /** How often a frame is sent again. */
  readonly retries?: number;
}

/** What the board says of one sample. */
export interface Result {
  readonly classNumber: number | undefined;
  readonly label: string | undefined;
  readonly values: readonly number[];
  readonly codes: readonly number[];
  readonly probability: number | undefined;
}

/** What a board, or the line to it, did wrong. */
export class BoardError extends Error {}
/** Nothing right came back, however often it was tried. */
export class NoAnswer extends BoardError {}
/** The board holds another network than this driver is for. */
export class OtherNetwork extends BoardError {}

interface Frame {
  readonly sequence: number;
  readonly status: number;
  readonly payload: Uint8Array;
}

/** The board on a serial line: one sample at a time, the others wait. */
export class Board {
  /** Frames that were sent again. */
  retried = 0;
  private sequence = 0;
  private received: number[] = [];
  private take: ((frame: Frame) => void) | undefined;
  private last: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly line: Line,
    private readonly timeout: number,
    private readonly retries: number,
  ) {
    line.on('data', (bytes) => this.receive(bytes));
  }

  /** @throws OtherNetwork, NoAnswer */
  static async open(line: Line, { timeout = TIMEOUT, retries = 3 }: BoardOptions = {}): Promise<Board> {
    const board = new Board(line, timeout, retries);
    await board.identify();
    return board;
  }

  /** Asks the board who it is. @throws OtherNetwork, NoAnswer */
  async identify(): Promise<void> {
    const said = hexOf(await this.exchange(new Uint8Array(0)));
    const wanted = hexOf([1, IN_BYTES & 255, IN_BYTES >> 8, OUT_BYTES & 255, OUT_BYTES >> 8]) + HASH;
    if (said !== wanted) {
      throw new OtherNetwork(\`the board says \${said}, wanted \${wanted}: program it with this design\`);
    }
  }
${
  hasEncoder
    ? `
  /**
   * The board's answer to one sample of raw features.
   *
   * @throws RangeError for what is no sample; OtherNetwork, NoAnswer
   */
  infer(features: readonly number[]): Promise<Result> {
    return this.inferCodes(encode(features));
  }
`
    : ''
}
${
  hasPictures
    ? `
  /**
   * The board's answer to one picture, as the encoder's encodePicture takes it.
   *
   * @throws RangeError for what is no picture; OtherNetwork, NoAnswer
   */
  async inferPicture(
    samples: Uint8Array | Uint8ClampedArray,
    height: number,
    width: number,
    channels: number,
  ): Promise<Result> {
    return this.inferCodes(encodePicture(samples, height, width, channels));
  }
`
    : ''
}
  /** The board's answer to one sample of input codes. @throws RangeError, OtherNetwork, NoAnswer */
  async inferCodes(codes: readonly number[]): Promise<Result> {
    if (codes.length !== IN_LSB.length) {
      throw new RangeError(\`got \${codes.length} codes, wanted \${IN_LSB.length}\`);
    }
    const sample = new Uint8Array(IN_BYTES);
    codes.forEach((code, feature) => {
      let rest = BigInt(code);
      for (let bit = IN_LSB[feature]; bit < IN_LSB[feature] + IN_WIDTH[feature]; bit++) {
        sample[bit >> 3] |= Number(rest & 1n) << (bit & 7);
        rest >>= 1n;
      }
    });
    return resultOf(await this.exchange(sample));
  }

  private exchange(payload: Uint8Array): Promise<Uint8Array> {
    const mine = this.last.then(() => this.attempt(payload));
    this.last = mine.catch(() => undefined);
    return mine;
  }

  private async attempt(payload: Uint8Array): Promise<Uint8Array> {
    let refused = 'silence';
    for (let attempt = 0; attempt <= this.retries; attempt++) {
      if (attempt > 0) this.retried += 1;
      this.sequence = (this.sequence + 1) & 255;
      const body = [this.sequence, payload.length & 255, payload.length >> 8, ...payload];
      const crc = crcOf(body);
      const answer = this.answer();
      this.line.write(Uint8Array.from([0xa5, 0x5a, ...body, crc >> 8, crc & 255]));
      const frame = await answer;
      if (frame?.status === (payload.length > 0 ? GOOD : IDENTITY)) return frame.payload;
      refused = frame === undefined ? 'silence' : \`status \${frame.status}\`;
    }
    // Once a length may be damaged on the way; every time it is not.
    if (refused === \`status \${OTHER_LENGTH}\`) {
      throw new OtherNetwork(\`the board takes no samples of \${IN_BYTES} bytes: program it with this design\`);
    }
    throw new NoAnswer(
      \`\${refused} after \${this.retries + 1} attempts of \${this.timeout} ms: port, baud rate, board?\`,
    );
  }

  /** The answer to this sequence number, or the board's refusal; undefined after the time. */
  private answer(): Promise<Frame | undefined> {
    return new Promise((resolve) => {
      const end = (frame: Frame | undefined) => {
        clearTimeout(timer);
        this.take = undefined;
        resolve(frame);
      };
      const timer = setTimeout(() => end(undefined), this.timeout);
      this.take = (frame) => {
        const isRefusal = [BAD_CRC, OTHER_LENGTH, CUT_OFF].includes(frame.status);
        if (frame.sequence === this.sequence || isRefusal) end(frame);
      };
    });
  }

  private receive(bytes: Uint8Array): void {
    this.received.push(...bytes);
    for (;;) {
      const start = this.received.findIndex((byte, at) => byte === 0xc3 && (this.received[at + 1] ?? 0x3c) === 0x3c);
      this.received.splice(0, start < 0 ? this.received.length : start);
      if (this.received.length < 4) return;
      const [, , sequence, status] = this.received;
      const length = status === GOOD ? OUT_BYTES : status === IDENTITY ? 13 : 2;
      if (this.received.length < 6 + length) return;
      const body = this.received.slice(2, 4 + length);
      const crc = (this.received[4 + length] << 8) | this.received[5 + length];
      if (status > IDENTITY || crc !== crcOf(body)) {
        this.received.splice(0, 2);
        continue;
      }
      this.received.splice(0, 6 + length);
      this.take?.({ sequence, status, payload: Uint8Array.from(body.slice(2)) });
    }
  }
}

const hexOf = (bytes: Iterable<number>) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

function crcOf(bytes: readonly number[]): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021) & 0xffff;
  }
  return crc;
}

function resultOf(bytes: Uint8Array): Result {
  const codes: number[] = [];
  const values: number[] = [];
  let classNumber: number | undefined;
  let probability: number | undefined;
  for (const { kind, lsb, width, signed, fraction } of FIELDS) {
    let bits = 0n;
    for (let bit = width - 1; bit >= 0; bit--) {
      bits = (bits << 1n) | BigInt((bytes[(lsb + bit) >> 3] >> ((lsb + bit) & 7)) & 1);
    }
    const code = Number(signed ? BigInt.asIntN(width, bits) : bits);
    const value = code * 2 ** -fraction;
    if (kind === 'class') classNumber = code;
    else if (kind === 'probability') probability = value;
    else {
      codes.push(code);
      values.push(value);
    }
  }
  const label = classNumber === undefined ? undefined : LABELS[classNumber];
  return { classNumber, label, values, codes, probability };
}
`;
  return new Map([[`${name}_driver.ts`, text]]);
}
