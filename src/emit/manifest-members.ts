import { z } from 'zod';
import { parseSumFormat } from '../fixed/format.js';
import { isIdentifier } from './names.js';

/** What members of a manifest may be that many have in common. */

const NAMES = 'letters, digits and underscores, beginning with a letter, at most 100';
/** Of a network, a design, a layer. */
export const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,99}$/, NAMES);
/** Of a module, an instance, a signal. */
export const identifier = z
  .string()
  .refine(
    (text) => text.length <= 200 && isIdentifier(text),
    'a Verilog identifier of at most 200 characters',
  );
/** Text that nobody but people reads. */
export const words = z.string().max(10_000);
export const file = z
  .string()
  .max(250)
  .regex(
    /^\w[\w.-]*(\/\w[\w.-]*)*$/,
    'a path below the folder, of letters, digits, dots, dashes and underscores',
  );
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits');
export const format = z
  .string()
  .max(40)
  .refine((text) => parseSumFormat(text) !== undefined, 'a format such as fixed<8,1>');

/** Bits of a bus: more than any simulator takes. */
export const MAX_BITS = 2 ** 20;
/** Bits of a sample in all its beats: a picture of 800 x 800 pixels in colour. */
export const MAX_SAMPLE_BITS = 2 ** 24;
/** Cycles, products, units: more than any design comes to that could be simulated. */
const MAX_COUNT = 2 ** 31;
export const MAX_DEPTH = 2 ** 24;

export const count = z.int().min(0).max(MAX_COUNT);
export const cycles = z.int().min(1).max(MAX_COUNT);
export const unit = z
  .int()
  .min(0)
  .max(2 ** 22);

export const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();
export const members = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape).readonly();
