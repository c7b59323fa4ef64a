import type { AnyOperator, TfliteGraph, TfliteTensor, TfliteType } from './graph.js';
import { dequantize } from './quantize.js';
import { bytesOf } from './writer.js';

/** What the converter did to one tensor. */
export interface TfliteTensorReport {
  readonly name: string;
  readonly role: 'constant' | 'activation';
  readonly type: TfliteType;
  readonly shape: readonly number[];
  /** Bytes in the file; 0 for an activation. */
  readonly bytes: number;
  /** Present where the elements are codes: real = scale × (code − zeroPoint); one scale, or one per unit. */
  readonly scales?: readonly number[];
  readonly zeroPoint?: number;
  /** The largest difference of a constant's element from what was trained; absent from activations. */
  readonly maxError?: number;
}

/** One item per tensor of the graph, in its order. */
export function reportTensors(graph: TfliteGraph<AnyOperator>): TfliteTensorReport[] {
  return graph.tensors.map((tensor) => ({
    name: tensor.name,
    role: tensor.data === undefined ? 'activation' : 'constant',
    type: tensor.type,
    shape: tensor.shape,
    bytes: bytesOf(tensor).length,
    ...(tensor.quantization === undefined
      ? {}
      : { scales: tensor.quantization.scales, zeroPoint: tensor.quantization.zeroPoint }),
    ...(tensor.data === undefined ? {} : { maxError: maxError(tensor) }),
  }));
}

function maxError({ data = [], original = [], quantization, shape }: TfliteTensor): number {
  const perItem = shape
    .slice((quantization?.dimension ?? 0) + 1)
    .reduce((product, length) => product * length, 1);
  return data.reduce((most, element, index) => {
    const value = quantization === undefined ? element : dequantize(element, index, quantization, perItem);
    return Math.max(most, Math.abs(value - original[index]));
  }, 0);
}
