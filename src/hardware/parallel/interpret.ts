import { assertNever, invariant } from '../../core/assert.js';
import { type Circuit, isSigned, type Piece, type Value, widthOf } from './circuit.js';

/**
 * The meaning of a circuit: the codes of every value for one sample. Registers only delay, so the sample in flight
 * sees them as wires.
 *
 * @param codes one code per input of the network
 * @returns one number per value; an internal error where a value leaves its range
 */
export function interpret(circuit: Circuit, codes: readonly number[]): number[] {
  const numbers: number[] = [];
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
  return circuit.outputs.map(({ value }) => numbers[value]);
}

/** One value's number from those that it reads, its range not checked. */
export function evaluate(
  circuit: Circuit,
  { operation, range }: Value,
  numbers: readonly number[],
  codes: readonly number[],
): number {
  switch (operation.kind) {
    case 'input':
      return codes[operation.input];
    case 'constant':
      return operation.code;
    case 'sum': {
      let sum = operation.constant;
      for (const { value, shift, negative } of operation.terms)
        sum += (negative ? -1 : 1) * numbers[value] * 2 ** shift;
      return operation.wrap === undefined ? sum : wrapTo(BigInt(sum), operation.wrap, isSigned(range));
    }
    case 'product':
      return operation.weight * numbers[operation.value] + 0;
    case 'adder': {
      const sum = [...operation.rows.flat(), ...operation.carries].reduce(
        (total, piece) => total + pieceOf(circuit, piece, numbers),
        0n,
      );
      return Number(sum);
    }
    case 'join': {
      const word = operation.pieces.reduce((total, piece) => total + pieceOf(circuit, piece, numbers), 0n);
      return wrapTo(word, widthOf(range), isSigned(range));
    }
    case 'shift':
      return Math.floor(numbers[operation.value] * 2 ** operation.left);
    case 'even': {
      const tie = numbers[operation.sum] % 2 ** operation.shift === 0;
      const value = numbers[operation.value];
      return tie && value % 2 !== 0 ? value - 1 : value;
    }
    case 'relu':
      return Math.max(numbers[operation.value], 0);
    case 'clamp':
      return Math.min(Math.max(numbers[operation.value], range.low), range.high);
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

function pieceOf(circuit: Circuit, piece: Piece, numbers: readonly number[]): bigint {
  const word = BigInt(numbers[piece.value]);
  const width = widthOf(circuit.values[piece.value].range);
  const bits = BigInt.asUintN(width, piece.inverted ? ~word : word) >> BigInt(piece.from);
  return BigInt.asUintN(piece.count, bits) << BigInt(piece.at);
}

function tableIndex(circuit: Circuit, values: readonly number[], numbers: readonly number[]): number {
  let index = 0;
  let lsb = 0;
  for (const value of values) {
    const width = widthOf(circuit.values[value].range);
    index += Number(BigInt.asUintN(width, BigInt(numbers[value]))) * 2 ** lsb;
    lsb += width;
  }
  return index;
}
