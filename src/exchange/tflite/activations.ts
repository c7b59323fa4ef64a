import { isDeepStrictEqual } from 'node:util';
import {
  activateFloat,
  type Clamp,
  type FloatActivation,
  isCurve,
  type Slopes,
  type Table,
} from '../../float/activation.js';
import type { FloatActivationLayer } from '../../float/layers/activation-layer.js';
import { type Expression, expressionOf, placesOf } from './expressions.js';
import type { TfliteQuantization } from './graph.js';
import { byte, type LayerToWrite, type LayerWriter, real, whole } from './layer-writer.js';
import { dequantize, quantizeActivation } from './quantize.js';
import { INSISTED } from './ranges.js';
import {
  ACTIVATION,
  ARITHMETIC_OPTIONS,
  CAST_OPTIONS,
  GATHER_OPTIONS,
  LEAKY_RELU_OPTIONS,
  TENSOR_TYPE,
} from './schema.js';

type Wanted = LayerToWrite<FloatActivationLayer>;

/** Activations that no operator has inside, as operators of their own. */
export const activation: LayerWriter<FloatActivationLayer> = (wanted) => {
  const { draft, layer } = wanted;
  const { activation } = layer;
  if (typeof activation === 'object' && activation.kind === 'clamp') return limits(wanted, activation);
  return draft.mode.mode === 'int8' ? codes(wanted, activation) : values(wanted, activation);
};

/** The larger of each value and the lower end, and the smaller of that and the upper one. What ends codes is left out. */
function limits(
  { draft, layer: { name }, read: [input], shape, output }: Wanted,
  { low, high }: Clamp,
): number {
  const quantization = draft.quantizationOf(input);
  const bounds = [
    { operator: 'MAXIMUM', end: 'low', value: low, last: -128 },
    { operator: 'MINIMUM', end: 'high', value: high, last: 127 },
  ].filter(
    ({ value, last }) =>
      value !== undefined && (quantization === undefined || quantizeActivation(value, quantization) !== last),
  );
  return bounds.reduce((given, { operator, end, value }, at) => {
    const bound = draft.single(`${name}/${end}`, value as number, input);
    const isLast = at === bounds.length - 1;
    const limited = isLast ? output() : draft.like(`${name}/${end}/output`, shape, input);
    return draft.plain({ operator, inputs: [given, bound], output: limited });
  }, input);
}

function values(wanted: Wanted, activation: FloatActivation): number {
  const { draft, layer, read, shape, output } = wanted;
  if (isCurve(activation)) return written(wanted, expressionOf(activation), output);
  if (typeof activation === 'object' && activation.kind === 'table') return listed(wanted, activation);
  const { slopes } = activation as { readonly slopes: readonly number[] };
  if (slopes.length === 1) return leaky(wanted, slopes[0]);
  // Slopes lie along the last axis.
  const each = [...Array<number>(shape.length - 1).fill(1), slopes.length];
  const data = { data: slopes.map(Math.fround), original: slopes };
  const alpha = draft.tensor({ name: `${layer.name}/slopes`, shape: each, type: 'FLOAT32', ...data });
  return draft.plain({ operator: 'PRELU', inputs: [read[0], alpha], output: output() });
}

/** A list of values, at the places that sums are rounded to. */
function listed(wanted: Wanted, table: Table): number {
  const { draft, layer, shape, output } = wanted;
  const { name } = layer;
  const original = table.values;
  const data = { type: 'FLOAT32', data: original.map(Math.fround), original } as const;
  const list = draft.tensor({ name: `${name}/table`, shape: [original.length], ...data });
  const inner = () => draft.like(`${name}/place`, shape, wanted.read[0]);
  const given = written(wanted, placesOf(table), inner, `${name}/place`);
  return gathered(wanted, list, cast(wanted, given, TENSOR_TYPE.FLOAT32), output());
}

const leaky = ({ draft, read, output }: Wanted, slope: number): number =>
  draft.plain({
    operator: 'LEAKY_RELU',
    inputs: read,
    output: output(),
    options: { type: 75, fields: [real(LEAKY_RELU_OPTIONS.alpha, slope)] },
  });

/** Operators by operators, those of what one reads before it. */
function written(
  wanted: Wanted,
  expression: Expression,
  output: () => number,
  path = wanted.layer.name,
): number {
  const { draft, read, shape } = wanted;
  if (expression === 'x') return read[0];
  if (typeof expression === 'number') return draft.single(path, expression, read[0]);
  const { operator, options } = expression;
  const inputs = expression.inputs.map((input, at) => {
    const inner = `${path}/${operator.toLowerCase()}${expression.inputs.length > 1 ? `.${at}` : ''}`;
    return written(wanted, input, () => draft.like(inner, shape, read[0]), inner);
  });
  return draft.plain({ operator, inputs, output: output(), ...(options === undefined ? {} : { options }) });
}

/** Codes of what TFLite's kernels have for them, and any other function by a table. */
function codes(wanted: Wanted, activation: FloatActivation): number {
  const { draft, read, output } = wanted;
  if (isCurve(activation)) {
    const { curve, parameters } = activation;
    const given = output();
    const insisted = INSISTED[curve];
    const isOwn =
      insisted === undefined
        ? curve === 'hard_swish' || (curve === 'elu' && parameters[0] === 1)
        : isDeepStrictEqual(draft.quantizationOf(given), insisted);
    if (!isOwn) return tabled(wanted, activation, given);
    const { operator } = expressionOf(activation) as Exclude<Expression, 'x' | number>;
    const versions = insisted === undefined ? [1, 1] : [1, 2];
    return draft.plain({ operator, inputs: read, output: given }, versions as [number, number]);
  }
  const { slopes = [] } = activation as Partial<Slopes>;
  return slopes.length === 1 && slopes[0] > 0
    ? leaky(wanted, slopes[0])
    : tabled(wanted, activation, output());
}

/** Codes of 8 bits. */
const CODES = Array.from({ length: 256 }, (_, at) => at - 128);

/** A table of what each code becomes, one for all channels or one for each, by whose places codes are replaced. */
function tabled(wanted: Wanted, activation: FloatActivation, output: number): number {
  const { draft, layer, read, shape } = wanted;
  const { name } = layer;
  const [input] = read;
  const [from, to] = [input, output].map((tensor) => draft.quantizationOf(tensor) as TfliteQuantization);
  const isPerChannel = typeof activation === 'object' && activation.kind === 'slopes';
  const channels = isPerChannel ? shape[shape.length - 1] : 1;
  const original = Array.from({ length: channels }, (_, channel) =>
    CODES.map((code) => activateFloat(activation, dequantize(code, 0, from, 1), channel)),
  ).flat();
  const table = draft.tensor({
    name: `${name}/table`,
    shape: [original.length],
    type: 'INT8',
    quantization: to,
    data: original.map((value) => quantizeActivation(value, to)),
    original,
  });
  const first = Array.from({ length: channels }, (_, channel) => 256 * channel + 128);
  const places = draft.plain({
    operator: 'ADD',
    inputs: [cast(wanted, input, TENSOR_TYPE.INT8), draft.numbers(`${name}/first`, [channels], first)],
    output: draft.places(`${name}/place`, shape),
    options: { type: 11, fields: [byte(ARITHMETIC_OPTIONS.activation, ACTIVATION.none)] },
  });
  return gathered(wanted, table, places, output);
}

/** As whole numbers of 32 bits. */
const cast = ({ draft, layer, shape }: Wanted, input: number, from: number): number =>
  draft.plain({
    operator: 'CAST',
    inputs: [input],
    output: draft.places(`${layer.name}/whole`, shape),
    options: { type: 37, fields: [byte(CAST_OPTIONS.from, from), byte(CAST_OPTIONS.to, TENSOR_TYPE.INT32)] },
  });

const gathered = ({ draft }: Wanted, table: number, places: number, output: number): number =>
  draft.plain({
    operator: 'GATHER',
    inputs: [table, places],
    output,
    options: { type: 23, fields: [whole(GATHER_OPTIONS.axis, 0)] },
  });
