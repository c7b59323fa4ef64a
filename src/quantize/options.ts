import { z } from 'zod';
import { type Format, MAX_CHOSEN_WIDTH, MAX_FRACTION, parseFormat } from '../fixed/format.js';
import { FORMAT_TEXT } from '../fixed/format-shape.js';
import { OVERFLOWS, type Overflow, type Requantize, ROUNDINGS, type Rounding } from '../fixed/requantize.js';
import { problems } from './problems.js';

const roundingShape = z.enum(ROUNDINGS as [Rounding, ...Rounding[]]);
const overflowShape = z.enum(OVERFLOWS as [Overflow, ...Overflow[]]);

const givenShape = z
  .union([
    FORMAT_TEXT,
    z.array(FORMAT_TEXT).min(1),
    z.strictObject({
      format: z.union([FORMAT_TEXT, z.array(FORMAT_TEXT).min(1)]),
      rounding: roundingShape.optional(),
      overflow: overflowShape.optional(),
    }),
  ])
  .meta({
    description:
      'A format for all units, or a list with one per unit; with rounding and overflow where stated',
  });

/** Stands for a format of the inputs: they lie in 0…1, since the features were scaled so. */
const UNIT_INPUT = 'unit';

const width = z.int().min(1).max(MAX_CHOSEN_WIDTH);
const widths = z.union([width, z.array(width).min(1)]);

/** How a float network becomes whole numbers: the `quantization` part of a configuration. */
export const QUANTIZATION_SHAPE = z.strictObject({
  bits: z
    .union([
      z.literal('auto'),
      width,
      z.strictObject({
        input: width.default(8),
        weights: width.default(8),
        activations: width.default(8),
        layers: z
          .record(z.string(), z.strictObject({ weights: widths.optional(), activations: widths.optional() }))
          .default({})
          .meta({ description: 'By layer name, for all units or a list with one per unit' }),
      }),
    ])
    .default('auto')
    .meta({
      description:
        'Widths of all formats that are not given. auto: the second of the first two widths in a row, from 4 bits, at ' +
        'which every calibration row keeps the class that the float network gives it',
    }),
  granularity: z
    .enum(['layer', 'unit'])
    .default('layer')
    .meta({ description: 'Whether weight formats are chosen for a layer or for each of its units' }),
  calibration: z
    .discriminatedUnion('method', [
      z.strictObject({ method: z.literal('minmax') }),
      z.strictObject({
        method: z.literal('percentile'),
        percentile: z.number().min(50).max(100).default(99.9),
      }),
    ])
    .default({ method: 'minmax' })
    .meta({ description: 'How activation formats follow from the calibration rows' }),
  rounding: roundingShape.default('RND').meta({ description: 'Wherever none is stated' }),
  overflow: overflowShape.default('SAT').meta({ description: 'Wherever none is stated' }),
  input: z
    .union([z.literal(UNIT_INPUT), givenShape])
    .optional()
    .meta({
      description:
        'Format of the inputs; unit: of features that were scaled to 0…1, in the width of inputs. Absent: chosen ' +
        'from the calibration rows',
    }),
  layers: z
    .record(
      z.string(),
      z.strictObject({
        weights: givenShape.optional(),
        bias: givenShape.optional(),
        index: givenShape.optional(),
        output: z.union([z.literal('exact'), givenShape]).optional(),
      }),
    )
    .default({})
    .meta({
      description:
        'Formats given by layer name; what is not given is chosen. index: of the sums that a table of tanh, sigmoid … is asked for',
    }),
  probability: z
    .union([
      z.boolean(),
      z.strictObject({
        index: givenShape.default('fixed<8,4>'),
        format: FORMAT_TEXT.default('ufixed<8,0>'),
      }),
    ])
    .default(false)
    .meta({ description: 'A sigmoid table beside the class, for one logit' }),
});

export type QuantizationConfig = z.output<typeof QUANTIZATION_SHAPE>;
export type GivenFormat = z.output<typeof givenShape>;

/** The configuration's defaults: everything chosen from the data. */
export const DEFAULT_QUANTIZATION: QuantizationConfig = QUANTIZATION_SHAPE.parse({});

/**
 * A given format as one requantization per unit.
 *
 * @param where for errors: the configuration's path, such as `quantization.layers.hidden.weights`
 * @throws fixed/format-*, quantize/units
 */
export function requantizesOf(
  given: GivenFormat,
  units: number,
  config: Pick<QuantizationConfig, 'rounding' | 'overflow'>,
  where: string,
): Requantize[] {
  const full = typeof given === 'string' || Array.isArray(given) ? { format: given } : given;
  const rounding = full.rounding ?? config.rounding;
  const overflow = full.overflow ?? config.overflow;
  const texts = typeof full.format === 'string' ? Array<string>(units).fill(full.format) : full.format;
  if (texts.length !== units) throw problems.quantizeUnits(where, texts.length, units);
  return texts.map((text): Requantize => ({ format: parseFormat(text, where), rounding, overflow }));
}

/** The format that is given to the inputs; undefined where one is to be chosen. */
export const givenInput = ({ input }: QuantizationConfig): GivenFormat | undefined =>
  input === UNIT_INPUT ? undefined : input;

/** Whether the inputs are stated to lie in 0…1. */
export const isUnitInput = ({ input }: QuantizationConfig): boolean => input === UNIT_INPUT;

/** Widths in bits of the formats that nobody gave; `layers` says where a layer differs. */
export type Widths = Exclude<QuantizationConfig['bits'], 'auto' | number>;

export function uniformWidths(bits: number): Widths {
  return { input: bits, weights: bits, activations: bits, layers: {} };
}

/** The width of each unit of a layer. @throws quantize/units */
export function widthsOf(
  widths: Widths,
  tensor: 'weights' | 'activations',
  layer: string,
  units: number,
): readonly number[] {
  const own = widths.layers[layer]?.[tensor] ?? widths[tensor];
  if (typeof own === 'number') return Array<number>(units).fill(own);
  if (own.length !== units)
    throw problems.quantizeUnits(`quantization.bits.layers.${layer}.${tensor}`, own.length, units);
  return own;
}

/**
 * The finest format of a width that holds a real range: its ends may lie past the ends of the codes by `slack` of
 * the least bit (a half where values are rounded, one where the end itself may saturate).
 *
 * @param low finite, as `high` is: `checkMagnitudes` has seen them
 * @param finest no more fraction bits than so many
 */
export function formatForRange(
  low: number,
  high: number,
  width: number,
  slack: number,
  finest = MAX_FRACTION,
): Format {
  const signed = low < 0;
  const lowest = signed ? -(2 ** (width - 1)) : 0;
  const highest = signed ? 2 ** (width - 1) - 1 : 2 ** width - 1;
  const fits = (fraction: number) =>
    high * 2 ** fraction <= highest + slack && low * 2 ** fraction >= lowest - slack;
  const largest = Math.max(Math.abs(low), Math.abs(high));
  // A range of zeros alone: any fraction does; its values are below one.
  if (largest === 0) return { signed, width, integer: signed ? 1 : 0 };
  let fraction = Math.min(width + 1 - Math.floor(Math.log2(largest)), MAX_FRACTION, Math.floor(finest));
  while (!fits(fraction)) fraction -= 1;
  return { signed, width, integer: width - fraction };
}
