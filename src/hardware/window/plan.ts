import { type Format, rangeOf } from '../../fixed/format.js';
import { contains, hull, type Interval, point } from '../../fixed/interval.js';
import type {
  AffineLayer,
  AffineNetwork,
  LiveMax,
  LiveRow,
  MaxLayer,
  SumsLayer,
} from '../../network/affine.js';
import { finishInterval } from '../../network/finish.js';
import { INPUT_NUMBER, type PlacedLayer, placeLayers } from '../../network/graph.js';
import { kindOf } from '../../network/layers/index.js';
import {
  type AffineRow,
  type MaxRow,
  maxInterval,
  sumInterval,
  type WindowForm,
} from '../../network/layers/kind.js';
import { isMap, type MapShape, type Tensor } from '../../network/tensor.js';
import type { QuantizedNetwork } from '../../network/types.js';
import { type Extent, positionsOf, tapsOf, type Window } from '../../network/window.js';
import { layersOf, type Part } from '../part.js';
import type { SerialLayer } from '../serial/plan.js';
import { type Slots, slotsFor } from '../slots.js';

/** Neighbouring layers through which a map goes cell by cell: for each a window, and behind it what works on a position. */
export interface MapGroup<Body extends MapBody = MapBody> {
  /** Numbers of the first and the last one among the layers that compute. */
  readonly first: number;
  readonly last: number;
  readonly stages: readonly MapStage<Body>[];
  /** Where its cells come from beats of the input stream, as they come; absent where whole maps come in. */
  readonly port?: MapPort;
  /** Cells that can wait before each stage, where one would hold up the others otherwise; 0: no FIFO there. */
  readonly fifos?: readonly number[];
}

/**
 * The beats of a map that goes on as it comes, before all of it is there. So many beats make a word that has some whole
 * cells, all words in the same way; maps that are too short are filled up, and what comes of them is dropped at the end.
 */
export interface MapPort {
  /** Bits of a beat, and beats of a map. */
  readonly width: number;
  readonly beats: number;
  /** Of a word. */
  readonly beatsPerWord: number;
  readonly cellsPerWord: number;
  /** The lowest bits of the codes in a word, cell by cell, slot by slot. */
  readonly places: readonly number[];
  /** Of each code. */
  readonly code: { readonly width: number; readonly signed: boolean };
}

/** What makes a cell of the codes under a window, position by position. */
export interface MapBody {
  /** Of the codes under the window those that it reads, in the slots of its bus. */
  readonly read: readonly number[];
  readonly x: Slots;
  readonly y: Slots;
  /** What it gives, in the slots of its bus: each a channel. */
  readonly given: readonly Pick<LiveRow, 'unit' | 'output'>[];
  readonly control: BodyControl;
}

/** How a body's registers move. `pipeline`: all together; `lanes`: as `rtl/espalier_sequencer.v` has it. */
export type BodyControl =
  | { readonly kind: 'pipeline'; readonly latency: number }
  | ({ readonly kind: 'lanes' } & Pick<SerialLayer, 'steps' | 'firstResult' | 'pipeline'>);

export interface MapStage<Body extends MapBody = MapBody> {
  readonly name: string;
  readonly window: Window;
  /** Of the map that it reads. */
  readonly shape: MapShape;
  readonly positions: Extent;
  /** The cells that it reads: of each channel that somebody reads a code. */
  readonly x: Cell;
  /** What lies in the padding, slot by slot. */
  readonly padding: readonly number[];
  readonly body: Body;
  /** The cells that it gives, and channels of the layer's map, those that nobody reads too. */
  readonly y: Cell;
  /** Of the codes in its slots. */
  readonly formats: readonly Format[];
  readonly given: number;
  readonly terms: number;
}

/** One cell of a map on a bus. */
export interface Cell {
  /** Numbers of the channels in the bus's slots. */
  readonly channels: readonly number[];
  readonly codes: readonly Interval[];
  readonly slots: Slots;
}

/** Plans one layer whose inputs lie in intervals, and which is used at so many positions. */
export type PlanBody<Body extends MapBody> = (
  network: AffineNetwork,
  inputs: readonly Interval[],
  positions: number,
) => Body;

/**
 * The groups of a part. Layers of a group follow one another, each reads the one before it and nothing else does, and
 * nothing is handed on past them.
 *
 * @param network the network that the part's is made of
 */
export function planMaps<Body extends MapBody>(
  network: QuantizedNetwork,
  part: Part,
  planBody: PlanBody<Body>,
): MapGroup<Body>[] {
  const { network: affine, first, end } = part;
  const placed = placeLayers(network);
  const groups: MapGroup<Body>[] = [];
  let open: { first: number; stages: MapStage<Body>[] } | undefined;
  const close = (last: number) => {
    if (open !== undefined) groups.push({ ...open, last });
    open = undefined;
  };
  layersOf(part).forEach((layer, at) => {
    const index = first + at;
    const number = network.layers.findIndex(({ name }) => name === layer.name);
    const form = formOf(placed[number]);
    const isFit =
      form !== undefined &&
      isAlone(layer) &&
      (open !== undefined || index === 0 || isWhole(affine.layers[index - 1], placed[number].inputs[0])) &&
      readsBefore(network, affine, placed[number], index);
    const before = isFit ? (open?.stages.at(-1)?.y ?? cellBefore(affine, placed[number], index)) : undefined;
    const stage =
      isFit && before !== undefined && isOnBus(form, layer, placed[number], before)
        ? planStage(placed[number], layer, form, before, planBody)
        : undefined;
    if (stage === undefined) {
      close(index - 1);
      return;
    }
    open ??= { first: index, stages: [] };
    open.stages.push(stage);
  });
  close(end - 1);
  return groups;
}

/** A layer's window, where the hardware can have it. */
function formOf({ layer, inputs }: PlacedLayer): WindowForm | undefined {
  const [{ shape }] = inputs;
  const form = kindOf(layer).window?.(layer, inputs);
  if (form === undefined || !isMap(shape) || shape[0] * shape[1] < 2) return undefined;
  const { size, dilation, strides, padding } = form.window;
  const reach = [0, 1].map((axis) => (size[axis] - 1) * dilation[axis] + 1);
  const [rows, columns] = positionsOf(form.window, shape);
  const [top, , left] = padding;
  const right = Math.max(0, (columns - 1) * strides[1] + reach[1] - left - shape[1]);
  // A window that lies in the padding on both sides, or altogether, would need cycles in which no cell enters.
  const isFit = top < reach[0] && left + right < reach[1] && right <= shape[1];
  return isFit && rows * columns > 0 ? form : undefined;
}

const isAlone = ({ name, rows }: AffineLayer): boolean => rows.every(({ value }) => value.layer === name);

/**
 * Whether a layer gives every position of each channel that somebody reads. Inside a group all are there, and of the
 * network's inputs too; what would be missing on a bus before it would give codes that the network does not have.
 */
function isWhole(flat: AffineLayer, { formats }: Tensor): boolean {
  const channels = formats.length;
  const kept = keptChannels(flat, channels);
  return flat.unread.every((unit) => !kept.has(unit % channels));
}

/** Whether a layer reads what the one before it computes, or the input, as it stands there. */
function readsBefore(
  { layers }: QuantizedNetwork,
  affine: AffineNetwork,
  { sources }: PlacedLayer,
  index: number,
): boolean {
  const [source] = sources;
  if (index === 0) return source === INPUT_NUMBER;
  const before = affine.layers[index - 1];
  return source !== INPUT_NUMBER && layers[source].name === before.name && isAlone(before);
}

/**
 * Whether all that the layer's rows read is there. Where a row can give only one code, nobody hands on what it reads; at
 * the border it may be another one.
 */
function isOnBus(
  form: WindowForm,
  flat: AffineLayer,
  { inputs, output }: PlacedLayer,
  { channels }: Cell,
): boolean {
  const kept = keptChannels(flat, output.formats.length);
  const read =
    form.kind === 'sums'
      ? form.rows.map(({ terms }) => terms.map(({ input }) => input))
      : form.rows.map((row) => row.inputs);
  return read.every(
    (codes, unit) =>
      !kept.has(unit) || codes.every((code) => channels.includes(code % inputs[0].formats.length)),
  );
}

/** Channels of which some code is computed or constant: somebody may read them. */
const keptChannels = ({ rows, constants }: AffineLayer, channels: number): Set<number> =>
  new Set([...rows, ...constants].map(({ unit }) => unit % channels));

/** The cells of the map that a group reads first. */
function cellBefore(affine: AffineNetwork, { inputs: [{ shape }] }: PlacedLayer, index: number): Cell {
  const [, , channels] = shape as MapShape;
  const codes = new Map<number, Interval>();
  const note = (unit: number, code: Interval) => {
    const known = codes.get(unit % channels);
    codes.set(unit % channels, known === undefined ? code : hull(known, code));
  };
  if (index === 0) {
    affine.inputs.forEach(({ format, read }, unit) => {
      if (read) note(unit, rangeOf(format));
    });
  } else {
    const { rows, constants } = affine.layers[index - 1];
    for (const { unit, output } of rows) note(unit, output);
    for (const { unit, code } of constants) note(unit, point(code));
  }
  return cellOf(codes);
}

function cellOf(codes: ReadonlyMap<number, Interval>): Cell {
  const channels = [...codes.keys()].sort((a, b) => a - b);
  const intervals = channels.map((channel) => codes.get(channel) as Interval);
  return { channels, codes: intervals, slots: slotsFor(intervals) };
}

/**
 * None where a code would not fit its format: an exact one is as wide as the positions that there are need, and the body
 * stands for one with all taps inside.
 */
function planStage<Body extends MapBody>(
  { layer: { name }, inputs: [{ shape, formats }], output }: PlacedLayer,
  flat: AffineLayer,
  form: WindowForm,
  x: Cell,
  planBody: PlanBody<Body>,
): MapStage<Body> | undefined {
  const { window } = form;
  const channels = output.formats.length;
  const read = keptChannels(flat, channels);
  const padding = x.codes.map(({ low }) => (form.kind === 'max' ? low : 0));
  const isPadded = window.padding.some((cells) => cells > 0);
  const under = Array.from({ length: tapsOf(window) }, () =>
    x.codes.map((codes, slot) => (isPadded ? hull(codes, point(padding[slot])) : codes)),
  ).flat();
  // Codes under the window that are on the bus, by their numbers among all.
  const place = (input: number) => {
    const slot = x.channels.indexOf(input % formats.length);
    return Math.floor(input / formats.length) * x.channels.length + slot;
  };
  const positions = positionsOf(window, shape as MapShape);
  const alone = layerAt(name, form, place, under, (channel) => read.has(channel), output.formats);
  const denseTerms = flat.kind === 'sums' ? flat.denseTerms / (positions[0] * positions[1]) : 0;
  const layer = alone.kind === 'sums' ? { ...alone, denseTerms } : alone;
  const rows: readonly Pick<LiveRow, 'output' | 'format'>[] = layer.rows;
  if (!rows.every(({ output: codes, format }) => contains(rangeOf(format), codes))) return undefined;
  const inputs = new Set(readsOf(layer));
  const body = planBody(
    {
      name,
      inputs: under.map((_, input) => ({ format: WIDE, name: undefined, read: inputs.has(input) })),
      layers: [layer],
      outputs: layer.rows.map(({ format }, row) => ({ kind: 'row', row, format })),
      head: { kind: 'values' },
    },
    under,
    positions[0] * positions[1],
  );
  return {
    name,
    window,
    shape: shape as MapShape,
    positions,
    x,
    padding,
    body,
    y: cellOf(new Map(body.given.map(({ unit, output: codes }) => [unit, codes]))),
    formats: layer.rows.map(({ format }) => format),
    given: channels,
    terms: layer.kind === 'sums' ? layer.rows.reduce((sum, { terms }) => sum + terms.length, 0) : 0,
  };
}

/** The intervals say what the inputs are. */
const WIDE = { signed: true, width: 54, integer: 54 };

/** The layer at one position: rows over the codes under its window. */
function layerAt(
  name: string,
  form: WindowForm,
  place: (input: number) => number,
  under: readonly Interval[],
  isRead: (channel: number) => boolean,
  formats: PlacedLayer['output']['formats'],
): SumsLayer | MaxLayer {
  const facts = { name, constants: [], unread: [] };
  const live = <Row>(rows: readonly Row[], make: (row: Row) => Pick<LiveRow, 'output'> & Row) =>
    rows.flatMap((row, unit) => {
      if (!isRead(unit)) return [];
      return [{ ...make(row), unit, value: { layer: name, unit }, format: formats[unit] }];
    });
  if (form.kind === 'max') {
    const rows: LiveMax[] = live(form.rows, (row: MaxRow) => {
      const placed = { ...row, inputs: row.inputs.map(place) };
      return { ...placed, output: maxInterval(placed, under) };
    });
    return { ...facts, kind: 'max', rows };
  }
  const rows = live(form.rows, (row: AffineRow) => {
    const terms = row.terms.map(({ input, weight }) => ({ input: place(input), weight }));
    const sum = sumInterval({ ...row, terms }, under);
    return { ...row, terms, sum, output: finishInterval(row.finish, sum) };
  }) as LiveRow[];
  return { ...facts, kind: 'sums', rows, denseTerms: 0 };
}

const readsOf = (layer: AffineLayer): number[] =>
  layer.kind === 'sums'
    ? layer.rows.flatMap(({ terms }) => terms.map(({ input }) => input))
    : layer.rows.flatMap(({ inputs }) => inputs);
