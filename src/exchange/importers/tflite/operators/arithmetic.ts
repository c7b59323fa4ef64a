import { activateFloat } from '../../../../float/activation.js';
import { printShape } from '../../../../network/tensor.js';
import { ARITHMETIC_OPTIONS } from '../../../tflite/schema.js';
import type { Node, Operator, Places, RealFunction } from '../conversion.js';
import { giveFunction, giveJoined } from '../functions.js';
import { realOf } from '../weights.js';
import { fusedFloat, perChannel, plusCodes, timesCodes } from './sums.js';
import { FOLDED } from './types.js';

/** Arithmetic of two tensors, or of one and a constant. */
interface Arithmetic {
  readonly join: (one: number, other: number) => number;
  /** What it is with a number as the second, or as the first where they are swapped. */
  readonly affine: (number: number, isSwapped: boolean) => Affine | undefined;
  /** Of the second of two tensors; absent where no layer joins two. */
  readonly sign?: 1 | -1;
  readonly codes: Operator;
}

interface Affine {
  readonly factor: number;
  readonly offset: number;
}

const ARITHMETIC: Readonly<Record<'ADD' | 'SUB' | 'MUL' | 'DIV', Arithmetic>> = {
  ADD: {
    join: (one, other) => one + other,
    affine: (offset) => ({ factor: 1, offset }),
    sign: 1,
    codes: (node) => (node.input(0).kind === 'places' ? shiftPlaces(node) : plusCodes(node, 1)),
  },
  SUB: {
    join: (one, other) => one - other,
    affine: (number, isSwapped) =>
      isSwapped ? { factor: -1, offset: number } : { factor: 1, offset: -number },
    sign: -1,
    codes: (node) => plusCodes(node, -1),
  },
  MUL: {
    join: (one, other) => one * other,
    affine: (factor) => ({ factor, offset: 0 }),
    codes: (node) => timesCodes(node),
  },
  DIV: {
    join: (one, other) => one / other,
    affine: (number, isSwapped) => (isSwapped ? undefined : { factor: 1 / number, offset: 0 }),
    codes: (node) => node.refuse('a quotient of whole numbers', 'a MUL, or values'),
  },
};

const isConstant = (node: Node, at: number) => node.input(at).kind === 'constant';

const operator =
  (one: Arithmetic): Operator =>
  (node) => {
    if (node.isInteger || node.input(0).kind === 'places') return one.codes(node);
    if (isConstant(node, 0) && isConstant(node, 1)) return node.refuse('two constants', 'what layers give');
    if (isConstant(node, 0)) return withConstant(node, one, 1);
    return isConstant(node, 1) ? withConstant(node, one, 0) : ofTwo(node, one);
  };

/** @param at the input that changes from sample to sample */
function withConstant(node: Node, { join, affine }: Arithmetic, at: 0 | 1): void {
  const tensor = node.constant(1 - at);
  const numbers = realOf(tensor);
  const activation = fusedFloat(node, ARITHMETIC_OPTIONS.activation);
  const layerOf = () => {
    const value = node.activation(at);
    const affines = perChannel(node, value, tensor, numbers).map((number) => affine(number, at === 1));
    if (affines.includes(undefined)) return undefined;
    const [factors, offsets] = (['factor', 'offset'] as const).map((member) =>
      Float64Array.from(affines as Affine[], (one) => one[member]),
    );
    return { kind: 'scale', factors, offsets, activation };
  };
  const isPart = node.input(at).kind === 'function';
  const layer = isPart ? undefined : layerOf();
  const [number] = numbers;
  if (numbers.every((other) => other === number)) {
    const joined: RealFunction = at === 0 ? (value) => join(value, number) : (value) => join(number, value);
    giveFunction(node, at, (value) => activateFloat(activation, joined(value), 0), layer);
    return;
  }
  if (layer === undefined) {
    node.refuse('several numbers in a function', 'one number');
    return;
  }
  const value = node.activation(at);
  node.layer(layer, [value], value);
}

function ofTwo(node: Node, { join, sign }: Arithmetic): void {
  const activation = fusedFloat(node, ARITHMETIC_OPTIONS.activation);
  const whole = (one: number, other: number) => activateFloat(activation, join(one, other), 0);
  if (giveJoined(node, whole, sign !== undefined)) return;
  const [one, other] = [node.activation(0), node.activation(1)];
  if (sign === undefined)
    node.refuse('two tensors that change', 'a constant as one of them, or functions of one tensor');
  if (printShape(one.shape) !== printShape(other.shape))
    node.refuse(`tensors of ${printShape(one.shape)} and ${printShape(other.shape)}`, 'tensors of one shape');
  node.layer({ kind: 'add', signs: [1, sign], activation }, [one, other], one);
}

/** Places a constant further, for all channels or for each. */
function shiftPlaces(node: Node): void {
  const { of, first } = node.input(0) as Places;
  const more = node.numbers(1);
  const channels = of.shape.at(-1);
  const lengths = new Set([1, channels, first.length]);
  if (!lengths.has(more.length) || fusedFloat(node, ARITHMETIC_OPTIONS.activation) !== 'linear')
    node.refuse(`${more.length} constants`, `one, or ${channels}, one per channel`);
  const count = Math.max(first.length, more.length);
  const sums = Array.from({ length: count }, (_, at) => first[at % first.length] + more[at % more.length]);
  node.give({ kind: 'places', of, first: sums }, FOLDED);
}

/** A function that no layer has. */
const part =
  (value: RealFunction): Operator =>
  (node) => {
    if (node.isInteger) return node.refuse('whole numbers', 'values');
    giveFunction(node, 0, value);
  };

const negative: Operator = (node) => {
  if (node.isInteger) return node.refuse('whole numbers', 'values');
  const value = node.input(0);
  const channels = value.kind === 'activation' ? value.stored[value.stored.length - 1] : 1;
  const [factors, offsets] = [new Float64Array(channels).fill(-1), new Float64Array(channels)];
  giveFunction(node, 0, (one) => -one, { kind: 'scale', factors, offsets, activation: 'linear' });
};

export const ARITHMETICS: Readonly<Record<string, Operator>> = {
  ...Object.fromEntries(Object.entries(ARITHMETIC).map(([name, one]) => [name, operator(one)])),
  NEG: negative,
  ABS: part(Math.abs),
  EXP: part(Math.exp),
  LOG: part(Math.log),
  SQUARE: part((value) => value ** 2),
};
