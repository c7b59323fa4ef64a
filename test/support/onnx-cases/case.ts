import { Random } from '../../../src/core/random.js';
import type { OnnxModel, OnnxNode } from '../onnx.js';
import { reals } from '../onnx-runs.js';

/** Models of a single operator, or of few round it. */

export const random = new Random(21, 'onnx operators');
export const tensor = (...dims: number[]) => reals(random, ...dims);
export const MAP = [1, 3, 5, 4];
export const SIGNAL = [1, 3, 8];
export const LIST = [1, 6];

export interface Case extends OnnxModel {
  readonly what: string;
}
export type Cases = Readonly<Record<string, readonly Case[]>>;

export const one = (
  what: string,
  input: readonly number[],
  node: Omit<OnnxNode, 'inputs'> & { readonly inputs?: readonly string[] },
  tensors: OnnxModel['tensors'] = {},
  opset = 17,
): Case => ({ what, input, tensors, opset, nodes: [{ inputs: ['x', ...Object.keys(tensors)], ...node }] });

export const several = (
  what: string,
  input: readonly number[],
  nodes: readonly OnnxNode[],
  tensors: OnnxModel['tensors'] = {},
  opset = 17,
): Case => ({ what, input, nodes, tensors, opset });
