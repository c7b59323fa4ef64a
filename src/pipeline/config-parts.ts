import { z } from 'zod';

/** Building blocks of the configuration: each states in words what it wants, for the error message. */
export const whole = (low: number, high = Number.MAX_SAFE_INTEGER) => {
  const isOpen = high === Number.MAX_SAFE_INTEGER;
  const wanted = isOpen ? `a whole number from ${low} up` : `a whole number from ${low} to ${high}`;
  return isOpen ? z.int(wanted).min(low, wanted) : z.int(wanted).min(low, wanted).max(high, wanted);
};

export const share = (wanted = 'a number from 0 to 1') => z.number(wanted).min(0, wanted).max(1, wanted);

/** A share that leaves something on both sides. */
export const part = (wanted = 'a number above 0 and below 1') => z.number(wanted).gt(0, wanted).lt(1, wanted);

/** A share that does not take all. */
export const lessThanAll = (wanted = 'a number from 0 to below 1') =>
  z.number(wanted).min(0, wanted).lt(1, wanted);

export const positive = (wanted = 'a number above 0') => z.number(wanted).gt(0, wanted);

export const atLeastZero = (wanted = 'a number from 0 up') => z.number(wanted).min(0, wanted);

/** No name of a file or a column holds a NUL. */
export const text = (wanted = 'a text') =>
  z
    .string(wanted)
    .min(1, wanted)
    .regex(/^[^\0]*$/, wanted);

export const yesNo = () => z.boolean('true or false');

export const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values as unknown as [T[number], ...T[number][]], `one of ${values.join(', ')}`);

const LAYERS_WANTED = 'a list of at most 32 numbers';

/** Units layer by layer. More than these would fill any memory before anything could say so. */
export const hiddenLayers = () => z.array(whole(1, 8_192), LAYERS_WANTED).max(32, LAYERS_WANTED);

const NAME_WANTED = 'letters, digits and underscores, beginning with a letter, at most 100';

/** What may become the name of a Verilog module. */
export const identifier = () => z.string(NAME_WANTED).regex(/^[A-Za-z][A-Za-z0-9_]{0,99}$/, NAME_WANTED);

const PATTERN_WANTED = 'a file name with {n} for the number of the layer, without folders';

/** The names of one kind of weight file, such as `w{n}_base.csv`. */
export const filePattern = () =>
  z.string(PATTERN_WANTED).regex(/^[^/\\\p{Cc}]*\{n\}[^/\\\p{Cc}]*$/u, PATTERN_WANTED);
