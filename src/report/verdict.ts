import type { StudyReport, StudyVariant, Technique } from './study.js';

/** What 95 % of confidence say about a technique's effect on accuracy, given what it may cost. */
export type Effect = 'better' | 'kept' | 'unclear' | 'worse';
/**
 * `likely`: it saves, and on average it costs less accuracy than it may, but the interval does not exclude more.
 * `trade`: it makes the network better, and costs more.
 */
export type TechniqueAnswer = 'yes' | 'likely' | 'trade' | 'no';

/** Without ÷ with: above 1 the technique saves. Absent where one of the two networks has no such cost. */
export interface Savings {
  readonly parameterBits: number;
  readonly cycles?: number;
  readonly romBits?: number;
  readonly luts?: number;
  readonly flash?: number;
  readonly multiplies?: number;
}

export interface TechniqueVerdict {
  readonly technique: Technique;
  readonly effect: Effect;
  readonly savings: Savings;
  readonly fpga: TechniqueAnswer;
  readonly mcu: TechniqueAnswer;
}

/** A cost that changes by a smaller factor is the same. */
export const NOTHING = 1.05;

/** Which techniques are worth it, on an FPGA and on a microcontroller. */
export function verdictsOf(study: StudyReport): TechniqueVerdict[] {
  return study.techniques.map((technique) => {
    const savings = savingsOf(variantOf(study, technique.first), variantOf(study, technique.second));
    const { low, mean, high } = technique.accuracy.difference;
    const effect = effectOf(low, high, study.margin);
    const answer = (costs: readonly (number | undefined)[]): TechniqueAnswer =>
      answerOf(
        effect,
        mean >= -study.margin,
        costs.filter((cost) => cost !== undefined),
      );
    return {
      technique,
      effect,
      savings,
      fpga: answer([savings.cycles ?? savings.parameterBits, savings.romBits]),
      mcu: answer([savings.flash ?? savings.parameterBits]),
    };
  });
}

export function variantOf({ variants }: StudyReport, name: string): StudyVariant {
  return variants.find((variant) => variant.name === name) as StudyVariant;
}

/** @param low @param high ends of the difference's interval */
export function effectOf(low: number, high: number, margin: number): Effect {
  if (low > 0) return 'better';
  if (low >= -margin) return 'kept';
  return high < 0 ? 'worse' : 'unclear';
}

function answerOf(effect: Effect, isCheap: boolean, savings: readonly number[]): TechniqueAnswer {
  const saves = savings.some((saving) => saving >= NOTHING);
  const costs = savings.some((saving) => saving <= 1 / NOTHING);
  if (effect === 'better') return costs ? 'trade' : 'yes';
  if (!saves || costs || !isCheap) return 'no';
  return effect === 'kept' ? 'yes' : 'likely';
}

function savingsOf(first: StudyVariant, second: StudyVariant): Savings {
  const parameterBits = second.parameterBits / first.parameterBits;
  const [a, b] = [first.cost, second.cost];
  if (a === undefined || b === undefined) return { parameterBits };
  return {
    parameterBits,
    cycles: b.serial[0].interval / a.serial[0].interval,
    romBits: b.serial[0].romBits / a.serial[0].romBits,
    luts: b.parallel.luts / a.parallel.luts,
    flash: b.tables.flash / a.tables.flash,
    multiplies: b.tables.multiplies / a.tables.multiplies,
  };
}

/** The least width from which on the mean accuracy stays within the margin of the float network's. */
export function leastBits(
  study: StudyReport,
  weights: 'base' | 'pruned',
  numbers: 'ptq' | 'qat',
): number | undefined {
  const least = variantOf(study, weights).accuracy.mean - study.margin;
  const points = study.bits.filter((point) => point.weights === weights && point.numbers === numbers);
  const wide = points.sort((a, b) => b.bits - a.bits);
  const failing = wide.findIndex(({ accuracy }) => accuracy.mean < least);
  return (failing === -1 ? wide.at(-1) : wide[failing - 1])?.bits;
}
