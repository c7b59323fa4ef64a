import { inputsOf } from '../float/graph.js';
import type { FloatNetwork } from '../float/types.js';
import { checkTrainingOptions, epochsOf } from './options.js';
import { problems } from './problems.js';
import { TrainingRun } from './run.js';
import { checkSamples } from './samples.js';
import { loadTensorflow } from './tensorflow.js';
import type { EpochRecord, Trained, Training } from './training.js';

/**
 * Trains a network by mini-batches. The order of the samples, the dropout and nothing else are random, both from
 * `options.seed`: on one machine and backend the same training gives the same bytes.
 *
 * @throws learn/option, learn/samples, learn/mask, learn/backend, learn/diverged
 */
export async function train<N extends FloatNetwork>(training: Training<N>): Promise<Trained<N>> {
  const { task, start, samples, validation, options, onProgress } = training;
  checkTrainingOptions(options);
  checkSamples(samples, inputsOf(start), task);
  if (validation !== undefined) checkSamples(validation, inputsOf(start), `${task}, validation`);
  const { tf, backend } = await loadTensorflow(options.backend);
  const run = new TrainingRun(tf, training);
  const total = epochsOf(samples.labels.length, options);
  try {
    const history: EpochRecord[] = [];
    for (let epoch = 1; epoch <= total; epoch++) {
      run.epoch();
      const record = { epoch, ...run.measure() };
      if (!Number.isFinite(record.loss)) throw problems.learnDiverged(task, epoch);
      history.push(record);
      onProgress?.({ task, done: epoch, total, note: `loss ${record.loss.toFixed(4)}` });
      // Lets whoever draws the progress have a turn.
      await new Promise(setImmediate);
    }
    return { network: run.network(), history, backend };
  } finally {
    run.dispose();
  }
}
