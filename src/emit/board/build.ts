import type { Board, LinkName, Pin } from '../../targets/board.js';
import type { ChipFamily } from '../../targets/families.js';
import type { Part } from '../../targets/parts.js';
import type { Manifest } from '../manifest.js';
import type { BeatWidth } from '../stream.js';

/** A board, and what was chosen of it. */
export interface BoardChoice {
  readonly board: Board;
  readonly part: Part;
  readonly family: ChipFamily;
  readonly link: BoardLink;
  /** Of the design's clock. */
  readonly hertz: number;
  /** Of a serial line. */
  readonly baud: number;
}

/** What the files of a board are made from. */
export interface BoardBuild extends BoardChoice {
  readonly manifest: Manifest;
  /** The board's top module. */
  readonly top: string;
}

/** A port of the board's top module. */
export interface BoardPort {
  readonly name: string;
  readonly direction: 'input' | 'output';
  /** From bit 0 up. */
  readonly pins: readonly Pin[];
  /** `clock`: the oscillator; the others are of no clock, or nobody needs to know which. */
  readonly timing: 'clock' | 'asynchronous';
  /** For people, such as `BTNC`. */
  readonly note: string;
}

/** The bit of a port as constraint files name it. */
export const bitName = ({ name, pins }: BoardPort, bit: number): string =>
  pins.length === 1 ? name : `${name}[${bit}]`;

/** A design on a board, before any tool's files. */
export interface BoardDesign {
  readonly ports: readonly BoardPort[];
  /** Module → text: the board's top module last. */
  readonly sources: ReadonlyMap<string, string>;
}

/** A way from a host to a design. Each one is a file of `links/`, and a line in `links/index.ts`. */
export interface BoardLink {
  readonly name: LinkName;
  /** Bits of the beats that it takes and gives. */
  readonly beat: BeatWidth;
  /** Lines for the design's read-me: what a host sees. */
  describe(build: BoardBuild): readonly string[];
  /** The board's top module, and what stands in it round the design. @throws emit/board-* */
  build(build: BoardBuild): BoardDesign;
}
