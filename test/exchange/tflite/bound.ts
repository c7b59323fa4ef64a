import type { AnyOperator, TfliteGraph, TfliteTensor } from '../../../src/exchange/tflite/graph.js';
import type { DenseChain } from '../../../src/float/chain.js';
import { floatModel } from '../../../src/float/model.js';

/** Float32 sums of some dozen terms. */
const FLOAT_ERROR = 1e-5;

/**
 * How far a model's logits may be from the trained network's for one sample, if every tensor is as exact as its
 * type allows: the errors of constants and activations, carried through the layers at their worst.
 */
export function logitBound(
  network: DenseChain,
  graph: TfliteGraph<AnyOperator>,
  features: readonly number[],
): number {
  const layers = [features, ...floatModel(network)(features).map((values) => Array.from(values))];
  const named = (name: string) => graph.tensors.find((tensor) => tensor.name === name);
  const input = named('input/int8') ?? named('input');
  let errors = features.map(() => activationError(input));
  network.layers.forEach((layer, index) => {
    const inputs = layers[index];
    const weights = constant(named, `${layer.name}/weights`);
    const bias = constant(named, `${layer.name}/bias`);
    const isHybrid = weights.type === 'INT8' && bias.type === 'FLOAT32';
    const reach = Math.max(0, ...inputs) - Math.min(0, ...inputs) + 2 * Math.max(...errors);
    const given = errors.map((error) => error + (isHybrid ? reach / 255 : 0));
    errors = Array.from(layer.bias, (start, unit) => {
      let error = constantError(bias, start, unit) + activationError(named(`${layer.name}/output`));
      let size = Math.abs(start);
      inputs.forEach((value, at) => {
        const weight = layer.kernel.values[at * layer.bias.length + unit];
        error += Math.abs(weight) * given[at];
        error += (Math.abs(value) + given[at]) * constantError(weights, weight, unit);
        size += Math.abs(weight * value);
      });
      return error + FLOAT_ERROR * size;
    });
  });
  return Math.max(...errors);
}

/** A constant as the file holds it: the half precision one, where there is one. */
function constant(named: (name: string) => TfliteTensor | undefined, name: string): TfliteTensor {
  const tensor = named(`${name}/float16`) ?? named(name);
  if (tensor === undefined) throw new Error(`no tensor ${name}`);
  return tensor;
}

function constantError({ type, quantization }: TfliteTensor, value: number, unit: number): number {
  const scales = quantization?.scales ?? [0];
  const step = scales[scales.length === 1 ? 0 : unit];
  switch (type) {
    case 'FLOAT32':
      return Math.abs(value) * 2 ** -24;
    case 'FLOAT16':
      return Math.abs(value) * 2 ** -11 + 2 ** -25;
    case 'INT8':
    case 'INT32':
      // Half a code, and what the scale lost when it became a float32.
      return step / 2 + Math.abs(value) * 2 ** -22;
  }
}

/** A code's width: half of it is rounding, half the zero point's, which is a whole code itself. */
const activationError = (tensor: TfliteTensor | undefined) => tensor?.quantization?.scales[0] ?? 0;
