import path from 'node:path';
import type { ScalingKernel } from '../../../network/real-scale.js';
import { sizeOf } from '../../../network/tensor.js';
import type { Head, Layer } from '../../../network/types.js';
import { problems } from '../../problems.js';
import { OPERATOR_NAMES } from '../../tflite/operator-names.js';
import { identifier } from '../identifiers.js';
import type { Imported, ImportedIntegers, Importer, ImportOptions, ImportSource } from '../importer.js';
import { integerNetwork } from '../integer/network.js';
import { type Activation, Conversion, kindOf, Node, storedOf } from './conversion.js';
import { isTflite, type Model, readModel, type Tensor } from './model.js';
import { OPERATORS } from './operators/index.js';
import { checkType, inputCodes, isInteger } from './quantization.js';

/** Networks of values and of whole numbers in TFLite. Maps are channels-last there, as here. */
export const tflite: Importer = {
  format: 'tflite',
  title: 'TFLite',
  options: ['shape', 'kernels'],
  recognises: ({ bytes }) => isTflite(bytes),
  read,
};

/** The kernels that a network of whole numbers follows where nobody says. */
const USUAL_KERNELS: ScalingKernel = 'float';

function read({ file, bytes }: ImportSource, options: ImportOptions): Imported | ImportedIntegers {
  const model = readModel(file, bytes);
  const conversion = new Conversion(file, model, options.kernels ?? USUAL_KERNELS);
  const input = inputOf(model, file, options);
  conversion.give(model.input, input);
  for (const entry of model.operators) {
    const name = OPERATOR_NAMES[entry.builtin] ?? `number ${entry.builtin}`;
    const node = new Node(entry, name, conversion);
    if (!Object.hasOwn(OPERATORS, name)) {
      const wanted = name === 'CUSTOM' ? `CUSTOM (${entry.custom})` : name;
      throw problems.importOperator(node.where, wanted, Object.keys(OPERATORS));
    }
    OPERATORS[name](node);
  }
  return finished(conversion, input);
}

/** Of the input without the batch. */
function inputOf({ tensors, input }: Model, file: string, { shape: stated }: ImportOptions): Activation {
  const tensor = tensors[input];
  const where = `${file}, input ${tensor.name}`;
  const shape = stated ?? shapeOf(tensor, where);
  if (shape.length < 1 || shape.length > 3)
    throw problems.importShape(where, `${shape.length} axes beside the batch`);
  checkType(tensor, where);
  const codes = isInteger(tensor) ? { codes: inputCodes(tensor, where) } : {};
  return { kind: 'activation', layer: 'input', shape, stored: storedOf(shape), ...codes };
}

function shapeOf({ signature }: Tensor, where: string): number[] {
  const [batch = 0, ...shape] = signature;
  const isOpen = shape.length === 0 || shape.some((length) => length <= 0);
  if (!isOpen && (batch === 1 || batch === -1)) return shape;
  throw problems.importShape(
    where,
    `a shape of ${signature.map((length) => (length > 0 ? length : '?')).join(' x ') || 'nothing'}`,
  );
}

function finished(conversion: Conversion, input: Activation): Imported | ImportedIntegers {
  const { file, model, notes } = conversion;
  const where = `${file}, output ${model.tensors[model.output].name}`;
  const value = conversion.values.get(model.output);
  if (value === undefined) throw problems.importFile(where, 'a tensor that no operator gives', 'one');
  if (value.kind !== 'activation') throw problems.importFile(where, kindOf(value), 'what layers give');
  const { layer, codes } = conversion.reshaped(value, [sizeOf(value)], where);
  const layers = conversion.reachedFrom(layer);
  if (layers.length === 0) throw problems.importFile(where, 'the input', 'what layers make of it');
  const name = identifier(path.parse(file).name) || 'network';
  const head: Head['kind'] = conversion.head ?? (sizeOf(value) > 1 ? 'argmax' : 'values');
  const { input: read, meanings, kernel } = conversion;
  if (codes === undefined || read === undefined) {
    return { network: { name, input: { shape: input.stored }, layers, head }, notes };
  }
  const whole = { name, head, stored: input.stored, input: read, layers: layers as Layer[], output: codes };
  return { integers: integerNetwork(whole), notes, meanings, kernels: kernel };
}
