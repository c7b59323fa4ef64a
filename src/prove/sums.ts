import type { FormTerm, InputAtom } from './forms.js';

/** A sum of input symbols with its coefficients' common divisor taken out and the first one positive. */
export interface Direction {
  readonly terms: readonly FormTerm[];
  readonly low: number;
  readonly high: number;
}

/** How many flags may be kept to tell which sums occur. */
const MOST_FLAGS = 2 ** 26;

/** A term as steps above its least value. */
interface Steps {
  readonly atom: InputAtom;
  readonly step: number;
  readonly count: number;
  readonly rising: boolean;
}

/**
 * Which values a sum of inputs takes, and for which inputs. A few steps of 3 and of 5 leave gaps between the sums.
 * Hardware may do anything for a sum that no input gives.
 */
export class SumTable {
  private readonly steps: readonly Steps[];
  /** Per number of terms: the sums above the least that these terms alone can give. Made when it is first needed. */
  private flags: readonly Uint8Array[] | undefined;

  constructor(private readonly direction: Direction) {
    this.steps = direction.terms
      .map(({ atom, coefficient }) => ({
        atom: atom as InputAtom,
        step: Math.abs(Number(coefficient)),
        count: Number(atom.high - atom.low),
        rising: coefficient > 0n,
      }))
      .sort((a, b) => a.step - b.step);
  }

  /**
   * Inputs whose sum is d, by their numbers; `none` when there are none, undefined when there are too many sums to tell.
   */
  realise(d: number): ReadonlyMap<number, number> | 'none' | undefined {
    const { low, high } = this.direction;
    const greedy = this.walk(d - low, (rest, { step, count }) => Math.min(count, Math.floor(rest / step)));
    if (greedy !== undefined) return greedy;
    if ((high - low + 1) * (this.steps.length + 1) > MOST_FLAGS) return undefined;
    this.flags ??= this.makeFlags(high - low + 1);
    const before = this.flags;
    const exact = this.walk(d - low, (rest, { step, count }, index) => {
      let taken = 0;
      while (taken <= count && before[index][rest - taken * step] !== 1) taken += 1;
      return taken;
    });
    return exact ?? 'none';
  }

  /** Takes the terms one by one, the largest step first; undefined when something is left over. */
  private walk(
    distance: number,
    take: (rest: number, steps: Steps, index: number) => number,
  ): ReadonlyMap<number, number> | undefined {
    const values = new Map<number, number>();
    let rest = distance;
    for (let index = this.steps.length - 1; index >= 0; index--) {
      const { atom, step, count, rising } = this.steps[index];
      const taken = take(rest, this.steps[index], index);
      if (taken > count) return undefined;
      rest -= taken * step;
      values.set(atom.unit, rising ? Number(atom.low) + taken : Number(atom.high) - taken);
    }
    return rest === 0 ? values : undefined;
  }

  private makeFlags(size: number): Uint8Array[] {
    const none = new Uint8Array(size);
    none[0] = 1;
    const flags = [none];
    for (const { step, count } of this.steps) {
      const before = flags[flags.length - 1];
      const after = new Uint8Array(size);
      for (let residue = 0; residue < Math.min(step, size); residue++) {
        let last = Number.NEGATIVE_INFINITY;
        for (let at = residue, number = 0; at < size; at += step, number++) {
          if (before[at] === 1) last = number;
          if (number - last <= count) after[at] = 1;
        }
      }
      flags.push(after);
    }
    return flags;
  }
}
