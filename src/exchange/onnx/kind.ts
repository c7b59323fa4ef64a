import type { Tensor } from '../../network/tensor.js';
import type { Layer } from '../../network/types.js';
import type { GraphBuilder, Value } from './graph.js';

/** Something that a layer reads: what it is called in the graph, and the tensor. */
export interface Read extends Value {
  readonly tensor: Tensor;
}

/** What stands round a layer. */
export interface Written {
  readonly reads: readonly Read[];
  readonly output: Tensor;
  readonly graph: GraphBuilder;
  /** For errors. */
  readonly where: string;
}

/** How a kind of layers is written; maps have their channels first there. */
export interface OnnxKind<L extends Layer> {
  readonly kind: L['kind'];
  /** Adds its nodes; what it gives is called after it. @throws exchange/onnx */
  write(layer: L, written: Written): Value;
}
