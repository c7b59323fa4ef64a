import { type Format, fractionOf, printFormat, sameFormat } from '../../fixed/format.js';
import type { Activation } from '../../network/activation.js';
import type { LayerOutput, UnitOutput } from '../../network/layer-output.js';
import { isMap } from '../../network/tensor.js';
import { problems } from '../problems.js';
import type { OnnxConstant, OnnxNode } from './writer.js';

/** QONNX's own operators. */
export const QONNX = 'qonnx.custom_op.general';

/** Whole numbers up to this are 32-bit floats. */
const MOST_WHOLE = 2 ** 24;

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

  /** @throws exchange/onnx where a number is none of 32 bits */
  constant(name: string, shape: readonly number[], values: readonly number[], where: string): string {
    const odd = values.find((value) => Math.fround(value) !== value);
    if (odd !== undefined)
      throw problems.onnx(where, `the number ${odd}`, 'numbers that a 32-bit float holds');
    this.constants.push({ name, shape, values });
    return name;
  }

  whole(name: string, values: readonly number[]): string {
    this.constants.push({ name, shape: [values.length], values, isWhole: true });
    return name;
  }

  /**
   * Codes of formats: rounded and saturated. One format for each item along an axis, or one for all.
   *
   * @param axes lengths that the formats have beside each other; the batch is the first
   */
  quantized(
    value: string,
    name: string,
    formats: readonly Format[],
    axes: number,
    rounding: string,
    where: string,
  ): string {
    const [first] = formats;
    const other = formats.find(({ signed }) => signed !== first.signed);
    if (other !== undefined) {
      const got = `${printFormat(first)} and ${printFormat(other)}`;
      throw problems.onnx(where, got, 'formats of one layer that all have a sign, or none');
    }
    const isOne = formats.every((format) => sameFormat(format, first));
    const each = isOne ? [first] : formats;
    const shape = isOne ? [] : [formats.length, ...Array<number>(axes - 1).fill(1)];
    const inputs = [
      value,
      this.constant(
        `${name}_scale`,
        shape,
        each.map((format) => 2 ** -fractionOf(format)),
        where,
      ),
      this.constant(`${name}_zero`, [], [0], where),
      this.constant(
        `${name}_bits`,
        shape,
        each.map(({ width }) => width),
        where,
      ),
    ];
    const attributes = { signed: first.signed ? 1 : 0, narrow: 0, rounding_mode: rounding };
    this.nodes.push({ operator: 'Quant', domain: QONNX, inputs, output: name, attributes });
    return name;
  }

  /** What becomes of exact sums: the activation, then rounding and saturation. */
  finished(
    sum: string,
    name: string,
    activation: Activation,
    output: LayerOutput,
    shape: readonly number[],
    where: string,
  ): string {
    if (output === 'exact') {
      return this.node('Identity', [this.activated(sum, `${name}_active`, activation, where)], name);
    }
    for (const unit of output) checkUnit(unit, where);
    const [{ rounding }] = output;
    if (output.some((unit) => unit.rounding !== rounding)) {
      throw problems.onnx(where, 'units that are rounded in several ways', 'one rounding for a layer');
    }
    const axes = isMap(shape) ? 3 : 1;
    const formats = output.map(({ format }) => format);
    const isRaised = rounding === 'RND';
    if (isRaised && typeof activation !== 'string') {
      throw problems.onnx(
        where,
        'rounding half up behind this activation',
        'RND_CONV or TRN behind clip or leaky_relu',
      );
    }
    const raised = isRaised ? this.raised(sum, `${name}_raised`, formats, axes, where) : sum;
    const active = this.activated(raised, `${name}_active`, activation, where);
    return this.quantized(active, name, formats, axes, rounding === 'RND_CONV' ? 'ROUND' : 'FLOOR', where);
  }

  /** Half a step more: what is cut off then was rounded half up, also behind a ReLU. */
  private raised(
    value: string,
    name: string,
    formats: readonly Format[],
    axes: number,
    where: string,
  ): string {
    const halves = formats.map((format) => 2 ** (-fractionOf(format) - 1));
    const shape = [formats.length, ...Array<number>(axes - 1).fill(1)];
    return this.node('Add', [value, this.constant(`${name}_half`, shape, halves, where)], name);
  }

  private activated(value: string, name: string, activation: Activation, where: string): string {
    if (activation === 'linear') return value;
    if (activation === 'relu') return this.node('Relu', [value], name);
    if (activation.kind === 'leaky_relu') {
      const slope = this.constant(
        `${name}_slope`,
        [],
        [activation.multiplier * 2 ** -activation.shift],
        where,
      );
      return this.node('PRelu', [value, slope], name);
    }
    const bounds = [0, activation.bound].map((bound, at) =>
      this.constant(`${name}_${at === 0 ? 'low' : 'high'}`, [], [bound], where),
    );
    return this.node('Clip', [value, ...bounds], name);
  }
}

function checkUnit({ overflow, scale, limits, table }: UnitOutput, where: string): void {
  if (overflow !== 'SAT') throw problems.onnx(where, `the overflow ${overflow}`, 'SAT, as QONNX has it');
  if (scale !== undefined) throw problems.onnx(where, 'a scale that is no power of two', 'formats alone');
  if (limits !== undefined) throw problems.onnx(where, 'codes that end within their format', 'formats alone');
  if (table !== undefined)
    throw problems.onnx(where, 'an activation by a table', 'linear, relu, clip or leaky_relu');
}

/** Sums that 32-bit floats add up exactly. @param bound of their size, in steps @throws exchange/onnx */
export function checkSum(bound: number, where: string): void {
  if (bound < MOST_WHOLE) return;
  const got = `sums of up to ${bound} steps`;
  throw problems.onnx(
    where,
    got,
    `sums below ${MOST_WHOLE}, which 32-bit floats hold exactly: fewer bits (--bits)`,
  );
}
