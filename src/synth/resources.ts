import type { CellKind, Family } from './families.js';
import { classOf, isModule, type MappedDesign } from './mapped.js';

/** What a mapped module takes of the chip. */
export interface Resources {
  /** LUTs for logic, those with two outputs once, those inside carry cells (Intel, ECP5) included. */
  readonly luts: number;
  /** Number of inputs → LUTs of that size outside carry cells; only sizes that occur. */
  readonly lutsBySize: Readonly<Record<string, number>>;
  readonly carries: number;
  readonly flipFlops: number;
  readonly dsps: number;
  readonly blockRams: number;
  /** LUTs used as memory or shift register. */
  readonly lutRams: number;
  readonly wideMuxes: number;
  /** Every cell type as Yosys names it → how many. */
  readonly cells: Readonly<Record<string, number>>;
}

/** How many of each cell type a module has, its instances' cells included; notes without hardware are left out. */
export function countCells(family: Family, design: MappedDesign, module: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { type } of Object.values(design.modules[module].cells)) {
    if (type === '$scopeinfo') continue;
    const inner = isModule(design, type) ? countCells(family, design, type) : new Map([[type, 1]]);
    for (const [name, count] of inner) counts.set(name, (counts.get(name) ?? 0) + count);
  }
  return counts;
}

/** Sums cell counts up by what the cells are. */
export function resourcesOf(
  family: Family,
  design: MappedDesign,
  counts: ReadonlyMap<string, number>,
): Resources {
  const byKind = new Map<CellKind, number>();
  const lutsBySize: Record<string, number> = {};
  let lutsInCarries = 0;
  let lutRams = 0;
  for (const [type, count] of counts) {
    const cell = classOf(family, design, type);
    if (cell === undefined) continue;
    byKind.set(cell.kind, (byKind.get(cell.kind) ?? 0) + count);
    if (cell.kind === 'carry') lutsInCarries += cell.luts * count;
    if (cell.kind === 'lutRam') lutRams += cell.luts * count;
    if (cell.kind === 'lut') lutsBySize[cell.inputs] = (lutsBySize[cell.inputs] ?? 0) + count;
  }
  const of = (kind: CellKind) => byKind.get(kind) ?? 0;
  return {
    luts: of('lut') + lutsInCarries,
    lutsBySize,
    carries: of('carry'),
    flipFlops: of('flipFlop'),
    dsps: of('dsp'),
    blockRams: of('blockRam'),
    lutRams,
    wideMuxes: of('wideMux'),
    cells: Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
