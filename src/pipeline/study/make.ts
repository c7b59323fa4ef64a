import { assertNever } from '../../core/assert.js';
import { present } from '../../core/objects.js';
import { ignoreProgress, type OnProgress } from '../../core/progress.js';
import { trainBase } from '../../learn/base.js';
import { distill } from '../../learn/distill.js';
import type { FloatNetwork } from '../../learn/float-network.js';
import type { EpochRecord, Trained } from '../../learn/loop.js';
import { type Evaluation, evaluateFloat } from '../../learn/metrics.js';
import { prune } from '../../learn/prune.js';
import type { Samples } from '../../learn/samples.js';
import { sizeOf } from '../../learn/size.js';
import type { QuantizedNetwork } from '../../network/types.js';
import { quantizeAware } from '../../quantize/aware.js';
import { evaluateInteger } from '../../quantize/evaluate.js';
import { quantizeNetwork } from '../../quantize/widths.js';
import type { Recipe } from './recipe.js';
import type { Variant } from './variants.js';

/** A network that a variant names. */
export type Made =
  | { readonly kind: 'float'; readonly network: FloatNetwork; readonly history: readonly EpochRecord[] }
  | {
      readonly kind: 'integer';
      readonly network: QuantizedNetwork;
      readonly history: readonly EpochRecord[];
    };

/**
 * Makes the variants of one recipe from one set of training samples: whatever several of them start from is trained
 * once.
 */
export class Maker {
  private readonly trained = new Map<Variant['weights'], Promise<Trained>>();

  /** @param seed of every training */
  constructor(
    private readonly recipe: Recipe,
    private readonly samples: Samples,
    private readonly seed: number,
    private readonly onProgress: OnProgress = ignoreProgress,
  ) {}

  /** @throws learn/*, quantize/*, network/* */
  async make({ weights, numbers }: Variant): Promise<Made> {
    const { network, history } = await this.floats(weights);
    const { recipe, samples } = this;
    switch (numbers) {
      case 'float':
        return { kind: 'float', network, history };
      case 'ptq': {
        const quantized = quantizeNetwork({ network }, samples.features, recipe.quantization);
        return { kind: 'integer', network: quantized.network, history };
      }
      case 'qat': {
        const options = this.withSeed(recipe.quantizationAware);
        const aware = await quantizeAware(
          { network },
          samples,
          recipe.quantization,
          options,
          this.onProgress,
        );
        return { kind: 'integer', network: aware.network, history: aware.trained.history };
      }
      default:
        return assertNever(numbers);
    }
  }

  /** The float network that a variant starts from. */
  floats(weights: Variant['weights']): Promise<Trained> {
    const known = this.trained.get(weights);
    if (known !== undefined) return known;
    const training = this.train(weights);
    this.trained.set(weights, training);
    return training;
  }

  private async train(weights: Variant['weights']): Promise<Trained> {
    const { recipe, samples, onProgress } = this;
    switch (weights) {
      case 'base':
        return trainBase(samples, { ...this.withSeed(recipe.training), hidden: recipe.hidden }, onProgress);
      case 'pruned': {
        const { network } = await this.floats('base');
        return prune(network, samples, this.withSeed(present(recipe.pruning)), onProgress);
      }
      case 'distilled': {
        const teacher = recipe.teacher ?? (await this.floats('base')).network;
        return distill(teacher, samples, this.withSeed(recipe.distillation), onProgress);
      }
      case 'scratch':
        return trainBase(samples, { ...this.withSeed(recipe.distillation), name: 'scratch' }, onProgress);
      default:
        return assertNever(weights);
    }
  }

  private withSeed<T extends object>(options: T) {
    return { ...options, seed: this.seed, backend: this.recipe.training.backend };
  }
}

/** How a made network does on samples that it has not seen. */
export function evaluateMade(made: Made, samples: Samples): Evaluation {
  return made.kind === 'float'
    ? evaluateFloat(made.network, samples)
    : evaluateInteger(made.network, samples);
}

/** What of a network is not 0. */
export interface NonZeros {
  readonly weights: number;
  /** Weights and biases. */
  readonly parameters: number;
}

export function nonZerosOf(made: Made): NonZeros {
  if (made.kind === 'float') {
    const { nonZeroWeights, nonZeros } = sizeOf(made.network);
    return { weights: nonZeroWeights, parameters: nonZeros };
  }
  const count = (codes: readonly number[]) => codes.filter((code) => code !== 0).length;
  const sum = (counts: readonly number[]) => counts.reduce((total, one) => total + one, 0);
  const weights = sum(made.network.layers.map(({ kernel }) => count(kernel.codes.flat())));
  return { weights, parameters: weights + sum(made.network.layers.map(({ bias }) => count(bias.codes))) };
}
