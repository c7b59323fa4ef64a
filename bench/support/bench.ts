import type { OnProgress } from '../../src/core/progress.js';

/**
 * A comparison of two ways to do the same thing, both measured in the same run on the same machine: only their ratio
 * means anything.
 */
export interface Ratio {
  /** Such as `30-16-1, 60 % pruned`. */
  readonly workload: string;
  /** Such as `inferences per second: harness / bare C++ main`. */
  readonly measure: string;
  /** Both sides as they were measured, such as `4.1 M/s`. */
  readonly ours: string;
  readonly other: string;
  readonly ratio: number;
  /** What the ratio shall be. */
  readonly goal?: { readonly atLeast: number } | { readonly atMost: number };
}

/** Every module `bench/*.ts` exports one as its default; `npm run bench` finds it by its file. */
export interface Bench {
  readonly title: string;
  /** Names of rows that may be asked for alone, such as `synthesis` by `--synthesis`; most of them take long. */
  readonly rows?: readonly string[];
  /**
   * Measures; leaves nothing behind.
   *
   * @param rows those that are wanted; none: those that do not take long
   */
  run(onProgress: OnProgress, rows: ReadonlySet<string>): Promise<readonly Ratio[]>;
}

/** The median of repeated measurements of the same work, in seconds. */
export async function medianSeconds(repeats: number, work: () => unknown): Promise<number> {
  const seconds: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const start = performance.now();
    await work();
    seconds.push((performance.now() - start) / 1000);
  }
  return seconds.sort((a, b) => a - b)[Math.floor(repeats / 2)];
}
