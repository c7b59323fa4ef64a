import type { FamilyName } from '../../targets/families.js';
import type { Part } from '../../targets/parts.js';
import { problems } from '../problems.js';
import { sampleWidth } from '../stream.js';
import type { BoardBuild } from './build.js';

/** What a LUT of six inputs, which the estimate counts, comes to in a part's own cells, about. */
const CELLS_OF_LUT6: Readonly<Record<Part['logicUnit'], number>> = { LUT6: 1, LE: 1.6, LUT4: 1.6, ALM: 0.8 };

/**
 * Nanoseconds of an adder between two registers, routing included, and of the registers and the path to them, about: of
 * iCE40 as nextpnr has them, of the others on the safe side of their data sheets, so that only what is hopeless is refused.
 */
const DELAYS: Readonly<Record<FamilyName, { adder: number; registers: number }>> = {
  '7-series': { adder: 1.5, registers: 1.5 },
  'zynq-7000': { adder: 1.5, registers: 1.5 },
  'zynq-ultrascale+': { adder: 0.9, registers: 0.9 },
  max10: { adder: 2.3, registers: 2 },
  cyclone4e: { adder: 2.2, registers: 2 },
  cyclone5: { adder: 2, registers: 2 },
  ice40: { adder: 3.9, registers: 6.5 },
  ecp5: { adder: 2.5, registers: 2 },
};

/**
 * Refuses what the estimate, or where there is none the registers alone, say will not fit, and a clock that will not close.
 *
 * @throws emit/board-too-small, emit/board-too-fast
 */
export function checkFit(build: BoardBuild): void {
  const { manifest, board, part, family, hertz } = build;
  const refuse = (needed: number, has: number, what: string) => {
    if (needed <= has) return;
    const text = (count: number) => `${Math.ceil(count).toLocaleString('en-US')} ${what}`;
    throw problems.boardTooSmall(manifest.name, board.title, board.part, text(needed), text(has));
  };
  const { estimate } = manifest;
  const { luts = 0, lutRams = 0 } = estimate ?? {};
  refuse((luts + lutRams) * CELLS_OF_LUT6[part.logicUnit], part.logic, `${part.logicUnit}s`);
  refuse(estimate?.flipFlops ?? registersOf(build), part.flipFlops, 'flip-flops');
  if (estimate?.adderLevels === undefined) return;
  const { adder, registers } = DELAYS[family.name];
  const { slower = 1 }: Part = part;
  const reached = 1e9 / (slower * (registers + adder * estimate.adderLevels));
  if (hertz > reached)
    throw problems.boardTooFast(manifest.name, board.title, hertz, Math.floor(reached / 1e5) * 1e5);
}

/** Bits that are surely kept: a sample as it is gathered, and what each layer gives. */
const registersOf = ({ manifest: { stream, traces } }: BoardBuild): number =>
  sampleWidth(stream.input) - stream.input.width + traces.reduce((sum, { width }) => sum + width, 0);
