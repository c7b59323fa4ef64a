import { hashOf } from '../../core/hash.js';
import { present } from '../../core/objects.js';
import { type Config, STUDY_DEFAULTS } from '../config.js';
import { USUAL_HIDDEN } from '../config-layers.js';
import type { Model } from '../model.js';
import { type ReadTeacher, readTeacher } from '../teacher.js';
import type { Variant } from './variants.js';

/**
 * All that decides how networks are made from training rows, as plain data. A section that the configuration leaves
 * out has the study's defaults: which of them count is up to the variant.
 */
export interface Recipe {
  /** Percentile at which features are clipped; see `data.clip`. */
  readonly clip: number;
  readonly hidden: readonly number[];
  /** In place of `hidden`. */
  readonly layers?: Config['layers'];
  /** Which one is pruned. */
  readonly deploy: Config['deploy'];
  readonly training: Omit<Config['training'], 'files'>;
  readonly pruning: Omit<NonNullable<Config['pruning']>, 'files'>;
  readonly distillation: Omit<NonNullable<Config['distillation']>, 'teacher'>;
  /** From a file; absent: the base network teaches. */
  readonly teacher?: ReadTeacher;
  readonly quantization: Config['quantization'];
  readonly quantizationAware: NonNullable<Config['quantizationAware']>;
}

/** A model's recipe. @throws file/*, exchange/import-*, data/array-* when its teacher cannot be read */
export function recipeOf({ config, folder }: Model): Recipe {
  const { hidden = USUAL_HIDDEN, layers, quantization, data, deploy } = config;
  const { files: _trainingFiles, ...training } = config.training;
  const { files: _pruningFiles, ...pruning } = config.pruning ?? STUDY_DEFAULTS.pruning;
  const { teacher, ...distillation } = config.distillation ?? STUDY_DEFAULTS.distillation;
  const quantizationAware = config.quantizationAware ?? STUDY_DEFAULTS.quantizationAware;
  return {
    clip: data.clip,
    hidden,
    ...present({ layers }),
    deploy,
    training,
    pruning,
    distillation,
    quantization,
    quantizationAware,
    ...(teacher === undefined ? {} : { teacher: readTeacher(teacher, folder) }),
  };
}

/** Whether weights are those of a student that has a teacher. */
export const isTaughtStudent = ({ deploy }: Pick<Recipe, 'deploy'>, weights: Variant['weights']): boolean =>
  weights === 'distilled' || (weights === 'pruned' && deploy === 'distilled');

/** The hash of the sections that a variant is made with, and of no other: other changes leave its results valid. */
export function recipeHash(recipe: Recipe, { weights, numbers }: Omit<Variant, 'name'>): string {
  const {
    clip,
    hidden,
    layers,
    deploy,
    training,
    pruning,
    distillation,
    teacher,
    quantization,
    quantizationAware,
  } = recipe;
  const isStudent = weights === 'scratch' || isTaughtStudent(recipe, weights);
  return hashOf({
    weights,
    numbers,
    clip,
    hidden,
    layers,
    training,
    ...(weights === 'pruned' && { pruning, deploy }),
    ...(isStudent && { distillation, teacher }),
    ...(numbers !== 'float' && { quantization }),
    ...(numbers === 'qat' && { quantizationAware }),
  });
}

/** The variant that `espalier run` makes hardware of. */
export function finalVariant(config: Config): string {
  const weights = config.pruning === undefined ? config.deploy : 'pruned';
  return `${weights}-${config.quantizationAware === undefined ? 'ptq' : 'qat'}`;
}
