import { type Format, fractionOf, MAX_FRACTION, printFormat, unsignedWidth } from '../fixed/format.js';
import { problems as fixedProblems } from '../fixed/problems.js';
import { encode, type Requantize } from '../fixed/requantize.js';
import type { ChainLayer, DenseChain } from '../float/chain.js';
import { inputsOf } from '../float/graph.js';
import { rowsOf } from '../float/tensor.js';
import { checkNetwork } from '../network/check.js';
import type { LayerOutput } from '../network/layer-output.js';
import type { DenseLayer } from '../network/layers/dense.js';
import { kindOf } from '../network/layers/index.js';
import { vector } from '../network/tensor.js';
import type { DenseNetwork, Head } from '../network/types.js';
import { type RealRange, unionOf } from './calibration.js';
import { losses } from './losses.js';
import { checkMagnitudes, finestWeights } from './magnitudes.js';
import {
  formatForRange,
  givenInput,
  isUnitInput,
  type QuantizationConfig,
  requantizesOf,
  type Widths,
  widthsOf,
} from './options.js';
import { checkProbability, probabilityTable } from './probability.js';
import { problems } from './problems.js';
import type { Quantized, QuantizeSource, TensorRecord } from './quantized.js';

/**
 * The quantized network of a float network at given widths: formats that the configuration gives are taken as they
 * are; the others are the finest of their width that hold the range of the weights, or of the calibrated activations.
 *
 * @throws quantize/*, fixed/format-*, network/*
 */
export function quantizeAt(source: QuantizeSource, config: QuantizationConfig, widths: Widths): Quantized {
  checkLayerNames(source.network, config, widths);
  checkMagnitudes(source);
  const tensors: TensorRecord[] = [];
  const inputs = chooseInput(source, config, widths, tensors);
  let formats: readonly Format[] = inputs;
  const layers = source.network.layers.map((layer, index): DenseLayer => {
    const isLast = index === source.network.layers.length - 1;
    const inputFraction = formats.reduce(
      (finest, format) => Math.max(finest, fractionOf(format)),
      -MAX_FRACTION,
    );
    const kernel = quantizeKernel(layer, config, widths, inputFraction, tensors);
    const bias = quantizeBias(layer, config, inputFraction, kernel.formats, tensors);
    const isDead = [...kernel.codes.flat(), ...bias.codes].every((code) => code === 0);
    const range = isDead ? { low: 0, high: 0 } : source.ranges.layers[index];
    const output = chooseOutput(source, index, isLast, range, config, widths, tensors);
    const quantized: DenseLayer = {
      kind: 'dense',
      name: layer.name,
      kernel,
      bias,
      activation: layer.activation,
      output,
    };
    formats = kindOf(quantized).type(quantized, [vector(formats)]).formats;
    return quantized;
  });
  const network: DenseNetwork = {
    name: source.network.name,
    input: {
      formats: inputs,
      names: source.inputNames ?? [],
      ...(source.encoder === undefined ? {} : { encoder: source.encoder }),
    },
    layers,
    head: headOf(source.network, config),
    labels: source.labels ?? [],
    provenance: source.provenance ?? {},
  };
  checkNetwork(network, source.network.name);
  return { network, tensors };
}

function checkLayerNames(network: DenseChain, config: QuantizationConfig, widths: Widths): void {
  const names = network.layers.map(({ name }) => name);
  const check = (member: string, given: object) => {
    const unknown = Object.keys(given).find((name) => !names.includes(name));
    if (unknown !== undefined) throw problems.quantizeLayer(`${member}.${unknown}`, names);
  };
  check('quantization.layers', config.layers);
  check('quantization.bits.layers', widths.layers);
}

function chooseInput(
  { network, ranges, rangesFrom }: QuantizeSource,
  config: QuantizationConfig,
  widths: Widths,
  tensors: TensorRecord[],
): Format[] {
  const given = givenInput(config);
  const all = unionOf(ranges.inputs);
  const formats =
    given === undefined
      ? Array<Format>(inputsOf(network)).fill(formatForRange(all.low, all.high, widths.input, 1))
      : requantizesOf(given, inputsOf(network), config, 'quantization.input').map(({ format }) => format);
  const from = isUnitInput(config) ? 'unit' : given === undefined ? rangesFrom : 'given';
  tensors.push({ layer: 'input', tensor: 'input', format: printFormats(formats), from });
  return formats;
}

function quantizeKernel(
  layer: ChainLayer,
  config: QuantizationConfig,
  widths: Widths,
  inputFraction: number,
  tensors: TensorRecord[],
): DenseLayer['kernel'] {
  const units = layer.bias.length;
  const given = config.layers[layer.name]?.weights;
  const where = `quantization.layers.${layer.name}.weights`;
  const chosen =
    given === undefined
      ? chooseKernel(layer, config, widths, inputFraction)
      : requantizesOf(given, units, config, where);
  const rows = rowsOf(layer.kernel);
  const codes = rows.map((row) => row.map((weight, unit) => encode(weight, chosen[unit])));
  tensors.push({
    ...describe(layer.name, 'weights', chosen, given !== undefined),
    ...losses(rows, chosen),
  });
  return { formats: chosen.map(({ format }) => format), codes };
}

function chooseKernel(
  layer: ChainLayer,
  config: QuantizationConfig,
  widths: Widths,
  inputFraction: number,
): Requantize[] {
  const hasBias = config.layers[layer.name]?.bias === undefined;
  const all = [...layer.bias.keys()];
  const unitWidths = widthsOf(widths, 'weights', layer.name, all.length);
  const isPerUnit = config.granularity === 'unit';
  const whole = rangeOfWeights(layer, all);
  return all.map((unit) => {
    const units = isPerUnit ? [unit] : all;
    const finest = finestWeights(hasBias ? units.map((one) => layer.bias[one]) : [], inputFraction);
    const { low, high } = isPerUnit ? rangeOfWeights(layer, units) : whole;
    const format = formatForRange(low, high, unitWidths[unit], 0.5, finest);
    return { format, rounding: config.rounding, overflow: config.overflow };
  });
}

/** Zero is always in it. */
function rangeOfWeights({ kernel, bias }: ChainLayer, units: readonly number[]): RealRange {
  let [low, high] = [0, 0];
  for (let row = 0; row < kernel.values.length; row += bias.length) {
    for (const unit of units) {
      low = Math.min(low, kernel.values[row + unit]);
      high = Math.max(high, kernel.values[row + unit]);
    }
  }
  return { low, high };
}

/**
 * A bias that nobody gave a format gets the grid of its sum's products: as fine as the accumulator is anyway, and so
 * free in hardware; as wide as the layer's largest needs.
 */
function quantizeBias(
  layer: ChainLayer,
  config: QuantizationConfig,
  inputFraction: number,
  kernelFormats: readonly Format[],
  tensors: TensorRecord[],
): DenseLayer['bias'] {
  const given = config.layers[layer.name]?.bias;
  const where = `quantization.layers.${layer.name}.bias`;
  const chosen =
    given === undefined
      ? kernelFormats.map((format) => onGrid(layer, inputFraction + fractionOf(format), config))
      : requantizesOf(given, layer.bias.length, config, where);
  const biases = Array.from(layer.bias);
  const codes = biases.map((bias, unit) => encode(bias, chosen[unit]));
  tensors.push({
    ...describe(layer.name, 'bias', chosen, given !== undefined),
    ...losses([biases], chosen),
  });
  return { formats: chosen.map(({ format }) => format), codes };
}

/** @throws fixed/format-width where given formats of inputs and weights are too far apart */
function onGrid({ name, bias }: ChainLayer, fraction: number, config: QuantizationConfig): Requantize {
  const codes = Array.from(bias, (value) => Math.abs(Math.round(value * 2 ** fraction)));
  const width = unsignedWidth(Math.max(...codes)) + 1;
  const format = { signed: true, width, integer: width - fraction };
  const isPossible = Number.isFinite(width) && Math.abs(fraction) <= MAX_FRACTION;
  if (!isPossible) throw fixedProblems.formatWidth(`${name}.bias`, printFormat(format));
  return { format, rounding: config.rounding, overflow: config.overflow };
}

function chooseOutput(
  { network, rangesFrom }: QuantizeSource,
  index: number,
  isLast: boolean,
  { low, high }: RealRange,
  config: QuantizationConfig,
  widths: Widths,
  tensors: TensorRecord[],
): LayerOutput {
  const layer = network.layers[index];
  const units = layer.bias.length;
  const given = config.layers[layer.name]?.output;
  if (given === 'exact' || (given === undefined && isLast)) {
    tensors.push({ layer: layer.name, tensor: 'output', format: 'exact', from: 'exact' });
    return 'exact';
  }
  const chosen: Requantize[] =
    given === undefined
      ? widthsOf(widths, 'activations', layer.name, units).map((width) => ({
          format: formatForRange(Math.min(low, 0), Math.max(high, 0), width, 1),
          rounding: config.rounding,
          overflow: config.overflow,
        }))
      : requantizesOf(given, units, config, `quantization.layers.${layer.name}.output`);
  const from = given === undefined ? rangesFrom : 'given';
  tensors.push({ ...describe(layer.name, 'output', chosen, given !== undefined), from });
  return chosen;
}

function headOf(network: DenseChain, config: QuantizationConfig): Head {
  const { probability } = config;
  checkProbability(config, network.head, network.layers[network.layers.length - 1].bias.length);
  if (network.head !== 'binary') return { kind: network.head };
  if (probability === false) return { kind: 'binary' };
  return { kind: 'binary', probability: probabilityTable(probability === true ? {} : probability, config) };
}

function describe(
  layer: string,
  tensor: TensorRecord['tensor'],
  chosen: readonly Requantize[],
  isGiven: boolean,
): TensorRecord {
  const format = printFormats(chosen.map((wanted) => wanted.format));
  return { layer, tensor, format, from: isGiven ? 'given' : 'range' };
}

function printFormats(formats: readonly Format[]): string | string[] {
  const texts = formats.map(printFormat);
  return texts.every((text) => text === texts[0]) ? texts[0] : texts;
}
