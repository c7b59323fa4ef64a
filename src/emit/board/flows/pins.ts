import type { Pin } from '../../../targets/board.js';
import { romFile } from '../../rom.js';
import { madeBy } from '../../verilog.js';
import { type BoardBuild, type BoardDesign, type BoardPort, bitName } from '../build.js';

/** A bit of a port, with its pin. */
export interface PlacedBit extends Pin {
  readonly port: string;
  readonly input: boolean;
}

/** Every bit of every port, in the order of the top module. */
export const placedBits = ({ ports }: BoardDesign): PlacedBit[] =>
  ports.flatMap((port) =>
    port.pins.map(({ pin, standard }, bit) => ({
      port: bitName(port, bit),
      pin,
      standard,
      input: port.direction === 'input',
    })),
  );

/** The port with the clock, and those of no clock as constraint files name all their bits. */
export function portsByTiming({ ports }: BoardDesign) {
  const free = (direction: BoardPort['direction']) =>
    ports
      .filter((port) => port.timing === 'asynchronous' && port.direction === direction)
      .map(({ name, pins }) => (pins.length === 1 ? name : `${name}[*]`))
      .join(' ');
  return {
    clock: ports.find(({ timing }) => timing === 'clock'),
    inputs: free('input'),
    outputs: free('output'),
  };
}

/** The first lines of a file without pins. */
export const titleLines = (mark: string, { board, manifest }: BoardBuild): string[] => [
  `${mark} ${manifest.name} on the ${board.title}, ${board.part}.`,
  `${mark}`,
  `${mark} ${madeBy(manifest.generator)}`,
];

/** The first lines of a file whose comments begin with `mark`. */
export const headLines = (mark: string, { board, manifest }: BoardBuild): string[] => [
  `${mark} ${manifest.name} on the ${board.title}, ${board.part}.`,
  `${mark} Pins: ${board.sources.map(({ document }) => document).join('; ')}.`,
  `${mark}`,
  `${mark} ${madeBy(manifest.generator)}`,
  '',
];

/** Nanoseconds of a period, to the picosecond. */
export const nanoseconds = (hertz: number): string => (1e9 / hertz).toFixed(3);

/** Every Verilog file of a board, seen from `board/`: the design's, then its own. */
export const sourcesOf = ({ manifest }: BoardBuild, design: BoardDesign): string[] => [
  ...manifest.sources.map(({ file }) => `../${file}`),
  ...[...design.sources.keys()].map((module) => `rtl/${module}.v`),
];

/** ROM images, the design's and the board's, seen from `board/`. */
export const romFiles = ({ manifest }: BoardBuild, { roms = [] }: BoardDesign): string[] =>
  [...manifest.roms.map(({ file }) => file), ...roms.map(romFile)].map((file) => `../${file}`);

/** A line of a Makefile: nextpnr with one seed after the other, until a placement reaches the clock. */
export const untilPlaced = (nextpnr: string): string =>
  `for seed in 1 2 3 4 5 6 7 8; do ${nextpnr} --seed $$seed && exit 0; done; exit 1`;
