import type { Evaluation } from '../learn/metrics.js';
import type { Estimate, PairedComparison, SampleSummary } from '../learn/statistics.js';
import type { EpochRecord } from '../learn/training.js';
import { type Html, html } from './html.js';
import type { DistillationSweep } from './study-data.js';

/** What `espalier run --study` found, as plain data. */
export interface StudyReport {
  readonly folds: number;
  readonly repeats: number;
  readonly seed: number;
  /** Rows that were cross-validated: all of them. */
  readonly samples: number;
  /** Accuracy that a technique may cost, as a share. */
  readonly margin: number;
  /** Lanes per layer at which cycles were counted. */
  readonly lanes: readonly number[];
  readonly distillation: { readonly temperature: number; readonly alpha: number; readonly fromFile: boolean };
  readonly variants: readonly StudyVariant[];
  readonly techniques: readonly Technique[];
  /** Accuracy against bits. */
  readonly bits: readonly BitsPoint[];
  /** Distillation at other temperatures and alphas; absent where none were tried. */
  readonly sweep?: DistillationSweep;
}

/** A network of the study: made once on the run's split, and again in every fold. */
export interface StudyVariant extends VariantFacts {
  /** Cross-validated: means over all folds with their 95 % intervals. */
  readonly accuracy: Estimate;
  readonly sensitivity: Estimate;
  readonly specificity: Estimate;
  readonly rocAuc?: Estimate;
}

/** What is known of a variant from making it once, on the training rows of the run's split. */
export interface VariantFacts {
  /** Such as `pruned-qat`. */
  readonly name: string;
  readonly weights: 'base' | 'pruned' | 'distilled' | 'scratch';
  readonly numbers: 'float' | 'ptq' | 'qat';
  /** Inputs, then units of each layer. */
  readonly shape: readonly number[];
  /** Of its own training: a pruned network's goes on from the base network's. */
  readonly history: readonly EpochRecord[];
  /** On the test rows of the split. */
  readonly test: Evaluation;
  readonly parameters: number;
  readonly nonZeros: number;
  /** Bits of the parameters that are not 0, each as wide as its format; of float networks 32 each. */
  readonly parameterBits: number;
  /** Of integer networks. */
  readonly cost?: VariantCost;
  /** Of float networks: bytes of the TFLite file by mode. */
  readonly tflite?: Readonly<Record<string, number>>;
}

/** What an integer network costs on an FPGA and on a microcontroller. */
export interface VariantCost {
  /** Sparse MAC lanes, by the number of lanes per layer. */
  readonly serial: readonly {
    readonly lanes: number;
    readonly interval: number;
    readonly latency: number;
    readonly romBits: number;
  }[];
  /** Fully unrolled: a sample every clock; resources as estimated for a family. */
  readonly parallel: {
    readonly latency: number;
    readonly target: string;
    readonly luts: number;
    readonly flipFlops: number;
  };
  /** The C code, in the style with the least flash and in the fastest. */
  readonly tables: McuCost;
  readonly unrolled: McuCost;
}

export interface McuCost {
  readonly basis: 'measured' | 'estimated';
  readonly compiler?: string;
  /** Bytes. */
  readonly flash: number;
  readonly ram: number;
  /** Of one inference. */
  readonly multiplies: number;
}

/** Where numbers of bytes are from, in words. */
export const describeMemory = ({ basis, compiler }: Omit<McuCost, 'multiplies'>): Html =>
  compiler === undefined
    ? html`${basis} for Thumb code: no compiler was found`
    : html`${basis} from the object file of <code>${compiler}</code>`;

/** What applying a technique changes, all else equal. */
export interface Technique {
  readonly name: string;
  /** Variants: with it and without. */
  readonly first: string;
  readonly second: string;
  /** First minus second, on the same folds. */
  readonly accuracy: PairedComparison;
}

/** A network at one width for all inputs, weights and activations. */
export interface BitsPoint {
  readonly weights: 'base' | 'pruned';
  readonly numbers: 'ptq' | 'qat';
  readonly bits: number;
  /** Mean and deviation over the repeats: each has its own seed, and its mean is over all folds. */
  readonly accuracy: SampleSummary;
}
