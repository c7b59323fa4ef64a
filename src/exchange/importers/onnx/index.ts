import { problems } from '../../problems.js';
import type { Imported, ImportedIntegers, Importer, ImportOptions, ImportSource } from '../importer.js';
import { lowered } from '../integer/lower.js';
import { isMark } from '../integer/marks.js';
import { integerNetwork } from '../integer/network.js';
import { markedModel } from '../integer/reference.js';
import { Conversion, Node } from './conversion.js';
import { networkOf } from './network.js';
import { OPERATORS } from './operators/index.js';
import { DOMAINS, rangeOfType } from './operators/whole.js';
import { decodeModel, type GraphProto, type ModelProto, type ValueProto } from './schema.js';
import { ExternalFiles } from './tensor.js';
import { fileTensors } from './tensors.js';
import { type Activation, CHANNELS_FIRST } from './value.js';

const OLDEST = 7;
const NEWEST = 23;
const MOST_NODES = 10_000;

/** Float networks in ONNX. Maps are channels-first there, and channels-last here. */
export const onnx: Importer = {
  format: 'onnx',
  title: 'ONNX',
  options: ['shape', 'kernels', 'input'],
  // The version of the format stands first, and is small; another member of a model comes behind it.
  recognises: ({ bytes }) => bytes[0] === 0x08 && bytes[1] >= 1 && bytes[1] < 0x20 && MEMBERS.has(bytes[2]),
  read,
};

/** Tags of a model's members: producer, its version, domain, version, text, graph, opset, properties. */
const MEMBERS: ReadonlySet<number> = new Set([0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72]);

function decoded({ file, bytes }: ImportSource): ModelProto {
  try {
    return decodeModel(bytes);
  } catch (error) {
    // protobufjs throws plain errors of several kinds for bytes that are no message.
    if (!(error instanceof Error)) throw error;
    throw problems.importTruncated(
      file,
      `${bytes.length} bytes that end inside of a message`,
      'a whole file',
    );
  }
}

function read(source: ImportSource, options: ImportOptions): Imported | ImportedIntegers {
  const { file } = source;
  const model = decoded(source);
  const { graph } = model;
  if (graph === undefined) throw problems.importTruncated(file, 'no graph', 'a model of ONNX');
  const beside = new ExternalFiles(file);
  const conversion = new Conversion(
    file,
    opsetOf(model, file),
    outputsOf(graph, file),
    readersOf(graph),
    beside,
  );
  for (const tensor of graph.initializer) {
    const { name = '' } = tensor;
    conversion.values.set(name, conversion.constant(tensor, `${file}, tensor ${name}`));
  }
  const input = inputOf(graph, file, options);
  conversion.values.set(input.name, input.value);
  graph.node.forEach((proto, number) => {
    const node = new Node(proto, conversion, number);
    const isOurs = Object.hasOwn(OPERATORS, node.operator) && DOMAINS.includes(proto.domain ?? '');
    const name = proto.domain ? `${proto.domain}.${node.operator}` : node.operator;
    if (!isOurs) throw problems.importOperator(node.where, name, Object.keys(OPERATORS));
    OPERATORS[node.operator](node);
  });
  return { ...finished(graph, conversion, input, options), beside: beside.files };
}

function finished(
  graph: GraphProto,
  conversion: Conversion,
  input: { readonly name: string; readonly value: Activation },
  { kernels = 'float', input: stated }: ImportOptions,
): Imported | ImportedIntegers {
  const { file, notes } = conversion;
  const network = networkOf(conversion, input.value, graph.name);
  const tensors = fileTensors(graph, conversion, input);
  if (!network.layers.some(isMark)) return { network, notes, tensors };
  const { stored } = input.value;
  const range = rangeOfType(graph.input.find(({ name }) => name === input.name)?.type?.tensor?.elemType);
  const inputRange = range === undefined ? {} : { inputRange: { low: range[0], high: range[1] } };
  const { layers } = network;
  const reference = markedModel({ layers, stored });
  const marked = { file, layers, stored, ...inputRange, kernel: kernels, ...(stated && { stated }) };
  const { meanings, isInputStated, ...parts } = lowered(marked);
  const integers = integerNetwork({ ...network, ...parts, stored });
  return { integers, notes, meanings, kernels, reference, isInputStated, tensors };
}

function opsetOf({ opset }: ModelProto, file: string): number {
  const version = opset.find(({ domain = '' }) => domain === '' || domain === 'ai.onnx')?.version ?? 0;
  if (version >= OLDEST && version <= NEWEST) return version;
  throw problems.importOpset(`${file}, opset`, version, `${OLDEST} to ${NEWEST}`);
}

function outputsOf({ node, output }: GraphProto, file: string): ReadonlySet<string> {
  if (node.length > MOST_NODES)
    throw problems.importFile(file, `${node.length} nodes`, `at most ${MOST_NODES}`);
  if (output.length === 1) return new Set([output[0].name ?? '']);
  throw problems.importOutputs(
    file,
    output.map(({ name = '' }) => name),
  );
}

function readersOf({ node }: GraphProto): ReadonlyMap<string, number> {
  const readers = new Map<string, number>();
  for (const name of node.flatMap(({ input }) => input)) readers.set(name, (readers.get(name) ?? 0) + 1);
  return readers;
}

/** Older models list their constants as inputs too. */
function inputOf(
  graph: GraphProto,
  file: string,
  options: ImportOptions,
): { name: string; value: Activation } {
  const constants = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.filter(({ name }) => !constants.has(name));
  if (inputs.length !== 1) {
    throw problems.importInputs(
      file,
      inputs.map(({ name = '' }) => name),
    );
  }
  const [{ name = '' }] = inputs;
  const shape = options.shape ?? shapeOf(inputs[0], `${file}, input ${name}`);
  const places = CHANNELS_FIRST[shape.length];
  if (places === undefined)
    throw problems.importShape(`${file}, input ${name}`, `${shape.length} axes beside the batch`);
  if (isChannelsLast(graph, name)) {
    return { name, value: { kind: 'activation', layer: 'input', shape, stored: shape, places: [0, 1, 2] } };
  }
  const stored =
    shape.length === 1 ? shape : [shape.length === 2 ? 1 : shape[1], shape[shape.length - 1], shape[0]];
  return { name, value: { kind: 'activation', layer: 'input', shape, stored, places } };
}

/** Whether channels come last: all that reads the input makes them come first, as models from TensorFlow do. */
function isChannelsLast({ node }: GraphProto, name: string): boolean {
  const readers = node.filter(({ input }) => input.includes(name));
  const turns = readers.map(({ attribute }) => attribute.find((one) => one.name === 'perm')?.ints.join());
  return readers.length > 0 && turns.every((perm) => perm === '0,3,1,2');
}

/** Without the batch. */
function shapeOf({ type }: ValueProto, where: string): number[] {
  const dims = (type?.tensor?.shape?.dim ?? []).map(({ value = 0 }) => value);
  const [, ...shape] = dims;
  if (shape.length > 0 && shape.every((length) => length > 0)) return shape;
  throw problems.importShape(
    where,
    `a shape of ${dims.map((length) => (length > 0 ? length : '?')).join(' x ') || 'nothing'}`,
  );
}
