import { castTo, type OnnxFunction, type OnnxNode } from './writer.js';

/** The domain of QONNX's own operators. */
export const QONNX = 'qonnx.custom_op.general';

/** Rounding to the nearest, halves to the even number, down, or to the nearest with halves away from zero. */
export type QuantRounding = 'ROUND' | 'FLOOR' | 'HALF_UP';

const node = (
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: OnnxNode['attributes'] = {},
): OnnxNode => ({ operator, inputs, output, attributes });

const double = (input: string, output: string): OnnxNode =>
  node('Cast', [input], output, { to: castTo('double') });

/** A constant of 64 bits. */
const number = (value: number, output: string): OnnxNode[] => [
  node('Constant', [], `${output}_whole`, { value_int: value }),
  double(`${output}_whole`, output),
];

/** A rounding where the attribute asks for it, and what another node gives where it does not. */
const chosen = (mode: QuantRounding, rounded: string, otherwise: string, output: string): OnnxNode[] => [
  node('Constant', [], `${output}_name`, { value_string: mode }),
  node('Equal', ['mode', `${output}_name`], `${output}_is`),
  node('Where', [`${output}_is`, rounded, otherwise], output),
];

/**
 * What Quant does, as QONNX defines it, in doubles: (clamp(round(x / scale + zeropt)) − zeropt) × scale. The ranges are
 * never narrow here. Half a step is 1 / 2.
 */
export const QUANT: OnnxFunction = {
  domain: QONNX,
  name: 'Quant',
  inputs: ['x', 'scale', 'zeropt', 'bitwidth'],
  attributes: ['signed', 'narrow', 'rounding_mode'],
  output: 'y',
  nodes: [
    ...['x', 'scale', 'zeropt', 'bitwidth'].map((name) => double(name, `${name}_double`)),
    node('Constant', [], 'signed_whole', { value_int: { refersTo: 'signed', type: 'int' } }),
    double('signed_whole', 'sign'),
    node('Constant', [], 'mode', { value_string: { refersTo: 'rounding_mode', type: 'text' } }),
    ...number(1, 'one'),
    ...number(2, 'two'),
    node('Div', ['x_double', 'scale_double'], 'scaled'),
    node('Add', ['scaled', 'zeropt_double'], 'exact'),
    node('Floor', ['exact'], 'floor'),
    node('Round', ['exact'], 'even'),
    node('Div', ['one', 'two'], 'half'),
    node('Abs', ['exact'], 'size'),
    node('Add', ['size', 'half'], 'raised'),
    node('Floor', ['raised'], 'whole_size'),
    node('Sign', ['exact'], 'side'),
    node('Mul', ['side', 'whole_size'], 'away'),
    ...chosen('FLOOR', 'floor', 'even', 'first'),
    ...chosen('HALF_UP', 'away', 'first', 'rounded'),
    node('Sub', ['bitwidth_double', 'sign'], 'bits'),
    node('Pow', ['two', 'bits'], 'end'),
    node('Sub', ['end', 'one'], 'high'),
    node('Mul', ['end', 'sign'], 'below'),
    node('Neg', ['below'], 'low'),
    node('Max', ['rounded', 'low'], 'above'),
    node('Min', ['above', 'high'], 'code'),
    node('Sub', ['code', 'zeropt_double'], 'centred'),
    node('Mul', ['centred', 'scale_double'], 'value'),
    node('CastLike', ['value', 'x'], 'y'),
  ],
};
