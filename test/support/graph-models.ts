import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';

/** Graph models as the converter of TensorFlow.js writes them, and what TensorFlow.js itself makes of them. */

export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, unknown>>;
}
export interface GraphWeight {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly dtype?: 'float32' | 'int32';
  readonly quantization?: { readonly dtype: string; readonly scale?: number; readonly min?: number };
}
export interface Graph {
  /** With the batch. */
  readonly input: readonly number[];
  /** Behind the placeholder `x`; the last one is the output. */
  readonly nodes: readonly GraphNode[];
  readonly weights: Readonly<Record<string, GraphWeight>>;
}

/** Attributes as JSON has them. */
export const text = (value: string) => ({ s: Buffer.from(value).toString('base64') });
export const texts = (...values: string[]) => ({
  list: { s: values.map((value) => Buffer.from(value).toString('base64')) },
});
export const ints = (...values: number[]) => ({ list: { i: values.map(String) } });
export const float = (value: number) => ({ f: value });
export const flag = (value: boolean) => ({ b: value });

/** Bytes of one number. */
const CELL: Readonly<Record<string, (view: DataView, at: number, value: number) => void>> = {
  float32: (view, at, value) => view.setFloat32(at, value, true),
  int32: (view, at, value) => view.setInt32(at, value, true),
  uint8: (view, at, value) => view.setUint8(at, value),
  uint16: (view, at, value) => view.setUint16(at, value, true),
};
const BYTES: Readonly<Record<string, number>> = { float32: 4, int32: 4, uint8: 1, uint16: 2 };

function bytesOf(weights: readonly GraphWeight[]): Uint8Array {
  const parts = weights.map(({ values, dtype = 'float32', quantization }) => {
    const type = quantization?.dtype ?? dtype;
    const view = new DataView(new ArrayBuffer(values.length * BYTES[type]));
    values.forEach((value, at) => {
      CELL[type](view, at * BYTES[type], value);
    });
    return Buffer.from(view.buffer);
  });
  return Buffer.concat(parts);
}

/** Constants are nodes too; types stand where TensorFlow.js asks for them. */
function topologyOf({ input, nodes, weights }: Graph) {
  const dim = input.map((size, axis) => ({ size: axis === 0 ? '-1' : String(size) }));
  const constants = Object.entries(weights).map(([name, { dtype = 'float32' }]) => ({
    name,
    op: 'Const',
    attr: { dtype: { type: dtype === 'int32' ? 'DT_INT32' : 'DT_FLOAT' } },
  }));
  const placeholder = {
    name: 'x',
    op: 'Placeholder',
    attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape: { dim } } },
  };
  return { node: [placeholder, ...constants, ...nodes], library: {}, versions: { producer: 1286 } };
}

function artifactsOf(graph: Graph) {
  const { input, nodes, weights } = graph;
  const dim = input.map((size, axis) => ({ size: axis === 0 ? '-1' : String(size) }));
  const tensorShape = { dim };
  const last = nodes[nodes.length - 1].name;
  const signature = {
    inputs: { x: { name: 'x:0', dtype: 'DT_FLOAT', tensorShape } },
    outputs: { y: { name: `${last}:0`, dtype: 'DT_FLOAT', tensorShape: { dim: [] } } },
  };
  const specs = Object.entries(weights).map(([name, { shape, dtype = 'float32', quantization }]) => ({
    name,
    shape: [...shape],
    dtype,
    ...(quantization === undefined ? {} : { quantization }),
  }));
  return { topology: topologyOf(graph), signature, specs, bytes: bytesOf(Object.values(weights)) };
}

/** In two shards, where there are bytes for two. @returns the `model.json` */
export function writeGraph(folder: string, graph: Graph): string {
  mkdirSync(folder, { recursive: true });
  const { topology, signature, specs, bytes } = artifactsOf(graph);
  const cut = bytes.length >> 1;
  writeFileSync(path.join(folder, 'group1-shard1of2.bin'), bytes.subarray(0, cut));
  writeFileSync(path.join(folder, 'group1-shard2of2.bin'), bytes.subarray(cut));
  const paths = ['group1-shard1of2.bin', 'group1-shard2of2.bin'];
  const model = {
    format: 'graph-model',
    generatedBy: '2.15.0',
    convertedBy: 'TensorFlow.js Converter v4.22.0',
    signature,
    modelTopology: topology,
    weightsManifest: [{ paths, weights: specs }],
  };
  const file = path.join(folder, 'model.json');
  writeFileSync(file, JSON.stringify(model));
  return file;
}

/** What TensorFlow.js makes of one sample. */
export async function runGraph(graph: Graph, sample: readonly number[]): Promise<number[]> {
  await tf.setBackend('cpu');
  const { topology, signature, specs, bytes } = artifactsOf(graph);
  const weightData = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  const model = new GraphModel(
    tf.io.fromMemory({
      format: 'graph-model',
      modelTopology: topology,
      signature,
      weightSpecs: specs as tf.io.WeightsManifestEntry[],
      weightData,
    }),
  );
  await model.load();
  const given = model.predict(tf.tensor([...sample], [1, ...graph.input.slice(1)])) as tf.Tensor;
  return Array.from(given.dataSync());
}
