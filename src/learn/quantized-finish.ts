import type { GradSaveFunc, NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';
import type { Interval } from '../fixed/interval.js';
import type { Rounding } from '../fixed/requantize.js';
import { type Curve, curveSlope, type FloatActivation, isCurve } from '../float/activation.js';
import type { FloatLayer } from '../float/types.js';
import { type Bend, bendOf, bent, bentSlope } from '../network/activation.js';
import type { UnitOutput } from '../network/layer-output.js';
import { type Grid, isInFloats, outputGrid } from './grid.js';
import { type FinishAttributes, quantizedFinish, quantizedFinishGrad } from './kernels/finish.js';
import { activationOf, codesOf, fakeOutput, type LayerPlan, stepOf } from './quantization-plan.js';
import type { Tf } from './tensorflow.js';

const { name: FINISH } = quantizedFinish;
const { name: FINISH_GRADIENT } = quantizedFinishGrad;

/** Numbers of a layer: 64 bits wide where 32 would not hold them. */
export type Numbers = Float32Array | Float64Array;

/**
 * What the integer network makes of a layer's sums, unit by unit: activation, rounding, table. Nothing is passed back
 * of what saturates; the slope behind a table is its curve's.
 */
export interface Finish {
  /**
   * What becomes of sums, and d output / d sum by the straight-through estimator.
   *
   * @param isWide whether 32-bit floats might not hold the outputs
   */
  readonly numbers: (
    sums: Numbers,
    isWide: boolean,
  ) => { readonly outputs: Numbers; readonly slopes: Float32Array };
  /**
   * The same of sums that are exact in 32-bit floats, with the way back, where the backend knows how; undefined where
   * it does not, or would not be exact.
   *
   * @param grids of the sums, one per unit or one for all; undefined where they are of no codes and need not be exact
   */
  readonly tensor: (tf: Tf, sums: Tensor, grids: readonly Grid[] | undefined) => Tensor | undefined;
}

export function finisher(layer: FloatLayer, plan: LayerPlan, units: number): Finish {
  const bend = bendOf(activationOf(layer, plan));
  const curve = curveOf(layer);
  const numbers = numbersFinish(bend, curve, plan, units);
  if (curve !== undefined) return { numbers, tensor: () => undefined };
  const tensor = plan.output === 'exact' ? exactTensor(bend) : tensorFinish(bend, plan.output);
  return { numbers, tensor };
}

/** Sums that nothing happens to. */
const exactTensor =
  ({ negative, bound }: Bend): Finish['tensor'] =>
  (_, sums) =>
    negative === 1 && bound === Number.POSITIVE_INFINITY ? sums : undefined;

/** What is left of a code that is rounded up. */
const LEAST_UP: Partial<Record<Rounding, number>> = { TRN: Number.POSITIVE_INFINITY, RND: 0.5 };

function tensorFinish(bend: Bend, output: readonly UnitOutput[]): Finish['tensor'] {
  const [{ rounding }] = output;
  const least = LEAST_UP[rounding];
  const isPlain = (unit: UnitOutput) =>
    unit.table === undefined && unit.overflow === 'SAT' && unit.rounding === rounding;
  if (least === undefined || !output.every(isPlain)) return () => undefined;
  const steps = output.map(({ format }) => stepOf(format));
  const codes = output.map(codesOf);
  const attributes: FinishAttributes = {
    scales: steps.map((step) => 1 / step),
    lows: codes.map(({ low }) => low),
    highs: codes.map(({ high }) => high),
    steps,
    ...bend,
    least,
  };
  return (tf, sums, grids) => {
    const isKnown = tf.getKernel(FINISH, tf.getBackend()) !== undefined;
    const areExact =
      grids === undefined || output.every((unit, at) => isExact(bend, grids[at % grids.length], unit));
    if (!isKnown || !areExact) return undefined;
    const operation = tf.customGrad((...inputs) => {
      const [x, save] = inputs as unknown as [Tensor, GradSaveFunc];
      save([x]);
      const run = (name: string, given: Record<string, Tensor>): Tensor =>
        tf.engine().runKernel(name, given, attributes as unknown as NamedAttrMap);
      const gradFunc = (dy: Tensor, [saved]: Tensor[]) => run(FINISH_GRADIENT, { x: saved, dy });
      return { value: run(FINISH, { x }), gradFunc };
    });
    return operation(sums);
  };
}

/** Whether every number on the way from a sum to its code is exact in 32-bit floats. */
function isExact({ negative, bound }: Bend, { step, most }: Grid, unit: UnitOutput): boolean {
  const activated = { step: step * Math.min(1, ulpOf(negative)), most };
  const scale = 1 / stepOf(unit.format);
  const scaled = { step: activated.step * scale, most: most * scale };
  const codes = { step: 1, most: Math.max(...Object.values(codesOf(unit)).map(Math.abs)) };
  const isBound = bound === Number.POSITIVE_INFINITY || Math.fround(bound) === bound;
  return isBound && [activated, scaled, codes, outputGrid(unit)].every(isInFloats);
}

/** The largest power of two that a number is a multiple of. */
function ulpOf(value: number): number {
  let ulp = 1;
  while (!Number.isInteger(value / ulp)) ulp /= 2;
  return ulp;
}

function numbersFinish(
  bend: Bend,
  curve: Curve | undefined,
  { output }: LayerPlan,
  units: number,
): Finish['numbers'] {
  const finishes = Array.from({ length: units }, (_, unit) =>
    output === 'exact' ? EXACT : unitFinish(output[unit]),
  );
  return (sums, isWide) => {
    const outputs = isWide ? new Float64Array(sums.length) : new Float32Array(sums.length);
    const slopes = new Float32Array(sums.length);
    finishes.forEach(({ fake, inside: { low, high } }, unit) => {
      for (let at = unit; at < sums.length; at += units) {
        const active = bent(bend, sums[at]);
        outputs[at] = fake(active);
        if (active >= low && active <= high) slopes[at] = bentSlope(bend, sums[at]);
      }
    });
    if (curve !== undefined) {
      for (let at = 0; at < sums.length; at++) slopes[at] *= curveSlope(curve, sums[at]);
    }
    return { outputs, slopes };
  };
}

/** A table, if there is one, is asked for the sum. */
function curveOf(layer: FloatLayer): Curve | undefined {
  const { activation } = layer as { readonly activation?: FloatActivation };
  return activation !== undefined && isCurve(activation) ? activation : undefined;
}

interface UnitFinish {
  readonly fake: (value: number) => number;
  /** The values that are let through. */
  readonly inside: Interval;
}

const EXACT: UnitFinish = {
  fake: (value) => value,
  inside: { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY },
};

function unitFinish(unit: UnitOutput): UnitFinish {
  return { fake: fakeOutput(unit), inside: realRangeOf(unit) };
}

/** The smallest and the largest value of a format. */
export function realRangeOf(unit: Pick<UnitOutput, 'format' | 'limits'>): Interval {
  const step = stepOf(unit.format);
  const { low, high } = codesOf(unit);
  return { low: low * step, high: high * step };
}
