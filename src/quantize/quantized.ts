import type { DenseChain } from '../float/chain.js';
import type { DenseNetwork, Encoder } from '../network/types.js';
import type { CalibratedRanges } from './calibration.js';
import type { Losses } from './losses.js';

/** How a tensor came by its format, and what rounding did to it: nothing is known of that for activations. */
export interface TensorRecord extends Partial<Losses> {
  readonly layer: string;
  readonly tensor: 'input' | 'weights' | 'bias' | 'output';
  /** One text for all units, or one per unit. */
  readonly format: string | readonly string[];
  /** `unit`: of inputs that are stated to lie in 0…1. */
  readonly from: 'given' | 'unit' | 'range' | 'calibration' | 'worst case' | 'exact';
}

export interface Quantized {
  readonly network: DenseNetwork;
  readonly tensors: readonly TensorRecord[];
}

export interface QuantizeSource {
  readonly network: DenseChain;
  readonly ranges: CalibratedRanges;
  /** Where the ranges come from. */
  readonly rangesFrom: 'calibration' | 'worst case';
  readonly inputNames?: readonly string[];
  readonly encoder?: Encoder;
  readonly labels?: readonly string[];
  readonly provenance?: Readonly<Record<string, string>>;
}
