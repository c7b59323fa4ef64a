import { inputsOf } from '../float/graph.js';
import type { FloatNetwork } from '../float/types.js';
import { betterEpoch, checkSelection, hasStopped } from './best-epoch.js';
import { readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { isShortage, withinMemory } from './memory.js';
import { checkTrainingOptions, epochsOf } from './options.js';
import { unflatten } from './parameters.js';
import { problems } from './problems.js';
import { TrainingRun } from './run.js';
import { checkSamples } from './samples.js';
import { loadTensorflow } from './tensorflow.js';
import type { EpochRecord, Trained, Training } from './training.js';

/**
 * Trains a network by mini-batches. The order of the samples, the dropout and nothing else are random, both from
 * `options.seed`: on one machine and backend the same training gives the same bytes, however often it was stopped where
 * `options.checkpoints` keeps its state.
 *
 * @throws learn/option, learn/samples, learn/mask, learn/backend, learn/memory, learn/diverged
 */
export async function train<N extends FloatNetwork>(training: Training<N>): Promise<Trained<N>> {
  const { task, start, samples, validation, options, onProgress } = training;
  checkTrainingOptions(options);
  checkSelection(options, validation !== undefined);
  checkSamples(samples, inputsOf(start), task);
  if (validation !== undefined) checkSamples(validation, inputsOf(start), `${task}, validation`);
  const { tf, backend } = await loadTensorflow(options.backend);
  const run = new TrainingRun(tf, training);
  const total = epochsOf(samples.labels.length, options);
  try {
    const from = readCheckpoint(options.checkpoints, task, run.parameterCount);
    if (from !== undefined) await run.resume(from.run);
    const history: EpochRecord[] = [...(from?.history ?? [])];
    let { best } = from ?? {};
    while (history.length < total && !hasStopped(options, best, history.length)) {
      const tell = (share: number) =>
        onProgress?.({ task, done: history.length + share, total, ...noteOf(history.at(-1)) });
      await withinMemory(task, start, options.batchSize, () => run.epoch(tell));
      const record = { epoch: history.length + 1, ...(await run.measure()) };
      if (!Number.isFinite(record.loss)) throw problems.learnDiverged(task, record.epoch);
      history.push(record);
      best = betterEpoch(best, record, run.isFinal, () => run.values());
      if (options.checkpoints !== undefined)
        writeCheckpoint(options.checkpoints, task, { run: await run.state(), history, best });
      onProgress?.({ task, done: record.epoch, total, ...noteOf(record) });
      // Lets whoever draws the progress have a turn.
      await new Promise(setImmediate);
    }
    if (options.keep === 'last' || best === undefined) return { network: run.network(), history, backend };
    return { network: unflatten(start, best.parameters), history, backend, kept: best.epoch };
  } finally {
    disposeOf(run);
  }
}

/** A backend whose memory has run out can fail here too: what is told is the fault that led to it. */
function disposeOf(run: TrainingRun<FloatNetwork>): void {
  try {
    run.dispose();
  } catch (error) {
    if (!isShortage(error)) throw error;
  }
}

const noteOf = (record: EpochRecord | undefined): { note?: string } =>
  record === undefined ? {} : { note: `loss ${record.loss.toFixed(4)}` };
