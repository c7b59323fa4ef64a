import { isDeepStrictEqual } from 'node:util';
import { invariant } from '../core/assert.js';
import type { Field, LayerTrace, WindowBus } from '../emit/manifest.js';
import { hull, type Interval, point } from '../fixed/interval.js';
import { finishInterval } from '../network/finish.js';
import { placeLayers } from '../network/graph.js';
import { kindOf } from '../network/layers/index.js';
import {
  type AffineRow,
  type MaxRow,
  maxInterval,
  sumInterval,
  type WindowForm,
} from '../network/layers/kind.js';
import type { Stage } from '../network/stages.js';
import { isMap } from '../network/tensor.js';
import { cellsUnder, OUTSIDE, tapsOf } from '../network/window.js';
import { problems } from './problems.js';
import type { NetworkSpec } from './spec.js';

/**
 * A layer that is one circuit for all positions of a map, in two pieces: the window, which only moves codes, position by
 * position; and the circuit, which is the same function of the codes under the window at all of them. Codes under the
 * window are numbered tap by tap, the channels running fastest. Each piece is a network of one stage.
 */
export interface WindowPieces {
  readonly positions: number;
  readonly window: Piece;
  readonly body: Piece & { readonly taps: readonly Field[] };
  /** Of each code under the window the unit of the layer before, where most of them lie inside the map. */
  readonly units: readonly (number | undefined)[];
}

interface Piece {
  readonly spec: NetworkSpec;
  /** What it gives. */
  readonly fields: readonly Field[];
}

/** A layer of the network at all of its positions. */
interface MapLayer {
  readonly form: WindowForm;
  readonly stage: Stage;
  /** Channels read, and given. */
  readonly channels: number;
  readonly given: number;
  readonly positions: number;
  /** Units of the layer before, by position and code under the window. */
  readonly units: readonly (readonly (number | undefined)[])[];
}

/**
 * @param number of the layer's stage
 * @throws prove/traces where the layer is not one function at all positions, or the manifest says otherwise
 */
export function windowPieces(
  spec: NetworkSpec,
  number: number,
  trace: LayerTrace,
  bus: WindowBus,
): WindowPieces {
  const layer = mapLayer(spec, number, trace);
  const { form, positions, channels, given } = layer;
  const name = `${trace.layer} window`;
  const outside = outsideCodes(layer, bus, trace);
  checkRows(layer, outside, spec.ranges[number], trace);
  const under = codesUnder(layer, outside, spec.ranges[number]);
  const taps = bus.fields.map(({ tap, channel, lsb, width, signed }): Field => {
    return { kind: 'value', unit: tap * channels + channel, lsb, width, signed, format: 'fixed<1,1>' };
  });
  const moves = layer.units.flatMap((units) =>
    units.map(
      (unit, code): MaxRow =>
        unit === undefined ? { inputs: [], least: outside[code] } : { inputs: [unit] },
    ),
  );
  const before = spec.ranges[number];
  return {
    positions,
    window: {
      spec: specOfRows(spec, name, before, { kind: 'max', rows: moves }),
      fields: Array.from({ length: positions }, (_, position) =>
        taps.map((field) => ({
          ...field,
          unit: position * under.length + field.unit,
          lsb: position * bus.width + field.lsb,
        })),
      ).flat(),
    },
    body: {
      spec: specOfRows(spec, trace.layer, under, form),
      taps,
      fields: channelFields(trace, given, positions),
    },
    units: mostInside(layer.units),
  };
}

function mapLayer({ network, stages }: NetworkSpec, number: number, trace: LayerTrace): MapLayer {
  const placed = placeLayers(network).find(({ layer }) => layer.name === trace.layer);
  invariant(placed !== undefined, `a stage ${trace.layer} without a layer`);
  const [{ shape, formats }] = placed.inputs;
  const form = kindOf(placed.layer).window?.(placed.layer, placed.inputs);
  if (form === undefined || !isMap(shape))
    throw wrong(trace, 'a window', 'none: it is not the same at all positions');
  const cells = cellsUnder(form.window, shape);
  const taps = tapsOf(form.window);
  const positions = cells.length / taps;
  const channels = formats.length;
  const units = Array.from({ length: positions }, (_, position) =>
    Array.from({ length: taps * channels }, (__, code) => {
      const cell = cells[position * taps + Math.floor(code / channels)];
      return cell === OUTSIDE ? undefined : cell * channels + (code % channels);
    }),
  );
  const given = placed.output.formats.length;
  return { form, stage: stages[number], channels, given, positions, units };
}

/** The codes that lie under the window where a tap lies in the padding, by the manifest. */
function outsideCodes({ units, form, channels }: MapLayer, bus: WindowBus, trace: LayerTrace): number[] {
  const codes = Array<number>(tapsOf(form.window) * channels).fill(0);
  for (const { tap, channel, outside } of bus.fields) {
    if (tap >= tapsOf(form.window) || channel >= channels) {
      throw wrong(trace, 'taps and channels of its window', `tap ${tap} of channel ${channel}`);
    }
    codes[tap * channels + channel] = outside;
  }
  const isWrong = (code: number) => codes[code] !== 0 && units.some((under) => under[code] === undefined);
  const found = form.kind === 'sums' ? codes.findIndex((_, code) => isWrong(code)) : -1;
  if (found >= 0) throw wrong(trace, 'padding of 0', `${codes[found]}`);
  return codes;
}

/** At every position the network's rows must be those of the window, whatever of it lies in the padding. */
function checkRows(
  layer: MapLayer,
  outside: readonly number[],
  before: readonly Interval[],
  trace: LayerTrace,
): void {
  const { form, stage, given } = layer;
  layer.units.forEach((under, position) => {
    for (let channel = 0; channel < given; channel++) {
      const { row } = stage.rows[position * given + channel];
      const isSame =
        form.kind === 'sums'
          ? isSameSum(form.rows[channel], row as AffineRow, under)
          : isSameMax(form.rows[channel], row as MaxRow, under, outside, before);
      if (!isSame)
        throw wrong(
          trace,
          'the same rows at all positions',
          `another one for unit ${position * given + channel}`,
        );
    }
  });
}

type Under = MapLayer['units'][number];

function isSameSum(body: AffineRow, row: AffineRow, under: Under): boolean {
  let next = 0;
  for (const { input, weight } of body.terms) {
    if (under[input] === undefined) continue;
    const term = row.terms[next++];
    if (term?.input !== under[input] || term.weight !== weight) return false;
  }
  return (
    next === row.terms.length &&
    body.bias === row.bias &&
    body.fraction === row.fraction &&
    isDeepStrictEqual(body.finish, row.finish)
  );
}

/** What lies in the padding must never be larger than all that lies inside. */
function isSameMax(
  body: MaxRow,
  row: MaxRow,
  under: Under,
  outside: readonly number[],
  before: readonly Interval[],
): boolean {
  const inside = body.inputs.flatMap((code) => under[code] ?? []);
  const floor = Math.max(...inside.map((unit) => before[unit].low));
  return (
    isDeepStrictEqual(inside, row.inputs) &&
    body.least === row.least &&
    body.inputs.every((code) => under[code] !== undefined || outside[code] <= floor)
  );
}

/** All that can lie under the window, at whichever position. */
function codesUnder(
  { units }: MapLayer,
  outside: readonly number[],
  before: readonly Interval[],
): Interval[] {
  return outside.map((code, at) =>
    units.map((under) => (under[at] === undefined ? point(code) : before[under[at]])).reduce(hull),
  );
}

/** The codes that a stage gives, handed on. */
export function sameCodes(spec: NetworkSpec, number: number): NetworkSpec {
  const codes = spec.ranges[number + 1];
  return specOfRows(spec, spec.names[number], codes, {
    kind: 'max',
    rows: codes.map((_, unit) => ({ inputs: [unit] })),
  });
}

/**
 * The codes of any cell that a stage gives, handed on, and their fields.
 *
 * @throws prove/traces where they do not lie in the same places in all cells
 */
export function sameCells(
  spec: NetworkSpec,
  number: number,
  {
    fields,
    data,
    beats,
  }: Pick<LayerTrace, 'fields'> & { readonly data: readonly unknown[]; readonly beats: number },
): { readonly spec: NetworkSpec; readonly fields: readonly Field[] } {
  const name = spec.names[number];
  const codes = spec.ranges[number + 1];
  const channels = codes.length / beats;
  const ranges = Array.from({ length: channels }, (_, channel) =>
    codes.filter((__, unit) => unit % channels === channel).reduce(hull),
  );
  const rows = ranges.map((_, unit): MaxRow => ({ inputs: [unit] }));
  return {
    spec: specOfRows(spec, name, ranges, { kind: 'max', rows }),
    fields: channelFields({ layer: name, fields, width: data.length, beats }, channels, beats),
  };
}

/** Rows as a network of one stage that reads codes in intervals. */
function specOfRows(
  spec: NetworkSpec,
  name: string,
  before: readonly Interval[],
  body:
    | { readonly kind: 'sums'; readonly rows: readonly AffineRow[] }
    | { readonly kind: 'max'; readonly rows: readonly MaxRow[] },
): NetworkSpec {
  const placed = <Row>(rows: readonly Row[]) =>
    rows.map((row, unit) => ({ row, format: NO_FORMAT, value: { layer: 0, unit } }));
  const common = { network: spec.network, names: [name], outputs: [] };
  if (body.kind === 'max') {
    const ranges = [before, body.rows.map((row) => maxInterval(row, before))];
    return { ...common, ranges, stages: [{ kind: 'max', name, rows: placed(body.rows) }] };
  }
  const ranges = [before, body.rows.map((row) => finishInterval(row.finish, sumInterval(row, before)))];
  return { ...common, ranges, stages: [{ kind: 'sums', name, denseTerms: 0, rows: placed(body.rows) }] };
}

/** Codes are compared without their formats, because both sides have the same ones. */
const NO_FORMAT = { signed: true, width: 1, integer: 1 };

/** The fields of one position: those of all others must lie in the same places. */
function channelFields(
  { fields, width, layer, beats = 1 }: Pick<LayerTrace, 'fields' | 'width' | 'layer' | 'beats'>,
  given: number,
  positions: number,
): Field[] {
  const first = fields.slice(0, fields.length / positions);
  const isRegular =
    beats === positions &&
    first.every(({ unit }) => unit < given) &&
    fields.every((field, at) => {
      const position = Math.floor(at / first.length);
      const { unit, lsb, ...rest } = first[at % first.length];
      return isDeepStrictEqual(field, {
        ...rest,
        unit: unit + position * given,
        lsb: lsb + position * width,
      });
    });
  if (!isRegular || fields.length !== first.length * positions) {
    throw wrong({ layer }, 'the same fields at all positions', 'others');
  }
  return first;
}

function mostInside(units: MapLayer['units']): Under {
  const count = (under: Under) => under.filter((unit) => unit !== undefined).length;
  return units.reduce((best, under) => (count(under) > count(best) ? under : best));
}

const wrong = ({ layer }: Pick<LayerTrace, 'layer'>, wanted: string, got: string) =>
  problems.proveTraces(`manifest.json.traces, the window of ${layer}`, got, wanted);
