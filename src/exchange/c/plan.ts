import { rangeOf } from '../../fixed/format.js';
import { hull, type Interval, isPoint, point } from '../../fixed/interval.js';
import {
  type AffineNetwork,
  type LiveMax,
  type LiveRow,
  lowerNetwork,
  type MaxLayer,
  type SumsLayer,
} from '../../network/affine.js';
import { sameFinish } from '../../network/finish.js';
import type { QuantizedNetwork } from '../../network/types.js';
import { finishHull, type SharedFinish } from './finish.js';
import { computeType, type IntegerType, storageType } from './types.js';

/** A layer as C computes it: types settled, units in runs that end alike. */
export interface CLayer {
  readonly name: string;
  readonly inputs: Vector;
  readonly outputs: Vector;
  /** Accumulators and products. */
  readonly compute: IntegerType;
  /** In the order of the outputs, without a gap. */
  readonly runs: readonly OutputRun[];
  readonly finishes: readonly SharedFinish[];
  /** Weights of the network's layer in all, zeros included. */
  readonly denseTerms: number;
}

export interface Vector {
  readonly type: IntegerType;
  readonly length: number;
}

/** Neighbouring outputs: one that is a constant, some that share a finish, or one that is the largest of some codes. */
export type OutputRun = ConstantRun | RowRun | MaxRun;

export interface ConstantRun {
  readonly kind: 'constant';
  readonly output: number;
  readonly code: number;
}

export interface RowRun {
  readonly kind: 'rows';
  /** The first row's output. */
  readonly output: number;
  /** Number of the finish in {@link CLayer.finishes}. */
  readonly finish: number;
  readonly rows: readonly LiveRow[];
}

export interface MaxRun {
  readonly kind: 'max';
  readonly output: number;
  readonly row: LiveMax;
}

export interface NetworkPlan {
  readonly affine: AffineNetwork;
  readonly layers: readonly CLayer[];
  readonly input: Vector;
  readonly output: Vector;
  /** The activations between the layers: none, one, or two that take turns. */
  readonly buffers: readonly Vector[];
}

/** The units of a layer that are sums. */
export const rowsOf = (layer: CLayer): LiveRow[] =>
  layer.runs.flatMap((run) => (run.kind === 'rows' ? run.rows : []));

/** Settles every type by interval arithmetic and drops what cannot change or is not read. */
export function planNetwork(network: QuantizedNetwork): NetworkPlan {
  const affine = lowerNetwork(network);
  const input = vector(affine.inputs.map(({ format }) => rangeOf(format)));
  const output = vector(affine.outputs.map(({ format }) => rangeOf(format)));
  const buffers = planBuffers(affine);
  const last = affine.layers.length - 1;
  const layers = affine.layers.map((layer, index): CLayer => {
    const inputs =
      index === 0 ? affine.inputs.map(({ format }) => rangeOf(format)) : outputsOf(affine, index - 1);
    return {
      ...(layer.kind === 'sums'
        ? sumsPlan(layer, inputs, index === last ? finalUnits(affine, layer.rows) : layer.rows)
        : maxPlan(layer, inputs, index === last ? finalUnits(affine, layer.rows) : layer.rows)),
      name: layer.name,
      inputs: index === 0 ? input : { ...buffers[(index - 1) % 2], length: inputs.length },
      outputs: index === last ? output : { ...buffers[index % 2], length: layer.rows.length },
    };
  });
  return { affine, layers, input, output, buffers };
}

type Computation = Pick<CLayer, 'compute' | 'runs' | 'finishes' | 'denseTerms'>;

function sumsPlan(
  { rows, denseTerms }: SumsLayer,
  inputs: readonly Interval[],
  units: readonly (LiveRow | number)[],
): Computation {
  const { runs, finishes } = groupUnits(units);
  return { compute: accumulatorType(rows, inputs, finishes), runs, finishes, denseTerms };
}

function maxPlan(
  { rows }: MaxLayer,
  inputs: readonly Interval[],
  units: readonly (LiveMax | number)[],
): Computation {
  const constants = rows.flatMap(({ least }) => (least === undefined ? [] : [point(least)]));
  const runs = units.map((unit, output): OutputRun => {
    if (typeof unit === 'number') return { kind: 'constant', output, code: unit };
    if (isPoint(unit.output)) return { kind: 'constant', output, code: unit.output.low };
    return { kind: 'max', output, row: unit };
  });
  return { compute: computeType([...inputs, ...constants].reduce(hull)), runs, finishes: [], denseTerms: 0 };
}

const outputsOf = (affine: AffineNetwork, index: number) =>
  affine.layers[index].rows.map((row) => row.output);

/** Two buffers that take turns: what layer l leaves is read by layer l + 1 only. */
function planBuffers(affine: AffineNetwork): Vector[] {
  const hidden = affine.layers.slice(0, -1).map((_, index) => outputsOf(affine, index));
  return [0, 1]
    .map((parity) => hidden.filter((_, index) => index % 2 === parity))
    .filter((group) => group.length > 0)
    .map((group) => ({
      type: storageType(group.flat()),
      length: Math.max(...group.map(({ length }) => length)),
    }));
}

const vector = (ranges: readonly Interval[]): Vector => ({
  type: storageType(ranges),
  length: ranges.length,
});

/** The outputs of the network: computed units, and the constants between them. */
function finalUnits<Row>(affine: AffineNetwork, rows: readonly Row[]): (Row | number)[] {
  return affine.outputs.map((output) => (output.kind === 'row' ? rows[output.row] : output.code));
}

function groupUnits(units: readonly (LiveRow | number)[]): { runs: OutputRun[]; finishes: SharedFinish[] } {
  const finishes: SharedFinish[] = [];
  const runs: OutputRun[] = [];
  units.forEach((unit, output) => {
    if (typeof unit === 'number' || isPoint(unit.output)) {
      runs.push({ kind: 'constant', output, code: typeof unit === 'number' ? unit : unit.output.low });
      return;
    }
    const { sum, fraction, format } = unit;
    const shared = finishes.findIndex(
      (known) => known.fraction === fraction && sameFinish(known.finish, unit.finish),
    );
    const finish = shared < 0 ? finishes.push({ finish: unit.finish, sum, fraction, format }) - 1 : shared;
    finishes[finish] = { ...finishes[finish], sum: hull(finishes[finish].sum, sum) };
    const last = runs.at(-1);
    if (last?.kind === 'rows' && last.finish === finish) {
      runs[runs.length - 1] = { ...last, rows: [...last.rows, unit] };
    } else {
      runs.push({ kind: 'rows', output, finish, rows: [unit] });
    }
  });
  return { runs, finishes };
}

/** Holds every product, every partial sum in the order of the terms, and what the finishes need. */
function accumulatorType(
  rows: readonly LiveRow[],
  inputs: readonly Interval[],
  finishes: readonly SharedFinish[],
): IntegerType {
  let all = finishes.map(finishHull).reduce(hull, { low: 0, high: 0 });
  for (const row of rows) {
    let partial = { low: row.bias, high: row.bias };
    all = hull(all, partial);
    for (const { input, weight } of row.terms) {
      const ends = [weight * inputs[input].low, weight * inputs[input].high];
      const product = { low: Math.min(...ends), high: Math.max(...ends) };
      partial = { low: partial.low + product.low, high: partial.high + product.high };
      all = hull(hull(all, product), partial);
    }
  }
  return computeType(all);
}
