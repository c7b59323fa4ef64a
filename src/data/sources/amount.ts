import { sizeOf } from '../../network/tensor.js';
import type { Dataset } from '../dataset.js';
import { problems } from '../problems.js';

/** Numbers of all samples together that are held at a time: 8 bytes each. */
const MOST_NUMBERS = 2 ** 27;

/** @throws data/too-much */
export function checkAmount(where: string, samples: number, shape: readonly number[]): void {
  const size = sizeOf({ shape });
  if (samples * size <= MOST_NUMBERS) return;
  throw problems.dataTooMuch(where, samples, shape, Math.floor(MOST_NUMBERS / size));
}

export interface Chosen {
  /** In the order of the source. */
  readonly rows: readonly number[];
  /** Places among these rows. */
  readonly parts?: NonNullable<Dataset['parts']>;
}

/** The first rows of a source; those for tests are all taken. */
export function firstOf(labels: readonly number[], parts: Dataset['parts'], first = labels.length): Chosen {
  return withTests(trainingRows(labels, parts).slice(0, first), parts);
}

/** The same of a source that is sorted by class: the first row of every class, then the second of every class, … */
export function firstInTurn(
  labels: readonly number[],
  parts: Dataset['parts'],
  first = labels.length,
): Chosen {
  const counts = new Map<number, number>();
  const ranked = trainingRows(labels, parts).map((row) => {
    const turn = counts.get(labels[row]) ?? 0;
    counts.set(labels[row], turn + 1);
    return { row, turn };
  });
  const taken = ranked.sort((a, b) => a.turn - b.turn).slice(0, first);
  return withTests(
    taken.map(({ row }) => row).sort((a, b) => a - b),
    parts,
  );
}

const trainingRows = (labels: readonly number[], parts: Dataset['parts']): readonly number[] =>
  parts?.train ?? [...labels.keys()];

function withTests(train: readonly number[], parts: Dataset['parts']): Chosen {
  if (parts === undefined) return { rows: train };
  return {
    rows: [...train, ...parts.test],
    parts: { train: [...train.keys()], test: parts.test.map((_, at) => train.length + at) },
  };
}

export function countClasses(labels: readonly number[], classes: readonly string[]): Record<string, number> {
  const counts = classes.map(() => 0);
  for (const label of labels) counts[label] += 1;
  return Object.fromEntries(classes.map((name, number) => [name, counts[number]]));
}
