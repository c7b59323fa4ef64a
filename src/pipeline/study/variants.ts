import { nearest } from '../../core/nearest.js';
import { problems } from '../problems.js';

/** How a network's weights come about, all from the same configuration. */
export const FLOATS = ['base', 'pruned', 'distilled', 'scratch'] as const;
/** `float`: as trained; `ptq`: quantized after training; `qat`: trained on in the integer network's formats. */
export const INTEGERS = ['float', 'ptq', 'qat'] as const;

/** One of the networks that a study compares. */
export interface Variant {
  /** Such as `pruned-qat`; without a suffix it is the float network. */
  readonly name: string;
  /** `scratch`: the distilled student's layers, trained without a teacher. */
  readonly weights: (typeof FLOATS)[number];
  readonly numbers: (typeof INTEGERS)[number];
}

export const VARIANTS: readonly Variant[] = FLOATS.flatMap((weights) =>
  INTEGERS.map((numbers) => ({
    name: numbers === 'float' ? weights : `${weights}-${numbers}`,
    weights,
    numbers,
  })),
);

/**
 * The variant of a name.
 *
 * @param where for the error, such as `--variants`
 * @throws pipeline/study-variant
 */
export function variantOf(name: string, where: string): Variant {
  const found = VARIANTS.find((variant) => variant.name === name);
  if (found !== undefined) return found;
  const names = VARIANTS.map((variant) => variant.name);
  throw problems.studyVariant(where, name, names, nearest(name, names));
}
