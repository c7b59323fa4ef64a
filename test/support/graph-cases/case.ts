import { Random } from '../../../src/core/random.js';
import { float, type Graph, type GraphNode, type GraphWeight, ints, text, texts } from '../graph-models.js';

export const random = new Random(31, 'graph models');

export const MAP = [1, 5, 4, 3];

export const LIST = [1, 6];

const sizeOf = (shape: readonly number[]) => shape.reduce((size, length) => size * length, 1);

export const normal = (...shape: number[]): GraphWeight => ({
  shape,
  values: Array.from({ length: sizeOf(shape) }, () => Math.fround(random.normal())),
});

export const positive = (...shape: number[]): GraphWeight => ({
  shape,
  values: Array.from({ length: sizeOf(shape) }, () => Math.fround(0.1 + random.float())),
});

export const whole = (shape: readonly number[], ...values: number[]): GraphWeight => ({
  shape,
  values,
  dtype: 'int32',
});

export const list = (...values: number[]) => whole([values.length], ...values);

export interface Case {
  readonly what: string;
  readonly graph: Graph;
}

export type Weights = Graph['weights'];

export const node = (
  name: string,
  op: string,
  input: readonly string[],
  attr: GraphNode['attr'] = {},
): GraphNode => ({
  name,
  op,
  input,
  attr: { T: { type: 'DT_FLOAT' }, ...attr },
});

/** One operator on the input and constants, in the order in which they are given. */
export const one = (
  what: string,
  op: string,
  input: readonly number[],
  weights: Weights = {},
  attr: GraphNode['attr'] = {},
): Case => ({
  what,
  graph: { input, nodes: [node('y', op, ['x', ...Object.keys(weights)], attr)], weights },
});

export const WINDOW = {
  strides: ints(1, 1, 1, 1),
  dilations: ints(1, 1, 1, 1),
  padding: text('VALID'),
  data_format: text('NHWC'),
};

export const SAME = { ...WINDOW, padding: text('SAME'), strides: ints(1, 2, 2, 1) };

export const POOL = { ...WINDOW, ksize: ints(1, 2, 3, 1) };

export const fusedWith = (...names: string[]) => ({
  ...WINDOW,
  fused_ops: texts(...names),
  num_args: { i: 1 },
  epsilon: float(0),
});
