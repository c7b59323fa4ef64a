import { isMap, printShape, sizeOf } from '../../network/tensor.js';
import { problems } from '../problems.js';

/**
 * The shape of a sample: what is stated where something is, else as it lies there, a map of two axes having one channel.
 *
 * @param own as the samples lie there
 * @throws data/shape where the stated one has another number of values
 */
export function shaped(
  own: readonly number[],
  stated: readonly number[] | undefined,
  where: string,
): readonly number[] {
  if (stated === undefined) {
    const shape = own.length === 2 ? [...own, 1] : own;
    if (shape.length === 1 || isMap(shape)) return shape;
    throw problems.dataShape(
      where,
      `samples of ${printShape(own)}`,
      'a list of values, or height x width x channels',
    );
  }
  if (sizeOf({ shape: stated }) === sizeOf({ shape: own })) return stated;
  const wanted = `${printShape(stated)} = ${sizeOf({ shape: stated })} values, as data.shape says`;
  throw problems.dataShape(where, `samples of ${sizeOf({ shape: own })} values`, wanted);
}
