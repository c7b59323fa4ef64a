import { floatKindOf } from '../float/layers/index.js';
import type { FloatLayer } from '../float/types.js';
import { outputFormat, type UnitOutput } from '../network/layer-output.js';
import { codesOf, type LayerPlan, type QuantizationPlan, stepOf } from './quantization-plan.js';

/** Where values lie: each is a multiple of `step`, a power of two, and none is farther from 0 than `most`. */
export interface Grid {
  readonly step: number;
  readonly most: number;
}

/** 32-bit floats hold whole numbers up to here. */
const WHOLE = 2 ** 24;
/** Steps whose multiples are neither too small nor too large for 32-bit floats. */
const STEPS = { low: 2 ** -126, high: 2 ** 100 };

/**
 * Whether 32-bit floats hold all values of a grid. A sum whose terms lie on it, and whose terms' sizes add up to `most`
 * at most, is then exact in 32-bit floats in whatever order they are added: so is every part of it.
 */
export const isInFloats = ({ step, most }: Grid): boolean =>
  most <= WHOLE * step && step >= STEPS.low && step <= STEPS.high;

/** The grid on which all of these lie. */
export const commonGrid = (grids: readonly Grid[]): Grid => ({
  step: Math.min(...grids.map(({ step }) => step)),
  most: Math.max(...grids.map(({ most }) => most)),
});

export const inputGrid = ({ input }: QuantizationPlan): Grid => commonGrid(input.map(outputGrid));

/** Of a unit's codes. */
export function outputGrid(unit: Pick<UnitOutput, 'format' | 'limits' | 'table'>): Grid {
  const step = stepOf(outputFormat(unit));
  const { low, high } = codesOf(unit);
  const codes = unit.table?.codes ?? [low, high];
  return { step, most: step * codes.reduce((most, code) => Math.max(most, Math.abs(code)), 0) };
}

/**
 * The grids of a layer's sums, one per unit or one for all: the sum itself and every part of it lie there.
 *
 * @param layer at the values of codes
 * @param read of each tensor that it reads
 */
export function sumGrids(layer: FloatLayer, { weights, bias }: LayerPlan, read: readonly Grid[]): Grid[] {
  const { step, most } = commonGrid(read);
  if (weights.length === 0) return [{ step, most: read.reduce((sum, grid) => sum + grid.most, 0) }];
  const sizes = { weights: new Float64Array(weights.length), bias: new Float64Array(bias.length) };
  for (const { role, values } of floatKindOf(layer).parameters(layer)) {
    if (role === 'statistics') continue;
    const sums = sizes[role];
    for (let at = 0; at < values.length; at++) sums[at % sums.length] += Math.abs(values[at]);
  }
  return weights.map(({ format }, unit) => ({
    step: Math.min(stepOf(format) * step, stepOf(bias[unit].format)),
    most: sizes.weights[unit] * most + sizes.bias[unit],
  }));
}

/** The grid of what a layer makes of its sums. */
export const resultGrid = ({ output }: LayerPlan, sums: readonly Grid[] | undefined): Grid | undefined => {
  if (output !== 'exact') return commonGrid(output.map(outputGrid));
  return sums && commonGrid(sums);
};
