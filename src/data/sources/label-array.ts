import { printShape } from '../../network/tensor.js';
import type { PlacedArray } from '../arrays/number-array.js';
import { problems } from '../problems.js';

/** Classes that whole numbers may name. */
const MOST_CLASSES = 10_000;

/**
 * The class number of every sample: whole numbers, or rows with a 1 at the class. Without names the numbers that occur
 * are the classes, in their order.
 *
 * @throws data/array-labels
 */
export function labelsOf(
  arrays: readonly PlacedArray[],
  names: readonly string[] | undefined,
): { readonly labels: readonly number[]; readonly classes: readonly string[] } {
  const numbers = arrays.flatMap(numbersOf);
  const occurring = [...new Set(numbers)].sort((a, b) => a - b);
  if (names === undefined) {
    if (occurring.length < 2) {
      throw problems.arrayLabels(
        arrays[0].place,
        `the label ${occurring[0]} for every sample`,
        'two classes at least',
      );
    }
    const numberOf = new Map(occurring.map((value, number) => [value, number]));
    return { labels: numbers.map((value) => numberOf.get(value) as number), classes: occurring.map(String) };
  }
  const odd = occurring.find((value) => value < 0 || value >= names.length);
  if (odd === undefined) return { labels: numbers, classes: names };
  const wanted = `numbers below ${names.length}, as many as data.classes has names`;
  throw problems.arrayLabels(arrays[0].place, `the label ${odd}`, wanted);
}

function numbersOf({ place, array: { shape, values } }: PlacedArray): number[] {
  const columns = shape.slice(1).reduce((size, length) => size * length, 1);
  const rows = columns === 1 ? Array.from(values) : oneHot(values, columns, place);
  const odd = rows.find((value) => !Number.isInteger(value) || Math.abs(value) > MOST_CLASSES);
  if (odd === undefined) return rows;
  throw problems.arrayLabels(place, `the label ${odd}`, 'the number of a class for each sample');
}

function oneHot(values: ArrayLike<number>, columns: number, place: string): number[] {
  return Array.from({ length: values.length / columns }, (_, row) => {
    const own = Array.from({ length: columns }, (__, at) => values[row * columns + at]);
    const isOneHot = own.every((value) => value === 0 || value === 1) && own.filter(Boolean).length === 1;
    if (isOneHot) return own.indexOf(1);
    throw problems.arrayLabels(
      place,
      `row ${row} of ${printShape([columns])} numbers`,
      'one 1 among zeros, or one number',
    );
  });
}
