import { type Format, fractionOf, rangeOf } from '../../fixed/format.js';
import { problems } from '../problems.js';
import { QONNX, type QuantRounding } from './quant.js';
import { castTo, type NumberType, type OnnxConstant, type OnnxNode } from './writer.js';

/** What a name in the graph stands for: floats of 32 bits, or of 64 where these do not hold every number exactly. */
export interface Value {
  readonly name: string;
  readonly type: 'float' | 'double';
}

/** Whole numbers below these are floats of 32 and of 64 bits. */
const SINGLE_WHOLE = 2 ** 24;
const DOUBLE_WHOLE = 2 ** 53;
/** Numbers of so many fraction bits, and as large, have an exponent that 32 bits hold. */
const SINGLE_EXPONENT = 100;

/** One item for all, or one for each along an axis with so many axes behind it. */
export interface Spread {
  readonly values: readonly number[];
  readonly behind: number;
}

/** The graph while it grows: constants and nodes, each name once. */
export class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxConstant[] = [];

  /** Adds a node; its output is called after it. */
  node(
    operator: string,
    inputs: readonly string[],
    output: string,
    attributes: OnnxNode['attributes'] = {},
  ): string {
    this.nodes.push({ operator, inputs, output, attributes });
    return output;
  }

  /** A node that gives numbers of the type that it takes. */
  map(
    operator: string,
    [first, ...others]: readonly [Value, ...(Value | string)[]],
    output: string,
    attributes: OnnxNode['attributes'] = {},
  ): Value {
    const names = others.map((one) => (typeof one === 'string' ? one : one.name));
    return { name: this.node(operator, [first.name, ...names], output, attributes), type: first.type };
  }

  constant(name: string, shape: readonly number[], values: readonly number[], type: NumberType): string {
    this.constants.push({ name, shape, values, type });
    return name;
  }

  whole(name: string, values: readonly number[]): string {
    return this.constant(name, [values.length], values, 'whole');
  }

  /** A constant that is one number where all are the same. */
  spread(name: string, { values, behind }: Spread, type: Value['type']): string {
    const [first] = values;
    return values.every((value) => value === first)
      ? this.constant(name, [], [first], type)
      : this.constant(name, [values.length, ...Array<number>(behind).fill(1)], values, type);
  }

  /** The same numbers in another type. */
  cast(value: Value, type: Value['type'], name: string): Value {
    if (value.type === type) return value;
    return { name: this.node('Cast', [value.name], name, { to: castTo(type) }), type };
  }

  /** Values of a tensor become codes, also where some units have a sign and others none. */
  codes(value: Value, name: string, formats: readonly Format[], behind: number): Value {
    const held = alikeSigns(formats);
    if (held === formats) return this.quantized(value, name, formats, behind, 'ROUND');
    const end = (which: 'low' | 'high', operator: string, given: Value): Value => {
      const values = formats.map((format) => rangeOf(format)[which] * 2 ** -fractionOf(format));
      const constant = this.spread(`${name}_${which}`, { values, behind }, value.type);
      return this.map(operator, [given, constant], `${name}_${operator.toLowerCase()}`);
    };
    return this.quantized(end('high', 'Min', end('low', 'Max', value)), name, held, behind, 'ROUND');
  }

  /** Weights, which are codes of their formats already. */
  weights(value: Value, name: string, formats: readonly Format[], behind: number): string {
    return this.quantized(value, name, alikeSigns(formats), behind, 'ROUND').name;
  }

  /** Values become codes of formats that all have a sign, or none: one for all, or one for each along an axis with so many axes behind it. */
  quantized(
    value: Value,
    name: string,
    formats: readonly Format[],
    behind: number,
    rounding: QuantRounding,
  ): Value {
    const { type } = value;
    const scales = { values: formats.map((format) => 2 ** -fractionOf(format)), behind };
    const bits = { values: formats.map(({ width }) => width), behind };
    const inputs = [
      value.name,
      this.spread(`${name}_scale`, scales, type),
      this.constant(`${name}_zero`, [], [0], type),
      this.spread(`${name}_bits`, bits, type),
    ];
    const attributes = { signed: formats[0].signed ? 1 : 0, narrow: 0, rounding_mode: rounding };
    this.nodes.push({ operator: 'Quant', domain: QONNX, inputs, output: name, attributes });
    return { name, type };
  }
}

/** Formats that hold the same codes, all with a sign where some have one. */
export function alikeSigns(formats: readonly Format[]): readonly Format[] {
  if (formats.every(({ signed }) => signed === formats[0].signed)) return formats;
  return formats.map((format) =>
    format.signed ? format : { signed: true, width: format.width + 1, integer: format.integer + 1 },
  );
}

/**
 * The type of numbers that holds whole numbers of so many steps of 2^-fraction, and adds and multiplies them exactly.
 *
 * @param bound of their size, in steps
 * @throws exchange/onnx where no type does
 */
export function typeFor(bound: number, fractions: readonly number[], where: string): Value['type'] {
  const isPlain = fractions.every((fraction) => Math.abs(fraction) <= SINGLE_EXPONENT);
  if (bound < SINGLE_WHOLE && isPlain) return 'float';
  if (bound < DOUBLE_WHOLE) return 'double';
  throw problems.onnx(
    where,
    `numbers of up to ${bound} steps`,
    `numbers below ${DOUBLE_WHOLE}, which 64-bit floats hold exactly: fewer bits (--bits)`,
  );
}

/** Of codes. */
export const typeOf = (formats: readonly Format[], where: string): Value['type'] =>
  typeFor(Math.max(...formats.map(({ width }) => 2 ** width - 1)), formats.map(fractionOf), where);
