import type { PartName } from './parts.js';

/**
 * A board as plain data: what a constraint file, a top module and a host must know of it. Pins are package pins, as the
 * maker's own constraint file names them.
 */
export interface Board {
  /** As the command line takes it, such as `basys3`. */
  readonly name: string;
  /** With its maker, for people. */
  readonly title: string;
  readonly part: PartName;
  /** An oscillator on a pin of the logic; absent where only the processor system gives a clock. */
  readonly clock?: Clock;
  /** What resets the design by hand; absent: only power-up does. */
  readonly reset?: Button;
  /** Besides the one that resets. */
  readonly buttons: readonly Button[];
  readonly switches: readonly Pin[];
  readonly leds: readonly Led[];
  readonly sevenSegment?: SevenSegment;
  readonly uart?: Uart;
  /** What a design can be reached by, the most useful first. */
  readonly links: readonly LinkName[];
  /** What Vivado's board files call it, without their version; they set up its processor system. */
  readonly boardFiles?: string;
  readonly sources: readonly BoardSource[];
}

export interface Pin {
  /** Of the package, such as `W5`. */
  readonly pin: string;
  /** The I/O standard, in the words of the family's tool. */
  readonly standard: string;
}

export interface Clock extends Pin {
  readonly hertz: number;
  /** The pin is a PLL's own: a PLL takes it directly, or none at all (iCE40). */
  readonly ofPll?: true;
}

export interface Button extends Pin {
  /** As it is printed on the board. */
  readonly label: string;
  /** The level while it is pressed. */
  readonly active: 0 | 1;
}

export interface Led extends Pin {
  readonly label: string;
  /** The level that lights it. */
  readonly active: 0 | 1;
}

/**
 * Digits of seven segments a to g and a point. `multiplexed`: all digits share the segments, and one pin a digit chooses
 * it; `direct`: every digit has segments of its own. The rightmost digit comes first.
 */
export type SevenSegment =
  | {
      readonly kind: 'multiplexed';
      readonly segments: readonly Pin[];
      readonly point: Pin;
      readonly digits: readonly Pin[];
      /** The level that lights a segment, and the one that chooses a digit. */
      readonly active: { readonly segments: 0 | 1; readonly digits: 0 | 1 };
    }
  | {
      readonly kind: 'direct';
      readonly digits: readonly (readonly Pin[])[];
      readonly active: 0 | 1;
    };

/** Seen from the chip: it receives on `rx`. */
export interface Uart {
  readonly rx: Pin;
  readonly tx: Pin;
  /** How a host gets to it: the board's own USB cable, a D-sub connector, or an adapter on the named header. */
  readonly by: 'usb' | 'rs232' | { readonly header: string };
}

/**
 * `uart`: a serial line; `axi-stream`, `axi-lite`: the buses of a processor system on the same chip (Zynq), `avalon-st`,
 * `avalon-mm` likewise (Cyclone V SoC); `gpio`: no host, but buttons and lights.
 */
export type LinkName = 'gpio' | 'uart' | 'axi-stream' | 'axi-lite' | 'avalon-st' | 'avalon-mm';

/** Where facts of a board come from. */
export interface BoardSource {
  /** Whether the board's maker says it himself, or somebody else found the same. */
  readonly by: 'maker' | 'other';
  readonly document: string;
}

/** Pins of one I/O standard, written in one string. */
export const pins = (standard: string, names: string): Pin[] =>
  names.split(' ').map((pin) => ({ pin, standard }));

/** Buttons of one kind: `label:pin` each. */
export const buttons = (standard: string, active: 0 | 1, names: string): Button[] =>
  labelled(names).map(([label, pin]) => ({ label, pin, standard, active }));

/** LEDs of one kind: `label:pin` each. */
export const leds = (standard: string, active: 0 | 1, names: string): Led[] =>
  buttons(standard, active, names);

const labelled = (names: string): string[][] => names.split(' ').map((name) => name.split(':'));

/** Every pin that a board names, with what it is for. */
export function pinsOf(board: Board): { readonly use: string; readonly at: Pin }[] {
  const { clock, reset, uart, sevenSegment } = board;
  const one = (use: string, at: Pin | undefined) => (at === undefined ? [] : [{ use, at }]);
  const many = (use: string, all: readonly Pin[]) => all.map((at, index) => ({ use: `${use}${index}`, at }));
  return [
    ...one('clock', clock),
    ...one('reset', reset),
    ...many('button', board.buttons),
    ...many('switch', board.switches),
    ...many('led', board.leds),
    ...(sevenSegment === undefined ? [] : many('segment', pinsOfDisplay(sevenSegment))),
    ...one('uart rx', uart?.rx),
    ...one('uart tx', uart?.tx),
  ];
}

function pinsOfDisplay(display: SevenSegment): readonly Pin[] {
  switch (display.kind) {
    case 'multiplexed':
      return [...display.segments, display.point, ...display.digits];
    case 'direct':
      return display.digits.flat();
  }
}
