import type { AffineNetwork } from '../network/affine.js';
import type { StagePlan } from './architecture.js';
import type { HeadPlan } from './heads/head.js';

/** What stands in the top module: beats gathered to samples, stages in a chain, the head, results spread to beats. */
export interface TopParts {
  readonly network: AffineNetwork;
  /** Such as `serial sparse inference`. */
  readonly what: string;
  readonly stages: readonly StagePlan[];
  readonly head: HeadPlan | undefined;
}

export interface TopNames {
  /** What the names of each stage's instance and signals begin with. */
  readonly stems: readonly string[];
  readonly values: string;
  readonly data: string;
  readonly head: string;
}
