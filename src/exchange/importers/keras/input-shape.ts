import { problems } from '../../problems.js';
import type { ImportOptions } from '../importer.js';
import { isInput, type KerasModel } from './topology.js';
import type { KerasWeights } from './weights.js';

/**
 * The shape of the model's input, without the batch: stated by the caller, by the model, or by the matrix of a dense
 * layer that reads it.
 *
 * @throws exchange/import-*
 */
export function inputShape(
  model: KerasModel,
  weights: KerasWeights,
  file: string,
  { shape: stated }: ImportOptions,
): readonly number[] {
  const input =
    model.layers.find(({ name }) => name === model.inputs[0]?.layer) ?? model.layers.find(isInput);
  const where = `${file}, input`;
  const given = stated ?? declaredShape(input?.config) ?? matrixRows(model, weights) ?? [];
  const isWhole =
    given.length > 0 && given.every((length) => Number.isSafeInteger(length) && (length ?? 0) > 0);
  if (!isWhole) {
    const shown = given.map((length) => length ?? '?').join(' x ');
    throw problems.importShape(where, `a shape of ${shown || 'nothing'}`);
  }
  if (given.length <= 3) return given as readonly number[];
  throw problems.importShape(where, `${given.length} axes beside the batch`);
}

/** Lengths that the file leaves open are null. */
function declaredShape(config: Readonly<Record<string, unknown>> | undefined) {
  const shape = config?.batch_shape ?? config?.batch_input_shape;
  if (!Array.isArray(shape) || shape.length < 2) return undefined;
  return shape.slice(1).map((length) => (typeof length === 'number' ? length : null));
}

/** Of the first layer, where it is dense. */
function matrixRows(model: KerasModel, weights: KerasWeights): readonly number[] | undefined {
  const first = model.layers.find((layer) => !isInput(layer));
  if (first === undefined || first.className !== 'Dense') return undefined;
  const kernel = weights.of(first).find(({ name = 'kernel' }) => name === 'kernel');
  const shape = kernel?.read().shape;
  return shape?.length === 2 ? shape.slice(0, 1) : undefined;
}
