import { expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { givenLogits } from '../../src/learn/given-logits.js';
import { messageOf } from '../support/messages.js';

const random = new Random(3, 'given logits');
const COUNT = 90;
const CLASSES = ['a', 'b', 'c'];
const labels = Array.from({ length: COUNT }, (_, row) => row % 3);
/** Right in nine of ten, of classes that it numbers as `numberOf` says. */
const logits = (numberOf = (label: number) => label) =>
  labels.flatMap((label, row) =>
    CLASSES.map((_, unit) => (unit === numberOf(row % 10 === 0 ? 0 : label) ? 2 : random.float())),
  );
const given = (values: readonly number[], shape: readonly number[]) => ({
  place: 'teacher.npy',
  array: { shape, values: Float64Array.from(values) },
});
const rows = Array.from({ length: 60 }, (_, at) => (at * 7) % COUNT);
const taught = {
  rows,
  total: COUNT,
  samples: { labels: rows.map((row) => labels[row]), classes: CLASSES },
};

it('are those of the samples that are taught, picked from all or given alone', () => {
  const values = logits();
  const of = (row: number) => values.slice(3 * row, 3 * row + 3);
  const wanted = { logits: rows.map(of) };
  expect(givenLogits(given(values, [COUNT, 3]), taught)).toEqual(wanted);
  expect(givenLogits(given(rows.flatMap(of), [60, 3]), taught)).toEqual(wanted);
});

it('may be one for each sample of two classes', () => {
  const two = { rows: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], total: 12 };
  const samples = { labels: [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1], classes: ['no', 'yes'] };
  const values = samples.labels.map((label) => 4 * label - 1);
  const wanted = { logits: values.map((value) => [value]) };
  expect(givenLogits(given(values, [12]), { ...two, samples })).toEqual(wanted);
  expect(givenLogits(given(values, [12, 1]), { ...two, samples })).toEqual(wanted);
  expect(
    messageOf(() => givenLogits(given([...values, ...values, ...values], [12, 3]), { ...two, samples })),
  ).toBe(
    'teacher.npy: got an array of 12x3, wanted samples x 2, a logit for each class in the order no, yes, or one logit for ' +
      'each sample, above 0 for yes [learn/teacher]',
  );
});

it.each([
  [
    'another count',
    given(logits().slice(0, 3 * 80), [80, 3]),
    'teacher.npy: got logits of 80 samples, wanted 90, one for each sample of the data in their order, or 60, one for each ' +
      'that is trained on [learn/teacher]',
  ],
  [
    'other classes',
    given([...logits(), ...logits().slice(0, 90)], [COUNT, 4]),
    'teacher.npy: got an array of 90x4, wanted samples x 3, a logit for each class in the order a, b, c [learn/teacher]',
  ],
  [
    'one logit where there are three classes',
    given(labels, [COUNT]),
    'teacher.npy: got an array of 90, wanted samples x 3, a logit for each class in the order a, b, c [learn/teacher]',
  ],
  [
    'probabilities',
    given(
      labels.flatMap((label) => CLASSES.map((_, unit) => (unit === label ? 0.9 : 0.05))),
      [COUNT, 3],
    ),
    'teacher.npy: got probabilities: the numbers of each sample lie between 0 and 1, and add up to 1, wanted logits, which ' +
      'the last layer gives before its softmax (the logarithms of the probabilities are such logits) [learn/teacher-shares]',
  ],
  [
    'classes in another order',
    given(
      logits((label) => (label + 1) % 3),
      [COUNT, 3],
    ),
    'teacher.npy: got logits that are right in 3.3 % of the samples, where chance has 33.3 %, wanted a teacher that knows ' +
      'these samples (are its samples in the order of the data, and its classes numbered as there?) [learn/teacher-order]',
  ],
  [
    'samples in another order',
    given(
      random.shuffled(labels).flatMap((label) => CLASSES.map((_, unit) => (unit === label ? 3 : 0))),
      [COUNT, 3],
    ),
    'teacher.npy: got logits that are right in 25.0 % of the samples, where chance has 33.3 %, wanted a teacher that knows ' +
      'these samples (are its samples in the order of the data, and its classes numbered as there?) [learn/teacher-order]',
  ],
])('are refused of %s', (_, array, message) => {
  expect(messageOf(() => givenLogits(array, taught))).toBe(message);
});
