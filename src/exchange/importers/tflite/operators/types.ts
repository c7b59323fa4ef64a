import { typeName } from '../../../tflite/schema.js';
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
  if (value.kind === 'activation') return node.drop(value, 'codes stay codes');
  const { quantization: _, ...tensor } = value.tensor;
  const values = () => realOf(value.tensor);
  node.give(
    { kind: 'constant', tensor: { ...tensor, type: node.outputTensor.type, values } },
    { what: 'folded', into: 'the layer that reads it' },
  );
};

export const TYPES: Readonly<Record<string, Operator>> = {
  QUANTIZE: quantize,
  DEQUANTIZE: dequantize,
};
