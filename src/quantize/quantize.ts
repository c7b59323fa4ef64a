import type { Format } from '../fixed/format.js';
import { isCurve, printFloatActivation } from '../float/activation.js';
import { inputsOf, outputsOf } from '../float/graph.js';
import type { FloatActivationLayer } from '../float/layers/activation-layer.js';
import type { FloatLayer, FloatNetwork } from '../float/types.js';
import { checkNetwork } from '../network/check.js';
import { INPUT_NUMBER, inputTensor, sourcesOf } from '../network/graph.js';
import { kindOf } from '../network/layers/index.js';
import { isMap, type Tensor } from '../network/tensor.js';
import type { Head, Layer, QuantizedNetwork } from '../network/types.js';
import { unionOf } from './calibration.js';
import { quantizeKindOf } from './layers/index.js';
import { checkMagnitudes } from './magnitudes.js';
import {
  formatForRange,
  givenInput,
  isUnitInput,
  type QuantizationConfig,
  requantizesOf,
  type Widths,
} from './options.js';
import { checkProbability, probabilityTable } from './probability.js';
import { problems } from './problems.js';
import { printFormats, type Quantized, type QuantizeSource, type TensorRecord } from './quantized.js';

/**
 * The quantized network of a float network at given widths: formats that the configuration gives are taken as they
 * are; the others are the finest of their width that hold the range of the weights, or of the calibrated activations.
 *
 * @param source its network of kinds that the integer network has, as `foldNetwork` gives it
 * @throws quantize/*, fixed/format-*, network/*
 */
export function quantizeAt(source: QuantizeSource, config: QuantizationConfig, widths: Widths): Quantized {
  checkLayerNames(source.network, config, widths);
  checkMagnitudes(source);
  const tensors: TensorRecord[] = [];
  const input = inputPort(source, chooseInput(source, config, widths, tensors));
  const sources = sourcesOf(source.network);
  const outputs = outputLayers(source.network, sources);
  const given: Tensor[] = [];
  const layers = source.network.layers.map((layer, index): Layer => {
    const inputs = sources[index].map((number) =>
      number === INPUT_NUMBER ? inputTensor({ input }) : given[number],
    );
    const context = {
      inputs,
      isOutput: outputs.has(index),
      range: source.ranges.layers[index],
      rangesFrom: source.rangesFrom,
      config,
      widths,
      record: (record: TensorRecord) => tensors.push(record),
    };
    const quantized = quantizeKindOf(layer).quantize(layer, context);
    const linked = layer.from === undefined ? quantized : { ...quantized, from: layer.from };
    given.push(kindOf(linked).type(linked, inputs));
    return linked;
  });
  const network: QuantizedNetwork = {
    name: source.network.name,
    input,
    layers,
    head: headOf(source.network, config),
    labels: source.labels ?? [],
    provenance: source.provenance ?? {},
  };
  checkNetwork(network, source.network.name);
  return { network, tensors };
}

function inputPort(
  { network, inputNames = [], encoder }: QuantizeSource,
  formats: readonly Format[],
): QuantizedNetwork['input'] {
  const { shape } = network.input;
  return {
    formats,
    ...(isMap(shape) ? { shape } : {}),
    names: inputNames,
    ...(encoder === undefined ? {} : { encoder }),
  };
}

/** Numbers of the layers whose codes leave the network, at most moved by then. */
function outputLayers({ layers }: FloatNetwork, sources: readonly (readonly number[])[]): Set<number> {
  const last = layers.length - 1;
  const outputs = new Set([last]);
  for (let index = last - 1; index >= 0; index--) {
    const readers = [...layers.keys()].filter((reader) => sources[reader].includes(index));
    const leaves = readers.every((reader) => outputs.has(reader) && quantizeKindOf(layers[reader]).moves);
    if (leaves) outputs.add(index);
  }
  return outputs;
}

/** @throws quantize/layer */
export function checkLayerNames(
  network: FloatNetwork,
  config: QuantizationConfig,
  widths: Pick<Widths, 'layers'>,
): void {
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
  const { shape } = network.input;
  const channels = shape[shape.length - 1];
  const one =
    given === undefined
      ? Array<Format>(channels).fill(formatForRange(all.low, all.high, widths.input, 1))
      : requantizesOf(given, channels, config, 'quantization.input').map(({ format }) => format);
  const formats = Array.from({ length: inputsOf(network) }, (_, at) => one[at % channels]);
  const from = isUnitInput(config) ? 'unit' : given === undefined ? rangesFrom : 'given';
  tensors.push({ layer: 'input', tensor: 'input', format: printFormats(formats), from });
  return formats;
}

function headOf(network: FloatNetwork, config: QuantizationConfig): Head {
  const { probability } = config;
  const { name, activation } = network.layers[network.layers.length - 1] as FloatLayer &
    Partial<FloatActivationLayer>;
  if (network.head !== 'values' && activation !== undefined && isCurve(activation))
    throw problems.quantizeCurveHead(name, printFloatActivation(activation), network.head);
  checkProbability(config, network.head, outputsOf(network));
  if (network.head !== 'binary') return { kind: network.head };
  if (probability === false) return { kind: 'binary' };
  return { kind: 'binary', probability: probabilityTable(probability === true ? {} : probability, config) };
}
