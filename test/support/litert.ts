import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import type { LiteRt } from '@litertjs/core';

/** The element types that our models take and give, by LiteRT's numbers for them. */
const ARRAYS = { 1: Float32Array, 9: Int8Array } as const;

/** A model in Google's LiteRT interpreter: the elements of one sample in, those of the output tensor out. */
export interface LiteRtModel {
  run(elements: readonly number[]): Promise<number[]>;
  delete(): void;
}

let interpreter: Promise<LiteRt> | undefined;

/** Loads a `.tflite` file's bytes into the interpreter, which itself is loaded once. */
export async function loadTflite(bytes: Uint8Array): Promise<LiteRtModel> {
  interpreter ??= quietly(loadInterpreter);
  const liteRt = await interpreter;
  return quietly(() => loadModel(liteRt, bytes));
}

/**
 * The package expects a browser: its loader runs a script by URL with `importScripts`, as in a web worker, and
 * looks for a GPU. The script itself knows Node. The package's own tensors know no int8, the interpreter below
 * them does: so models are run one level lower.
 */
async function loadInterpreter(): Promise<LiteRt> {
  const folder = path.join(path.dirname(createRequire(import.meta.url).resolve('@litertjs/core')), '../wasm');
  const scope = globalThis as Record<string, unknown>;
  scope.self = globalThis;
  scope.importScripts = (file: string) => {
    const body = `${readFileSync(file, 'utf8')}\nreturn ModuleFactory;`;
    const script = vm.runInThisContext(`(function (require, __filename, __dirname) {${body}})`, {
      filename: file,
    });
    scope.ModuleFactory = script(createRequire(file), file, path.dirname(file));
  };
  try {
    const { loadLiteRt } = await import('@litertjs/core');
    return await loadLiteRt(`${folder}/`);
  } finally {
    delete scope.self;
    delete scope.importScripts;
  }
}

async function loadModel(liteRt: LiteRt, bytes: Uint8Array): Promise<LiteRtModel> {
  const { liteRtWasm: wasm } = liteRt;
  const environment = liteRt.getDefaultEnvironment();
  const options = {
    environment,
    accelerator: 'wasm' as const,
    cpuOptions: { numThreads: 1 },
    gpuOptions: {},
    webNNOptions: {},
  };
  const at = wasm._malloc(bytes.length);
  wasm.HEAPU8.set(bytes, at);
  const model = wasm.loadModel(environment.liteRtEnvironment, at, bytes.length);
  const compiled = await wasm.compileModel(environment.liteRtEnvironment, model, options);
  return {
    run: async (elements) => {
      const type = model.getInputTensorType(0, 0);
      const given = arrayOf(type.elementType().value).from(elements);
      const { HOST_MEMORY } = wasm.LiteRtTensorBufferType;
      const size = type.bytes();
      if (given.byteLength !== size) throw new Error(`${given.byteLength} bytes for an input of ${size}`);
      const input = wasm.LiteRtTensorBuffer.createManaged(
        environment.liteRtEnvironment,
        HOST_MEMORY,
        type,
        size,
      );
      const { READ, WRITE } = wasm.LiteRtTensorBufferLockMode;
      wasm.HEAPU8.set(new Uint8Array(given.buffer), input.lock(WRITE));
      input.unlock();
      const [output] = await compiled.run(0, [input]);
      const from = output.lock(READ);
      const answer = wasm.HEAPU8.slice(from, from + output.packedSize());
      output.unlock();
      const elementType = output.tensorType().elementType().value;
      for (const object of [type, input, output]) object.delete();
      return [...new (arrayOf(elementType))(answer.buffer)];
    },
    delete: () => {
      compiled.delete();
      model.delete();
      wasm._free(at);
    },
  };
}

function arrayOf(elementType: number): typeof Float32Array | typeof Int8Array {
  const array = ARRAYS[elementType as keyof typeof ARRAYS];
  if (array === undefined) throw new Error(`element type ${elementType}`);
  return array;
}

/** The interpreter announces every environment and accelerator on the console. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const { log, warn, error, info } = console;
  const lines: unknown[][] = [];
  const keep = (...line: unknown[]) => void lines.push(line);
  Object.assign(console, { log: keep, warn: keep, error: keep, info: keep });
  try {
    return await work();
  } catch (cause) {
    throw new Error(`LiteRT: ${lines.flat().join('\n')}`, { cause });
  } finally {
    Object.assign(console, { log, warn, error, info });
  }
}
