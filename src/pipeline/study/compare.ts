import type { OnProgress } from '../../core/progress.js';
import { comparePaired, summarize } from '../../learn/statistics.js';
import type { BitsPoint, Technique } from '../../report/study.js';
import type { CrossValidation, DistillationSweep, SubjectResult } from '../../report/study-data.js';
import type { Model } from '../model.js';
import { accuraciesOf, crossValidate, type Subject, testShare } from './cross-validation.js';
import { sweepDistillation, withDistillation } from './distill.js';
import { VARIANTS, variantOf } from './variants.js';

/** What is compared with what: all else is equal. */
const TECHNIQUES = [
  { name: 'quantization after training', first: 'base-ptq', second: 'base' },
  { name: 'quantization-aware training', first: 'base-qat', second: 'base-ptq' },
  { name: 'pruning', first: 'pruned-ptq', second: 'base-ptq' },
  { name: 'pruning and quantization-aware training', first: 'pruned-qat', second: 'base-ptq' },
  { name: 'a smaller network from scratch', first: 'scratch-ptq', second: 'base-ptq' },
  { name: 'a smaller network, distilled', first: 'distilled-ptq', second: 'base-ptq' },
  { name: 'a teacher for the smaller network', first: 'distilled', second: 'scratch' },
];

/** Networks whose widths are swept. */
const SWEPT = ['base', 'pruned'] as const;
const METHODS = ['ptq', 'qat'] as const;

export interface CompareRequest {
  readonly model: Model;
  readonly threads?: number | undefined;
  /** Where finished folds are kept, so that a study that was stopped goes on from there. */
  readonly folder: string;
  readonly onProgress: OnProgress;
}

/** What follows from the folds. */
export interface Comparison {
  readonly samples: number;
  /** Every variant. */
  readonly subjects: readonly Omit<SubjectResult, 'results'>[];
  readonly techniques: readonly Technique[];
  readonly bits: readonly BitsPoint[];
  /** Absent where no temperatures or alphas are to be tried. */
  readonly sweep?: DistillationSweep;
}

/**
 * Cross-validates all variants of a model's recipe, its widths and its distillation, as the configuration's section
 * `study` says, all on the same folds.
 *
 * @throws data/*, learn/*, quantize/*
 */
export async function compareStudy(
  request: CompareRequest,
): Promise<{ readonly validation: CrossValidation; readonly comparison: Comparison }> {
  const { model, ...rest } = request;
  const { study, seed } = model.config;
  const { folds, repeats, temperatures, alphas } = study;
  const widths = sweep(study.bits);
  const subjects = [
    ...VARIANTS.map((variant): Subject => ({ name: variant.name, model, variant })),
    ...widths.map((point) => subjectAt(model, point)),
  ];
  const validation = await crossValidate({ subjects, folds, repeats, seed, ...rest });
  const found = new Map(validation.subjects.map((subject) => [subject.name, subject]));
  const accuracies = (name: string) => accuraciesOf(found.get(name) as SubjectResult);
  const isSwept = temperatures.length > 0 && alphas.length > 0;
  const student = withDistillation(model, {});
  const comparison = {
    ...(isSwept && {
      sweep: await sweepDistillation({ model: student, temperatures, alphas, folds, repeats: 1, ...rest }),
    }),
    samples: validation.samples,
    subjects: VARIANTS.map(({ name }) => {
      const { results: _, ...subject } = found.get(name) as SubjectResult;
      return subject;
    }),
    techniques: TECHNIQUES.map(({ name, first, second }): Technique => {
      const accuracy = comparePaired(accuracies(first), accuracies(second), testShare(folds));
      return { name, first, second, accuracy };
    }),
    bits: widths.map((point): BitsPoint => {
      const all = accuracies(nameAt(point));
      const means = Array.from({ length: repeats }, (_, repeat) => {
        return summarize(all.slice(repeat * folds, (repeat + 1) * folds)).mean;
      });
      return { ...point, accuracy: summarize(means) };
    }),
  };
  return { validation, comparison };
}

type Point = Omit<BitsPoint, 'accuracy'>;

const sweep = (bits: readonly number[]): Point[] =>
  SWEPT.flatMap((weights) =>
    METHODS.flatMap((numbers) => bits.map((width) => ({ weights, numbers, bits: width }))),
  );

const nameAt = ({ weights, numbers, bits }: Point) => `${weights}-${numbers} at ${bits} bits`;

function subjectAt(model: Model, point: Point): Subject {
  const { config } = model;
  const quantization = { ...config.quantization, bits: point.bits };
  return {
    name: nameAt(point),
    model: { ...model, config: { ...config, quantization } },
    variant: variantOf(`${point.weights}-${point.numbers}`, 'study.bits'),
  };
}
