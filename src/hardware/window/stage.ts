import { present } from '../../core/objects.js';
import { type Format, fractionOf, rangeOf } from '../../fixed/format.js';
import { contains, hull, type Interval, point } from '../../fixed/interval.js';
import { INPUT_NODE, type LoweredNetwork } from '../../lower/types.js';
import type { AffineLayer, LiveMax, LiveRow, LiveUnit, MaxLayer, SumsLayer } from '../../network/affine.js';
import { exactFinish, finishInterval } from '../../network/finish.js';
import { maxInterval, sumInterval } from '../../network/layers/kind.js';
import { type Extent, OUTSIDE, placesAlong, positionsOf, tapsOf, type Window } from '../../network/window.js';
import {
  type CellChannel,
  type Cells,
  carriedChannel,
  cellsFor,
  eachCode,
  keyOfValue,
  ownChannel,
  repeatedCells,
  sourceOf,
  tapsInside,
  windowOnCells,
  zonedCells,
} from './cells.js';
import type { MapBody, MapNode, MapStage, PlanBody } from './types.js';

/** A node of the network that may stand in a group. */
interface StageNode {
  readonly lowered: LoweredNetwork;
  readonly number: number;
  readonly node: MapNode;
  /** The same layer unrolled: what of it, and of what goes round it, is wanted behind it. */
  readonly layer: AffineLayer;
  readonly carried: readonly Pick<CellChannel, 'node' | 'channel'>[];
}

/**
 * A node behind such cells. None where they do not have what it reads, or what is wanted behind it, where the hardware has
 * no such window, or where a code would not fit its format: an exact one is as wide as the positions that there are need,
 * and the body stands for one with all taps inside.
 */
export function planStage<Body extends MapBody>(
  { lowered, number, node, layer, carried }: StageNode,
  enters: Cells,
  planBody: PlanBody<Body>,
): MapStage<Body> | undefined {
  const slotOf = (place: Pick<CellChannel, 'node' | 'channel'>) =>
    enters.channels.findIndex(({ node: of, channel }) => of === place.node && channel === place.channel);
  const slots = node.reads.channels.map(slotOf);
  const placed = windowOf(lowered, node, enters, slots);
  if (placed === undefined || !isBuilt(placed.window, placed.x.shape)) return undefined;
  const { window, x, times, zones } = placed;
  const ways = carried.map((place) => carriedWay(layer, lowered, x, slotOf(place), window));
  if (ways.includes(undefined)) return undefined;
  const goesAlong = ways as readonly CarriedWay[];
  const read = node.reads.channels.map(({ zone }, at) =>
    zone === undefined ? slots[at] : (zone + 1) * enters.channels.length + slots[at],
  );
  const channels = [
    ...node.channels.map((_, channel) => ownChannel(lowered, number, channel)),
    ...goesAlong.map(({ channel }) => channel),
  ];
  const positions = positionsOf(window, x.shape);
  if (!hasAll(cellsFor(positions, channels, []), layer)) return undefined;
  const padding = x.codes.map(({ low }) => (node.kind === 'max' ? low : 0));
  const under = codesUnder(window, x, padding);
  const position = positionOf(node, lowered, { x, read, goesAlong, under });
  const rows: readonly LiveUnit[] = position.rows;
  if (!rows.every(({ output, format }) => contains(rangeOf(format), output))) return undefined;
  const inputs = new Set(readsOf(position));
  const body = planBody(
    {
      name: node.name,
      inputs: under.map((_, input) => ({ format: WIDE, name: undefined, read: inputs.has(input) })),
      layers: [position],
      outputs: rows.map(({ format }, row) => ({ kind: 'row', row, format })),
      head: { kind: 'values' },
    },
    under,
    positions[0] * positions[1],
  );
  const byUnit = new Map(rows.map(({ unit }, at) => [unit, at]));
  const order = body.given.map(({ unit }) => byUnit.get(unit) as number);
  return {
    name: node.name,
    window,
    positions,
    enters,
    ...present({ times, zones }),
    x,
    padding,
    body,
    y: cellsFor(
      positions,
      order.map((at) => channels[at]),
      body.given.map(({ output }) => output),
    ),
    formats: order.map((at) => rows[at].format),
    terms: node.kind === 'sums' ? node.rows.reduce((sum, { terms }) => sum + terms.length, 0) : 0,
  };
}

/** The intervals say what the inputs are. */
const WIDE = { signed: true, width: 54, integer: 54 };

/**
 * The node's window over the cells, which are repeated where those that it reads are: they hold all of it at the same places.
 * Or, where its positions have zones, over cells that are there for each of them.
 */
function windowOf(
  lowered: LoweredNetwork,
  { reads }: MapNode,
  enters: Cells,
  read: readonly number[],
): ({ readonly window: Window; readonly x: Cells } & Pick<MapStage, 'times' | 'zones'>) | undefined {
  if (read.length === 0 || read.some((slot) => slot < 0)) return undefined;
  const wanted = reads.channels.map(({ node }) => timesRead(lowered, node, reads.shape));
  const { down, across } = enters.channels[read[0]];
  const times: Extent = [wanted[0][0] / down.times, wanted[0][1] / across.times];
  if (!times.every(Number.isInteger)) return undefined;
  const isRepeated = times[0] * times[1] > 1;
  const x = isRepeated ? repeatedCells(enters, times) : enters;
  if (x === undefined) return undefined;
  const channels = read.map((slot, at) => ({ channel: x.channels[slot], times: wanted[at] }));
  const window = windowOnCells(reads.window, reads.shape, channels, x.shape);
  if (window === undefined) return undefined;
  const { zones } = reads;
  if (zones === undefined) return { window, x, ...(isRepeated ? { times } : {}) };
  // A position is the cell at its place.
  return isRepeated ? undefined : { window, x: zonedCells(x, zones), zones };
}

/** How often a node's map is repeated, down and across, to be one of so many rows and columns. */
function timesRead(lowered: LoweredNetwork, node: number, shape: Extent): Extent {
  const { positions } = sourceOf(lowered, node);
  return [shape[0] / positions[0], shape[1] / positions[1]];
}

/** Whether the hardware has such windows: it moves over the padding by cells that enter, or would. */
function isBuilt(window: Window, [rows, columns]: Extent): boolean {
  const { size, dilation, padding } = window;
  const reach = [0, 1].map((axis) => (size[axis] - 1) * dilation[axis] + 1);
  const [top, , left, right] = padding;
  const positions = positionsOf(window, [rows, columns]);
  return (
    top < reach[0] &&
    left + Math.max(0, right) < reach[1] &&
    right <= columns &&
    positions[0] * positions[1] > 0
  );
}

/** A channel that goes along with the cells. */
interface CarriedWay {
  readonly channel: CellChannel;
  readonly slot: number;
  /** Number of the tap that it is taken from. */
  readonly tap: number;
}

/** From which tap a channel has to be taken, so that behind the layer all is there that is wanted of it. */
function carriedWay(
  { rows }: AffineLayer,
  lowered: LoweredNetwork,
  x: Cells,
  slot: number,
  window: Window,
): CarriedWay | undefined {
  if (slot < 0) return undefined;
  const before = x.channels[slot];
  const { units } = sourceOf(lowered, before.node);
  const { layer, unit: first } = before.value;
  const wanted = (rows as readonly LiveUnit[]).filter(
    ({ value }) => value.layer === layer && (value.unit - first) % units === 0,
  );
  const positions = positionsOf(window, x.shape);
  for (const tap of tapsInside(window, x.shape)) {
    const channel = carriedChannel(before, window, tap);
    if (hasAll(cellsFor(positions, [channel], []), { rows: wanted }))
      return { channel, slot, tap: tap[0] * window.size[1] + tap[1] };
  }
  return undefined;
}

/** Whether cells hold every code of some rows. */
function hasAll(cells: Cells, { rows }: { readonly rows: readonly LiveUnit[] }): boolean {
  const there = new Set<string>();
  eachCode(cells, (value) => there.add(keyOfValue(value)));
  return rows.every(({ value }) => there.has(keyOfValue(value)));
}

/** What can lie under the window, tap by tap. */
function codesUnder(window: Window, { shape, codes }: Cells, padding: readonly number[]): Interval[] {
  const isEverOutside = ([0, 1] as const).map((axis) => {
    const places = placesAlong(window, shape, axis);
    return Array.from({ length: window.size[axis] }, (_, tap) =>
      places.some((taps) => taps[tap] === OUTSIDE),
    );
  });
  return Array.from({ length: tapsOf(window) }, (_, tap) => {
    const [row, column] = [Math.floor(tap / window.size[1]), tap % window.size[1]];
    const isPadded = isEverOutside[0][row] || isEverOutside[1][column];
    return codes.map((code, slot) => (isPadded ? hull(code, point(padding[slot])) : code));
  }).flat();
}

interface PositionFacts {
  readonly x: Cells;
  /** Slots of what the node reads. */
  readonly read: readonly number[];
  readonly goesAlong: readonly CarriedWay[];
  readonly under: readonly Interval[];
}

/** The layer at one position: rows over the codes under its window, and what goes along. */
function positionOf(node: MapNode, lowered: LoweredNetwork, facts: PositionFacts): SumsLayer | MaxLayer {
  const { x, read, goesAlong, under } = facts;
  const { name, units } = node;
  const place = (input: number) =>
    Math.floor(input / read.length) * x.channels.length + read[input % read.length];
  const own = (channel: number) => {
    const { unit, format } = node.channels[channel];
    return { unit, value: { layer: name, unit }, format };
  };
  const along = ({ channel: { node: from, channel, value } }: CarriedWay, at: number) => ({
    unit: units + at,
    value,
    format: formatOf(lowered, from, channel),
  });
  const inputOf = ({ tap, slot }: CarriedWay) => tap * x.channels.length + slot;
  const common = { name, constants: [], unread: [] };
  if (node.kind === 'max') {
    const rows: LiveMax[] = node.rows.map(({ inputs, least }, channel) => {
      const row = { inputs: inputs.map(place), ...(least === undefined ? {} : { least }) };
      return { ...row, ...own(channel), output: maxInterval(row, under) };
    });
    const carried = goesAlong.map((way, at): LiveMax => {
      const input = inputOf(way);
      return { inputs: [input], ...along(way, at), output: under[input] };
    });
    return { ...common, kind: 'max', rows: [...rows, ...carried] };
  }
  const rows = node.rows.map(({ terms, bias, fraction, finish }, channel): LiveRow => {
    const row = {
      bias,
      fraction,
      finish,
      terms: terms.map(({ input, weight }) => ({ input: place(input), weight })),
    };
    const sum = sumInterval(row, under);
    return { ...row, ...own(channel), sum, output: finishInterval(finish, sum) };
  });
  const carried = goesAlong.map((way, at): LiveRow => {
    const input = inputOf(way);
    const facts = along(way, at);
    const fraction = fractionOf(facts.format);
    const finish = exactFinish({ kind: 'linear' }, 0);
    const terms = [{ input, weight: 1 }];
    return { ...facts, terms, bias: 0, fraction, finish, sum: under[input], output: under[input] };
  });
  const [rowCount, columnCount] = node.positions;
  const denseTerms = node.denseTerms / (rowCount * columnCount);
  return { ...common, kind: 'sums', rows: [...rows, ...carried], denseTerms };
}

const formatOf = ({ nodes, inputs }: LoweredNetwork, node: number, channel: number): Format =>
  node === INPUT_NODE ? inputs[channel].format : nodes[node].channels[channel].format;

const readsOf = (layer: AffineLayer): number[] =>
  layer.kind === 'sums'
    ? layer.rows.flatMap(({ terms }) => terms.map(({ input }) => input))
    : layer.rows.flatMap(({ inputs }) => inputs);
