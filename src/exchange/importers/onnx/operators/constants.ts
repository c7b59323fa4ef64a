import { printShape, sizeOf } from '../../../../network/tensor.js';
import type { Node, Operator } from '../conversion.js';
import { type Activation, type Constant, constant } from '../value.js';

/** Constants, what exporters compute of shapes, and what does nothing once a network is trained. */

const given: Operator = (node) => {
  const tensor = node.tensor('value');
  if (tensor !== undefined) return node.give(tensor);
  if (node.has('value_float')) return node.give(constant([], [node.float('value_float', 0)]));
  if (node.has('value_int')) return node.give(constant([], [node.int('value_int', 0)]));
  const list = node.ints('value_ints') ?? node.floats('value_floats');
  if (list === undefined) node.refuse('no value', 'a tensor or numbers');
  node.give(constant([list!.length], list!));
};

const shape: Operator = (node) => {
  const value = node.input(0);
  const whole = value.kind === 'constant' ? value.shape : [1, ...value.shape];
  const list = whole.slice(node.int('start', 0), node.has('end') ? node.int('end', 0) : undefined);
  node.give(constant([list.length], list));
};

const gather: Operator = (node) => {
  const list = node.constant(0);
  const index = node.input(1);
  if (index.kind === 'activation') return lookup(node, list, index);
  if (list.shape.length !== 1) node.refuse('rows of a matrix', 'items of a list, as of a shape');
  const values = index.values.map((at) => list.values[at < 0 ? at + list.values.length : at] ?? Number.NaN);
  if (values.some(Number.isNaN)) node.refuse('an index past the end', `indices below ${list.values.length}`);
  node.give(constant(index.shape, values));
};

/** A function of each number, as exporters write it of constants. */
const ofConstants =
  (of: (value: number) => number): Operator =>
  (node) => {
    const value = node.input(0);
    if (value.kind === 'constant') return node.give(constant(value.shape, value.values.map(of)));
    node.refuse('what a layer gives', 'constants', 'an activation is a function of what layers give');
  };

/** Codes that are places in a list: a table. */
function lookup(node: Node, { shape, values }: Constant, index: Activation): void {
  if (shape.length !== 1) node.refuse(`a table of ${printShape(shape)}`, 'a list');
  const mark = { kind: 'lookup', numbers: Array.from(values) };
  const layer = node.conversion.add(mark, node.label, [index]);
  node.give({ ...index, layer }, { what: 'kept', into: layer });
}

const MOST = 2 ** 20;

const filled: Operator = (node) => {
  const wanted = Array.from(node.constant(0).values);
  const size = sizeOf({ shape: wanted });
  if (!Number.isSafeInteger(size) || size < 0 || size > MOST)
    node.refuse(`a constant of ${size} numbers`, `at most ${MOST}`);
  node.give(constant(wanted, Array<number>(size).fill(node.tensor('value')?.values[0] ?? 0)));
};

const nothing =
  (reason: string): Operator =>
  (node) => {
    const value = node.input(0);
    node.give(value, value.kind === 'activation' ? { what: 'dropped', into: reason } : undefined);
  };

export const CONSTANTS: Readonly<Record<string, Operator>> = {
  Constant: given,
  ConstantOfShape: filled,
  Shape: shape,
  Gather: gather,
  Sqrt: ofConstants(Math.sqrt),
  Reciprocal: ofConstants((value) => 1 / value),
  Exp: ofConstants(Math.exp),
  Log: ofConstants(Math.log),
  Abs: ofConstants(Math.abs),
  Floor: ofConstants(Math.floor),
  Ceil: ofConstants(Math.ceil),
  Identity: nothing('it does nothing'),
  Dropout: nothing('it does nothing once a network is trained'),
  Cast: nothing('values are real numbers here'),
};
