import type { Imported, ImportOptions } from '../importer.js';
import { linearChain } from './chain.js';
import type { TensorFile } from './named-tensors.js';
import { statedNetwork } from './stated.js';

/** What files of tensors alone leave open. */
export const TENSOR_OPTIONS = [
  'shape',
  'activations',
  'layers',
] as const satisfies readonly (keyof ImportOptions)[];

/**
 * The network of a file that has weights only: of the layers that are stated, or of those that names and shapes say.
 *
 * @throws exchange/import-*, learn/layers, float/shape
 */
export const networkOfTensors = (source: TensorFile, options: ImportOptions): Imported =>
  options.layers === undefined
    ? linearChain(source, options)
    : statedNetwork(source, options.layers, options);
