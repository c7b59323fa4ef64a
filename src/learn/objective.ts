import type { DenseChain } from '../float/chain.js';
import { type Loss, sigmoidCrossEntropy, softmaxCrossEntropy } from './losses.js';
import type { Samples } from './samples.js';

/**
 * What a training strives for: a loss between the logits and some numbers that belong to each sample. The labels are
 * such numbers; a teacher's logits are others, in further columns.
 */
export interface Objective {
  /** Numbers of all samples [sample][column], row after row. */
  readonly targets: Float32Array;
  readonly columns: number;
  readonly loss: Loss;
}

/** Cross-entropy with the labels: sigmoid for one logit, softmax for several. */
export function crossEntropy(samples: Samples, head: DenseChain['head']): Objective {
  if (head === 'binary') {
    return { targets: Float32Array.from(samples.labels), columns: 1, loss: sigmoidCrossEntropy };
  }
  const columns = samples.classes.length;
  const targets = new Float32Array(samples.labels.length * columns);
  samples.labels.forEach((label, row) => {
    targets[row * columns + label] = 1;
  });
  return { targets, columns, loss: softmaxCrossEntropy };
}
