import type { FloatTensor } from '../../../float/tensor.js';

/** What a name in an ONNX graph stands for: constant numbers, or what a layer gives. */
export type OnnxValue = Constant | Activation;

export interface Constant extends FloatTensor {
  readonly kind: 'constant';
  /** Of the file's numbers, as ONNX numbers types. */
  readonly type?: number;
  /** Where they are whole numbers times a scale: one, or one for each item of an axis. */
  readonly scales?: { readonly values: readonly number[]; readonly axis: number };
}

export interface Activation {
  readonly kind: 'activation';
  /** The layer that gives it, or the network's input. */
  readonly layer: string;
  /** As ONNX has it, without the batch. */
  readonly shape: readonly number[];
  /** As the layer gives it: `[units]` or `[height, width, channels]`. */
  readonly stored: readonly number[];
  /** For each axis of `shape` its place in `stored`; the others have length 1. */
  readonly places: readonly number[];
}

export const constant = (shape: readonly number[], values: Iterable<number>): Constant => ({
  kind: 'constant',
  shape,
  values: Float64Array.from(values),
});

/** The scales of a constant's units, which lie along an axis. */
export function unitScales({ scales }: Constant, axis: number): { readonly scales?: readonly number[] } {
  if (scales === undefined || (scales.values.length > 1 && scales.axis !== axis)) return {};
  return { scales: scales.values };
}

/** Where a channel-first tensor's axes lie: channels last. */
export const CHANNELS_FIRST: Readonly<Record<number, readonly number[]>> = {
  1: [0],
  2: [2, 1],
  3: [2, 0, 1],
};
