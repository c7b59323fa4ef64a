import { assertNever } from '../../core/assert.js';
import {
  type Format,
  fractionOf,
  printFormat,
  rangeOf,
  signedWidth,
  unsignedWidth,
} from '../../fixed/format.js';
import { hull, type Interval, point, scale } from '../../fixed/interval.js';
import { type Limits, limitsChange } from '../../fixed/limits.js';
import {
  activeInterval,
  addedBits,
  type CodeTable,
  type Finish,
  finishInterval,
  finishOn,
  isExact,
  roundedInterval,
  roundsUp,
  type Scaling,
  type SumActivation,
} from '../../network/finish.js';
import { type IntegerType, literal, lowBits, tableType, unsignedLiteral, unsignedOf } from './types.js';

/** A finish that units share, and what their sums are. */
export interface SharedFinish {
  readonly finish: Finish;
  /** Every sum that occurs. */
  readonly sum: Interval;
  /** Fraction bits of the sum. */
  readonly fraction: number;
  /** Of the code. */
  readonly format: Format;
}

/** Sums stay below 2^53, so that a right shift by more says nothing new: the sign, or zero when rounded. */
const MAX_SHIFT = 55;
/** Of sums that were multiplied. */
const MAX_PRODUCT_SHIFT = 62;

const shiftOf = ({ multiplier, shift }: Scaling): number =>
  Math.min(shift, multiplier === 1 ? MAX_SHIFT : MAX_PRODUCT_SHIFT);

type Wrap = Extract<Limits, { kind: 'wrap' }>;

/**
 * The body of a function that turns the sum in `code` into the output code; equals the network's finish for every sum
 * of the interval. Tests that cannot fire are left out.
 *
 * @param type of `code`; must hold {@link finishHull}
 */
export function finishLines(shared: SharedFinish, type: IntegerType): string[] {
  const { sum } = shared;
  const finish = finishOn(shared.finish, sum);
  const { scaling, limits } = finish;
  const product = scale(activeInterval(finish, sum), scaling.multiplier);
  const lines = [
    ...activationLines(finish.activation, sum, type),
    ...(scaling.multiplier === 1 ? [] : [`code *= ${literal(scaling.multiplier, type)};`]),
  ];
  const look = finish.table === undefined ? [] : tableLines(finish.table, type);
  if (scaling.shift < 0) return [...lines, ...scaleUp(product, -scaling.shift, limits, type), ...look];
  const rounded = scaling.shift === 0 ? [] : roundShift(product, scaling, type);
  const again = scaling.again === 0 ? [] : roundAgain(roundedInterval(onceOf(finish), sum), scaling, type);
  const fitted = limitLines(roundedInterval(finish, sum), limits, type);
  return [...lines, ...rounded, ...again, ...fitted, ...look];
}

/** Without the second of two roundings. */
const onceOf = (finish: Finish): Finish => ({ ...finish, scaling: { ...finish.scaling, again: 0 } });

/** Numbers on a line. */
const PER_LINE = 12;

function tableLines({ lowest, codes }: CodeTable, type: IntegerType): string[] {
  const own = tableType(codes);
  const numbers = codes.map((code) => literal(code, own));
  const lines = Array.from({ length: Math.ceil(numbers.length / PER_LINE) }, (_, line) =>
    numbers.slice(line * PER_LINE, (line + 1) * PER_LINE).join(', '),
  );
  const place = lowest === 0 ? 'code' : `code ${lowest < 0 ? '+' : '-'} ${Math.abs(lowest)}`;
  const entry = own === type ? `codes[${place}]` : `(${type.name})codes[${place}]`;
  return [
    `static const ${own.name} codes[${codes.length}] = {`,
    ...lines.map((line) => `    ${line},`),
    '};',
    `code = ${entry};`,
  ];
}

function activationLines(activation: SumActivation, { low, high }: Interval, type: IntegerType): string[] {
  if (low >= 0) return [];
  switch (activation.kind) {
    case 'linear':
      return [];
    case 'relu':
      return ifThen('code < 0', 'code = 0;');
    case 'leaky': {
      const { multiplier, shift } = activation;
      const negative = multiplier === 1 ? [] : [`code *= ${literal(multiplier, type)};`];
      if (high < 0) return negative;
      const positive = `code *= ${literal(2 ** shift, type)};`;
      return multiplier === 1
        ? ifThen('code > 0', positive)
        : ['if (code < 0) {', ...negative.map(indent), '} else {', indent(positive), '}'];
    }
    default:
      return assertNever(activation);
  }
}

/** Everything that {@link finishLines} puts into `code` or writes as a constant beside it. */
export function finishHull(shared: SharedFinish): Interval {
  const { sum } = shared;
  const finish = finishOn(shared.finish, sum);
  const active = activeInterval(finish, sum);
  const { scaling, limits } = finish;
  const product = scale(active, scaling.multiplier);
  const factors = [2 ** addedBits(finish.activation), scaling.multiplier].map(point);
  const reached = [sum, active, product, ...factors].reduce(hull);
  if (limits.kind === 'none') {
    const { low, high } = finishInterval(finish, sum);
    return [low, high, 2 ** -scaling.shift].map(point).reduce(hull, reached);
  }
  const shift = shiftOf(scaling);
  const half = roundsUp(finish) ? 2 ** (shift - 1) : 0;
  // A shift needs a word wider than itself; wrapping subtracts 2^width.
  const shiftWord = Math.max(shift, scaling.again) > 0 ? 2 ** (Math.max(shift, scaling.again) - 1) : 0;
  const codes = finishInterval(finish, sum);
  return [product.high + half, shiftWord, modulusOf(limits), codes.low, codes.high]
    .map(point)
    .reduce(hull, reached);
}

function modulusOf(limits: Exclude<Limits, { kind: 'none' }>): number {
  switch (limits.kind) {
    case 'wrap':
      return 2 ** limits.width;
    case 'saturate':
      return 2 ** (limits.low < 0 ? signedWidth(limits) : unsignedWidth(limits.high));
    default:
      return assertNever(limits);
  }
}

/** One line on what the function does. */
export function describeFinish({ finish, fraction, format }: SharedFinish): string {
  const activation = describeActivation(finish.activation);
  if (isExact(finish)) return `${activation}exact, ${fractionOf(format)} fraction bits`;
  const rounding = `${describeScaling(finish.scaling, fraction)} to ${printFormat(format)}, ${finish.scaling.rounding}`;
  if (finish.table !== undefined) return `${activation}rounded, then ${printFormat(format)} by a table`;
  return `${activation}${rounding}, ${describeLimits(finish.limits, format)}`;
}

function describeScaling({ multiplier, shift, again }: Scaling, fraction: number): string {
  if (multiplier === 1 && again === 0) return `${fraction} fraction bits`;
  const second = again === 0 ? '' : ` and again by 2^-${again}`;
  return `times ${multiplier} * 2^-${shift}${second}`;
}

function describeLimits(limits: Limits, format: Format): string {
  if (limits.kind !== 'saturate') return 'WRAP';
  const { low, high } = rangeOf(format);
  return limits.low === low && limits.high === high ? 'SAT' : `SAT to ${limits.low}..${limits.high}`;
}

function describeActivation(activation: SumActivation): string {
  switch (activation.kind) {
    case 'linear':
      return '';
    case 'relu':
      return 'ReLU, then ';
    case 'leaky':
      return `leaky ReLU of slope ${activation.multiplier}/${2 ** activation.shift}, then `;
    default:
      return assertNever(activation);
  }
}

/** The helper that {@link finishLines} calls for a number that may be negative. */
export function floorShift(type: IntegerType): string[] {
  const shift = (operand: string) => `(${type.name})((${unsignedOf(type)})${operand} >> count)`;
  return [
    '/* value / 2^count toward minus infinity: only numbers that are not negative are shifted. */',
    `static ${type.name} floor_shift${type.bytes * 8}(${type.name} value, uint32_t count)`,
    '{',
    `    return (value >= 0) ? ${shift('value')} : (-1 - ${shift('(-1 - value)')});`,
    '}',
  ];
}

const indent = (line: string): string => `    ${line}`;

function ifThen(condition: string, ...body: string[]): string[] {
  return [`if (${condition}) {`, ...body.map(indent), '}'];
}

/** A second rounding, half away from zero. */
function roundAgain({ low, high }: Interval, { again }: Scaling, type: IntegerType): string[] {
  const half = 2 ** (again - 1);
  const shifted = (number: string) => `(${type.name})((${unsignedOf(type)})(${number}) >> ${again}U)`;
  const up = `code = ${shifted(`code + ${literal(half, type)}`)};`;
  const down = `code = -${shifted(`${literal(half, type)} - code`)};`;
  if (low >= 0) return [up];
  return high < 0 ? [down] : ['if (code < 0) {', indent(down), '} else {', indent(up), '}'];
}

function roundShift({ low }: Interval, scaling: Scaling, type: IntegerType): string[] {
  const { rounding } = scaling;
  const shift = shiftOf(scaling);
  const bits = type.bytes * 8;
  const half = 2 ** (shift - 1);
  const shifted = (least: number) =>
    least >= 0
      ? `code = (${type.name})((${unsignedOf(type)})code >> ${shift}U);`
      : `code = floor_shift${bits}(code, ${shift}U);`;
  switch (rounding) {
    case 'TRN':
      return [shifted(low)];
    case 'RND':
      return [`code += ${literal(half, type)};`, shifted(low + half)];
    case 'RND_CONV': {
      const rest = `((${unsignedOf(type)})code & ${lowBits(shift, bits)})`;
      const odd = `((${unsignedOf(type)})code & ${unsignedLiteral(1, bits)})`;
      return [
        `code += ${literal(half, type)};`,
        `const ${unsignedOf(type)} rest = ${rest};`,
        shifted(low + half),
        ...ifThen(`(rest == 0U) && (${odd} != 0U)`, 'code -= 1; /* a tie goes to the even code */'),
      ];
    }
    default:
      return assertNever(rounding);
  }
}

/** The limits, for numbers of an interval. */
function limitLines(codes: Interval, limits: Limits, type: IntegerType): string[] {
  switch (limits.kind) {
    case 'none':
      return [];
    case 'saturate': {
      const { low, high } = limits;
      return [
        ...(codes.high > high
          ? ifThen(`code > ${literal(high, type)}`, `code = ${literal(high, type)};`)
          : []),
        ...(codes.low < low ? ifThen(`code < ${literal(low, type)}`, `code = ${literal(low, type)};`) : []),
      ];
    }
    case 'wrap':
      return limitsChange(limits, codes) ? keepLowBits(`(${unsignedOf(type)})code`, limits, type) : [];
    default:
      return assertNever(limits);
  }
}

/** The low bits of an unsigned expression, as a number that wraps. */
function keepLowBits(unsigned: string, { signed, width }: Wrap, type: IntegerType): string[] {
  const modulus = 2 ** width;
  const lines = [`code = (${type.name})(${unsigned} & ${unsignedLiteral(modulus - 1, type.bytes * 8)});`];
  if (!signed) return lines;
  const high = literal(modulus / 2 - 1, type);
  return [...lines, ...ifThen(`code > ${high}`, `code -= ${literal(modulus, type)};`)];
}

/** A format with more fraction bits than the sum: multiplied by 2^count, what does not fit stopped before. */
function scaleUp(codes: Interval, count: number, limits: Limits, type: IntegerType): string[] {
  const factor = 2 ** count;
  if (!limitsChange(limits, scale(codes, factor))) return [`code *= ${literal(factor, type)};`];
  switch (limits.kind) {
    case 'none':
      return [];
    case 'wrap':
      if (count >= limits.width) return ['code = 0;'];
      return keepLowBits(`((${unsignedOf(type)})code << ${count}U)`, limits, type);
    case 'saturate':
      return scaleUpWithin(limits, factor, type);
    default:
      return assertNever(limits);
  }
}

function scaleUpWithin({ low, high }: Interval, factor: number, type: IntegerType): string[] {
  const highest = Math.floor(high / factor);
  const lowest = Math.ceil(low / factor) + 0;
  const inside = highest === 0 && lowest === 0 ? 'code = 0;' : `code *= ${literal(factor, type)};`;
  if (lowest > highest)
    return [`code = (code > ${literal(highest, type)}) ? ${literal(high, type)} : ${literal(low, type)};`];
  return [
    `if (code > ${literal(highest, type)}) {`,
    `    code = ${literal(high, type)};`,
    `} else if (code < ${literal(lowest, type)}) {`,
    `    code = ${literal(low, type)};`,
    '} else {',
    `    ${inside}`,
    '}',
  ];
}
