import { z } from 'zod';
import { parseFormat } from '../fixed/format.js';

/**
 * Building blocks of the configuration. Every one states in words what it wants, for the error message, and the
 * editor's JSON schema takes its description.
 */
export const whole = (low: number, high = Number.MAX_SAFE_INTEGER) => {
  const wanted = high === Number.MAX_SAFE_INTEGER ? `a whole number from ${low} up` : `a whole number from ${low} to ${high}`;
  return z.int(wanted).min(low, wanted).max(high, wanted);
};

export const share = (what = 'a number from 0 to 1') => z.number(what).min(0, what).max(1, what);

export const above = (low: number, what = `a number above ${low}`) => z.number(what).gt(low, what);

export const text = (what = 'a text') => z.string(what).min(1, what);

export const yesNo = () => z.boolean('true or false');

export const oneOf = <T extends string>(values: readonly [T, ...T[]]) =>
  z.enum(values, `one of ${values.join(', ')}`);

const FORMAT_WANTED = 'a format such as fixed<8,1> or ufixed<8,0>';

/** A fixed-point format as text; whoever reads it parses it again. */
export const format = () =>
  z
    .string(FORMAT_WANTED)
    .refine(isFormat, FORMAT_WANTED)
    .meta({ examples: ['fixed<8,1>', 'ufixed<8,0>'], pattern: '^\\s*u?fixed\\s*<\\s*\\d+\\s*,\\s*-?\\d+\\s*>\\s*$' });

function isFormat(value: string): boolean {
  try {
    parseFormat(value);
    return true;
  } catch {
    return false;
  }
}
