import { checkNames } from '../network/check.js';
import { INPUT, readBy } from '../network/graph.js';
import { printShape, sizeOf } from '../network/tensor.js';
import { floatKindOf } from './layers/index.js';
import type { Shape } from './layers/kind.js';
import { problems } from './problems.js';
import type { FloatNetwork } from './types.js';

/**
 * Throws at the first thing that keeps the network from having a meaning.
 *
 * @param file for errors: where the network came from
 * @throws float/*, network/name, network/window, network/positions, network/shape
 */
export function checkFloatNetwork(network: FloatNetwork, file = 'network'): void {
  checkNames(network, file);
  const { shape } = network.input;
  if (shape.length !== 1 && shape.length !== 3) {
    throw problems.shape(`${file}.input.shape`, printShape(shape), '[units] or [height, width, channels]');
  }
  if (network.layers.length === 0) {
    throw problems.shape(`${file}.layers`, '0 layers', 'at least one layer');
  }
  const output = checkLayers(network, file);
  if (network.head === 'binary' && sizeOf({ shape: output }) !== 1) {
    throw problems.shape(`${file}.head`, `the head binary on ${printShape(output)} units`, 'one unit');
  }
}

/** Every layer on what it reads; gives the last one's shape. */
function checkLayers(network: FloatNetwork, file: string): Shape {
  const shapes = new Map<string, Shape>([[INPUT, network.input.shape]]);
  const read = new Set<string>();
  let output = network.input.shape;
  network.layers.forEach((layer, index) => {
    const path = `${file}.layers[${index}] (${layer.name})`;
    const inputs = readBy(network, index).map((name, at) => {
      const shape = shapes.get(name);
      if (shape === undefined) {
        throw problems.name(`${path}.from[${at}]`, name, `one of ${[...shapes.keys()].join(', ')}`);
      }
      read.add(name);
      return shape;
    });
    if (inputs.length === 0) throw problems.shape(`${path}.from`, '0 names', 'at least one');
    const kind = floatKindOf(layer);
    output = kind.shape(layer, inputs, path);
    for (const { member, values } of kind.parameters(layer)) checkFinite(values, `${path}.${member}`);
    shapes.set(layer.name, output);
  });
  const unread = network.layers.slice(0, -1).find(({ name }) => !read.has(name));
  if (unread === undefined) return output;
  const got = 'a layer that no other reads';
  throw problems.shape(
    `${file}.layers (${unread.name})`,
    got,
    'one that a later layer reads, or the last one',
  );
}

/** @throws float/not-finite */
function checkFinite(values: Float64Array, where: string): void {
  const odd = values.find((value) => !Number.isFinite(value));
  if (odd !== undefined) throw problems.notFinite(where, odd);
}
