import { isDeepStrictEqual } from 'node:util';
import { type Format, formatFor, fractionOf, rangeOf } from '../../fixed/format.js';
import type { Interval } from '../../fixed/interval.js';
import {
  addedBits,
  type Finish,
  isExact,
  isLimited,
  roundedInterval,
  type Scaling,
} from '../../network/finish.js';
import { problems } from '../problems.js';
import { alikeSigns, type GraphBuilder, typeFor, typeOf, type Value } from './graph.js';
import type { QuantRounding } from './quant.js';
import { castTo } from './writer.js';

/** A unit's sums on their way to codes. */
export interface UnitSum {
  /** Fraction bits. */
  readonly fraction: number;
  /** Of its size, in steps of 2^-fraction. */
  readonly bound: number;
  /** Where it lies, in the same steps. */
  readonly sums: Interval;
  readonly finish: Finish;
}

export interface SumsToFinish {
  readonly name: string;
  readonly units: readonly UnitSum[];
  /** Of the codes that come out, one for each unit; those of its index where there is a table. */
  readonly formats: readonly Format[];
  /** Of what leaves. */
  readonly outputs: readonly Format[];
  /** Axes behind that of the units. */
  readonly behind: number;
  readonly where: string;
}

/**
 * What becomes of exact sums: activation, scale, rounding, limits and table, each of them exact.
 *
 * @throws exchange/onnx
 */
export function finished(graph: GraphBuilder, wanted: SumsToFinish, sum: Value): Value {
  return new Finishing(graph, wanted, sum.type).finish(sum);
}

/** What is written of one layer. Each step leaves values as they are where it changes none. */
class Finishing {
  private readonly name: string;
  private readonly units: readonly UnitSum[];
  private readonly type: Value['type'];

  constructor(
    private readonly graph: GraphBuilder,
    private readonly wanted: SumsToFinish,
    given: Value['type'],
  ) {
    this.name = wanted.name;
    this.units = wanted.units;
    const bounds = this.units.map(finestBound);
    const finest = this.units.map(
      ({ finish }, unit) => this.fraction(unit) + Math.max(finish.scaling.shift, 0),
    );
    const type = typeFor(Math.max(...bounds), finest, wanted.where);
    this.type = given === 'double' ? given : type;
  }

  finish(sum: Value): Value {
    const { graph, name, wanted, units } = this;
    const rounding = this.rounding();
    const bent = graph.cast(this.sloped(sum), this.type, `${name}_exact`);
    const scaled = this.each('Mul', bent, 'scaled', this.factors(), 1);
    const raised = this.rectified(this.each('Add', scaled, 'raised', this.offsets(rounding), 0));
    if (units.every(({ finish }) => isExact(finish))) return graph.map('Identity', [raised], name);
    const once = this.roundedOnce(raised, rounding);
    const last = once === raised ? rounding : 'HALF_UP';
    const whole = this.wrapped(once, last);
    const held = alikeSigns(wanted.formats);
    const codes = this.limited(whole, held);
    if (units.some(({ finish }) => finish.table !== undefined)) {
      const index = graph.quantized(codes, `${name}_index`, held, wanted.behind, last);
      return this.lookedUp(index);
    }
    return this.leaving(codes, held, last);
  }

  /** Codes in a type that holds them. */
  private leaving(value: Value, formats: readonly Format[], rounding: QuantRounding): Value {
    const { graph, name, wanted } = this;
    const type = typeOf(formats, wanted.where);
    const isLong = value.type !== type;
    const codes = graph.quantized(value, isLong ? `${name}_codes` : name, formats, wanted.behind, rounding);
    return graph.cast(codes, type, name);
  }

  private fraction(unit: number): number {
    return fractionOf(this.wanted.formats[unit]);
  }

  /** A step with a constant for each unit. */
  private each(
    operator: string,
    value: Value,
    what: string,
    values: readonly number[],
    none?: number,
  ): Value {
    if (values.every((one) => one === none)) return value;
    const { graph, name, wanted } = this;
    const given = graph.spread(`${name}_${what}_by`, { values, behind: wanted.behind }, value.type);
    return graph.map(operator, [value, given], `${name}_${what}`);
  }

  /** One way for all units: where some round half to even, others get an offset that makes it theirs. */
  private rounding(): QuantRounding {
    const rounded = this.units.filter(({ finish }) => finish.scaling.shift > 0);
    const isEven = rounded.some(({ finish }) => finish.scaling.rounding === 'RND_CONV');
    return isEven || rounded.length === 0 ? 'ROUND' : 'FLOOR';
  }

  /** A ReLU may stand behind scale and offset, as it is easier to read: what is below 0 rounds to 0 or less. */
  private rectified(value: Value): Value {
    const isRelu = this.units[0].finish.activation.kind === 'relu';
    return isRelu && !this.isReluByLimits ? this.graph.map('Relu', [value], `${this.name}_active`) : value;
  }

  /** ONNX Runtime refuses a Clip of 64 bits behind a Relu: the limits begin at 0 then. */
  private get isReluByLimits(): boolean {
    return (
      this.type === 'double' &&
      this.units.every(({ finish }) => finish.activation.kind === 'relu' && finish.limits.kind === 'saturate')
    );
  }

  /** Programs know PRelu in 32 bits only. */
  private sloped(sum: Value): Value {
    const { graph, name, units, wanted } = this;
    const [{ activation }] = units.map(({ finish }) => finish);
    if (activation.kind !== 'leaky') return sum;
    const slope = [activation.multiplier * 2 ** -activation.shift];
    const bound = Math.max(...units.map((unit) => unit.bound)) * 2 ** activation.shift;
    const finest = units.map(({ fraction }) => fraction + activation.shift);
    if (sum.type === 'float' && typeFor(bound, finest, wanted.where) === 'float') {
      const given = graph.constant(`${name}_slope`, [1], slope, 'float');
      return graph.map('PRelu', [sum, given], `${name}_bent`);
    }
    const value = graph.cast(sum, 'double', `${name}_long`);
    const none = graph.constant(`${name}_none`, [], [0], 'double');
    const above = graph.map('Max', [value, none], `${name}_positive`);
    const below = graph.map('Min', [value, none], `${name}_negative`);
    const given = graph.constant(`${name}_slope`, [], slope, 'double');
    const sloped = graph.map('Mul', [below, given], `${name}_sloped`);
    return graph.map('Add', [above, sloped], `${name}_bent`);
  }

  /** What turns the values of sums into those of codes; 1 where formats say all. */
  private factors(): number[] {
    return this.units.map(({ fraction, finish }, unit) => {
      const { multiplier, shift, again } = finish.scaling;
      return (
        multiplier * 2 ** (fraction + addedBits(finish.activation) - shift - again - this.fraction(unit))
      );
    });
  }

  private offsets(mode: QuantRounding): number[] {
    return this.units.map(
      ({ finish: { scaling } }, unit) =>
        offsetFor(scaling, mode) * 2 ** (-this.fraction(unit) - scaling.again),
    );
  }

  /** The first of two roundings, where a unit has two. */
  private roundedOnce(value: Value, rounding: QuantRounding): Value {
    const { graph, name, wanted, units } = this;
    if (units.every(({ finish }) => finish.scaling.again === 0)) return value;
    const formats = units.map(({ finish, sums }, unit) => {
      const { again } = finish.scaling;
      const once: Finish = { ...finish, scaling: { ...finish.scaling, again: 0 } };
      return signedFor(roundedInterval(once, sums), this.fraction(unit) + again);
    });
    const most = Math.max(...formats.map(({ width }) => width));
    const alike = formats.map(
      (format): Format => ({ ...format, width: most, integer: most - fractionOf(format) }),
    );
    return graph.quantized(value, `${name}_once`, alike, wanted.behind, rounding);
  }

  /** Codes past the ends come in again at the other one: so many turns are taken off. */
  private wrapped(value: Value, rounding: QuantRounding): Value {
    const { graph, name, wanted, units } = this;
    const isTorn = units.map(({ finish, sums }) => finish.limits.kind === 'wrap' && isLimited(finish, sums));
    if (!isTorn.includes(true)) return value;
    const wide = units.map(({ finish, sums }, unit) =>
      signedFor(roundedInterval(finish, sums), this.fraction(unit)),
    );
    const codes = graph.quantized(value, `${name}_turning`, wide, wanted.behind, rounding);
    // A unit that does not wrap makes no turn of its longer one.
    const rings = wanted.formats.map((format, unit) =>
      isTorn[unit] ? format : { ...wide[unit], integer: wide[unit].integer + 1 },
    );
    const turns = rings.map(({ integer }) => 2 ** integer);
    const starts = rings.map(({ signed }, unit) => (signed ? turns[unit] / 2 : 0));
    const moved = this.each('Add', codes, 'moved', starts, 0);
    const parts = this.each(
      'Mul',
      moved,
      'parts',
      turns.map((turn) => 1 / turn),
      1,
    );
    const whole = graph.map('Floor', [parts], `${name}_turns`);
    const back = this.each('Mul', whole, 'back', turns, 1);
    return graph.map('Sub', [codes, back], `${name}_wrapped`);
  }

  /** Limits that a format does not have by itself. Rounding keeps the order, so that they may come before it. */
  private limited(value: Value, held: readonly Format[]): Value {
    const { graph, name, units } = this;
    const ranges = units.map(({ finish: { limits } }, unit): Interval => {
      if (limits.kind === 'saturate')
        return this.isReluByLimits
          ? { low: Math.min(Math.max(limits.low, 0), limits.high), high: limits.high }
          : limits;
      return rangeOf(limits.kind === 'wrap' ? this.wanted.formats[unit] : held[unit]);
    });
    const own = held.map(rangeOf);
    if (ranges.every(({ low, high }, unit) => low === own[unit].low && high === own[unit].high)) return value;
    const [lows, highs] = (['low', 'high'] as const).map((end) =>
      ranges.map((range, unit) => range[end] * 2 ** -this.fraction(unit)),
    );
    if ([lows, highs].every((list) => list.every((one) => one === list[0]))) {
      const ends = [lows[0], highs[0]].map((end, at) =>
        graph.constant(`${name}_${at === 0 ? 'low' : 'high'}`, [], [end], value.type),
      );
      return graph.map('Clip', [value, ...ends], `${name}_limited`);
    }
    return this.each('Min', this.each('Max', value, 'above', lows), 'limited', highs);
  }

  /** Indices become codes: all tables of the layer in one list, where they are not one table anyway. */
  private lookedUp(index: Value): Value {
    const { graph, name, wanted, units } = this;
    const tables = units.map(({ finish }) => finish.table);
    if (tables.includes(undefined))
      throw problems.onnx(
        wanted.where,
        'units with a table beside others without',
        'a table for all, or none',
      );
    const values = tables.map((table, unit) =>
      table!.codes.map((code) => code * 2 ** -fractionOf(wanted.outputs[unit])),
    );
    const isOne = tables.every((table, unit) =>
      isDeepStrictEqual([table!.lowest, values[unit]], [tables[0]!.lowest, values[0]]),
    );
    let start = 0;
    const starts = values.map((list) => {
      const first = isOne ? 0 : start;
      start += list.length;
      return first;
    });
    const whole = this.each(
      'Mul',
      index,
      'whole',
      wanted.formats.map((one) => 2 ** fractionOf(one)),
      1,
    );
    const offsets = starts.map((first, unit) => first - tables[unit]!.lowest);
    const placed = this.each('Add', whole, 'placed', offsets, 0);
    const place = graph.node('Cast', [placed.name], `${name}_place`, { to: castTo('whole') });
    const type = typeOf(wanted.outputs, wanted.where);
    const list = isOne ? values[0] : values.flat();
    const table = graph.constant(`${name}_table`, [list.length], list, type);
    const found = graph.node('Gather', [table, place], `${name}_found`, { axis: 0 });
    return this.leaving({ name: found, type }, alikeSigns(wanted.outputs), 'ROUND');
  }
}

/** Of a sum's size once it is multiplied, in half of the steps that its scale divides. */
function finestBound({ bound, finish }: UnitSum): number {
  const { multiplier, shift, rounding } = finish.scaling;
  const product = bound * 2 ** addedBits(finish.activation) * multiplier;
  if (shift <= 0) return product * 2 ** -shift;
  return rounding === 'RND_CONV' ? product : 2 * product + 2 ** shift;
}

/**
 * What is added before numbers of so many bits behind the point are rounded down, or half to even, so that they are
 * rounded as the unit does: a step of half a bit tells a tie from the number above it. In codes.
 */
function offsetFor({ shift, rounding }: Scaling, mode: QuantRounding): number {
  if (shift <= 0 || rounding === 'RND_CONV') return 0;
  if (mode === 'FLOOR') return rounding === 'RND' ? 1 / 2 : 0;
  return (rounding === 'RND' ? 0 : -1 / 2) + 2 ** -(shift + 1);
}

const signedFor = ({ low, high }: Interval, fraction: number): Format =>
  formatFor({ low: Math.min(low, -1), high }, fraction);
