import { readText } from '../core/files.js';
import { present } from '../core/objects.js';
import { isNumber } from '../data/forms.js';
import { type LabelColumn, parseRows, type Rows, type RowsOptions } from '../data/rows.js';
import { problems } from './problems.js';

/** A user's table of samples for a network. */
export interface SampleTable extends Rows {
  readonly file: string;
}

/**
 * Reads it, columns matched by name where both sides have names.
 *
 * @param options `label` is the column of the classes, or of the values that a regression should give
 * @throws data/*, file/*
 */
export function readSamples(
  file: string,
  network: { readonly inputs: number; readonly names: readonly string[] },
  options: { readonly [K in 'label' | 'labelMayMiss']?: RowsOptions[K] | undefined },
): SampleTable {
  return { file, ...parseRows(readText(file), file, network, present(options)) };
}

/**
 * The classes' names by number: those that the network knows, else what the labels are: class numbers, or as many
 * different texts as there are classes, in the order of their values or letters, as label encoders number them.
 *
 * @param known of the network; empty where it has no names
 * @throws pipeline/label-classes
 */
export function classNames(
  { name, cells }: LabelColumn,
  count: number,
  known: readonly string[],
  file: string,
): string[] {
  if (known.length > 0) return [...known];
  const present = [...new Set(cells)];
  const numbers = Array.from({ length: count }, (_, number) => String(number));
  if (present.every((cell) => isNumber(cell) && numbers.includes(String(Number(cell))))) return numbers;
  if (present.length !== count)
    throw problems.labelClasses(`${file}, column ${JSON.stringify(name)}`, present, count);
  return present.every(isNumber)
    ? present.toSorted((a, b) => Number(a) - Number(b))
    : present.toSorted((a, b) => (a < b ? -1 : 1));
}
