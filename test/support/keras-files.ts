import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { strToU8, zipSync } from 'fflate';
import { type Group, File as Hdf5File, ready } from 'h5wasm/node';

/** Files as Keras writes them, of models of TensorFlow.js, by HDF5's own library. */

export interface SavedLayer {
  readonly name: string;
  readonly className: string;
  readonly weights: readonly SavedWeight[];
}

export interface SavedWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

export function layersOf(model: LayersModel): SavedLayer[] {
  return model.layers.map((layer) => ({
    name: layer.name,
    className: layer.getClassName(),
    weights: layer.weights.map((weight) => ({
      name: weight.originalName.slice(weight.originalName.lastIndexOf('/') + 1),
      shape: weight.shape as number[],
      values: weight.read().dataSync(),
    })),
  }));
}

/** What `model.to_json()` gives. @param version of Keras */
export function topologyOf(model: LayersModel, version: string): string {
  const { class_name, config } = model.toJSON(null, false) as { class_name: string; config: unknown };
  return JSON.stringify({ class_name, config, keras_version: version, backend: 'tensorflow' });
}

export interface Hdf5Options {
  readonly version?: string;
  readonly topology?: string;
  /** Arrays in chunks that are packed. */
  readonly packed?: boolean;
  /** The oldest form that HDF5 writes, which h5py has written until now. */
  readonly isOld?: boolean;
}

const write = (group: Group, name: string, { shape, values }: SavedWeight, packed: boolean) =>
  group.create_dataset({
    name,
    data: Float32Array.from(values),
    shape: [...shape],
    dtype: '<f4',
    ...(packed ? { chunks: shape.map((length) => Math.ceil(length / 2)), compression: 'gzip' as const } : {}),
  });

/** A group for each layer, as Keras 2 has it. */
export async function writeHdf5(
  file: string,
  layers: readonly SavedLayer[],
  { version = '2.15.0', topology, packed = false, isOld = true }: Hdf5Options = {},
): Promise<string> {
  await ready;
  const root = new Hdf5File(file, 'w', isOld ? { libver: ['earliest', 'latest'] } : {});
  root.create_attribute('keras_version', version);
  root.create_attribute('backend', 'tensorflow');
  if (topology !== undefined) root.create_attribute('model_config', topology);
  const top = topology === undefined ? root : root.create_group('model_weights');
  for (const { name, weights } of layers) {
    const group = top.create_group(name);
    const names = weights.map((weight) => `${name}/${weight.name}:0`);
    if (names.length === 0) continue;
    group.create_attribute('weight_names', names, null, `S${Math.max(...names.map((one) => one.length))}`);
    const inner = group.create_group(name);
    for (const weight of weights) write(inner, `${weight.name}:0`, weight, packed);
  }
  root.close();
  return file;
}

/** `model.keras`: groups called after classes and counted. @param named whether they say which layer they are */
export async function writeArchive(
  file: string,
  layers: readonly SavedLayer[],
  topology: string,
  named: boolean,
): Promise<string> {
  const members = {
    'config.json': strToU8(topology),
    'metadata.json': strToU8('{"keras_version": "3.4.1"}'),
  };
  const weights = await countedWeights(`${file}.tmp`, layers, named);
  writeFileSync(file, zipSync({ ...members, 'model.weights.h5': weights }));
  return file;
}

async function countedWeights(
  file: string,
  layers: readonly SavedLayer[],
  named: boolean,
): Promise<Uint8Array> {
  await ready;
  const root = new Hdf5File(file, 'w');
  const top = root.create_group('layers');
  const counts = new Map<string, number>();
  for (const { name, className, weights } of layers) {
    const count = counts.get(className) ?? 0;
    counts.set(className, count + 1);
    const plain = SNAKE_CASE[className] ?? className.toLowerCase();
    const vars = top.create_group(count === 0 ? plain : `${plain}_${count}`).create_group('vars');
    if (named) vars.create_attribute('name', name);
    for (const [at, weight] of weights.entries()) write(vars, String(at), weight, false);
  }
  root.close();
  const bytes = readFileSync(file);
  rmSync(file);
  return bytes;
}

const SNAKE_CASE: Readonly<Record<string, string>> = {
  BatchNormalization: 'batch_normalization',
  InputLayer: 'input_layer',
  MaxPooling2D: 'max_pooling2d',
  DepthwiseConv2D: 'depthwise_conv2d',
  SeparableConv2D: 'separable_conv2d',
};
