import type { Problem } from '../core/errors.js';
import type { SimulationRecord } from '../cosim/record.js';
import type { DataReport } from '../data/dataset.js';
import type { Manifest } from '../emit/manifest.js';
import type { FloatNetwork } from '../float/types.js';
import type { Evaluation } from '../learn/metrics.js';
import type { NetworkSize } from '../learn/size.js';
import type { EpochRecord } from '../learn/training.js';
import type { QuantizedNetwork } from '../network/types.js';
import type { CodeHistogram } from '../quantize/codes.js';
import type { LayerError } from '../quantize/error.js';
import type { TensorRecord } from '../quantize/quantized.js';
import type { Resources } from '../synth/resources.js';
import type { PicturesReport } from './pictures-data.js';
import type { McuCost, StudyReport } from './study.js';

/** What a training left behind. */
export interface TrainedReport {
  readonly network: FloatNetwork;
  readonly history: readonly EpochRecord[];
  readonly backend: string;
  readonly size: NetworkSize;
  readonly train: Evaluation;
  readonly test: Evaluation;
}

/** What a synthesis found. */
export interface SynthesisFacts {
  readonly target: string;
  /** Its version. */
  readonly yosys: string;
  readonly resources: Resources;
}

/** Everything that a report of a run tells of, as plain data. */
export interface ReportData {
  readonly model: string;
  /** What names the model on a command line. */
  readonly place: string;
  readonly seed: number;
  readonly data: {
    readonly report: DataReport;
    /** Number of rows. */
    readonly train: number;
    readonly test: number;
    /** Of a sample. */
    readonly inputs: number;
    /** Names of the inputs; empty where they have none. */
    readonly features: readonly string[];
  };
  readonly base: TrainedReport;
  /** The student and the same student without a teacher; absent where the base network is deployed. */
  readonly distilled?: {
    readonly student: TrainedReport;
    readonly scratch: TrainedReport;
    readonly temperature: number;
    readonly alpha: number;
    /** Whether the teacher is the base network. */
    readonly isOwnTeacher: boolean;
  };
  readonly pruned?: TrainedReport;
  readonly quantized: {
    readonly network: QuantizedNetwork;
    readonly tensors: readonly TensorRecord[];
    readonly test: Evaluation;
    readonly nonZeros: number;
    readonly parameters: number;
    /** Of the test rows those that errors and codes are counted on. */
    readonly rows: number;
    /** Against the float network it was rounded from; empty where no bound is known. */
    readonly errors: readonly LayerError[];
    readonly codes: readonly CodeHistogram[];
    /** Of quantization-aware training; absent when quantized after training. */
    readonly history?: readonly EpochRecord[];
    readonly warnings: readonly Problem[];
    /** As C, with tables, on a microcontroller. */
    readonly memory: McuCost;
  };
  /** Of the very design, by whoever has synthesised it since; one a chip family. */
  readonly syntheses: readonly SynthesisFacts[];
  /** Of a run on pictures; absent from others. */
  readonly pictures?: PicturesReport;
  readonly manifest: Manifest;
  readonly simulation: SimulationRecord;
  /** Absent from a run without one. */
  readonly study?: StudyReport;
  /** What the run was made from: a name → its SHA-256. */
  readonly sources: Readonly<Record<string, string>>;
}
