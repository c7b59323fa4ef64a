import { z } from 'zod';
import { EspalierError } from '../core/errors.js';
import { hashOf } from '../core/hash.js';
import { MANIFEST_FILE } from '../emit/read-design.js';
import { parseFormat, printFormat } from '../fixed/format.js';
import { floatFromJson, floatToJson } from '../float/json.js';
import type { FloatNetwork } from '../float/types.js';
import { networkFromJson, networkToJson } from '../network/json.js';
import type { QuantizedNetwork } from '../network/types.js';
import { CONFIG } from '../pipeline/checked-config.js';
import { identifier, text, whole, yesNo } from '../pipeline/config-parts.js';
import { QUANTIZATION_SHAPE } from '../quantize/options.js';

/** Shapes of what the library's functions take, for {@link checked}. */

const isFunction = (value: unknown): boolean => typeof value === 'function';

export const onProgress = z.custom(isFunction, 'a function');
export const file = text('a path');
export const optionalFile = file.optional();
export const seed = whole(0);
export const threads = whole(0, 1024).optional();
export const folds = whole(2);
export const repeats = whole(1);

const number = z.number('a finite number');
export const numbers = z.array(number, 'a list of numbers');
/** What they may be the network says. */
export const codes = z.array(z.unknown(), 'a list of codes');
export const rows = z.array(numbers, 'a list of rows of numbers');

export const format = z
  .strictObject({ signed: yesNo(), width: whole(1, 53), integer: z.int('a whole number') })
  .refine(isFormat, 'a fraction of -1000 to 1000 bits');

function isFormat(value: { signed: boolean; width: number; integer: number }): boolean {
  try {
    parseFormat(printFormat(value));
    return true;
  } catch {
    return false;
  }
}

/** A `FloatNetwork` that has a meaning. */
export const floatNetwork = z
  .looseObject({ name: identifier(), layers: z.array(z.looseObject({}), 'a list of layers') })
  .superRefine((value, context) => {
    checkWith(
      () => floatFromJson(floatToJson(value as unknown as FloatNetwork), 'network'),
      'a float network',
      context,
    );
  });

/** A {@link QuantizedNetwork}: what can be written as `network.json` and read back. */
export const network = z
  .looseObject({
    input: z.looseObject({ formats: z.array(format), names: z.array(z.string()) }),
    layers: z.array(z.looseObject({}), 'a list of layers'),
    head: z.looseObject({}),
    labels: z.array(z.string(), 'a list of names'),
    provenance: z.record(z.string(), z.string()),
  })
  .superRefine((value, context) => {
    checkWith(
      () => networkFromJson(networkToJson(value as unknown as QuantizedNetwork), 'network'),
      'a network, as networkFromJson gives it',
      context,
    );
  });

function checkWith(read: () => void, wanted: string, context: z.RefinementCtx): void {
  try {
    read();
  } catch (error) {
    const reason =
      error instanceof EspalierError ? ` (${error.where}: got ${error.got}, wanted ${error.wanted})` : '';
    context.addIssue({ code: 'custom', message: `${wanted}${reason}` });
  }
}

/** A value that a schema would fill nothing into. */
const complete = (shape: z.ZodType, wanted: string) =>
  z.custom((value) => {
    const result = shape.safeParse(value);
    return result.success && hashOf(result.data) === hashOf(value);
  }, wanted);

export const quantization = complete(
  QUANTIZATION_SHAPE,
  'a whole configuration, such as DEFAULT_QUANTIZATION',
);
export const hardware = z.looseObject({ architecture: text('the name of an architecture') });

export const compileConfiguration = z.looseObject({ quantization, hardware });

export const model = z.looseObject({
  name: identifier(),
  file,
  folder: file,
  place: text(),
  command: text(),
  config: complete(CONFIG, 'a configuration, as readModel gives it'),
});

export const samples = z
  .strictObject({
    features: rows,
    labels: z.array(whole(0), 'a list of class numbers'),
    classes: z.array(text(), 'a list of names'),
  })
  .refine(({ features, labels }) => features.length === labels.length, 'a label for each row of features')
  .refine(
    ({ labels, classes }) => labels.every((label) => label < classes.length),
    'labels that number classes',
  );

/** Files of a design: each inside of its folder. */
export const files = z.custom(
  (value) =>
    value instanceof Map &&
    value.has(MANIFEST_FILE) &&
    [...value].every(([name, content]) => isInside(name) && isContent(content)),
  'a map from paths inside the folder to texts, as emitDesign gives it',
);

const isContent = (content: unknown) => typeof content === 'string' || content instanceof Uint8Array;

function isInside(name: unknown): boolean {
  if (typeof name !== 'string' || name === '' || /^[\\/]|^[A-Za-z]:|\0/.test(name)) return false;
  return !name.split(/[\\/]/).some((part) => part === '..' || part === '.' || part === '');
}

export { text };
