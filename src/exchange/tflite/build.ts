import type { ChainLayer, DenseChain } from '../../float/chain.js';
import { inputsOf } from '../../float/graph.js';
import { floatModel } from '../../float/model.js';
import { rowsOf } from '../../float/tensor.js';
import { plainActivation } from '../plain-activation.js';
import type { TfliteGraph, TfliteOperator, TfliteQuantization, TfliteTensor } from './graph.js';
import { toHalf } from './numbers.js';
import {
  activationQuantization,
  biasQuantization,
  type Granularity,
  quantizeBias,
  quantizeWeights,
  weightQuantization,
} from './quantize.js';

/** The graph while it grows. */
class Draft {
  readonly tensors: TfliteTensor[] = [];
  readonly operators: TfliteOperator[] = [];

  tensor(tensor: TfliteTensor): number {
    return this.tensors.push(tensor) - 1;
  }

  operator(operator: TfliteOperator): number {
    this.operators.push(operator);
    return operator.output;
  }
}

/** The weights of a layer as TFLite lays them out: [unit][input]. */
function unitRows({ kernel, bias }: ChainLayer): number[][] {
  const rows = rowsOf(kernel);
  return Array.from(bias, (_, unit) => rows.map((row) => row[unit]));
}

/** How a layer's constants are written; gives their tensors' numbers. */
type WriteConstants = (
  draft: Draft,
  layer: ChainLayer,
) => { weights: number; bias: number; flavour: 'float' | 'hybrid' };

const writeFloat32: WriteConstants = (draft, layer) => ({
  weights: draft.tensor(constant(layer, 'weights', 'FLOAT32', Math.fround)),
  bias: draft.tensor(constant(layer, 'bias', 'FLOAT32', Math.fround)),
  flavour: 'float',
});

/** Half precision in the file; an operator of the model makes it single precision when it is loaded. */
const writeFloat16: WriteConstants = (draft, layer) => {
  const expanded = (part: 'weights' | 'bias') => {
    const half = constant(layer, part, 'FLOAT16', toHalf);
    const input = draft.tensor({ ...half, name: `${half.name}/float16` });
    const output = draft.tensor({ name: half.name, shape: half.shape, type: 'FLOAT32' });
    return draft.operator({ kind: 'dequantize', input, output });
  };
  return { weights: expanded('weights'), bias: expanded('bias'), flavour: 'float' };
};

const writeDynamic =
  (granularity: Granularity): WriteConstants =>
  (draft, layer) => ({
    weights: draft.tensor(int8Weights(layer, weightQuantization(unitRows(layer), granularity))),
    bias: draft.tensor(constant(layer, 'bias', 'FLOAT32', Math.fround)),
    flavour: 'hybrid',
  });

function constant(
  layer: ChainLayer,
  part: 'weights' | 'bias',
  type: 'FLOAT32' | 'FLOAT16',
  round: (value: number) => number,
): TfliteTensor {
  const original = part === 'weights' ? unitRows(layer).flat() : Array.from(layer.bias);
  const shape = part === 'weights' ? [layer.bias.length, layer.kernel.shape[0]] : [layer.bias.length];
  return { name: `${layer.name}/${part}`, shape, type, data: original.map(round), original };
}

function int8Weights(layer: ChainLayer, quantization: TfliteQuantization): TfliteTensor {
  const rows = unitRows(layer);
  return {
    name: `${layer.name}/weights`,
    shape: [layer.bias.length, layer.kernel.shape[0]],
    type: 'INT8',
    quantization,
    data: quantizeWeights(rows, quantization).flat(),
    original: rows.flat(),
  };
}

/** What {@link buildGraph} is told. */
export type GraphMode =
  | { readonly mode: 'float32' | 'float16' }
  | { readonly mode: 'dynamic'; readonly granularity: Granularity }
  | {
      readonly mode: 'int8';
      readonly granularity: Granularity;
      /** What enters and leaves: codes, or values that the model itself quantizes and dequantizes. */
      readonly ends: 'int8' | 'float32';
      /** Rows of scaled features, at least one, that the ranges of the activations are taken from. */
      readonly calibration: readonly (readonly number[])[];
    };

/** The network as a TFLite graph, a sigmoid or softmax behind its logits when `probability` is asked for. */
export function buildGraph(network: DenseChain, mode: GraphMode, probability: boolean): TfliteGraph {
  const draft = new Draft();
  const { input, logits } =
    mode.mode === 'int8'
      ? int8Layers(draft, network, mode)
      : floatLayers(draft, network, constantsWriter(mode));
  const output = probability ? probabilityOf(draft, network, logits) : logits;
  const hasCodes = mode.mode === 'int8' && mode.ends === 'float32';
  return {
    name: network.name,
    description: `${network.name}, ${mode.mode}`,
    tensors: draft.tensors,
    operators: draft.operators,
    input,
    output: hasCodes ? dequantized(draft, output) : output,
  };
}

function constantsWriter(mode: Exclude<GraphMode, { mode: 'int8' }>): WriteConstants {
  switch (mode.mode) {
    case 'float32':
      return writeFloat32;
    case 'float16':
      return writeFloat16;
    case 'dynamic':
      return writeDynamic(mode.granularity);
  }
}

interface Ends {
  readonly input: number;
  readonly logits: number;
}

function floatLayers(draft: Draft, network: DenseChain, write: WriteConstants): Ends {
  const input = draft.tensor({ name: 'input', shape: [1, inputsOf(network)], type: 'FLOAT32' });
  let current = input;
  for (const layer of network.layers) {
    const { weights, bias, flavour } = write(draft, layer);
    const output = draft.tensor({
      name: `${layer.name}/output`,
      shape: [1, layer.bias.length],
      type: 'FLOAT32',
    });
    const relu = plainActivation(layer, 'TFLite') === 'relu';
    current = draft.operator({
      kind: 'fullyConnected',
      input: current,
      weights,
      bias,
      output,
      relu,
      flavour,
    });
  }
  return { input, logits: current };
}

function int8Layers(
  draft: Draft,
  network: DenseChain,
  { granularity, ends, calibration }: GraphMode & { mode: 'int8' },
): Ends {
  const ranges = activationRanges(network, calibration);
  const activation = (name: string, units: number, index: number) =>
    draft.tensor({
      name,
      shape: [1, units],
      type: 'INT8',
      quantization: activationQuantization(ranges[index].low, ranges[index].high),
    });
  const codes = activation(ends === 'int8' ? 'input' : 'input/int8', inputsOf(network), 0);
  const input = ends === 'int8' ? codes : quantizedFrom(draft, codes);
  let current = codes;
  network.layers.forEach((layer, index) => {
    const inputScale = (draft.tensors[current].quantization as TfliteQuantization).scales[0];
    const biases = Array.from(layer.bias);
    const weights = weightQuantization(unitRows(layer), granularity, biases, inputScale);
    const bias = biasQuantization(inputScale, weights);
    current = draft.operator({
      kind: 'fullyConnected',
      input: current,
      weights: draft.tensor(int8Weights(layer, weights)),
      bias: draft.tensor({
        name: `${layer.name}/bias`,
        shape: [layer.bias.length],
        type: 'INT32',
        quantization: bias,
        data: quantizeBias(biases, bias),
        original: biases,
      }),
      output: activation(`${layer.name}/output`, layer.bias.length, index + 1),
      relu: plainActivation(layer, 'TFLite') === 'relu',
      flavour: 'int8',
    });
  });
  return { input, logits: current };
}

/** A float input before the given codes. */
function quantizedFrom(draft: Draft, codes: number): number {
  const { shape } = draft.tensors[codes];
  const input = draft.tensor({ name: 'input', shape, type: 'FLOAT32' });
  draft.operator({ kind: 'quantize', input, output: codes });
  return input;
}

/** A float output behind the given codes. */
function dequantized(draft: Draft, codes: number): number {
  const { name, shape } = draft.tensors[codes];
  const output = draft.tensor({ name: `${name}/float32`, shape, type: 'FLOAT32' });
  return draft.operator({ kind: 'dequantize', input: codes, output });
}

/** The smallest and largest value of the input and of every layer's output. */
function activationRanges(network: DenseChain, rows: readonly (readonly number[])[]) {
  const ranges = Array.from({ length: network.layers.length + 1 }, () => ({
    low: Infinity,
    high: -Infinity,
  }));
  const run = floatModel(network);
  for (const row of rows) {
    [row, ...run(row)].forEach((values, index) => {
      for (const value of values) {
        ranges[index].low = Math.min(ranges[index].low, value);
        ranges[index].high = Math.max(ranges[index].high, value);
      }
    });
  }
  return ranges;
}

/** Probabilities of int8 models always are code + 128 in 256ths: the interpreter insists. */
const PROBABILITY: TfliteQuantization = { scales: [1 / 256], zeroPoint: -128 };

function probabilityOf(draft: Draft, network: DenseChain, logits: number): number {
  const { shape, type } = draft.tensors[logits];
  const output = draft.tensor({
    name: 'probability',
    shape,
    type,
    ...(type === 'INT8' ? { quantization: PROBABILITY } : {}),
  });
  return draft.operator({ kind: network.head === 'binary' ? 'logistic' : 'softmax', input: logits, output });
}
