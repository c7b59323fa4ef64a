import path from 'node:path';
import { list } from '../core/errors.js';
import { readBytes, readText } from '../core/files.js';
import type { ChainLayer, DenseChain } from '../float/chain.js';
import { problems } from './problems.js';
import { tfjsActivation } from './tfjs-activation.js';
import {
  type DenseTopology,
  headOf,
  hiddenActivation,
  readTopology,
  type TensorSpec,
} from './tfjs-topology.js';

/** What the last layer does with its logits, in Keras' words. */
const OUTPUT_ACTIVATIONS = { binary: 'sigmoid', argmax: 'softmax' } as const;

/**
 * A float network as TensorFlow.js' layers format, for `tf.loadLayersModel`: the last layer gives probabilities
 * (sigmoid or softmax), weights are 32-bit floats.
 *
 * @returns file name → content: `model.json` and `weights.bin`
 */
export function writeTfjsModel(network: DenseChain): Map<string, string | Uint8Array> {
  const weights = network.layers.flatMap(({ name, kernel, bias }) => [
    { name: `${name}/kernel`, ...kernel },
    { name: `${name}/bias`, shape: [bias.length], values: bias },
  ]);
  const model = {
    format: 'layers-model',
    generatedBy: 'espalier',
    convertedBy: null,
    modelTopology: {
      keras_version: 'tfjs-layers 4.22.0',
      backend: 'tensor_flow.js',
      model_config: {
        class_name: 'Sequential',
        config: { name: network.name, layers: network.layers.map((_, index) => denseConfig(network, index)) },
      },
    },
    weightsManifest: [
      {
        paths: ['weights.bin'],
        weights: weights.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })),
      },
    ],
  };
  return new Map<string, string | Uint8Array>([
    ['model.json', `${JSON.stringify(model, null, 2)}\n`],
    ['weights.bin', littleEndian(weights.flatMap(({ values }) => Array.from(values)))],
  ]);
}

function denseConfig(network: DenseChain, index: number) {
  const layer = network.layers[index];
  const { name, bias } = layer;
  const isLast = index === network.layers.length - 1;
  return {
    class_name: 'Dense',
    config: {
      name,
      trainable: true,
      dtype: 'float32',
      ...(index === 0 ? { batch_input_shape: [null, ...network.input.shape] } : {}),
      units: bias.length,
      activation:
        isLast && network.head !== 'values' ? OUTPUT_ACTIVATIONS[network.head] : tfjsActivation(layer),
      use_bias: true,
    },
  };
}

function littleEndian(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    view.setFloat32(4 * index, value, true);
  });
  return bytes;
}

/**
 * Reads a layers model that is a chain of dense layers with rectified linear units in between: from TensorFlow.js,
 * or converted from Keras. Dropout is left out; a sigmoid or softmax at the end becomes the network's head.
 *
 * @param file the `model.json`; the weights lie beside it
 * @throws file/unreadable, exchange/tfjs-model
 */
export function readTfjsModel(file: string): DenseChain {
  const { name, layers, manifest } = readTopology(readText(file), file);
  const folder = path.dirname(file);
  const values = new Map<string, Tensor>();
  for (const group of manifest) {
    const bytes = joined(group.paths.map((part) => readBytes(weightFile(folder, part, file))));
    readTensors(bytes, group.weights, file, values);
  }
  return assemble(name, layers, { values, model: name, layers: layers.map((layer) => layer.name) }, file);
}

/** A file beside the model or below: a model of anybody's names no other. */
function weightFile(folder: string, part: string, file: string): string {
  const isInside = !path.isAbsolute(part) && !part.split(/[\\/]/).includes('..');
  if (isInside && part !== '' && !part.includes('\0')) return path.join(folder, part);
  throw problems.tfjsModel(
    `${file}, weightsManifest`,
    JSON.stringify(part),
    'the name of a file in its folder',
  );
}

function joined(parts: readonly Uint8Array[]): DataView {
  const bytes = Uint8Array.from(parts.length === 1 ? parts[0] : Buffer.concat(parts));
  return new DataView(bytes.buffer);
}

interface Tensors {
  /** By their names, without the `:0` that Keras writes. */
  readonly values: ReadonlyMap<string, Tensor>;
  /** The model's name, and those of its dense layers. */
  readonly model: string;
  readonly layers: readonly string[];
}

interface Tensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

function readTensors(
  view: DataView,
  specs: readonly TensorSpec[],
  file: string,
  into: Map<string, Tensor>,
): void {
  const sizes = specs.map(({ shape }) => shape.reduce((product, length) => product * length, 1));
  const wanted = 4 * sizes.reduce((sum, size) => sum + size, 0);
  if (wanted !== view.byteLength) {
    const got = `${view.byteLength} bytes of weights`;
    throw problems.tfjsModel(file, got, `${wanted} bytes, as the manifest says`);
  }
  let offset = 0;
  specs.forEach(({ name, shape }, index) => {
    const values = Array.from({ length: sizes[index] }, (_, at) => view.getFloat32(offset + 4 * at, true));
    if (!values.every(Number.isFinite)) {
      throw problems.tfjsModel(`${file}, ${name}`, 'NaN or an infinity', 'finite weights');
    }
    const key = name.replace(/:0$/, '');
    if (into.has(key)) throw problems.tfjsModel(file, `two tensors named ${name}`, 'one of each name');
    into.set(key, { shape, values });
    offset += 4 * sizes[index];
  });
}

function assemble(
  name: string,
  topology: readonly DenseTopology[],
  tensors: Tensors,
  file: string,
): DenseChain {
  const layers: ChainLayer[] = [];
  let head: DenseChain['head'] = 'values';
  let inputs: number | undefined;
  topology.forEach((dense, index) => {
    const where = `${file}, layer ${dense.name}`;
    const { units, useBias } = dense;
    const weights = tensorOf(tensors, `${dense.name}/kernel`, [inputs, units], where);
    const bias = useBias
      ? tensorOf(tensors, `${dense.name}/bias`, [units], where)
      : new Array<number>(units).fill(0);
    const last = index === topology.length - 1 ? headOf(dense.activation, units, where) : undefined;
    head = last?.head ?? head;
    layers.push({
      kind: 'dense',
      name: identifier(dense.name),
      kernel: { shape: [weights.length / units, units], values: Float64Array.from(weights) },
      bias: Float64Array.from(bias),
      activation: last?.activation ?? hiddenActivation(dense.activation, where),
    });
    inputs = units;
  });
  return { name: identifier(name), input: { shape: [layers[0].kernel.shape[0]] }, layers, head };
}

/**
 * The values of a tensor.
 *
 * @param shape what it must be; undefined for any length
 */
function tensorOf(
  tensors: Tensors,
  name: string,
  shape: readonly (number | undefined)[],
  where: string,
): readonly number[] {
  const tensor = tensors.values.get(keyOf(tensors, name, where));
  if (tensor === undefined) {
    throw problems.tfjsModel(where, `no weights named ${name}`, 'the weights of every dense layer');
  }
  const fits =
    tensor.shape.length === shape.length &&
    shape.every((length, axis) => length === undefined || length === tensor.shape[axis]);
  if (fits) return tensor.values;
  const wanted = shape.map((length) => length ?? 'any').join(' x ');
  throw problems.tfjsModel(where, `${name} of ${tensor.shape.join(' x ')}`, `${wanted}, as the layers say`);
}

/**
 * What a layer's tensor is called in the manifest: its name exactly, or with the model's name before it, as Keras has
 * it, or as the only one that ends so and is no other layer's.
 */
function keyOf({ values, model, layers }: Tensors, name: string, where: string): string {
  const exact = [name, `${model}/${name}`].find((key) => values.has(key));
  if (exact !== undefined) return exact;
  const isAnothers = (key: string) => layers.some((layer) => key.slice(0, key.lastIndexOf('/')) === layer);
  const ending = [...values.keys()].filter((key) => key.endsWith(`/${name}`) && !isAnothers(key));
  if (ending.length < 2) return ending[0] ?? name;
  throw problems.tfjsModel(where, `the weights ${list(ending)}`, `one of them to be named ${name}`);
}

/** Hardware is named after layers: letters, digits and underscores. */
const identifier = (name: string) => name.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?![A-Za-z])/, 'n');
