import type { Problem } from '../core/errors.js';
import type { ResourceEstimate } from '../emit/manifest.js';
import type { FloatNetwork } from '../float/types.js';
import type { Evaluation } from '../learn/metrics.js';
import type { Estimate, PairedComparison, SampleSummary } from '../learn/statistics.js';
import type { EpochRecord } from '../learn/training.js';
import type { Widths } from '../quantize/options.js';

/** What of a network is not 0. */
export interface NonZeros {
  /** Names of the layers with weights. */
  readonly layers: readonly string[];
  /** Weights [layer][unit]. */
  readonly units: readonly (readonly number[])[];
  readonly weights: number;
  /** Weights and biases. */
  readonly parameters: number;
}

/** What came of one variant in one fold. */
export interface FoldResult {
  readonly repeat: number;
  readonly fold: number;
  /** Rows trained on. */
  readonly trainRows: number;
  /** On the rows that were not trained on. */
  readonly test: Evaluation;
  readonly nonZeros: NonZeros;
}

/** Repeated stratified cross-validation, as plain data. */
export interface CrossValidation {
  readonly folds: number;
  readonly repeats: number;
  readonly seed: number;
  readonly samples: number;
  readonly classes: readonly string[];
  readonly subjects: readonly SubjectResult[];
  /** The first subject against each of the others, on the same folds. */
  readonly comparisons: readonly {
    readonly first: string;
    readonly second: string;
    readonly accuracy: PairedComparison;
  }[];
}

/** Means over all folds, with their 95 % intervals by the corrected resampled t-test. */
export interface SubjectResult {
  readonly name: string;
  readonly accuracy: Estimate;
  /** Recall of class 1, such as malignant; of more than two classes the mean recall. */
  readonly sensitivity: Estimate;
  /** Recall of class 0; of more than two classes the mean specificity. */
  readonly specificity: Estimate;
  /** Absent where a fold has no area under the curve. */
  readonly rocAuc?: Estimate;
  readonly nonZeroWeights: SampleSummary;
  readonly nonZeros: SampleSummary;
  readonly results: readonly FoldResult[];
}

/** What an integer network costs in hardware. */
export interface HardwareCost {
  readonly parameters: number;
  /** Weights and biases that are not 0. */
  readonly nonZeros: number;
  /** Bits of all weights and biases that are not 0, each as wide as its format. */
  readonly parameterBits: number;
  readonly romBits: number;
  /** Clock cycles from one inference to the next, and of one inference. */
  readonly interval: number;
  readonly latency: number;
  /** Absent where the micro-architecture has no model of them. */
  readonly estimate?: ResourceEstimate;
}

/** Teacher, distilled student and the same student without a teacher, on one split of the rows. */
export interface DistillStudy {
  readonly temperature: number;
  readonly alpha: number;
  readonly scaleByTemperature: boolean;
  readonly trainRows: number;
  readonly testRows: number;
  readonly networks: readonly DistilledNetwork[];
}

export interface DistilledNetwork {
  readonly name: 'teacher' | 'distilled' | 'scratch';
  /** Units, or channels, of each hidden layer with weights. */
  readonly hidden: readonly number[];
  readonly network: FloatNetwork;
  /** Empty for a teacher from a file. */
  readonly history: readonly EpochRecord[];
  readonly float: Evaluation;
  /** Quantized after training, as the configuration says. */
  readonly integer: Evaluation;
  /**
   * The share of test samples to which it gives the teacher's class, as float networks; null where the teacher is known by
   * its logits alone.
   */
  readonly agreement: number | null;
  readonly cost: HardwareCost;
}

/** How a distilled student does for every temperature and alpha, cross-validated on the training rows; as plain data. */
export interface DistillationSweep {
  readonly folds: number;
  readonly repeats: number;
  /** The training rows, which the folds divide. */
  readonly samples: number;
  /** The student without a teacher, on the same folds. */
  readonly scratch: Estimate;
  /** The network of the model's own layers: the teacher, unless that comes from a file. */
  readonly base: Estimate;
  readonly points: readonly {
    readonly temperature: number;
    readonly alpha: number;
    readonly accuracy: Estimate;
    /** Distilled minus scratch. */
    readonly gain: PairedComparison;
  }[];
}

/** What a width search tried and found, as plain data. */
export interface WidthSearch {
  readonly weights: string;
  readonly method: string;
  readonly margin: number;
  /** Of the float network, over the folds of the training rows. */
  readonly float: SampleSummary;
  readonly steps: readonly SearchStep[];
  /** For `quantization.bits`. */
  readonly widths: Widths;
  readonly bits: number;
  readonly accuracy: SampleSummary;
  /** Of the table, and of what was found. */
  readonly warnings: readonly Problem[];
}

/** How fine widths are: one for all, one per layer and tensor, one per unit. */
export type SearchLevel = 'network' | 'layer' | 'unit';

export interface SearchStep {
  readonly level: SearchLevel;
  /** What was made narrower, such as `hidden.weights`; `all` where one width serves all. */
  readonly change: string;
  readonly widths: Widths;
  /** Of inputs, non-zero weights and activations together. */
  readonly bits: number;
  readonly accuracy: SampleSummary;
  /** That occur among the answers of a fold's network, in the fold where they are most. */
  readonly classes: number;
  /** Whether the accuracy is within the margin. */
  readonly holds: boolean;
  /** Whether the search went on from here. */
  readonly taken: boolean;
}
