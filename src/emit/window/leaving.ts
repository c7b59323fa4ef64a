import { present } from '../../core/objects.js';
import { bitsFor } from '../../fixed/format.js';
import type { CellStream } from '../../hardware/cell-stream.js';
import type { ResultBeats } from '../../hardware/serial/operand-memory.js';
import { busWidth } from '../../hardware/slots.js';
import { type Cells, eachCode, keyOfValue } from '../../hardware/window/cells.js';
import { type GroupTiming, groupTiming } from '../../hardware/window/schedule.js';
import type { MapGroup } from '../../hardware/window/types.js';
import type { AffineLayer, AffineNetwork } from '../../network/affine.js';
import type { PlanContext } from '../architecture.js';
import { codeFields } from '../code-fields.js';
import type { OperandPages } from '../manifest-buses.js';
import type { PlannedBody } from './body.js';
import type { Leaving } from './ends.js';
import { cellsOf, type NamedStage } from './stages.js';

/** How what a group makes leaves it, and when. */
export interface LeavingWay extends Pick<MapGroup, 'cellWords'> {
  readonly timing: GroupTiming;
  /** Where the last group's codes leave one by one as the network's results. */
  readonly results?: ResultBeats;
}

/** By the words in which each cell leaves; without them whole maps do. */
type LeavingWays = (cellWords?: number) => LeavingWay;

export const leavingOf = ({ cellWords, results }: LeavingWay): Leaving =>
  results !== undefined ? 'results' : cellWords === undefined ? 'maps' : 'cells';

/** The ways of a group, each scheduled once. */
export function leavingWays(group: MapGroup): LeavingWays {
  const known = new Map<number | undefined, LeavingWay>();
  const wayOf: LeavingWays = (cellWords) => {
    const way = known.get(cellWords) ?? {
      ...present({ cellWords }),
      timing: groupTiming({ ...group, ...present({ cellWords }) }),
    };
    known.set(cellWords, way);
    return way;
  };
  return wayOf;
}

/** @param flat the last layer, whose codes stand on the bus of a whole map */
export function cellStream(
  { stages, port }: MapGroup<PlannedBody>,
  flat: AffineLayer,
  wayOf: LeavingWays,
): CellStream {
  const { y, positions, body } = stages[stages.length - 1];
  const places = placesIn(y);
  return {
    cells: cellsOf(positions),
    slots: body.y,
    codes: y.codes,
    places: flat.rows.map(({ value }) => places.get(keyOfValue(value)) as CellPlace),
    isMarked: port !== undefined,
    paceOf: (words) => {
      const { interval, pause } = wayOf(words).timing;
      return { isKept: interval <= wayOf().timing.interval, pause };
    },
  };
}

/** Single codes leave where the output stream takes them one by one. */
export function resultsWay(
  { stages, last }: MapGroup<PlannedBody>,
  network: AffineNetwork,
  { results }: PlanContext,
  wayOf: LeavingWays,
): LeavingWay | undefined {
  const { y, positions, body } = stages[stages.length - 1];
  const codes = cellsOf(positions) * body.y.count;
  if (results === undefined || last < network.layers.length - 1 || cellsOf(positions) === 1) return undefined;
  const places = placesIn(y);
  const isInOrder =
    results.rows.length === codes &&
    results.rows.every((row, at) => {
      const { cell, slot } = places.get(keyOfValue(network.layers[last].rows[row].value)) as CellPlace;
      return cell * body.y.count + slot === at;
    });
  // A cell a clock is never too fast for the memory.
  return isInOrder ? { ...wayOf(1), results } : undefined;
}

/** Cycles in which results leave, all but the last one, and those before the first one. */
export const leavingCycles = ({ beats }: ResultBeats): number =>
  STORE_LATENCY + beats.slice(0, -1).reduce((sum, one) => sum + one, 0);

/** Of `rtl/espalier_store.v`. */
const STORE_LATENCY = 2;

/** Where the last group's maps wait, for the manifest. */
export function keptMap({ stage }: NamedStage, flat: AffineLayer, instance: string): OperandPages {
  const { y, positions, body } = stage;
  const width = busWidth(body.y);
  const words = cellsOf(positions);
  const places = placesIn(y);
  return {
    layer: flat.name,
    path: [instance, 'store', 'pages'],
    ...{ full: 'full', release: 'release_i', pages: 2 },
    memories: [[instance, 'store', 'words']],
    ...{ width, words, stride: 2 ** bitsFor(words) },
    fields: codeFields(flat, body.y).map((field, at) => {
      const { cell, slot } = places.get(keyOfValue(flat.rows[at].value)) as CellPlace;
      return { ...field, lsb: cell * width + slot * body.y.width };
    }),
  };
}

export type CellPlace = CellStream['places'][number];

/** Where codes lie in cells, by their names. */
export function placesIn(cells: Cells): Map<string, CellPlace> {
  const places = new Map<string, CellPlace>();
  eachCode(cells, (value, cell, slot) => places.set(keyOfValue(value), { cell, slot }));
  return places;
}
