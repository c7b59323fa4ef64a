import type { Problem } from '../core/errors.js';
import { problems } from './problems.js';

/** By what an original can be run: our own evaluation in doubles, or the program that the file is for. */
export const RUNTIMES = ['own', 'onnxruntime', 'litert'] as const;
export type Runtime = (typeof RUNTIMES)[number];

/** The same in the words of reports. */
export type RunBy = 'doubles' | 'ONNX Runtime' | 'LiteRT';

/** The original beside the integer network, as plain data. */
export interface FileComparison {
  /** What the original was run by: `doubles` are our own. */
  readonly original: RunBy;
  /** Why it is not the program that the file is for, where nobody asked for ours. */
  readonly instead: string | null;
  readonly samples: number;
  readonly layers: readonly LayerComparison[];
  /** Share of the samples to which both give the same class; null where the outputs are values. */
  readonly agreement: number | null;
  /** Of both, against the labels; null without any. */
  readonly accuracy: { readonly original: number; readonly integer: number } | null;
  /** That it is another network than the original. */
  readonly warnings: readonly Problem[];
}

export interface LayerComparison {
  readonly layer: string;
  /** Of the original, where it has a name of its own. */
  readonly tensor: string;
  /** `doubles` where the program that ran the rest has no such tensor. */
  readonly original: RunBy;
  /** Values compared. */
  readonly values: number;
  /** Of these the ones whose codes are not the original's; null where the original has no codes. */
  readonly differing: number | null;
  /** In real numbers, as the others. */
  readonly largestDifference: number;
  readonly meanDifference: number;
  /** The largest value of the original, by magnitude: what differences are to be seen beside. */
  readonly largestValue: number;
}

/** Share of the samples that may change their class. */
const TOLERATED_CLASSES = 0.01;
/** Of an output that is no class: what it may be off on average, of its largest value. */
const TOLERATED_ERROR = 0.05;

/** What says that an integer network is not the original. */
export function comparisonWarnings(
  file: string,
  { original, layers, agreement, accuracy }: Omit<FileComparison, 'warnings'>,
): Problem[] {
  const others = layers.filter(({ differing }) => (differing ?? 0) > 0);
  const differing = others.reduce((sum, one) => sum + (one.differing ?? 0), 0);
  const values = layers.reduce((sum, one) => sum + one.values, 0);
  const off = offBy(layers[layers.length - 1]);
  const other = agreement === null ? 0 : 1 - agreement;
  const found = [
    ...(differing > 0 ? [problems.compareCodes(file, differing, values, original, others[0].layer)] : []),
    ...(other > TOLERATED_CLASSES
      ? [problems.compareClasses(file, other, TOLERATED_CLASSES, accuracy, hintOf(layers))]
      : []),
    ...(agreement === null && off > TOLERATED_ERROR
      ? [problems.compareValues(file, off, TOLERATED_ERROR, hintOf(layers))]
      : []),
  ];
  return found.map((problem) => problem.toJSON());
}

const offBy = ({ meanDifference, largestValue }: LayerComparison): number =>
  largestValue === 0 ? meanDifference : meanDifference / largestValue;

/** Where it begins. */
function hintOf(layers: readonly LayerComparison[]): string {
  const other = layers.find(({ differing }) => (differing ?? 0) > 0);
  if (other !== undefined) return `${other.layer} is the first layer with other codes`;
  const first = layers.find((layer) => offBy(layer) > TOLERATED_ERROR);
  return first === undefined
    ? 'no layer is far off: more bits (--bits), or formats for each unit'
    : `${first.layer} is the first layer that is far off: --calibration FILE takes its ranges from samples, and --bits or --format give it more bits`;
}
