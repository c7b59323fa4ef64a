import type { PlacedArray } from '../data/arrays/number-array.js';
import { classOf } from '../float/model.js';
import { printShape } from '../network/tensor.js';
import type { TeacherLogits } from './distill.js';
import { problems } from './problems.js';
import type { Samples } from './samples.js';

/** Which of a source's samples are taught, and how many it has. */
export interface TaughtRows {
  /** Numbers of the samples in the source. */
  readonly rows: readonly number[];
  readonly total: number;
  readonly samples: Pick<Samples, 'labels' | 'classes'>;
}

/**
 * What a teacher that ran elsewhere said of the samples of a run: an array [sample][class] of all samples of the source
 * in its order, or of those alone that are taught, in theirs; one logit for each sample may do for two classes.
 *
 * @throws learn/teacher where they are not of these samples, or no logits of these classes
 */
export function givenLogits(given: PlacedArray, taught: TaughtRows): TeacherLogits {
  const { place } = given;
  const all = rowsOf(given, taught);
  const { rows, total, samples } = taught;
  if (all.length !== total && all.length !== rows.length) {
    const some = rows.length === total ? '' : `, or ${rows.length}, one for each that is trained on`;
    const wanted = `${total}, one for each sample of the data in their order${some}`;
    throw problems.learnTeacher(place, `logits of ${all.length} samples`, wanted);
  }
  const logits = all.length === total ? rows.map((row) => all[row]) : all;
  checkLogits(logits, place);
  checkOrder(logits, samples.labels, place);
  return { logits };
}

function rowsOf({ place, array: { shape, values } }: PlacedArray, { samples }: TaughtRows): number[][] {
  const classes = samples.classes.length;
  const [count, columns = 1, ...more] = shape;
  const isOf = columns === classes || (columns === 1 && classes === 2);
  if (count === undefined || more.length > 0 || !isOf) {
    const wanted = `samples x ${classes}, a logit for each class in the order ${samples.classes.join(', ')}`;
    const orOne = classes === 2 ? `, or one logit for each sample, above 0 for ${samples.classes[1]}` : '';
    throw problems.learnTeacher(place, `an array of ${printShape(shape)}`, `${wanted}${orOne}`);
  }
  return Array.from({ length: count }, (_, row) =>
    Array.from(values.subarray(row * columns, (row + 1) * columns)),
  );
}

/** Sums of probabilities in 32-bit floats are near 1. */
const NEAR = 1e-3;

function checkLogits(logits: readonly (readonly number[])[], place: string): void {
  const isShare = (row: readonly number[]) =>
    row.length > 1 &&
    row.every((value) => value >= 0 && value <= 1) &&
    Math.abs(row.reduce((sum, value) => sum + value, -1)) < NEAR;
  if (logits.every(isShare)) throw problems.learnTeacherShares(place);
}

/** In how many standard deviations of chance an agreement must stand out. */
const DEVIATIONS = 3;

/** A teacher that agrees with the labels no more than chance has them: its samples or its classes lie otherwise. */
function checkOrder(logits: readonly (readonly number[])[], labels: readonly number[], place: string): void {
  const answers = logits.map(classOf);
  const count = answers.length;
  const right = answers.filter((answer, row) => answer === labels[row]).length / count;
  const shares = (of: readonly number[]) => {
    const found = new Map<number, number>();
    for (const one of of) found.set(one, (found.get(one) ?? 0) + 1 / count);
    return found;
  };
  const said = shares(answers);
  const chance = [...shares(labels)].reduce((sum, [label, share]) => sum + share * (said.get(label) ?? 0), 0);
  if (right > chance + DEVIATIONS * Math.sqrt((chance * (1 - chance)) / count)) return;
  throw problems.learnTeacherOrder(place, right, chance);
}
