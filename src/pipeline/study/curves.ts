import type { OnProgress } from '../../core/progress.js';
import { type Summary, summarize } from '../../learn/statistics.js';
import { uniformWidths } from '../../quantize/options.js';
import type { AccuracyCurves, FoldResult } from '../../report/study-data.js';
import type { Model } from '../model.js';
import { dataOf } from './cross-validation.js';
import { datasetOf, splitOf } from './fold.js';
import { FoldRunner } from './fold-runner.js';
import { recipeOf } from './recipe.js';
import { variantOf } from './variants.js';

export interface CurvesRequest {
  readonly model: Model;
  /** Widths to try, one for all formats. */
  readonly bits: readonly number[];
  readonly folds: number;
  readonly seeds: number;
  readonly threads?: number | undefined;
  /** Where the results of finished folds are kept. */
  readonly folder: string;
  readonly onProgress: OnProgress;
}

/**
 * Accuracy against width, quantized after training and trained on in the formats, for the base and the pruned network.
 * Formats that the configuration gives stay as they are.
 *
 * @throws data/*, learn/*, quantize/*
 */
export async function accuracyCurves(request: CurvesRequest): Promise<AccuracyCurves> {
  const { model, bits, folds, seeds, threads, folder, onProgress } = request;
  const data = dataOf(model);
  const { seed } = model.config;
  splitOf(datasetOf(data), { folds, repeat: 0, fold: 0, seed });
  const recipe = recipeOf(model);
  const runner = new FoldRunner({ data, folds, repeats: seeds, seed, threads, folder });
  const accuracies = async (name: string, at: typeof recipe, task: string) => {
    const [results] = await runner.run(
      [{ recipe: at, variant: variantOf(name, 'curves') }],
      task,
      onProgress,
    );
    return overSeeds(results, folds);
  };
  try {
    const curves = [];
    for (const weights of ['base', 'pruned'] as const) {
      const float = await accuracies(weights, recipe, `accuracy of ${weights}`);
      for (const method of ['ptq', 'qat'] as const) {
        const points = [];
        for (const width of bits) {
          const quantization = { ...recipe.quantization, bits: uniformWidths(width) };
          const task = `accuracy of ${weights}, ${method}, ${width} bits`;
          points.push({
            bits: width,
            accuracy: await accuracies(`${weights}-${method}`, { ...recipe, quantization }, task),
          });
        }
        curves.push({ weights, method, float, points });
      }
    }
    return { folds, seeds, curves };
  } finally {
    await runner.close();
  }
}

/** The spread over repeats of the mean over each repeat's folds. */
function overSeeds(results: readonly FoldResult[], folds: number): Summary {
  const means = Array.from({ length: results.length / folds }, (_, repeat) => {
    const own = results.slice(repeat * folds, (repeat + 1) * folds);
    return own.reduce((sum, { test }) => sum + test.accuracy, 0) / folds;
  });
  return summarize(means);
}
