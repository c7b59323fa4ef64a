import { assertNever } from '../../core/assert.js';
import { type Format, fractionOf, printFormat, rangeOf } from '../../fixed/format.js';
import { hull, type Interval } from '../../fixed/interval.js';
import { type Requantize, type Rounding, shiftRight } from '../../fixed/requantize.js';
import { activateInterval } from '../../network/activation.js';
import type { Activation } from '../../network/types.js';
import { type IntegerType, literal, unsignedLiteral, unsignedOf } from './types.js';

/** What becomes of a sum: activation, then requantization or the left shift of an exact output. */
export interface Finish {
  readonly activation: Activation;
  /** Every sum that occurs. */
  readonly sum: Interval;
  /** Fraction bits of the sum. */
  readonly fraction: number;
  readonly requantize?: Requantize;
  readonly exactShift: number;
}

/** Sums stay below 2^53, so that a right shift by more says nothing new: the sign, or zero when rounded. */
const MAX_SHIFT = 55;

/** Statements on a variable `code`, and what they leave in it. */
interface Step {
  readonly lines: readonly string[];
  readonly codes: Interval;
}

/**
 * The body of a function that turns the sum in `code` into the output code; equals
 * {@link activate} and {@link requantize} for every sum of the interval. Tests that cannot fire are left out.
 *
 * @param type of `code`; must hold {@link finishHull}
 */
export function finishLines(finish: Finish, type: IntegerType): string[] {
  const active = activateInterval(finish.activation, finish.sum);
  const lines = active.low === finish.sum.low ? [] : ifThen('code < 0', 'code = 0;');
  if (finish.requantize === undefined) {
    return [
      ...lines,
      ...(finish.exactShift === 0 ? [] : [`code *= ${literal(2 ** finish.exactShift, type)};`]),
    ];
  }
  const { format, overflow, rounding } = finish.requantize;
  const shift = finish.fraction - fractionOf(format);
  if (shift < 0) {
    return [...lines, ...scaleUp(active, -shift, finish.requantize, type)];
  }
  const rounded = shift === 0 ? { lines: [], codes: active } : roundShift(active, shift, rounding, type);
  const fit = overflow === 'SAT' ? saturate(rounded.codes, format, type) : wrap(rounded.codes, format, type);
  return [...lines, ...rounded.lines, ...fit];
}

/** Everything that {@link finishLines} puts into `code` or writes as a constant beside it. */
export function finishHull(finish: Finish): Interval {
  const active = activateInterval(finish.activation, finish.sum);
  const reached = hull(finish.sum, active);
  if (finish.requantize === undefined) {
    const factor = 2 ** finish.exactShift;
    return [active.low * factor, active.high * factor, factor].map(toPoint).reduce(hull, reached);
  }
  const { format, rounding } = finish.requantize;
  const shift = Math.min(finish.fraction - fractionOf(format), MAX_SHIFT);
  const half = shift > 0 && rounding !== 'TRN' ? 2 ** (shift - 1) : 0;
  // A shift needs a word wider than itself; wrapping subtracts 2^width.
  const shiftWord = shift > 0 ? 2 ** Math.min(shift - 1, 52) : 0;
  return [active.high + half, shiftWord, 2 ** format.width].map(toPoint).reduce(hull, reached);
}

const toPoint = (value: number): Interval => ({ low: value, high: value });

/** One line on what the function does. */
export function describeFinish(finish: Finish): string {
  const activation = finish.activation === 'relu' ? 'ReLU, then ' : '';
  if (finish.requantize === undefined) {
    return `${activation}exact, ${finish.fraction + finish.exactShift} fraction bits`;
  }
  const { format, rounding, overflow } = finish.requantize;
  return `${activation}${finish.fraction} fraction bits to ${printFormat(format)}, ${rounding}, ${overflow}`;
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

function ifThen(condition: string, ...body: string[]): string[] {
  return [`if (${condition}) {`, ...body.map((line) => `    ${line}`), '}'];
}

function roundShift(codes: Interval, wanted: number, rounding: Rounding, type: IntegerType): Step {
  const shift = Math.min(wanted, MAX_SHIFT);
  const bits = type.bytes * 8;
  const half = 2 ** (shift - 1);
  const shifted = (low: number) =>
    low >= 0
      ? `code = (${type.name})((${unsignedOf(type)})code >> ${shift}U);`
      : `code = floor_shift${bits}(code, ${shift}U);`;
  const result = {
    low: shiftRight(codes.low, wanted, rounding),
    high: shiftRight(codes.high, wanted, rounding),
  };
  switch (rounding) {
    case 'TRN':
      return { lines: [shifted(codes.low)], codes: result };
    case 'RND':
      return { lines: [`code += ${literal(half, type)};`, shifted(codes.low + half)], codes: result };
    case 'RND_CONV': {
      const rest = `((${unsignedOf(type)})code & ${unsignedLiteral(2 ** shift - 1, bits)})`;
      const odd = `((${unsignedOf(type)})code & ${unsignedLiteral(1, bits)})`;
      return {
        lines: [
          `code += ${literal(half, type)};`,
          `const ${unsignedOf(type)} rest = ${rest};`,
          shifted(codes.low + half),
          ...ifThen(`(rest == 0U) && (${odd} != 0U)`, 'code -= 1; /* a tie goes to the even code */'),
        ],
        codes: result,
      };
    }
    default:
      return assertNever(rounding);
  }
}

function saturate(codes: Interval, format: Format, type: IntegerType): string[] {
  const { low, high } = rangeOf(format);
  return [
    ...(codes.high > high ? ifThen(`code > ${literal(high, type)}`, `code = ${literal(high, type)};`) : []),
    ...(codes.low < low ? ifThen(`code < ${literal(low, type)}`, `code = ${literal(low, type)};`) : []),
  ];
}

function wrap(codes: Interval, format: Format, type: IntegerType): string[] {
  const { low, high } = rangeOf(format);
  if (codes.low >= low && codes.high <= high) return [];
  return keepLowBits(`(${unsignedOf(type)})code`, format, type);
}

/** The low bits of an unsigned expression, as a code of the format. */
function keepLowBits(unsigned: string, format: Format, type: IntegerType): string[] {
  const { high } = rangeOf(format);
  const modulus = 2 ** format.width;
  const lines = [`code = (${type.name})(${unsigned} & ${unsignedLiteral(modulus - 1, type.bytes * 8)});`];
  if (!format.signed) return lines;
  return [...lines, ...ifThen(`code > ${literal(high, type)}`, `code -= ${literal(modulus, type)};`)];
}

/** A format with more fraction bits than the sum: multiplied by 2^count, what does not fit stopped before. */
function scaleUp(codes: Interval, count: number, wanted: Requantize, type: IntegerType): string[] {
  const { low, high } = rangeOf(wanted.format);
  const factor = 2 ** count;
  if (codes.low * factor >= low && codes.high * factor <= high) return [`code *= ${literal(factor, type)};`];
  if (wanted.overflow === 'WRAP') {
    if (count >= wanted.format.width) return ['code = 0;'];
    return keepLowBits(`((${unsignedOf(type)})code << ${count}U)`, wanted.format, type);
  }
  const highest = Math.floor(high / factor);
  const lowest = Math.ceil(low / factor) + 0;
  const tooHigh = `if (code > ${literal(highest, type)}) {`;
  const tooLow = `if (code < ${literal(lowest, type)}) {`;
  const inside = highest === 0 && lowest === 0 ? 'code = 0;' : `code *= ${literal(factor, type)};`;
  return [
    tooHigh,
    `    code = ${literal(high, type)};`,
    `} else ${tooLow}`,
    `    code = ${literal(low, type)};`,
    '} else {',
    `    ${inside}`,
    '}',
  ];
}
