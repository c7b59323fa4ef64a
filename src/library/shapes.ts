import { z } from 'zod';
import { EspalierError } from '../core/errors.js';
import { hashOf } from '../core/hash.js';
import { MANIFEST_FILE } from '../emit/read-design.js';
import { parseFormat, printFormat } from '../fixed/format.js';
import type { FloatNetwork } from '../learn/float-network.js';
import { ACTIVATIONS_WANTED, type Activation, isActivation } from '../network/activation.js';
import { networkFromJson, networkToJson } from '../network/json.js';
import type { QuantizedNetwork } from '../network/types.js';
import { CONFIG } from '../pipeline/checked-config.js';
import { identifier, oneOf, text, whole, yesNo } from '../pipeline/config-parts.js';
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

const dense = z
  .strictObject({
    kind: z.literal('dense'),
    name: identifier(),
    kernel: rows.min(1, 'at least one row'),
    bias: numbers.min(1, 'at least one unit'),
    activation: z.custom<Activation>(isActivation, ACTIVATIONS_WANTED),
  })
  .refine(
    ({ kernel, bias }) => kernel.every((row) => row.length === bias.length),
    'a bias for each column of the kernel',
  );

/** A {@link FloatNetwork} whose layers fit each other. */
export const floatNetwork = z
  .strictObject({
    name: identifier(),
    inputs: whole(1),
    layers: z.array(dense, 'a list of layers').min(1, 'at least one layer'),
    head: oneOf(['binary', 'argmax', 'values'] satisfies FloatNetwork['head'][]),
  })
  .refine(
    ({ inputs, layers }) =>
      layers.every(({ kernel }, at) => kernel.length === (at === 0 ? inputs : layers[at - 1].bias.length)),
    'kernels with a row for each unit of the layer before',
  )
  .refine(
    ({ layers, head }) => head !== 'binary' || layers[layers.length - 1].bias.length === 1,
    'one output for the head binary',
  );

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
    try {
      networkFromJson(networkToJson(value as unknown as QuantizedNetwork), 'network');
    } catch (error) {
      const reason =
        error instanceof EspalierError ? ` (${error.where}: got ${error.got}, wanted ${error.wanted})` : '';
      context.addIssue({ code: 'custom', message: `a network, as networkFromJson gives it${reason}` });
    }
  });

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
