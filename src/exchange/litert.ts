import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import type { LiteRt } from '@litertjs/core';
import { EspalierError } from '../core/errors.js';
import { problems } from './problems.js';

/** The package in which LiteRT comes for JavaScript. */
const PACKAGE = '@litertjs/core';

/** The element types that are fed and read, by LiteRT's numbers for them. */
const ARRAYS: Readonly<
  Record<number, typeof Float32Array | typeof Int32Array | typeof Int8Array | typeof Uint8Array>
> = {
  1: Float32Array,
  2: Int32Array,
  3: Uint8Array,
  9: Int8Array,
};

const FLOAT = 1;

/** A model in Google's own interpreter: the elements of one sample in, those of the output tensor out. */
export interface LiteRtModel {
  /** Whether codes go in, no values. */
  readonly takesCodes: boolean;
  run(elements: readonly number[]): Promise<number[]>;
  delete(): void;
}

let interpreter: Promise<LiteRt> | undefined;

/**
 * Loads a `.tflite` file's bytes into the interpreter, which itself is loaded once.
 *
 * @param file for errors
 * @throws exchange/litert-missing, exchange/litert
 */
export async function loadLiteRt(file: string, bytes: Uint8Array): Promise<LiteRtModel> {
  interpreter ??= quietly(file, loadInterpreter);
  const liteRt = await interpreter;
  return quietly(file, () => loadModel(liteRt, file, bytes));
}

/**
 * The package expects a browser: its loader runs a script by URL with `importScripts`, as in a web worker, and looks for
 * a GPU. The script itself knows Node. Its own tensors know no int8, the interpreter below them does: so models are run
 * one level lower.
 */
async function loadInterpreter(): Promise<LiteRt> {
  const folder = path.join(path.dirname(createRequire(import.meta.url).resolve(PACKAGE)), '../wasm');
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
    const { loadLiteRt: load } = await import('@litertjs/core');
    return await load(`${folder}/`);
  } finally {
    delete scope.self;
    delete scope.importScripts;
  }
}

async function loadModel(liteRt: LiteRt, file: string, bytes: Uint8Array): Promise<LiteRtModel> {
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
  const inputType = model.getInputTensorType(0, 0);
  const takesCodes = inputType.elementType().value !== FLOAT;
  inputType.delete();
  return {
    takesCodes,
    run: (elements) => quietly(file, () => runModel({ wasm, environment, model, compiled }, file, elements)),
    delete: () => {
      compiled.delete();
      model.delete();
      wasm._free(at);
    },
  };
}

/** What a loaded model is run with. */
interface Loaded {
  readonly wasm: LiteRt['liteRtWasm'];
  readonly environment: ReturnType<LiteRt['getDefaultEnvironment']>;
  readonly model: ReturnType<LiteRt['liteRtWasm']['loadModel']>;
  readonly compiled: Awaited<ReturnType<LiteRt['liteRtWasm']['compileModel']>>;
}

async function runModel(
  { wasm, environment, model, compiled }: Loaded,
  file: string,
  elements: readonly number[],
): Promise<number[]> {
  const type = model.getInputTensorType(0, 0);
  const given = arrayOf(file, type.elementType().value).from(elements);
  const { HOST_MEMORY } = wasm.LiteRtTensorBufferType;
  const size = type.bytes();
  if (given.byteLength !== size)
    throw problems.liteRt(file, `${given.byteLength} bytes for an input of ${size}`);
  const input = wasm.LiteRtTensorBuffer.createManaged(environment.liteRtEnvironment, HOST_MEMORY, type, size);
  const { READ, WRITE } = wasm.LiteRtTensorBufferLockMode;
  wasm.HEAPU8.set(new Uint8Array(given.buffer), input.lock(WRITE));
  input.unlock();
  const [output] = await compiled.run(0, [input]);
  const from = output.lock(READ);
  const answer = wasm.HEAPU8.slice(from, from + output.packedSize());
  output.unlock();
  const elementType = output.tensorType().elementType().value;
  for (const object of [type, input, output]) object.delete();
  return [...new (arrayOf(file, elementType))(answer.buffer)];
}

function arrayOf(file: string, elementType: number) {
  const array = ARRAYS[elementType];
  if (array === undefined) throw problems.liteRt(file, `elements of LiteRT's type ${elementType}`);
  return array;
}

/** The interpreter announces every environment and accelerator on the console. */
async function quietly<T>(file: string, work: () => Promise<T>): Promise<T> {
  const { log, warn, error, info } = console;
  const lines: unknown[][] = [];
  const keep = (...line: unknown[]) => void lines.push(line);
  Object.assign(console, { log: keep, warn: keep, error: keep, info: keep });
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof EspalierError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') throw problems.liteRtMissing(PACKAGE);
    throw problems.liteRt(file, lines.flat().join(' ').trim() || String(cause));
  } finally {
    Object.assign(console, { log, warn, error, info });
  }
}
