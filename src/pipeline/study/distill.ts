import path from 'node:path';
import type { OnProgress } from '../../core/progress.js';
import { fitScaler } from '../../data/scaler.js';
import { divideRows } from '../../data/split.js';
import { floatModelFiles } from '../../exchange/float-model.js';
import { foldNetwork } from '../../float/fold.js';
import { classOf, logitsOf } from '../../float/model.js';
import type { FloatNetwork } from '../../float/types.js';
import { checkTeacher } from '../../learn/distill.js';
import { checkDistillationLoss } from '../../learn/distillation-loss.js';
import { givenLogits } from '../../learn/given-logits.js';
import { evaluateFloat } from '../../learn/metrics.js';
import { kernelsOf } from '../../learn/parameters.js';
import { type Samples, samplesOf } from '../../learn/samples.js';
import { comparePaired } from '../../learn/statistics.js';
import type { Trained } from '../../learn/training.js';
import { evaluateInteger } from '../../quantize/evaluate.js';
import { quantizeNetwork } from '../../quantize/widths.js';
import type { DistillationSweep, DistilledNetwork, DistillStudy } from '../../report/study-data.js';
import { type Config, STUDY_DEFAULTS } from '../config.js';
import { json } from '../json.js';
import type { Model } from '../model.js';
import { pictureCache } from '../places.js';
import type { ReadTeacher } from '../teacher.js';
import { accuraciesOf, crossValidate, dataOf, type Subject, testShare } from './cross-validation.js';
import { datasetOf } from './fold.js';
import { hardwareCost } from './hardware-cost.js';
import { Maker } from './make.js';
import { recipeOf } from './recipe.js';
import { variantOf } from './variants.js';

type Distillation = NonNullable<Config['distillation']>;

/** A model with options of its distillation set above the configuration's. */
export function withDistillation(model: Model, options: Partial<Distillation>): Model {
  const distillation = { ...STUDY_DEFAULTS.distillation, ...model.config.distillation, ...options };
  return { ...model, config: { ...model.config, distillation } };
}

/**
 * Distils a model's student, and trains it from scratch for comparison: test rows are those of the model's split.
 *
 * @throws data/*, learn/*, exchange/*, quantize/*, hardware/*
 */
export async function distillStudy(model: Model, onProgress: OnProgress): Promise<DistillStudy> {
  const recipe = recipeOf(model);
  checkDistillationLoss(recipe.distillation);
  const { config } = model;
  const { train, test, rows, total } = await samplesOfSplit(model, recipe.clip);
  const maker = new Maker(() => train, config.seed, { rows, total }, onProgress);
  const scratch = await maker.floats(recipe, 'scratch');
  const { teacher } = recipe;
  // Before the teacher's training, which may be long.
  if (teacher !== undefined) {
    const read = 'given' in teacher ? givenLogits(teacher.given, { rows, total, samples: train }) : teacher;
    checkTeacher(read, scratch.network, train);
  }
  const asked = teacher === undefined ? await maker.floats(recipe, 'base') : networkGiven(teacher);
  const distilled = await maker.floats(recipe, 'distilled');
  const wanted = asked && classesOf(asked.network, test);
  const row = (name: DistilledNetwork['name'], { network, history }: Taught): DistilledNetwork => {
    const quantized = quantizeNetwork(
      { network: foldNetwork(network).network },
      train.features,
      recipe.quantization,
    ).network;
    const classes = classesOf(network, test);
    return {
      name,
      hidden: kernelsOf(network)
        .slice(0, -1)
        .map(({ shape }) => shape[shape.length - 1]),
      network,
      history,
      float: evaluateFloat(network, test),
      integer: evaluateInteger(quantized, test),
      agreement: wanted ? classes.filter((one, at) => one === wanted[at]).length / classes.length : null,
      cost: hardwareCost(quantized, config.hardware),
    };
  };
  const { temperature, alpha, scaleByTemperature } = recipe.distillation;
  return {
    temperature,
    alpha,
    scaleByTemperature,
    trainRows: train.labels.length,
    testRows: test.labels.length,
    networks: [
      ...(asked ? [row('teacher', asked)] : []),
      row('distilled', distilled),
      row('scratch', scratch),
    ],
  };
}

type Taught = Pick<Trained, 'network' | 'history'>;

const networkGiven = (teacher: ReadTeacher): Taught | undefined =>
  'given' in teacher ? undefined : { network: teacher, history: [] };

function classesOf(network: FloatNetwork, { features }: Samples): number[] {
  const run = logitsOf(network);
  return features.map((sample) => classOf(run(sample)));
}

/** A model's rows as `espalier run` divides and scales them. @throws data/* */
export async function samplesOfSplit(
  model: Model,
  clip: number,
  cache = pictureCache('build'),
): Promise<{
  readonly train: Samples;
  readonly test: Samples;
  readonly rows: readonly number[];
  readonly total: number;
}> {
  const { data, seed } = model.config;
  const dataset = await datasetOf(dataOf(model, cache));
  const rows = divideRows(dataset, data.split, seed);
  const scaler = fitScaler(dataset, rows.train, data.fitOn, clip, data.scale);
  const samples = (part: readonly number[]) => samplesOf(dataset, scaler, part, clip > 0);
  const total = dataset.labels.length;
  return { train: samples(rows.train), test: samples(rows.test), rows: rows.train, total };
}

export interface SweepRequest {
  readonly model: Model;
  readonly temperatures: readonly number[];
  readonly alphas: readonly number[];
  readonly folds: number;
  readonly repeats: number;
  readonly threads?: number | undefined;
  readonly folder: string;
  readonly onProgress: OnProgress;
}

/**
 * Sweeps temperature and alpha over folds of the model's training rows: what is chosen by it has not seen the test rows.
 * Finished folds are kept.
 *
 * @throws as {@link crossValidate}
 */
export async function sweepDistillation(request: SweepRequest): Promise<DistillationSweep> {
  const { model, temperatures, alphas, folds, repeats, threads, folder, onProgress } = request;
  const grid = temperatures.flatMap((temperature) => alphas.map((alpha) => ({ temperature, alpha })));
  const points = grid.map((point) => withDistillation(model, point));
  for (const { config } of points) checkDistillationLoss(config.distillation as Distillation);
  const subject = (name: string, of: Model): Subject => ({
    name,
    model: of,
    variant: variantOf(name, 'sweep'),
  });
  const subjects = [
    subject('scratch', points[0]),
    subject('base', model),
    ...points.map((of) => subject('distilled', of)),
  ];
  const { seed } = model.config;
  const rest = { folds, repeats, seed, threads, folder, onProgress };
  const result = await crossValidate({ subjects, rows: 'train', ...rest });
  const [scratch, base, ...swept] = result.subjects;
  return {
    folds,
    repeats,
    samples: result.samples,
    scratch: scratch.accuracy,
    base: base.accuracy,
    points: grid.map((point, index) => ({
      ...point,
      accuracy: swept[index].accuracy,
      gain: comparePaired(accuraciesOf(swept[index]), accuraciesOf(scratch), testShare(folds)),
    })),
  };
}

/** The study, and its three networks: path → content. */
export function modelFiles(study: DistillStudy): Map<string, string | Uint8Array> {
  const files = new Map<string, string | Uint8Array>([['distillation.json', json(study)]]);
  for (const { name, network } of study.networks) {
    for (const [file, content] of floatModelFiles(network)) files.set(path.posix.join(name, file), content);
  }
  return files;
}
