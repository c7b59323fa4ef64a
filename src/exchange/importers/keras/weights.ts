import type { FloatTensor } from '../../../float/tensor.js';
import type { KerasLayer } from './topology.js';

/** One variable of a layer. */
export interface KerasVariable {
  /** Such as `kernel`; formats that only count variables have none. */
  readonly name?: string;
  /** @throws exchange/import-* */
  readonly read: () => FloatTensor;
}

/** Where the variables of a model's layers lie. */
export interface KerasWeights {
  /** In Keras' order. @throws exchange/import-* */
  of(layer: KerasLayer): readonly KerasVariable[];
  /** Those of a model that stands as a layer. */
  inside(layer: KerasLayer): KerasWeights;
}
