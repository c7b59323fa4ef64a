import { createRequire } from 'node:module';
import { vi } from 'vitest';
import { type OnnxModel, onnxModel, outputsOf } from './onnx.js';
import { defined, type Values } from './onnx-definitions.js';

/** ONNX Runtime for Node, which is there or is not. */
export const RUNTIME = 'onnxruntime-node';

export const isRuntimeThere = (): boolean => {
  try {
    createRequire(import.meta.url).resolve(RUNTIME);
    return true;
  } catch {
    return false;
  }
};

const ARRAYS: Readonly<Record<string, { from(values: readonly number[]): ArrayLike<number> }>> = {
  float32: Float32Array,
  int8: Int8Array,
  uint8: Uint8Array,
};

interface Fed {
  readonly type: string;
  readonly data: ArrayLike<number>;
  readonly dims: readonly number[];
}

/**
 * Stands in its place, and computes by ONNX's definitions what the file's added outputs ask for.
 *
 * @returns how often it has run
 */
export function standInRuntime(model: OnnxModel): () => number {
  const file = onnxModel(model);
  let runs = 0;
  const create = async (bytes: Uint8Array) => {
    if (!Buffer.from(file).equals(bytes.subarray(0, file.length))) throw new Error('another file');
    const names = ['y', ...outputsOf(bytes.subarray(file.length))];
    return {
      release: async () => {},
      run: async ({ x }: Readonly<Record<string, Fed>>) => {
        runs += 1;
        const all = new Map<string, Values>();
        defined(model, { dims: x.dims, values: Array.from(x.data) }, (node, _, given) => {
          all.set(node.output ?? `v${model.nodes.indexOf(node)}`, given);
        });
        all.set('y', all.get('y') ?? (all.get(`v${model.nodes.length - 1}`) as Values));
        return Object.fromEntries(names.map((name) => [name, fedOf(all.get(name) as Values)]));
      },
    };
  };
  class Tensor implements Fed {
    constructor(
      readonly type: string,
      readonly data: ArrayLike<number>,
      readonly dims: readonly number[],
    ) {}
  }
  vi.doMock(RUNTIME, () => ({ default: { InferenceSession: { create }, Tensor } }));
  return () => runs;
}

function fedOf({ dims, values, type = 'float' }: Values): Fed {
  const name = type === 'float' ? 'float32' : type;
  return { type: name, dims, data: ARRAYS[name].from(values) };
}

/** As if nobody had installed it. */
export function withoutRuntime(): void {
  vi.doMock(RUNTIME, () => ({
    get default() {
      throw Object.assign(new Error(`no package ${RUNTIME}`), { code: 'ERR_MODULE_NOT_FOUND' });
    },
  }));
}
