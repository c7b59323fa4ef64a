import { assertNever, invariant } from '../../src/core/assert.js';
import type {
  AnyOperator,
  TfliteGraph,
  TfliteQuantization,
  TfliteTensor,
} from '../../src/exchange/tflite/graph.js';
import { clamp, roundHalfEven } from '../../src/exchange/tflite/numbers.js';
import { dequantize, quantizeActivation } from '../../src/exchange/tflite/quantize.js';

import { ACTIVATION } from '../../src/exchange/tflite/schema.js';

const fround = Math.fround;

/**
 * What an interpreter answers to a chain of dense layers with ReLUs. int8 models come out code by code as
 * XNNPACK's kernels compute them (one float32 multiplication per sum, rounded half to even); interpreters that
 * rescale in fixed point may differ by one code. Float sums are exact here, and differ from an interpreter's by
 * its rounding.
 *
 * @param features scaled features
 * @returns the output's values
 */
export function runTflite(graph: TfliteGraph<AnyOperator>, features: readonly number[]): number[] {
  const { quantization: input } = graph.tensors[graph.input];
  const { quantization: output } = graph.tensors[graph.output];
  const given = features.map((value) =>
    input === undefined ? fround(value) : quantizeActivation(value, input),
  );
  const answer = runGraph(graph, given);
  return output === undefined ? answer : answer.map((code) => dequantize(code, 0, output, 1));
}

/** The same from input elements to output elements, in the tensors' own types: codes for int8. */
export function runGraph(graph: TfliteGraph<AnyOperator>, input: readonly number[]): number[] {
  const values: (readonly number[] | undefined)[] = graph.tensors.map((tensor) => tensor.data);
  values[graph.input] = input;
  for (const operator of graph.operators) {
    const [given, output] = [operator.input, operator.output].map((index) => graph.tensors[index]);
    values[operator.output] = runOperator(operator, values, given, output, graph);
  }
  return [...elements(values, graph.output)];
}

function elements(values: readonly (readonly number[] | undefined)[], index: number): readonly number[] {
  const found = values[index];
  invariant(found !== undefined, `tensor ${index} is read before it is written`);
  return found;
}

function runOperator(
  operator: AnyOperator,
  values: readonly (readonly number[] | undefined)[],
  given: TfliteTensor,
  output: TfliteTensor,
  graph: TfliteGraph<AnyOperator>,
): number[] {
  const input = elements(values, operator.input);
  switch (operator.kind) {
    case 'fullyConnected': {
      const weights = elements(values, operator.weights);
      const bias = elements(values, operator.bias);
      const weightQuantization = graph.tensors[operator.weights].quantization;
      const layer = { input, weights, bias, relu: operator.activation === ACTIVATION.relu };
      switch (operator.flavour) {
        case 'float':
          return floatLayer(layer);
        case 'hybrid':
          return hybridLayer(layer, quantizationOf(weightQuantization));
        case 'int8':
          return int8Layer(layer, {
            input: quantizationOf(given.quantization),
            weights: quantizationOf(weightQuantization),
            output: quantizationOf(output.quantization),
          });
        default:
          return assertNever(operator.flavour);
      }
    }
    case 'quantize':
      return quantizeFloats(input, quantizationOf(output.quantization));
    case 'dequantize': {
      const { quantization } = given;
      // Half precision is read as the numbers they are.
      return quantization === undefined
        ? [...input]
        : input.map((code) => fround(dequantize(code, 0, quantization, 1)));
    }
    case 'logistic':
    case 'softmax':
      return probability(operator.kind, input, given.quantization, output.quantization);
    case 'map':
      throw new Error(`chains of dense layers have no ${operator.operator}`);
    default:
      return assertNever(operator);
  }
}

function quantizationOf(quantization: TfliteQuantization | undefined): TfliteQuantization {
  invariant(quantization !== undefined, 'a tensor of an int8 layer has no quantization');
  return quantization;
}

function quantizeFloats(values: readonly number[], { scales, zeroPoint }: TfliteQuantization): number[] {
  const inverse = fround(1 / scales[0]);
  return values.map((value) => clamp(roundHalfEven(fround(value * inverse)) + zeroPoint, -128, 127));
}

interface LayerValues {
  readonly input: readonly number[];
  readonly weights: readonly number[];
  readonly bias: readonly number[];
  readonly relu: boolean;
}

const dot = (input: readonly number[], weights: readonly number[], unit: number): number =>
  input.reduce((sum, value, at) => sum + value * weights[unit * input.length + at], 0);

function floatLayer({ input, weights, bias, relu }: LayerValues): number[] {
  return bias.map((start, unit) => {
    const sum = fround(start + dot(input, weights, unit));
    return relu ? Math.max(sum, 0) : sum;
  });
}

/** The input is quantized to int8 anew for every sample, asymmetrically; sums are integers. */
function hybridLayer({ input, weights, bias, relu }: LayerValues, { scales }: TfliteQuantization): number[] {
  const least = Math.min(0, ...input);
  const most = Math.max(0, ...input);
  const inverse = least === most ? 1 : fround(255 / fround(most - least));
  const scale = fround(1 / inverse);
  const zeroPoint = nudgedZeroPoint(least, most, inverse);
  const codes = input.map(
    (value) => clamp(roundHalfEven(fround(value * inverse)) + zeroPoint, -128, 127) - zeroPoint,
  );
  return bias.map((start, unit) => {
    const weightScale = scales[scales.length === 1 ? 0 : unit];
    const sum = fround(fround(dot(codes, weights, unit) * scale) * weightScale + start);
    return relu ? Math.max(sum, 0) : sum;
  });
}

/** From the end of the range whose error is the smaller, as XNNPACK does. */
function nudgedZeroPoint(least: number, most: number, inverse: number): number {
  const low = fround(least * inverse);
  const high = fround(most * inverse);
  const isLowNearer = -128 + low + 127 + high > 0;
  return roundHalfEven(clamp(isLowNearer ? -128 - low : 127 - high, -128, 127));
}

interface Int8Quantization {
  readonly input: TfliteQuantization;
  readonly weights: TfliteQuantization;
  readonly output: TfliteQuantization;
}

function int8Layer({ input, weights, bias, relu }: LayerValues, quantization: Int8Quantization): number[] {
  const { scales } = quantization.weights;
  const { zeroPoint } = quantization.output;
  const centred = input.map((code) => code - quantization.input.zeroPoint);
  const low = relu ? zeroPoint : -128;
  return bias.map((start, unit) => {
    const weightScale = scales[scales.length === 1 ? 0 : unit];
    const factor = fround(fround(quantization.input.scales[0] * weightScale) / quantization.output.scales[0]);
    const scaled = fround(fround(start + dot(centred, weights, unit)) * factor);
    return clamp(roundHalfEven(clamp(scaled, -1e6, 1e6)) + zeroPoint, low, 127);
  });
}

function probability(
  kind: 'logistic' | 'softmax',
  input: readonly number[],
  given: TfliteQuantization | undefined,
  output: TfliteQuantization | undefined,
): number[] {
  const logits = given === undefined ? input : input.map((code) => dequantize(code, 0, given, 1));
  const values = kind === 'logistic' ? logits.map((logit) => 1 / (1 + Math.exp(-logit))) : softmax(logits);
  if (output === undefined) return values.map(fround);
  const { scales, zeroPoint } = output;
  return values.map((value) => clamp(roundHalfEven(value / scales[0]) + zeroPoint, -128, 127));
}

function softmax(logits: readonly number[]): number[] {
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
