import { fitShape } from '../../../../core/shape.js';
import type { FloatTensor } from '../../../../float/tensor.js';
import { problems } from '../../../problems.js';
import type { Imported, ImportOptions } from '../../importer.js';
import { Conversion } from '../../onnx/conversion.js';
import { networkOf } from '../../onnx/network.js';
import { ExternalFiles } from '../../onnx/tensor.js';
import { type Activation, CHANNELS_FIRST } from '../../onnx/value.js';
import { channelsLast, constantOf, GraphNode, plainName } from './node.js';
import { GRAPH_OPERATORS } from './operators.js';
import { GRAPH_MODEL, type GraphEntry, type GraphModel, lengthsOf } from './schema.js';

const MOST_NODES = 10_000;
/** Of ONNX's definitions, in which the operators are written. */
const OPSET = 13;

/**
 * The float network of a graph model: operators of TensorFlow, as the converter freezes them.
 *
 * @param tensors of its constants, by the nodes' names
 * @throws exchange/import-*
 */
export function convertGraph(
  json: unknown,
  tensors: ReadonlyMap<string, FloatTensor>,
  file: string,
  options: ImportOptions,
): Imported {
  const model = fitShape(GRAPH_MODEL, json, file, problems.importFile);
  const nodes = nodesOf(model, file);
  const output = resolved(outputOf(model, nodes, file), nodes, file);
  const order = orderedNodes(output, nodes, file);
  const conversion = new Conversion(
    file,
    OPSET,
    new Set([output]),
    readersOf(order),
    new ExternalFiles(file),
  );
  const input = inputOf(model, order, file);
  const read = inputValue(model, input, file, options);
  conversion.values.set(input.name, read);
  for (const entry of order) {
    if (entry === input) continue;
    const node = new GraphNode(entry, conversion);
    if (entry.op === 'Const') {
      const tensor = tensors.get(entry.name);
      if (tensor === undefined)
        throw problems.importWeights(node.where, 'no weights', 'a tensor in the manifest');
      node.give(constantOf(tensor));
      continue;
    }
    if (!Object.hasOwn(GRAPH_OPERATORS, entry.op))
      throw problems.importOperator(node.where, entry.op, Object.keys(GRAPH_OPERATORS));
    GRAPH_OPERATORS[entry.op](node);
  }
  const given = conversion.values.get(output);
  if (given !== undefined) conversion.values.set(output, channelsLast(given));
  return { network: networkOf(conversion, read, undefined), notes: conversion.notes };
}

type Nodes = ReadonlyMap<string, GraphEntry>;

function nodesOf({ modelTopology: { node }, modelInitializer }: GraphModel, file: string): Nodes {
  if (node.length === 0) throw problems.importFile(file, 'a graph without nodes', 'at least one');
  if (node.length > MOST_NODES)
    throw problems.importFile(file, `${node.length} nodes`, `at most ${MOST_NODES}`);
  if ((modelInitializer?.node.length ?? 0) > 0)
    throw problems.importFile(file, 'a graph that has to be run first, of tables', 'a graph of layers alone');
  const nodes = new Map(node.map((entry) => [entry.name, entry]));
  const twice = node.find((entry) => nodes.get(entry.name) !== entry);
  if (twice === undefined) return nodes;
  throw problems.importFile(file, `two nodes named ${twice.name}`, 'one of each name');
}

const signatureOf = ({ signature, userDefinedMetadata }: GraphModel) =>
  signature ?? userDefinedMetadata?.signature;

/** The one that the signature says, or the one that nobody reads. */
function outputOf(model: GraphModel, nodes: Nodes, file: string): string {
  const stated = Object.values(signatureOf(model)?.outputs ?? {}).map(({ name }) => plainName(name));
  const read = new Set([...nodes.values()].flatMap(({ input }) => input.map(plainName)));
  const outputs = stated.length > 0 ? stated : [...nodes.keys()].filter((name) => !read.has(name));
  if (outputs.length === 1) return outputs[0];
  throw problems.importOutputs(file, outputs);
}

/** What gives a tensor: nodes that only name it anew are passed. */
function resolved(name: string, nodes: Nodes, file: string): string {
  let last = name;
  for (let step = 0; step <= nodes.size; step++) {
    const entry = nodes.get(last);
    if (entry?.op !== 'Identity' || entry.input[0] === undefined) return last;
    last = plainName(entry.input[0]);
  }
  throw problems.importFile(`${file}, node ${name}`, 'a cycle', 'none');
}

/** All that the output depends on, each behind what it reads. */
function orderedNodes(output: string, nodes: Nodes, file: string): GraphEntry[] {
  const order: GraphEntry[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const stack = [output];
  while (stack.length > 0) {
    const name = stack[stack.length - 1];
    const entry = nodes.get(name);
    if (entry === undefined)
      throw problems.importFile(file, `the tensor ${JSON.stringify(name)}`, 'what a node of the graph gives');
    const reads = entry.input.filter((read) => !read.startsWith('^')).map(plainName);
    if (state.get(name) === undefined) {
      state.set(name, 'open');
      const open = reads.find((read) => state.get(read) === 'open');
      if (open !== undefined)
        throw problems.importFile(`${file}, node ${name}`, `a cycle through ${open}`, 'none');
      stack.push(...reads.filter((read) => state.get(read) === undefined).toReversed());
      continue;
    }
    stack.pop();
    if (state.get(name) === 'done') continue;
    state.set(name, 'done');
    order.push(entry);
  }
  return order;
}

function readersOf(order: readonly GraphEntry[]): ReadonlyMap<string, number> {
  const readers = new Map<string, number>();
  for (const name of order.flatMap(({ input }) => input.map(plainName)))
    readers.set(name, (readers.get(name) ?? 0) + 1);
  return readers;
}

/** The one placeholder that the output depends on. */
function inputOf(model: GraphModel, order: readonly GraphEntry[], file: string): GraphEntry {
  const inputs = order.filter(({ op }) => op === 'Placeholder');
  if (inputs.length === 1) return inputs[0];
  const stated = Object.values(signatureOf(model)?.inputs ?? {}).map(({ name }) => plainName(name));
  throw problems.importInputs(file, inputs.length === 0 ? stated : inputs.map(({ name }) => name));
}

/** Its shape, as the caller, the signature or the placeholder says it: channels last. */
function inputValue(
  model: GraphModel,
  { name, attr }: GraphEntry,
  file: string,
  { shape: given }: ImportOptions,
): Activation {
  const where = `${file}, input ${name}`;
  const signature = Object.values(signatureOf(model)?.inputs ?? {}).find(
    (one) => plainName(one.name) === name,
  );
  const stated = signature?.tensorShape ?? attr.shape?.shape;
  const whole = stated === undefined || stated.unknownRank === true ? [] : lengthsOf(stated);
  const shape = given ?? whole.slice(1);
  const isWhole = shape.every((length) => Number.isSafeInteger(length) && length > 0);
  if (shape.length === 0 || !isWhole) {
    const shown = whole.map((length) => (length > 0 ? length : '?')).join(' x ');
    throw problems.importShape(where, `a shape of ${shown || 'nothing'}`);
  }
  if (shape.length > 3) throw problems.importShape(where, `${shape.length} axes beside the batch`);
  const first = [...shape.slice(-1), ...shape.slice(0, -1)];
  const stored = shape.length === 2 ? [1, ...shape] : shape;
  return { kind: 'activation', layer: 'input', shape: first, stored, places: CHANNELS_FIRST[shape.length] };
}
