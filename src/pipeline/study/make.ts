import { assertNever } from '../../core/assert.js';
import { present } from '../../core/objects.js';
import { ignoreProgress, type OnProgress } from '../../core/progress.js';
import { foldNetwork } from '../../float/fold.js';
import type { FloatNetwork } from '../../float/types.js';
import { trainBase } from '../../learn/base.js';
import { distill, type Teacher, type TeacherLogits, teacherLogits, trainAlone } from '../../learn/distill.js';
import type { DistillationLoss } from '../../learn/distillation-loss.js';
import { givenLogits, type TaughtRows } from '../../learn/given-logits.js';
import { type Evaluation, evaluateFloat } from '../../learn/metrics.js';
import { flatten, kernelsOf } from '../../learn/parameters.js';
import { prune } from '../../learn/prune.js';
import type { Samples } from '../../learn/samples.js';
import { shortDropout } from '../../learn/short-form.js';
import { sizeOf } from '../../learn/size.js';
import type { EpochRecord, Trained } from '../../learn/training.js';
import { kindOf, nonZeros } from '../../network/layers/index.js';
import type { WeightTensor } from '../../network/layers/kind.js';
import type { QuantizedNetwork } from '../../network/types.js';
import { quantizeAware } from '../../quantize/aware.js';
import { evaluateInteger } from '../../quantize/evaluate.js';
import { quantizeNetwork } from '../../quantize/widths.js';
import type { NonZeros } from '../../report/study-data.js';
import { isTaughtStudent, type Recipe, recipeHash } from './recipe.js';
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
 * Makes variants of recipes from one set of training rows: whatever several of them start from is trained once.
 */
export class Maker {
  private readonly trained = new Map<string, Promise<Trained>>();

  /**
   * @param samplesFor the training rows, scaled with features clipped at a percentile
   * @param seed of every training
   * @param source which rows of the data they are
   */
  constructor(
    private readonly samplesFor: (clip: number) => Samples,
    private readonly seed: number,
    private readonly source: Omit<TaughtRows, 'samples'>,
    private readonly onProgress: OnProgress = ignoreProgress,
  ) {}

  /** @throws learn/*, quantize/*, network/* */
  async make(recipe: Recipe, { weights, numbers }: Variant): Promise<Made> {
    const { network, history } = await this.floats(recipe, weights);
    const samples = this.samplesFor(recipe.clip);
    switch (numbers) {
      case 'float':
        return { kind: 'float', network, history };
      case 'ptq': {
        const source = { network: foldNetwork(network).network };
        const quantized = quantizeNetwork(source, samples.features, recipe.quantization);
        return { kind: 'integer', network: quantized.network, history };
      }
      case 'qat': {
        const { taught: isTaught, ...stated } = recipe.quantizationAware;
        const taught =
          isTaught && isTaughtStudent(recipe, weights) ? await this.taught(recipe, samples) : undefined;
        const options = { ...this.optionsOf(recipe, stated), ...present({ taught }) };
        const aware = await quantizeAware(
          { network: foldNetwork(network).network },
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
  floats(recipe: Recipe, weights: Variant['weights']): Promise<Trained> {
    const key = recipeHash(recipe, { weights, numbers: 'float' });
    const known = this.trained.get(key);
    if (known !== undefined) return known;
    const training = this.train(recipe, weights);
    this.trained.set(key, training);
    return training;
  }

  private async train(recipe: Recipe, weights: Variant['weights']): Promise<Trained> {
    const { onProgress } = this;
    const samples = this.samplesFor(recipe.clip);
    switch (weights) {
      case 'base': {
        const options = { ...this.optionsOf(recipe, recipe.training), ...networkOf(recipe) };
        return trainBase(samples, options, onProgress);
      }
      case 'pruned': {
        const { network } = await this.floats(recipe, recipe.deploy);
        const { layers } = recipe.deploy === 'distilled' ? recipe.distillation : recipe;
        const { dropout = layers && shortDropout(layers), ...how } = recipe.pruning;
        return prune(network, samples, this.optionsOf(recipe, present({ ...how, dropout })), onProgress);
      }
      case 'distilled': {
        return distill(
          await this.teacherOf(recipe, samples),
          samples,
          this.optionsOf(recipe, recipe.distillation),
          onProgress,
        );
      }
      case 'scratch': {
        const options = { ...this.optionsOf(recipe, recipe.distillation), name: 'scratch' };
        return trainAlone(samples, options, onProgress);
      }
      default:
        return assertNever(weights);
    }
  }

  private async teacherOf(recipe: Recipe, samples: Samples): Promise<Teacher | TeacherLogits> {
    const { teacher } = recipe;
    if (teacher === undefined) return (await this.floats(recipe, 'base')).network;
    return 'given' in teacher ? givenLogits(teacher.given, { ...this.source, samples }) : teacher;
  }

  /** What the student's teacher says, for a training that begins with the student. */
  private async taught(recipe: Recipe, samples: Samples): Promise<TeacherLogits & DistillationLoss> {
    const teacher = await this.teacherOf(recipe, samples);
    const logits =
      'logits' in teacher ? teacher.logits : await teacherLogits(teacher, samples, recipe.training.backend);
    return { ...recipe.distillation, logits };
  }

  private optionsOf<T extends object>(recipe: Recipe, section: T) {
    return { ...section, seed: this.seed, backend: recipe.training.backend };
  }
}

const networkOf = ({ hidden, layers }: Recipe) => (layers === undefined ? { hidden } : { layers });

/** How a made network does on samples that it has not seen. */
export function evaluateMade(made: Made, samples: Samples): Evaluation {
  return made.kind === 'float'
    ? evaluateFloat(made.network, samples)
    : evaluateInteger(made.network, samples);
}

export function nonZerosOf(made: Made): NonZeros {
  const sum = (counts: readonly number[]) => counts.reduce((total, one) => total + one, 0);
  if (made.kind === 'integer') {
    const weighted = made.network.layers.filter((layer) => kindOf(layer).weights(layer).length > 0);
    const units = weighted.map((layer) =>
      kindOf(layer)
        .weights(layer)
        .flatMap((tensor) => (tensor.role === 'weights' ? perUnit(tensor) : [])),
    );
    const layers = weighted.map(({ name }) => name);
    return { layers, units, weights: sum(units.flat()), parameters: sum(made.network.layers.map(nonZeros)) };
  }
  const { network } = made;
  const values = flatten(network);
  const kernels = kernelsOf(network);
  const units = kernels.map(({ shape, offset, size }) => {
    const counts = Array<number>(shape[shape.length - 1]).fill(0);
    for (let at = 0; at < size; at++) if (values[offset + at] !== 0) counts[at % counts.length] += 1;
    return counts;
  });
  const layers = kernels.map(({ layer }) => network.layers[layer].name);
  return { layers, units, weights: sum(units.flat()), parameters: sizeOf(network).nonZeros };
}

/** Codes that are not zero, unit by unit of the last axis. */
function perUnit({ codes, formats }: WeightTensor): number[] {
  const counts = formats.map(() => 0);
  codes.forEach((code, at) => {
    if (code !== 0) counts[at % formats.length] += 1;
  });
  return counts;
}
