import { fractionOf, rangeOf, valueOfCode } from '../fixed/format.js';
import { inputsOf } from '../float/graph.js';
import type { FloatNetwork } from '../float/types.js';
import type { DenseNetwork } from '../network/types.js';
import { type CalibratedRanges, calibrate, type RealRange, worstCaseRanges } from './calibration.js';
import { measureFidelity } from './fidelity.js';
import type { QuantizationConfig, Widths } from './options.js';
import { givenInput, isUnitInput, requantizesOf, uniformWidths } from './options.js';
import { problems } from './problems.js';
import { quantizeAt } from './quantize.js';
import type { DenseSource, Quantized, QuantizeSource, UnrangedSource } from './quantized.js';

/** Widths that `bits: auto` tries, narrowest first. */
const NARROWEST = 4;
const WIDEST = 16;
/** Of an output's spread what may be lost where no classes tell. */
const LOST = 0.01;
/** Without rows there is nothing to try widths on. */
const WITHOUT_ROWS: Widths = uniformWidths(16);

export interface QuantizeResult extends Quantized {
  readonly widths: Widths;
  /**
   * Which widths `bits: auto` tried, and the share of calibration rows that kept the float network's class; where no
   * classes tell, the share of the worst output's spread that was kept.
   */
  readonly tried: readonly { readonly bits: number; readonly agreement: number }[];
}

/** Of a chain of dense layers. */
export interface DenseResult extends QuantizeResult {
  readonly network: DenseNetwork;
}

/** What the configuration says that inputs can be; undefined where it says nothing. */
function statedInputs(config: QuantizationConfig, network: FloatNetwork): RealRange[] | undefined {
  const inputs = inputsOf(network);
  if (isUnitInput(config)) return Array(inputs).fill({ low: 0, high: 1 });
  const given = givenInput(config);
  if (given === undefined) return undefined;
  const channels = network.input.shape[network.input.shape.length - 1];
  const ranges = requantizesOf(given, channels, config, 'quantization.input').map(({ format }) => {
    const { low, high } = rangeOf(format);
    const fraction = fractionOf(format);
    return { low: valueOfCode(low, fraction), high: valueOfCode(high, fraction) };
  });
  return Array.from({ length: inputs }, (_, at) => ranges[at % channels]);
}

/** Ranges as calibration rows show them, else the worst case for what is stated of the inputs. */
function activationRanges(
  network: FloatNetwork,
  rows: readonly (readonly number[])[],
  config: QuantizationConfig,
): CalibratedRanges {
  const stated = statedInputs(config, network);
  if (rows.length > 0) {
    const seen = calibrate(network, rows, config.calibration);
    return { ...seen, inputs: stated ?? seen.inputs };
  }
  if (stated === undefined) throw problems.quantizeInputUnknown(network.name);
  return worstCaseRanges(network, stated);
}

/**
 * Quantizes a trained network after training.
 *
 * @param rows calibration rows, scaled features [row][input]: training rows, never test rows; empty when there are
 *   none, and then activation formats hold the worst case for what the configuration states of the inputs
 * @throws quantize/*, fixed/format-*, network/*
 */
export function quantizeNetwork(
  source: DenseSource,
  rows: readonly (readonly number[])[],
  config: QuantizationConfig,
): DenseResult;
export function quantizeNetwork(
  source: UnrangedSource,
  rows: readonly (readonly number[])[],
  config: QuantizationConfig,
): QuantizeResult;
export function quantizeNetwork(
  source: UnrangedSource,
  rows: readonly (readonly number[])[],
  config: QuantizationConfig,
): QuantizeResult {
  const odd = rows.findIndex((row) => row.length !== inputsOf(source.network));
  if (odd >= 0) throw problems.quantizeRowWidth(odd, rows[odd].length, inputsOf(source.network));
  const hasRows = rows.length > 0;
  const ranges = activationRanges(source.network, rows, config);
  const ranged: QuantizeSource = { ...source, ranges, rangesFrom: hasRows ? 'calibration' : 'worst case' };
  if (config.bits !== 'auto') {
    const widths = typeof config.bits === 'number' ? uniformWidths(config.bits) : config.bits;
    return { ...quantizeAt(ranged, config, widths), widths, tried: [] };
  }
  if (!hasRows) {
    return { ...quantizeAt(ranged, config, WITHOUT_ROWS), widths: WITHOUT_ROWS, tried: [] };
  }
  return chooseWidths(ranged, rows, config);
}

/**
 * The second of the first two widths in a row at which every calibration row keeps its class: rows that were not
 * seen lie closer to the border than those that were. Where there are no classes, or the rows are all of one, no output
 * may lose more than a hundredth of its spread. Every width is tried with the formats it would have.
 */
function chooseWidths(
  source: QuantizeSource,
  rows: readonly (readonly number[])[],
  config: QuantizationConfig,
): QuantizeResult {
  const tried: { bits: number; agreement: number }[] = [];
  let hadAll = false;
  for (let bits = NARROWEST; ; bits++) {
    const widths = uniformWidths(bits);
    const quantized = quantizeAt(source, config, widths);
    const { agreement, classes, layers } = measureFidelity(
      source.network,
      quantized.network,
      rows,
      'calibration',
    );
    const { worst } = layers[layers.length - 1];
    const tellsClasses = agreement !== null && classes.float > 1;
    const hasAll = tellsClasses ? agreement === 1 : worst <= LOST;
    tried.push({ bits, agreement: tellsClasses ? agreement : Math.max(0, 1 - worst) });
    if ((hadAll && hasAll) || bits === WIDEST) return { ...quantized, widths, tried };
    hadAll = hasAll;
  }
}
