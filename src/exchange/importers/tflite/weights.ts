import { printShape, sizeOf } from '../../../network/tensor.js';
import type { Node } from './conversion.js';
import type { Tensor } from './model.js';
import { isInteger } from './quantization.js';

/** The real numbers of a constant: of codes what they stand for. */
export function realOf(tensor: Tensor): Float64Array {
  const values = tensor.values!();
  const { quantization, shape } = tensor;
  if (quantization === undefined || !isInteger(tensor)) return values;
  const { scales, zeroPoints, axis } = quantization;
  const inner = sizeOf({ shape: shape.slice(axis + 1) });
  return values.map((code, at) => {
    const item = scales.length === 1 ? 0 : Math.floor(at / inner) % scales.length;
    return scales[item] * (code - zeroPoints[item]);
  });
}

/** Weight codes with their zero points taken off, in the file's order, and the scale of each unit. */
export function weightCodes(
  node: Node,
  tensor: Tensor,
  axis: number,
): { codes: Float64Array; scales: readonly number[] } {
  const { quantization, shape } = tensor;
  const values = tensor.values!();
  if (quantization === undefined || !isInteger(tensor))
    return node.refuse(
      `weights of ${printShape(shape)} that are no whole numbers of 8 bits`,
      'int8 or uint8, with scales',
    );
  const { scales, zeroPoints } = quantization;
  if (scales.length > 1 && quantization.axis !== axis)
    node.refuse(`scales along axis ${quantization.axis} of the weights`, `along axis ${axis}, one per unit`);
  const inner = sizeOf({ shape: shape.slice(axis + 1) });
  const codes = values.map(
    (code, at) => code - zeroPoints[scales.length === 1 ? 0 : Math.floor(at / inner) % shape[axis]],
  );
  return { codes, scales };
}

/** The biases; 0 where there are none. */
export function biasesOf(node: Node, at: number, units: number): Float64Array {
  const tensor = node.optionalConstant(at);
  if (tensor === undefined) return new Float64Array(units);
  const values = node.isInteger ? tensor.values!() : realOf(tensor);
  if (values.length !== units) node.refuse(`${values.length} biases`, `${units}, one per unit`);
  return values;
}

/** Numbers in another order of their axes. @param axes for each new axis the old one */
export function transposed(
  values: Float64Array,
  shape: readonly number[],
  axes: readonly number[],
): Float64Array {
  const strides = shape.map((_, axis) => sizeOf({ shape: shape.slice(axis + 1) }));
  const given = axes.map((axis) => shape[axis]);
  return values.map((_, at) => {
    let [rest, from] = [at, 0];
    for (let axis = given.length - 1; axis >= 0; axis--) {
      from += (rest % given[axis]) * strides[axes[axis]];
      rest = Math.floor(rest / given[axis]);
    }
    return values[from];
  });
}

/** A kernel [row][column][channel][unit] as lists. */
export function nested(
  values: Float64Array,
  [rows, columns, depth, units]: readonly number[],
): number[][][][] {
  let at = 0;
  const next = () => values[at++];
  return Array.from({ length: rows }, () =>
    Array.from({ length: columns }, () =>
      Array.from({ length: depth }, () => Array.from({ length: units }, next)),
    ),
  );
}
