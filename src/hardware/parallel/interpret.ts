import { assertNever, invariant } from '../../core/assert.js';
import { type BitSlice, type Circuit, isSigned, type Value, widthOf } from './circuit.js';

/** What values are: numbers within ±2^53, but the words of adders, which may be longer than the sum that they are for. */
export type Numbers = readonly (number | bigint)[];

/**
 * The meaning of a circuit: the codes of every value for one sample. Registers only delay, so the sample in flight
 * sees them as wires.
 *
 * @param codes one code per input of the network
 * @returns one number per value; an internal error where a value leaves its range
 */
export function interpret(circuit: Circuit, codes: readonly number[]): Numbers {
  const numbers: (number | bigint)[] = [];
  circuit.values.forEach((value, at) => {
    const number = evaluate(circuit, value, numbers, codes);
    const { low, high } = value.range;
    invariant(number >= low && number <= high, `${value.name} (%${at}) is ${number}, beyond ${low}..${high}`);
    numbers.push(number);
  });
  return numbers;
}

/** The circuit's outputs for one sample, in the order of `circuit.outputs`. */
export function outputsOf(circuit: Circuit, codes: readonly number[]): number[] {
  const numbers = interpret(circuit, codes);
  return circuit.outputs.map(({ value }) => Number(numbers[value]));
}

/** One value's number from those that it reads, its range not checked. */
export function evaluate(
  circuit: Circuit,
  { operation, range }: Value,
  numbers: Numbers,
  codes: readonly number[],
): number | bigint {
  const numberOf = (value: number) => Number(numbers[value]);
  switch (operation.kind) {
    case 'input':
      return codes[operation.input];
    case 'constant':
      return operation.code;
    case 'sum': {
      let sum = operation.constant;
      for (const { value, shift, negative } of operation.terms)
        sum += (negative ? -1 : 1) * numberOf(value) * 2 ** shift;
      return operation.wrap === undefined ? sum : wrapTo(BigInt(sum), operation.wrap, isSigned(range));
    }
    case 'product':
      return operation.weight * numberOf(operation.value) + 0;
    case 'adder': {
      const pieces = [...operation.rows.flat(), ...operation.carries];
      return pieces.reduce((total, piece) => total + pieceOf(circuit, piece, numbers), 0n);
    }
    case 'join': {
      const word = operation.pieces.reduce((total, piece) => total + pieceOf(circuit, piece, numbers), 0n);
      return wrapTo(word, widthOf(range), isSigned(range));
    }
    case 'shift':
      return Math.floor(numberOf(operation.value) * 2 ** operation.left);
    case 'even': {
      const tie = numberOf(operation.sum) % 2 ** operation.shift === 0;
      const value = numberOf(operation.value);
      return tie && value % 2 !== 0 ? value - 1 : value;
    }
    case 'max':
      return Math.max(...operation.values.map(numberOf));
    case 'relu':
      return Math.max(numberOf(operation.value), 0);
    case 'clamp':
      return Math.min(Math.max(numberOf(operation.value), range.low), range.high);
    case 'wrap':
      return wrapTo(BigInt(numbers[operation.value]), operation.bits, isSigned(range));
    case 'table':
      return operation.codes[tableIndex(circuit, operation.values, numbers)];
    case 'register':
      return numbers[operation.value];
    default:
      return assertNever(operation);
  }
}

function wrapTo(word: bigint, bits: number, signed: boolean): number {
  return Number(signed ? BigInt.asIntN(bits, word) : BigInt.asUintN(bits, word));
}

function pieceOf(circuit: Circuit, piece: BitSlice, numbers: Numbers): bigint {
  const word = BigInt(numbers[piece.value]);
  const width = widthOf(circuit.values[piece.value].range);
  const bits = BigInt.asUintN(width, piece.inverted ? ~word : word) >> BigInt(piece.from);
  return BigInt.asUintN(piece.count, bits) << BigInt(piece.at);
}

function tableIndex(circuit: Circuit, values: readonly number[], numbers: Numbers): number {
  let index = 0;
  let lsb = 0;
  for (const value of values) {
    const width = widthOf(circuit.values[value].range);
    index += Number(BigInt.asUintN(width, BigInt(numbers[value]))) * 2 ** lsb;
    lsb += width;
  }
  return index;
}
