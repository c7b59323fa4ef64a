import { classOf, logitsOf } from '../float/model.js';
import type { FloatNetwork } from '../float/types.js';
import type { Samples } from './samples.js';

/** How well a classifier does on some samples, as plain data. */
export interface Evaluation {
  readonly samples: number;
  /** Mean cross-entropy, natural logarithm. */
  readonly loss: number;
  readonly accuracy: number;
  /** Samples [true class][predicted class]. */
  readonly confusion: readonly (readonly number[])[];
  readonly classes: readonly ClassMetrics[];
  /**
   * Area under the ROC curve: of two classes that of class 1, of more the plain mean over the classes, each against
   * all others; null where a class has no samples or all.
   */
  readonly rocAuc: number | null;
}

/** One class against all others. A share of nothing is 0, as in scikit-learn. */
export interface ClassMetrics {
  readonly name: string;
  readonly support: number;
  readonly precision: number;
  /** Sensitivity. */
  readonly recall: number;
  readonly specificity: number;
  readonly f1: number;
}

/** @param labels class numbers; @param logits of each sample: one for two classes, else one per class */
export function evaluateLogits(
  labels: readonly number[],
  logits: readonly (readonly number[])[],
  classes: readonly string[],
): Evaluation {
  const confusion = confusionMatrix(labels, logits.map(classOf), classes.length);
  return {
    samples: labels.length,
    loss: meanCrossEntropy(labels, logits),
    accuracy: share(
      confusion.reduce((sum, row, index) => sum + row[index], 0),
      labels.length,
    ),
    confusion,
    classes: classes.map((name, index) => classMetrics(confusion, name, index)),
    rocAuc: meanRocAuc(labels, logits, classes.length),
  };
}

/** How well a float network does on scaled samples. */
export function evaluateFloat(network: FloatNetwork, samples: Samples): Evaluation {
  const logits = samples.features.map(logitsOf(network));
  return evaluateLogits(samples.labels, logits, samples.classes);
}

/** Samples [true class][predicted class]. */
export function confusionMatrix(
  labels: readonly number[],
  predicted: readonly number[],
  classes: number,
): number[][] {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  labels.forEach((label, sample) => {
    matrix[label][predicted[sample]] += 1;
  });
  return matrix;
}

/** The mean of −ln p(label): p from the sigmoid of one logit, or the softmax of several. */
export function meanCrossEntropy(labels: readonly number[], logits: readonly (readonly number[])[]): number {
  const sum = labels.reduce((total, label, sample) => {
    const row = logits[sample];
    return total + (row.length === 1 ? softplus(label === 1 ? -row[0] : row[0]) : surprise(label, row));
  }, 0);
  return share(sum, labels.length);
}

/** ln(1 + e^z), also where e^z is no number. */
const softplus = (z: number) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

/** −ln of the softmax at the label. */
function surprise(label: number, logits: readonly number[]): number {
  const most = Math.max(...logits);
  const rest = logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0);
  return most + Math.log(rest) - logits[label];
}

/**
 * The probability that a sample of the class scores higher than one of the others, equal scores counting half:
 * the area under the ROC curve (Mann and Whitney's U).
 *
 * @returns null when there are no samples of the class, or no others
 */
export function rocAuc(isOfClass: readonly boolean[], scores: readonly number[]): number | null {
  const order = scores.map((_, index) => index).sort((a, b) => scores[a] - scores[b]);
  const positives = isOfClass.filter(Boolean).length;
  const pairs = positives * (scores.length - positives);
  if (pairs === 0) return null;
  let rankSum = 0;
  for (let begin = 0; begin < order.length; ) {
    let end = begin;
    while (end < order.length && scores[order[end]] === scores[order[begin]]) end += 1;
    const meanRank = (begin + 1 + end) / 2;
    rankSum += meanRank * order.slice(begin, end).filter((index) => isOfClass[index]).length;
    begin = end;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / pairs;
}

function meanRocAuc(
  labels: readonly number[],
  logits: readonly (readonly number[])[],
  classes: number,
): number | null {
  const areaOf = (number: number, unit: number) =>
    rocAuc(
      labels.map((label) => label === number),
      logits.map((row) => row[unit]),
    );
  if (classes === 2 && (logits[0]?.length ?? 1) === 1) return areaOf(1, 0);
  const areas = Array.from({ length: classes }, (_, number) => areaOf(number, number));
  if (areas.includes(null)) return null;
  return share(
    areas.reduce<number>((sum, area) => sum + area!, 0),
    classes,
  );
}

function classMetrics(confusion: readonly (readonly number[])[], name: string, index: number): ClassMetrics {
  const total = confusion.flat().reduce((sum, count) => sum + count, 0);
  const support = confusion[index].reduce((sum, count) => sum + count, 0);
  const predicted = confusion.reduce((sum, row) => sum + row[index], 0);
  const hits = confusion[index][index];
  return {
    name,
    support,
    precision: share(hits, predicted),
    recall: share(hits, support),
    specificity: share(total - support - predicted + hits, total - support),
    f1: share(2 * hits, support + predicted),
  };
}

const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
