import { present } from '../core/objects.js';
import { type Format, rangeOf } from '../fixed/format.js';
import { hull, type Interval, isPoint, point } from '../fixed/interval.js';
import { finishInterval } from '../network/finish.js';
import { INPUT_NUMBER, inputTensor, type PlacedLayer, placeLayers } from '../network/graph.js';
import { meaningOf } from '../network/layers/index.js';
import type { AffineRow, MaxRow, WindowForm } from '../network/layers/kind.js';
import { inParts } from '../network/parts.js';
import { codeFormats, type Tensor } from '../network/tensor.js';
import type { QuantizedNetwork } from '../network/types.js';
import { type Extent, ONE_CELL, OUTSIDE, type Padding, placesAlong } from '../network/window.js';
import type { OverMap, RawMax, RawNode, RawRead, RawSum, RawTerm } from './raw.js';
import { repeatedBody } from './repeat.js';
import { settle } from './settle.js';
import { type ChannelPlace, INPUT_NODE, type LoweredNetwork } from './types.js';
import {
  type FramedMap,
  joined,
  movedView,
  NOWHERE,
  type NodeGeometry,
  ownView,
  positionsIn,
  type View,
  withoutRepeats,
} from './views.js';

/** Whether cells that are repeated are read where they are, or moved first. */
export type Repeats = 'read' | 'moved';

/** @param whole a checked network, whose layers are lowered in parts */
export function lowerGraph(whole: QuantizedNetwork, repeats: Repeats): LoweredNetwork {
  const { network } = inParts(whole);
  const builder = new Builder(network, repeats);
  placeLayers(network).forEach((placed, number) => {
    builder.add(placed, number);
  });
  return settle(network, builder.nodes, builder.output());
}

/** Where a row's reads are, by the number that it has for them; undefined for a 0. */
type Resolve = (input: number) => RawRead | undefined;

const geometryOf = ({ shape }: Tensor): NodeGeometry => ({
  positions: positionsIn(shape),
  channels: shape[shape.length - 1],
});

class Builder {
  readonly nodes: RawNode[] = [];
  private readonly views = new Map<number, View>();
  private readonly input: NodeGeometry;
  private readonly inputCodes: readonly Interval[];

  constructor(
    network: QuantizedNetwork,
    private readonly repeats: Repeats,
  ) {
    const tensor = inputTensor(network);
    this.input = geometryOf(tensor);
    this.inputCodes = tensor.formats.map(rangeOf);
    this.views.set(INPUT_NUMBER, ownView(INPUT_NODE, this.input));
  }

  output(): View {
    return this.views.get(this.views.size - 2) as View;
  }

  add(placed: PlacedLayer, number: number): void {
    const { layer, sources, inputs, output } = placed;
    const views = sources.map((source) => this.views.get(source) as View);
    const kind = meaningOf(layer);
    const form = views.length === 1 ? kind.window?.(layer, inputs) : undefined;
    if (form !== undefined) {
      const { channels, over } = this.mapUnder(form, views[0], placed);
      const resolve: Resolve = (input) => {
        const place = channels[input % channels.length];
        const turn = Math.floor(input / channels.length);
        if (place === undefined) return undefined;
        const read = { node: place.node, at: place.channel };
        return over.zones === undefined ? { tap: turn, ...read } : { tap: 0, ...read, zone: turn };
      };
      const computation =
        form.kind === 'sums' ? { ...form, denseTerms: denseTermsOf(placed, form.rows) } : form;
      this.compute(number, placed, computation, resolve, over);
      return;
    }
    const lowered = kind.lower(layer, inputs);
    const read = joined(views);
    if (lowered.kind === 'wires') {
      const geometry = (node: number) => this.geometry(node);
      const view = movedView(lowered.from, read, placed, geometry);
      const isRead = this.repeats === 'read';
      this.views.set(number, isRead ? view : withoutRepeats(view, output.shape, geometry));
      return;
    }
    const body = repeatedBody(lowered, views, placed);
    if (body !== undefined) {
      const [rows, columns] = output.shape;
      const over = { window: ONE_CELL, shape: [rows, columns] } as const;
      this.compute(number, placed, { ...lowered, rows: body.rows } as Computation, body.resolve, over);
      return;
    }
    this.compute(number, placed, lowered, (input) =>
      read.nodes[input] === NOWHERE ? undefined : { tap: 0, node: read.nodes[input], at: read.codes[input] },
    );
  }

  private geometry(node: number): NodeGeometry {
    return node === INPUT_NODE ? this.input : this.nodes[node];
  }

  private codesOf({ node, at }: RawRead): Interval {
    const codes = node === INPUT_NODE ? this.inputCodes : this.nodes[node].codes;
    return codes[at % codes.length];
  }

  /** What a window reads: zeros round a map are its padding, and cells that are left out are not under it. */
  private mapUnder(
    form: WindowForm,
    view: View,
    placed: PlacedLayer,
  ): { readonly channels: NonNullable<View['channels']>; readonly over: OverMap } {
    const { framed } = view;
    const zones = form.kind === 'sums' ? present({ zones: form.zones }) : {};
    if (framed !== undefined && isPadding(framed, form, (place) => this.lowest(place))) {
      const padding = form.window.padding.map((cells, side) => cells + framed.around[side]);
      const window = { ...form.window, padding: padding as unknown as Padding };
      return { channels: framed.channels, over: { window, shape: framed.shape } };
    }
    const [rows, columns] = placed.inputs[0].shape;
    const shape: Extent = [rows, columns];
    return { channels: this.channelsOf(view, placed), over: { window: form.window, shape, ...zones } };
  }

  private lowest({ node, channel }: ChannelPlace): number {
    return this.codesOf({ tap: 0, node, at: channel }).low;
  }

  /** The channels under a window; where a map is not made of channels, a node moves its codes into one. */
  private channelsOf(view: View, { layer, inputs: [tensor] }: PlacedLayer) {
    if (view.channels !== undefined) return view.channels;
    const from = Array.from(view.nodes, (node, at) =>
      node === NOWHERE ? undefined : { tap: 0, node, at: view.codes[at] },
    );
    const { positions, channels } = geometryOf(tensor);
    const codes = tensor.formats.map((_, channel) => {
      const all = from.flatMap((place, at) => (at % channels === channel ? [place] : []));
      return all.map((place) => (place === undefined ? point(0) : this.codesOf(place))).reduce(hull);
    });
    const node = this.nodes.length;
    this.nodes.push({
      name: `${layer.name}_map`,
      positions,
      channels,
      formats: tensor.formats,
      codes,
      computed: { kind: 'move', from },
    });
    return ownView(node, { positions, channels }).channels as NonNullable<View['channels']>;
  }

  private compute(
    number: number,
    { layer: { name }, output }: PlacedLayer,
    computation: Computation,
    resolve: Resolve,
    over?: OverMap,
  ): void {
    const geometry = geometryOf(output);
    const formats = over === undefined ? codeFormats(output) : output.formats;
    // A row that reads the padding, or a zone where a position is of another, reads 0 there.
    const isPadded = over?.window.padding.some((cells) => cells > 0) === true || over?.zones !== undefined;
    const range = (read: RawRead) => (isPadded ? hull(this.codesOf(read), point(0)) : this.codesOf(read));
    const facts = { name, ...geometry, formats: output.formats };
    const positions = over === undefined ? {} : { over };
    if (computation.kind === 'sums') {
      const rows = computation.rows.map((row, at) => sumOf(row, formats[at], resolve, range, isPadded));
      const computed = { kind: 'sums', rows, denseTerms: computation.denseTerms, ...positions } as const;
      this.nodes.push({ ...facts, codes: channelCodes(rows, geometry.channels), computed });
    } else {
      const rows = computation.rows.map((row, at) =>
        maxOf(row, formats[at], resolve, (read) => this.codesOf(read), isPadded),
      );
      this.nodes.push({
        ...facts,
        codes: channelCodes(rows, geometry.channels),
        computed: { kind: 'max', rows, ...positions },
      });
    }
    this.views.set(number, ownView(this.nodes.length - 1, geometry));
  }
}

/**
 * Whether zeros round a map can be padding of a window, and cells left out be outside it: padding does not reach cells, and
 * zeros are never larger than what the largest is chosen of.
 */
function isPadding(
  { channels, shape, around }: FramedMap,
  { kind, window }: WindowForm,
  lowest: (place: ChannelPlace) => number,
): boolean {
  if (window.padding.some((cells, side) => cells > 0 && around[side] < 0)) return false;
  if (kind === 'sums' || around.every((cells) => cells <= 0)) return true;
  const padding = window.padding.map((cells, side) => cells + around[side]) as unknown as Padding;
  const reachesMap = ([0, 1] as const).every((axis) =>
    placesAlong({ ...window, padding }, shape, axis).every((places) =>
      places.some((place) => place !== OUTSIDE),
    ),
  );
  return reachesMap && channels.every((place) => place === undefined || lowest(place) >= 0);
}

type Computation =
  | { readonly kind: 'sums'; readonly rows: readonly AffineRow[]; readonly denseTerms: number }
  | { readonly kind: 'max'; readonly rows: readonly MaxRow[] };

/** Products of all positions, those with zero weights too; a layer without weights has as many as its rows. */
function denseTermsOf({ layer, output: { shape } }: PlacedLayer, rows: readonly AffineRow[]): number {
  const weights = meaningOf(layer)
    .weights(layer)
    .filter(({ role }) => role === 'weights')
    .reduce((sum, { codes }) => sum + codes.length, 0);
  const terms = rows.reduce((sum, row) => sum + row.terms.length, 0);
  return shape[0] * shape[1] * (weights === 0 ? terms : weights);
}

const channelCodes = (rows: readonly { readonly codes: Interval }[], channels: number): Interval[] =>
  Array.from({ length: channels }, (_, channel) =>
    rows.flatMap(({ codes }, at) => (at % channels === channel ? [codes] : [])).reduce(hull),
  );

/** What is read twice counts once, with the sum of both weights; what is constant stands in the bias. */
function sumOf(
  row: AffineRow,
  format: Format,
  resolve: Resolve,
  range: (read: RawRead) => Interval,
  isPadded: boolean,
): RawSum {
  const terms = new Map<string, RawTerm>();
  let { bias } = row;
  for (const { input, weight } of row.terms) {
    const read = resolve(input);
    if (read === undefined) continue;
    const codes = range(read);
    // Of a constant that lies beside padding the sum is not the same everywhere; its interval has the 0 then.
    if (isPoint(codes)) {
      bias += weight * codes.low;
      continue;
    }
    const key = `${read.tap} ${read.node} ${read.at} ${read.zone}`;
    terms.set(key, { ...read, weight: weight + (terms.get(key)?.weight ?? 0) });
  }
  const kept = [...terms.values()]
    .filter(({ weight }) => weight !== 0)
    .sort((a, b) => a.tap - b.tap || a.node - b.node || a.at - b.at || (a.zone ?? 0) - (b.zone ?? 0));
  const ends = kept.map((term) => {
    const { low, high } = range(term);
    return [term.weight * low, term.weight * high];
  });
  // A position lies in one zone.
  const isZoned = kept.some(({ zone }) => zone !== undefined);
  const together = (all: number, one: number, most: (...numbers: number[]) => number) =>
    isZoned ? most(all, bias + one) : all + one;
  const sum = {
    low: ends.reduce((all, [a, b]) => together(all, Math.min(a, b), Math.min), bias),
    high: ends.reduce((all, [a, b]) => together(all, Math.max(a, b), Math.max), bias),
  };
  const codes = finishInterval(row.finish, sum);
  const { fraction, finish } = row;
  return {
    terms: kept,
    bias,
    fraction,
    finish,
    sum,
    codes: isPadded ? within(codes, format) : codes,
    format,
  };
}

/** A code lies in its format, though not all taps need to be inside the map at once. */
function within(codes: Interval, format: Format): Interval {
  const { low, high } = rangeOf(format);
  return { low: Math.max(low, codes.low), high: Math.min(high, codes.high) };
}

/** What can never be the largest is not read, and what is no larger than others always are is left out. */
function maxOf(
  row: MaxRow,
  format: Format,
  resolve: Resolve,
  range: (read: RawRead) => Interval,
  isPadded: boolean,
): RawMax {
  const places = row.inputs.map(resolve);
  const reads = places.filter((place) => place !== undefined);
  const constants = [
    ...(row.least === undefined ? [] : [row.least]),
    ...(reads.length < places.length ? [0] : []),
    ...reads.map(range).flatMap((codes) => (isPoint(codes) ? [codes.low] : [])),
  ];
  const seen = new Set<string>();
  const varying = reads.filter((read) => {
    const key = `${read.tap} ${read.node} ${read.at}`;
    if (isPoint(range(read)) || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  const least = constants.length === 0 ? undefined : Math.max(...constants);
  const codes = [...varying.map(range), ...(least === undefined ? [] : [point(least)])];
  return {
    reads: varying,
    ...(least === undefined ? {} : { least }),
    // Every position has a code inside, but not each code is inside everywhere.
    codes: {
      low: (isPadded ? Math.min : Math.max)(...codes.map(({ low }) => low)),
      high: Math.max(...codes.map(({ high }) => high)),
    },
    format,
  };
}
