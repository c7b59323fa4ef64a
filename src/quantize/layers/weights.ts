import { type Format, fractionOf, MAX_FRACTION, printFormat, unsignedWidth } from '../../fixed/format.js';
import { problems as fixedProblems } from '../../fixed/problems.js';
import { encode, type Requantize } from '../../fixed/requantize.js';
import { type FloatTensor, rowsOf } from '../../float/tensor.js';
import { allFormats } from '../../network/tensor.js';
import type { RealRange } from '../calibration.js';
import { losses } from '../losses.js';
import { finestWeights } from '../magnitudes.js';
import { formatForRange, requantizesOf, widthsOf } from '../options.js';
import { describe } from '../quantized.js';
import type { QuantizeContext } from './kind.js';

/** A layer whose kernel's last axis is its units or channels. */
export interface Weighted {
  readonly name: string;
  readonly kernel: FloatTensor;
  readonly bias: Float64Array;
}

/** Weights and biases as codes, in the same order. */
export interface WeightCodes {
  readonly kernel: { readonly formats: readonly Format[]; readonly codes: readonly number[] };
  readonly bias: { readonly formats: readonly Format[]; readonly codes: readonly number[] };
}

export function quantizeWeights(layer: Weighted, context: QuantizeContext): WeightCodes {
  const inputFraction = allFormats(context.inputs).reduce(
    (finest, format) => Math.max(finest, fractionOf(format)),
    -MAX_FRACTION,
  );
  const kernel = quantizeKernel(layer, inputFraction, context);
  return { kernel, bias: quantizeBias(layer, inputFraction, kernel.formats, context) };
}

/** Whether nothing is left of a layer. */
export const isDead = ({ kernel, bias }: WeightCodes): boolean =>
  [kernel, bias].every(({ codes }) => codes.every((code) => code === 0));

function quantizeKernel(
  layer: Weighted,
  inputFraction: number,
  context: QuantizeContext,
): WeightCodes['kernel'] {
  const units = layer.bias.length;
  const given = context.config.layers[layer.name]?.weights;
  const where = `quantization.layers.${layer.name}.weights`;
  const chosen =
    given === undefined
      ? chooseKernel(layer, inputFraction, context)
      : requantizesOf(given, units, context.config, where);
  context.record({
    ...describe(layer.name, 'weights', chosen, given !== undefined),
    ...losses(rowsOf(layer.kernel), chosen),
  });
  return {
    formats: chosen.map(({ format }) => format),
    codes: Array.from(layer.kernel.values, (weight, at) => encode(weight, chosen[at % units])),
  };
}

function chooseKernel(
  layer: Weighted,
  inputFraction: number,
  { config, widths }: QuantizeContext,
): Requantize[] {
  const hasBias = config.layers[layer.name]?.bias === undefined;
  const all = [...layer.bias.keys()];
  const unitWidths = widthsOf(widths, 'weights', layer.name, all.length);
  const isPerUnit = config.granularity === 'unit';
  const ranges = rangesOfUnits(layer);
  const low = Math.min(...ranges.map((range) => range.low));
  const high = Math.max(...ranges.map((range) => range.high));
  const finestOf = (units: readonly number[]) =>
    finestWeights(hasBias ? units.map((one) => layer.bias[one]) : [], inputFraction);
  const finest = isPerUnit ? undefined : finestOf(all);
  return all.map((unit) => {
    const range = isPerUnit ? ranges[unit] : { low, high };
    const format = formatForRange(range.low, range.high, unitWidths[unit], 0.5, finest ?? finestOf([unit]));
    return { format, rounding: config.rounding, overflow: config.overflow };
  });
}

/** Zero is always in it. */
function rangesOfUnits({ kernel, bias }: Weighted): RealRange[] {
  const ranges = Array.from(bias, () => ({ low: 0, high: 0 }));
  kernel.values.forEach((weight, at) => {
    const range = ranges[at % bias.length];
    range.low = Math.min(range.low, weight);
    range.high = Math.max(range.high, weight);
  });
  return ranges;
}

/**
 * A bias that nobody gave a format gets the grid of its sum's products: as fine as the accumulator is anyway, and so
 * free in hardware; as wide as the layer's largest needs.
 */
function quantizeBias(
  layer: Weighted,
  inputFraction: number,
  kernelFormats: readonly Format[],
  { config, record }: QuantizeContext,
): WeightCodes['bias'] {
  const given = config.layers[layer.name]?.bias;
  const where = `quantization.layers.${layer.name}.bias`;
  const chosen =
    given === undefined
      ? kernelFormats.map(
          (format): Requantize => ({
            format: onGrid(layer, inputFraction + fractionOf(format)),
            rounding: config.rounding,
            overflow: config.overflow,
          }),
        )
      : requantizesOf(given, layer.bias.length, config, where);
  const biases = Array.from(layer.bias);
  record({
    ...describe(layer.name, 'bias', chosen, given !== undefined),
    ...losses([biases], chosen),
  });
  return {
    formats: chosen.map(({ format }) => format),
    codes: biases.map((bias, unit) => encode(bias, chosen[unit])),
  };
}

/** @throws fixed/format-width where given formats of inputs and weights are too far apart */
function onGrid({ name, bias }: Weighted, fraction: number): Format {
  const codes = Array.from(bias, (value) => Math.abs(Math.round(value * 2 ** fraction)));
  const width = unsignedWidth(Math.max(...codes)) + 1;
  const format = { signed: true, width, integer: width - fraction };
  const isPossible = Number.isFinite(width) && Math.abs(fraction) <= MAX_FRACTION;
  if (!isPossible) throw fixedProblems.formatWidth(`${name}.bias`, printFormat(format));
  return format;
}
