import type { OnProgress } from '../../core/progress.js';
import { requireThat } from '../../learn/options.js';
import { type SampleSummary, summarize } from '../../learn/statistics.js';
import type { Widths } from '../../quantize/options.js';
import type { SearchLevel, SearchStep, WidthSearch } from '../../report/study-data.js';
import type { Model } from '../model.js';
import { problems } from '../problems.js';
import { picturesBeside, trainingRowsOf } from './cross-validation.js';
import { datasetOf, splitOf } from './fold.js';
import { FoldRunner } from './fold-runner.js';
import { type Recipe, recipeOf } from './recipe.js';
import {
  bitsOf,
  evenWidths,
  type Knob,
  layerKnobs,
  type NetworkShape,
  narrowed,
  printKnob,
  shapeOf,
  unitKnobs,
} from './widths.js';

export interface SearchRequest {
  readonly model: Model;
  readonly weights: 'base' | 'pruned';
  readonly method: 'ptq' | 'qat';
  /** Accuracy that may be lost against the float network, such as 0.005. */
  readonly margin: number;
  /** How far the search goes: one width for all, one per layer and tensor, one per unit. */
  readonly level: SearchLevel;
  readonly folds: number;
  readonly repeats: number;
  readonly threads?: number | undefined;
  readonly folder: string;
  readonly onProgress: OnProgress;
}

export const LEVELS: readonly SearchLevel[] = ['network', 'layer', 'unit'];

const WIDEST = 16;

/**
 * Finds the smallest widths whose accuracy stays within a margin of the float network's: first one width for all,
 * then bit by bit for each layer's tensors the one that saves most, then for each unit. Accuracies are means over
 * folds of the model's training rows; its test rows are never seen. What has been tried is kept, so that a search
 * that was stopped goes on where it was.
 *
 * @throws learn/option, pipeline/search-margin when even 16 bits do not hold the margin; data/*, learn/*, quantize/*
 */
export async function searchWidths(request: SearchRequest): Promise<WidthSearch> {
  const { model, margin, folds, repeats, threads, folder } = request;
  requireThat(margin >= 0 && margin < 1, 'margin', margin, 'a share of at least 0 and below 1');
  const data = await trainingRowsOf(model, picturesBeside(folder));
  const { seed } = model.config;
  const dataset = await datasetOf(data);
  splitOf(dataset, { folds, repeat: 0, fold: 0, seed });
  const runner = new FoldRunner({ data, folds, repeats, seed, sameStart: true, threads, folder });
  try {
    const found = await new Search(request, runner, dataset.features[0].length).run();
    return { ...found, warnings: [...dataset.report.warnings, ...found.warnings] };
  } finally {
    await runner.close();
  }
}

class Search {
  private readonly recipe: Recipe;
  private readonly steps: SearchStep[] = [];

  constructor(
    private readonly request: SearchRequest,
    private readonly runner: FoldRunner,
    private readonly inputs: number,
  ) {
    this.recipe = recipeOf(request.model);
  }

  async run(): Promise<WidthSearch> {
    const { weights, method, margin, level } = this.request;
    const { float, shape } = await this.floatNetworks();
    const least = float.mean - margin;
    let best = await this.searchEven(shape, least);
    if (level !== 'network') best = await this.searchLayers(best, shape, least);
    if (level === 'unit') best = await this.searchUnits(best, shape, least);
    const { widths, bits, accuracy, classes } = best;
    const warnings = classes > 1 ? [] : [problems.searchOneClass(this.request.model.name, margin).toJSON()];
    return { weights, method, margin, float, steps: this.steps, widths, bits, accuracy, warnings };
  }

  /** What the margin is counted from, and what there is to make narrower. */
  private async floatNetworks(): Promise<{ float: SampleSummary; shape: NetworkShape }> {
    const { weights, onProgress } = this.request;
    const variant = { name: weights, weights, numbers: 'float' as const };
    const [results] = await this.runner.run([{ recipe: this.recipe, variant }], 'float networks', onProgress);
    return {
      float: summarize(results.map(({ test }) => test.accuracy)),
      shape: shapeOf(
        this.inputs,
        results.map(({ nonZeros }) => nonZeros),
      ),
    };
  }

  private async searchEven(shape: NetworkShape, least: number): Promise<SearchStep> {
    for (let bits = 1; bits <= WIDEST; bits++) {
      const [step] = await this.tryAll(
        'network',
        [{ change: 'all', widths: evenWidths(shape, bits) }],
        shape,
        least,
      );
      if (step.holds) return this.take(step);
    }
    const reached = this.steps[this.steps.length - 1].accuracy.mean;
    throw problems.searchMargin(this.request.margin, WIDEST, reached, least);
  }

  /** Of all knobs that hold, the one that saves most bits is turned, as long as there is one. */
  private async searchLayers(from: SearchStep, shape: NetworkShape, least: number): Promise<SearchStep> {
    let best = from;
    let knobs = layerKnobs(shape);
    while (knobs.length > 0) {
      const tries = candidates(best.widths, knobs, shape);
      const steps = await this.tryAll('layer', tries, shape, least);
      // What fails now would fail again when the others are narrower still.
      knobs = tries.filter((_, index) => steps[index].holds).map(({ knob }) => knob);
      const holding = steps.filter(({ holds }) => holds);
      if (holding.length === 0) break;
      best = this.take(holding.reduce((a, b) => (b.bits < a.bits ? b : a)));
    }
    return best;
  }

  private async searchUnits(from: SearchStep, shape: NetworkShape, least: number): Promise<SearchStep> {
    let best = from;
    for (const knob of unitKnobs(shape)) {
      for (;;) {
        const tries = candidates(best.widths, [knob], shape);
        if (tries.length === 0) break;
        const [step] = await this.tryAll('unit', tries, shape, least);
        if (!step.holds) break;
        best = this.take(step);
      }
    }
    return best;
  }

  private async tryAll(
    level: SearchStep['level'],
    tries: readonly { readonly change: string; readonly widths: Widths }[],
    shape: NetworkShape,
    least: number,
  ): Promise<SearchStep[]> {
    const { weights, method, onProgress } = this.request;
    const variant = { name: `${weights}-${method}`, weights, numbers: method };
    const jobs = tries.map(({ widths }) => ({ variant, recipe: this.recipeAt(widths) }));
    const task = `${level} widths, ${tries.map(({ change }) => change).join(', ')}`;
    const results = await this.runner.run(jobs, task, onProgress);
    const steps = tries.map(({ change, widths }, index): SearchStep => {
      const accuracy = summarize(results[index].map(({ test }) => test.accuracy));
      const classes = Math.max(...results[index].map(({ test }) => classesGiven(test.confusion)));
      const holds = accuracy.mean >= least;
      return { level, change, widths, bits: bitsOf(widths, shape), accuracy, classes, holds, taken: false };
    });
    this.steps.push(...steps);
    return steps;
  }

  private take(step: SearchStep): SearchStep {
    const taken = { ...step, taken: true };
    this.steps[this.steps.lastIndexOf(step)] = taken;
    return taken;
  }

  private recipeAt(bits: Widths): Recipe {
    return { ...this.recipe, quantization: { ...this.recipe.quantization, bits } };
  }
}

/** How many classes are ever answered. @param confusion [true class][answer] */
const classesGiven = (confusion: readonly (readonly number[])[]): number =>
  confusion.filter((_, answer) => confusion.some((row) => row[answer] > 0)).length;

interface Try {
  readonly knob: Knob;
  readonly change: string;
  readonly widths: Widths;
}

/** One bit less at each of the knobs that have one to give. */
function candidates(from: Widths, knobs: readonly Knob[], shape: NetworkShape): Try[] {
  return knobs.flatMap((knob) => {
    const widths = narrowed(from, knob, shape);
    return widths === undefined ? [] : [{ knob, change: printKnob(knob), widths }];
  });
}
