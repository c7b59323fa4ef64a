import { GATHER_OPTIONS, TENSOR_TYPE, typeName } from '../../../tflite/schema.js';
import { tabled } from '../../integer/tables.js';
import type { Operator } from '../conversion.js';
import { codeScaling, inputCodes, isInteger, WHOLE } from '../quantization.js';
import { realOf } from '../weights.js';
import { requantized } from './sums.js';

/** From values to codes and back. */

const quantize: Operator = (node) => {
  const read = node.activation(0);
  const { conversion, outputTensor } = node;
  if (!isInteger(outputTensor)) node.refuse(`elements of ${typeName(outputTensor.type)}`, WHOLE);
  if (read.codes !== undefined)
    return node.giveReading(
      requantized(node, node.integers(read), node.outputCodes, codeScaling),
      read.shape,
    );
  if (read.layer !== 'input')
    node.refuse('values inside of the network', 'the input: what comes before has values');
  const codes = inputCodes(outputTensor, `${conversion.file}, tensor ${outputTensor.name}`);
  node.give({ ...read, codes }, { what: 'dropped', into: 'the input of the network is its codes' });
};

const dequantize: Operator = (node) => {
  const value = node.input(0);
  if (value.kind !== 'constant') return node.drop(node.activation(0), 'codes stay codes');
  const { quantization: _, ...tensor } = value.tensor;
  const values = () => realOf(value.tensor);
  node.give(
    { kind: 'constant', tensor: { ...tensor, type: node.outputTensor.type, values } },
    { what: 'folded', into: 'the layer that reads it' },
  );
};

/** Codes as whole numbers of 32 bits, which are places in a table. */
const cast: Operator = (node) => {
  const { outputTensor } = node;
  if (outputTensor.type !== TENSOR_TYPE.INT32)
    node.refuse(`elements of ${typeName(outputTensor.type)}`, 'INT32, as places in a table');
  node.give({ kind: 'places', of: node.reading(0), first: [0] }, FOLDED);
};

export const FOLDED = { what: 'folded', into: 'the table that it is a place of' } as const;

/** A table of codes, at places that are codes and a constant. */
const gather: Operator = (node) => {
  const table = node.constant(0);
  const places = node.input(1);
  if (places.kind !== 'places' || table.shape.length !== 1 || node.int32(GATHER_OPTIONS.axis) !== 0)
    return node.refuse('other inputs', 'a list, and places that are codes and a constant');
  const { of: read, first } = places;
  const { low, high } = read.codes;
  const codes = table.values!();
  if (first.some((place) => low + place < 0 || high + place >= codes.length))
    node.refuse(
      `${codes.length} items`,
      `as many as there are codes, from ${low} to ${high}, each in its place`,
    );
  const functions = first.map((place) => (code: number) => codes[code + place]);
  node.giveReading(tabled(node.conversion, node.label, read, functions, node.outputCodes), read.shape);
};

export const TYPES: Readonly<Record<string, Operator>> = {
  QUANTIZE: quantize,
  DEQUANTIZE: dequantize,
  CAST: cast,
  GATHER: gather,
};
