import type { Board, LinkName, Pin } from '../../targets/board.js';
import type { ChipFamily } from '../../targets/families.js';
import type { Part } from '../../targets/parts.js';
import type { Manifest } from '../manifest.js';
import type { RomImage } from '../rom.js';
import type { BeatWidth } from '../stream.js';
import type { StoredSamples } from './stored.js';

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
  /** Samples for a board that has no host. */
  readonly stored: () => StoredSamples;
}

/** A port of the board's top module. */
export interface BoardPort {
  readonly name: string;
  readonly direction: 'input' | 'output';
  /** From bit 0 up; none where the port goes to another module of the chip. */
  readonly pins: readonly Pin[];
  /** Bits, where it has no pins. */
  readonly width?: number;
  /** `clock`: the oscillator; `internal`: of the design's clock; the others are of no clock. */
  readonly timing: 'clock' | 'asynchronous' | 'internal';
  /** For people, such as `BTNC`. */
  readonly note: string;
  /** Attributes for a vendor's tool, such as `X_INTERFACE_INFO = "…"`. */
  readonly attributes?: readonly string[];
}

/** The bit of a port as constraint files name it. */
export const bitName = ({ name, pins }: BoardPort, bit: number): string =>
  pins.length === 1 ? name : `${name}[${bit}]`;

/** A design on a board, before any tool's files. */
export interface BoardDesign {
  readonly ports: readonly BoardPort[];
  /** Module → text: the board's top module last. */
  readonly sources: ReadonlyMap<string, string>;
  /** Of its own, beside those of the design. */
  readonly roms?: readonly RomImage[];
  /** Where a processor system on the chip is the host: the buses that it reaches the design by. */
  readonly buses?: HostBuses;
}

/** Buses of a board's top module, in the words of its ports. */
export interface HostBuses {
  /** Bits of an address of the registers, in bytes. */
  readonly addressWidth: number;
  /** Bits of a beat each way, where samples and results go by streams. */
  readonly streams?: { readonly input: number; readonly output: number };
}

/** A way from a host to a design. Each one is a file of `links/`, and a line in `links/index.ts`. */
export interface BoardLink {
  readonly name: LinkName;
  /** Bits of the beats that it can take and give; the first is what a design has unless told otherwise. */
  readonly beats: readonly BeatWidth[];
  /** Who gives the design's clock: the board, or the processor system that is the host. */
  readonly clock: 'board' | 'processor';
  /** Lines for the design's read-me: what a host sees. */
  describe(build: BoardBuild): readonly string[];
  /** What is entered in the design's folder once the board has the design. */
  readonly host: readonly string[];
  /** The board's top module, and what stands in it round the design. @throws emit/board-* */
  build(build: BoardBuild): BoardDesign;
}
