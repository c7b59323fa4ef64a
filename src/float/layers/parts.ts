import { z } from 'zod';
import { PADDING_SHAPE, PAIR_SHAPE } from '../../network/layers/window-json.js';
import { isMap, type MapShape, printShape, sizeOf } from '../../network/tensor.js';
import { checkWindow, type Extent, type Padding, positionsOf, type Window } from '../../network/window.js';
import { type FloatActivation, isFloatActivation } from '../activation.js';
import { problems } from '../problems.js';
import type { FloatTensor } from '../tensor.js';
import type { FloatLayer } from '../types.js';
import type { Shape } from './kind.js';

/** Parts that several kinds of layers have in common: what they read, their members in JSON, their windows. */

export const ACTIVATION = z.custom<FloatActivation>(isFloatActivation, 'an activation');

/** @throws float/shape where an activation has slopes for other channels than there are */
export function checkActivation(activation: FloatActivation, channels: number, where: string): void {
  if (typeof activation === 'string' || activation.kind !== 'slopes') return;
  const got = activation.slopes.length;
  if (got !== 1 && got !== channels) throw problems.shape(where, `${got} slopes`, `one, or ${channels}`);
}

/** @param axes what the axes are, for the error @throws float/shape */
export function checkTensor(tensor: FloatTensor, shape: Shape, axes: string, where: string): void {
  if (printShape(tensor.shape) === printShape(shape) && tensor.values.length === sizeOf({ shape })) return;
  const got = `${tensor.values.length} numbers as ${printShape(tensor.shape)}`;
  throw problems.shape(where, got, `${printShape(shape)}, ${axes}`);
}

/** @throws float/shape where a layer does not read one tensor */
export function oneRead(inputs: readonly Shape[], where: string): Shape {
  if (inputs.length !== 1) throw problems.shape(where, `${inputs.length} tensors`, 'one');
  return inputs[0];
}

/** @throws float/shape where a layer does not read one map */
export function mapRead(inputs: readonly Shape[], where: string): MapShape {
  const shape = oneRead(inputs, where);
  if (isMap(shape)) return shape;
  throw problems.shape(where, `a tensor of ${printShape(shape)}`, 'a map of height x width x channels');
}

/** @throws float/shape where several tensors have not one shape */
export function alikeRead(inputs: readonly Shape[], where: string): Shape {
  if (inputs.length < 2) throw problems.shape(where, `${inputs.length} tensors`, 'two or more');
  const other = inputs.find((shape) => printShape(shape) !== printShape(inputs[0]));
  if (other === undefined) return inputs[0];
  const got = `tensors of ${printShape(inputs[0])} and ${printShape(other)}`;
  throw problems.shape(where, got, 'tensors of one shape');
}

/** Cells round a map: none, so many that every stride's cell has a position (as TensorFlow counts), or stated. */
export type FloatPadding = 'same' | 'valid' | Padding;

export const FLOAT_PADDING = z.union([z.enum(['same', 'valid']), PADDING_SHAPE]);
export { PAIR_SHAPE };

/** A window over a map, as a layer states it. */
export interface FloatWindow {
  readonly size: Extent;
  readonly strides: Extent;
  readonly padding: FloatPadding;
  readonly dilation?: Extent;
}

/** The same with its padding counted. */
export function windowOn({ size, strides, padding, dilation = [1, 1] }: FloatWindow, shape: Shape): Window {
  if (padding === 'valid') return { size, strides, dilation, padding: [0, 0, 0, 0] };
  if (padding !== 'same') return { size, strides, dilation, padding };
  const around = (axis: 0 | 1) => {
    const reach = (size[axis] - 1) * dilation[axis] + 1;
    const positions = Math.ceil(shape[axis] / strides[axis]);
    const all = Math.max((positions - 1) * strides[axis] + reach - shape[axis], 0);
    return [Math.floor(all / 2), Math.ceil(all / 2)] as const;
  };
  return { size, strides, dilation, padding: [...around(0), ...around(1)] };
}

/** Rows and columns of positions. @throws network/window, network/positions */
export function placedWindow(wanted: FloatWindow, shape: MapShape, where: string): Extent {
  const window = windowOn(wanted, shape);
  checkWindow(window, shape, where);
  return positionsOf(window, shape);
}

/** The layer with other numbers in one of its members. */
export function withParameter<L extends FloatLayer>(layer: L, member: string, values: Float64Array): L {
  const old = (layer as unknown as Record<string, Float64Array | FloatTensor>)[member];
  return { ...layer, [member]: old instanceof Float64Array ? values : { ...old, values } };
}
