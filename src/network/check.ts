import { printFormat, rangeOf, sameFormat } from '../fixed/format.js';
import { type Graph, INPUT, inputTensor, readBy } from './graph.js';
import { kindOf } from './layers/index.js';
import { problems } from './problems.js';
import { codeFormats, printShape, sizeOf, type Tensor } from './tensor.js';
import type { Head, QuantizedNetwork } from './types.js';

/** Names become parts of file names, several in one. */
const MAX_NAME = 100;
const NAME = /^[A-Za-z][A-Za-z0-9_]*$/;

/**
 * Throws at the first thing that keeps the network from having a meaning.
 *
 * @param file for errors: where the network came from
 * @throws network/*
 */
export function checkNetwork(network: QuantizedNetwork, file = 'network'): void {
  checkNames(network, file);
  const { formats, names, encoder } = network.input;
  const perInput = (member: string, length: number) => {
    if (length === formats.length) return;
    throw problems.networkShape(
      `${file}.input.${member}`,
      `${length} items`,
      `${formats.length} items (one per input)`,
    );
  };
  if (names.length > 0) perInput('names', names.length);
  if (encoder !== undefined) {
    perInput('encoder.minimum', encoder.minimum.length);
    perInput('encoder.maximum', encoder.maximum.length);
    checkPicture(network, file);
  }
  checkShape(network, file);
  if (network.layers.length === 0)
    throw problems.networkShape(`${file}.layers`, '0 layers', 'at least one layer');
  const output = checkLayers(network, file);
  checkHead(network.head, sizeOf(output), `${file}.head`);
}

/** Pictures are grey or of three colours. */
function checkPicture({ input: { shape, encoder } }: QuantizedNetwork, file: string): void {
  if (encoder?.picture === undefined || shape?.[2] === 1 || shape?.[2] === 3) return;
  throw problems.networkShape(
    `${file}.input.encoder.picture`,
    shape === undefined ? 'an input without a shape' : `an input of ${printShape(shape)}`,
    'a map of 1 channel or 3',
  );
}

function checkShape(network: QuantizedNetwork, file: string): void {
  const { shape, formats } = network.input;
  if (shape === undefined) return;
  if (sizeOf({ shape }) !== formats.length) {
    throw problems.networkShape(`${file}.input.shape`, printShape(shape), `${formats.length} codes in all`);
  }
  const declared = codeFormats(inputTensor(network));
  const other = formats.findIndex((format, at) => !sameFormat(format, declared[at]));
  if (other < 0) return;
  const got = `${printFormat(formats[other])} for code ${other}`;
  const wanted = `${printFormat(declared[other])}, as the other codes of its channel have`;
  throw problems.networkShape(`${file}.input.format`, got, wanted);
}

/** Every layer on what it reads; gives the last one's tensor. */
function checkLayers(network: QuantizedNetwork, file: string): Tensor {
  const tensors = new Map([[INPUT, inputTensor(network)]]);
  const read = new Set<string>();
  let output = inputTensor(network);
  network.layers.forEach((layer, index) => {
    const path = `${file}.layers[${index}]`;
    const inputs = readBy(network, index).map((name, at) => {
      const tensor = tensors.get(name);
      if (tensor === undefined) {
        throw problems.networkName(`${path}.from[${at}]`, name, `one of ${[...tensors.keys()].join(', ')}`);
      }
      read.add(name);
      return tensor;
    });
    if (inputs.length === 0) throw problems.networkShape(`${path}.from`, '0 names', 'at least one');
    const kind = kindOf(layer);
    kind.check(layer, inputs, path);
    output = kind.type(layer, inputs);
    tensors.set(layer.name, output);
  });
  checkUse(network, read, file);
  return output;
}

/** Nothing is computed for nobody, and something is. */
function checkUse({ layers }: QuantizedNetwork, read: ReadonlySet<string>, file: string): void {
  const unread = layers.slice(0, -1).findIndex(({ name }) => !read.has(name));
  if (unread >= 0) {
    const where = `${file}.layers[${unread}] (${layers[unread].name})`;
    throw problems.networkShape(
      where,
      'a layer that no other reads',
      'one that a later layer reads, or the last one',
    );
  }
  if (layers.every((layer) => kindOf(layer).gives === 'wires')) {
    throw problems.networkShape(
      `${file}.layers`,
      'nothing that computes',
      'a layer that computes, such as dense or add',
    );
  }
}

/** @throws network/name */
export function checkNames(network: Graph & { readonly name: string }, file: string): void {
  const wanted = 'letters, digits and underscores, beginning with a letter';
  const check = (where: string, name: string) => {
    if (!NAME.test(name)) throw problems.networkName(where, name, wanted);
    if (name.length > MAX_NAME) throw problems.networkName(where, name, `at most ${MAX_NAME} characters`);
  };
  check(`${file}.name`, network.name);
  const seen = new Set<string>();
  network.layers.forEach(({ name }, index) => {
    const where = `${file}.layers[${index}].name`;
    check(where, name);
    if (name === INPUT) {
      throw problems.networkName(where, name, "a name other than that of the network's input");
    }
    if (seen.has(name)) throw problems.networkName(where, name, 'a name that no other layer has');
    seen.add(name);
  });
}

function checkHead(head: Head, units: number, path: string): void {
  if (head.kind !== 'binary') return;
  if (units !== 1) {
    throw problems.networkShape(path, `a binary head on ${units} units`, 'one unit, or another head');
  }
  if (head.probability === undefined) return;
  const { index, format, codes } = head.probability;
  const entries = 2 ** index.format.width;
  if (codes.length !== entries) {
    const wanted = `${entries} codes (one per code of ${printFormat(index.format)})`;
    throw problems.networkShape(`${path}.probability.codes`, `${codes.length} codes`, wanted);
  }
  const { low, high } = rangeOf(format);
  codes.forEach((code, at) => {
    if (Number.isInteger(code) && code >= low && code <= high) return;
    throw problems.networkCode(`${path}.probability.codes[${at}]`, code, printFormat(format), low, high);
  });
}
