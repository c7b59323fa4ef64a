import { fractionOf, rangeOf, valueOfCode } from '../fixed/format.js';
import { encode } from '../fixed/requantize.js';
import { classOf, runFloat } from '../learn/float-network.js';
import { referenceModel } from '../network/reference.js';
import type { QuantizedNetwork } from '../network/types.js';
import { calibrate, worstCaseRanges } from './calibration.js';
import type { QuantizationConfig, Widths } from './options.js';
import { requantizesOf, uniformWidths } from './options.js';
import { type Quantized, type QuantizeSource, quantizeAt } from './quantize.js';

/** Widths that `bits: auto` tries, narrowest first. */
const NARROWEST = 4;
const WIDEST = 16;
/** Without rows there is nothing to try widths on. */
const WITHOUT_ROWS: Widths = uniformWidths(16);

export interface QuantizeResult extends Quantized {
  readonly widths: Widths;
  /** Which widths `bits: auto` tried, and the share of calibration rows that kept the float network's class. */
  readonly tried: readonly { readonly bits: number; readonly agreement: number }[];
}

/** The values that inputs can take: those of the given formats, else those of scaled features. */
function inputRange(config: QuantizationConfig, inputs: number) {
  if (config.input === undefined) return { low: 0, high: 1 };
  const ranges = requantizesOf(config.input, inputs, config, 'quantization.input').map(({ format }) => {
    const { low, high } = rangeOf(format);
    const fraction = fractionOf(format);
    return { low: valueOfCode(low, fraction), high: valueOfCode(high, fraction) };
  });
  return {
    low: Math.min(...ranges.map(({ low }) => low)),
    high: Math.max(...ranges.map(({ high }) => high)),
  };
}

/**
 * Quantizes a trained network after training.
 *
 * @param rows calibration rows, scaled features [row][input]: training rows, never test rows; empty when there are
 *   none, and then activation formats hold the worst case for inputs of the given formats, else in [0, 1]
 * @throws quantize/*, fixed/format-*, network/*
 */
export function quantizeNetwork(
  source: Omit<QuantizeSource, 'ranges' | 'rangesFrom'>,
  rows: readonly (readonly number[])[],
  config: QuantizationConfig,
): QuantizeResult {
  const hasRows = rows.length > 0;
  const ranges = hasRows
    ? calibrate(source.network, rows, config.calibration)
    : worstCaseRanges(source.network, inputRange(config, source.network.inputs));
  const ranged: QuantizeSource = { ...source, ranges, rangesFrom: hasRows ? 'calibration' : 'worst case' };
  if (config.bits !== 'auto') {
    const widths = typeof config.bits === 'number' ? uniformWidths(config.bits) : config.bits;
    return { ...quantizeAt(ranged, config, widths), widths, tried: [] };
  }
  if (!hasRows || source.network.head === 'values') {
    return { ...quantizeAt(ranged, config, WITHOUT_ROWS), widths: WITHOUT_ROWS, tried: [] };
  }
  return searchWidths(ranged, rows, config);
}

/**
 * The second of the first two widths in a row at which every calibration row keeps its class: rows that were not
 * seen lie closer to the border than those that were. Every width is tried with the formats it would have.
 */
function searchWidths(
  source: QuantizeSource,
  rows: readonly (readonly number[])[],
  config: QuantizationConfig,
): QuantizeResult {
  const wanted = rows.map((row) => classOf(runFloat(source.network, row).at(-1) as number[]));
  const tried: { bits: number; agreement: number }[] = [];
  for (let bits = NARROWEST; ; bits++) {
    const widths = uniformWidths(bits);
    const quantized = quantizeAt(source, config, widths);
    const classes = classify(quantized.network, rows);
    const kept = classes.filter((one, row) => one === wanted[row]).length;
    const hadAll = tried.at(-1)?.agreement === 1;
    tried.push({ bits, agreement: kept / rows.length });
    if ((hadAll && kept === rows.length) || bits === WIDEST) return { ...quantized, widths, tried };
  }
}

/** The class of each row of scaled features, by the reference model. */
export function classify(network: QuantizedNetwork, rows: readonly (readonly number[])[]): number[] {
  const run = referenceModel(network);
  return rows.map((row) => run(inputCodes(network, row)).class as number);
}

/** The input codes of one row of scaled features: rounded half up, saturated. */
export function inputCodes(network: QuantizedNetwork, row: readonly number[]): number[] {
  return row.map((value, input) =>
    encode(value, { format: network.input.formats[input], rounding: 'RND', overflow: 'SAT' }),
  );
}
