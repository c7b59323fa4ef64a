import path from 'node:path';
import protobuf from 'protobufjs/minimal.js';
import { sizeOf } from '../network/tensor.js';
import type { FileTensor, FileTensors } from './importers/importer.js';
import { problems } from './problems.js';

/** Microsoft's runtime for Node, which whoever wants it installs. */
const PACKAGE = 'onnxruntime-node';
const VERSION = '1.30.0';

/** The part of the package that is used. */
interface OnnxRuntime {
  readonly InferenceSession: { create(bytes: Uint8Array, options: object): Promise<Session> };
  readonly Tensor: new (type: string, data: ArrayBufferView, dims: readonly number[]) => Tensor;
}

interface Session {
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
  release(): Promise<void>;
}

interface Tensor {
  readonly type: string;
  readonly data: ArrayLike<number | bigint>;
}

/** Types of inputs that are fed, by their numbers in ONNX. */
const INPUTS: Readonly<
  Record<number, readonly [type: string, make: (values: readonly number[]) => ArrayBufferView]>
> = {
  1: ['float32', (values) => Float32Array.from(values)],
  2: ['uint8', (values) => Uint8Array.from(values)],
  3: ['int8', (values) => Int8Array.from(values)],
  4: ['uint16', (values) => Uint16Array.from(values)],
  5: ['int16', (values) => Int16Array.from(values)],
  6: ['int32', (values) => Int32Array.from(values)],
  11: ['float64', (values) => Float64Array.from(values)],
};

/** Types of outputs that have numbers; of a half the data are its bits. */
const OUTPUTS: ReadonlySet<string> = new Set([
  'float32',
  'float64',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'bool',
]);

/** What a tensor of the file has for one sample, in the network's order. */
export interface GivenTensor {
  readonly values: readonly number[];
  /** Whether they are whole numbers, which may be codes. */
  readonly isWhole: boolean;
}

/** A model in ONNX Runtime, which gives tensors of its inside too. */
export interface OnnxModel {
  /** @param samples features in the network's order @returns of each sample its tensors by their names */
  run(samples: readonly (readonly number[])[]): Promise<ReadonlyMap<string, GivenTensor>[]>;
  release(): Promise<void>;
}

/**
 * Loads a file's bytes so that it gives these tensors.
 *
 * @throws exchange/onnxruntime-missing, exchange/onnxruntime
 */
export async function loadOnnx(
  file: string,
  bytes: Uint8Array,
  { input, output }: FileTensors,
  wanted: readonly FileTensor[],
): Promise<OnnxModel> {
  const runtime = await loadRuntime();
  if (INPUTS[input.type] === undefined)
    throw problems.onnxRuntime(file, `an input of ONNX's type ${input.type}, which is not fed`);
  const [type, make] = INPUTS[input.type];
  const [batch] = input.dims;
  const values = sizeOf({ shape: input.dims });
  if (values > MOST_VALUES)
    throw problems.onnxRuntime(file, `${batch} samples at once, which are more than ${MOST_VALUES} values`);
  const inside = new Set(wanted.map(({ name }) => name).filter((name) => name !== output));
  const session = await saying(file, () =>
    runtime.InferenceSession.create(withOutputs(bytes, [...inside]), {
      // Every operator by itself: what is fused would hang on which tensors are asked for.
      graphOptimizationLevel: 'disabled',
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      logSeverityLevel: 4,
      extra: { session: { model_external_initializers_file_folder_path: path.resolve(path.dirname(file)) } },
    }),
  );
  const places = wanted.map(({ name, order }) => ({ name, order: order() }));
  const inputOrder = input.order();
  return {
    run: (samples) =>
      saying(file, async () => {
        const rows = samples.map((features) => reordered(features, inputOrder));
        const given: Map<string, GivenTensor>[] = [];
        for (let first = 0; first < rows.length; first += batch) {
          const part = rows.slice(first, first + batch);
          // A batch of a fixed length is filled up with its last sample.
          const filled = Array.from({ length: batch }, (_, at) => part[Math.min(at, part.length - 1)]);
          const fed = new runtime.Tensor(type, make(filled.flat()), input.dims);
          const outputs = await session.run({ [input.name]: fed });
          for (let at = 0; at < part.length; at++) {
            const tensors = places.map(
              ({ name, order }) => [name, givenTensor(outputs[name], order, at / batch)] as const,
            );
            given.push(new Map(tensors));
          }
        }
        return given;
      }),
    release: () => session.release(),
  };
}

/** More values than that are not fed at once. */
const MOST_VALUES = 2 ** 24;

function reordered(features: readonly number[], order: readonly number[]): number[] {
  const sample = new Array<number>(features.length);
  features.forEach((value, at) => {
    sample[order[at]] = value;
  });
  return sample;
}

/** @param share of the batch that lies before the sample */
function givenTensor({ type, data }: Tensor, order: readonly number[], share: number): GivenTensor {
  if (!OUTPUTS.has(type)) throw new Error(`a tensor of ${type}`);
  const first = Math.round(share * data.length);
  return { values: order.map((at) => Number(data[first + at])), isWhole: !type.startsWith('float') };
}

async function loadRuntime(): Promise<OnnxRuntime> {
  // Not a literal: the package is an optional peer, and the compiler must not look for its types.
  const name = PACKAGE;
  try {
    const { default: runtime } = await import(name);
    return runtime as OnnxRuntime;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const said = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND' ? undefined : message;
    throw problems.onnxRuntimeMissing(PACKAGE, VERSION, said);
  }
}

async function saying<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw problems.onnxRuntime(file, (cause as Error).message);
  }
}

const GRAPH = 7;
const OUTPUT = 12;
const NAME = 1;
const LENGTH_DELIMITED = 2;
const tag = (field: number) => (field << 3) | LENGTH_DELIMITED;

/** The same model with more outputs: of a message that stands there twice the parts are put together, says protobuf. */
function withOutputs(bytes: Uint8Array, names: readonly string[]): Uint8Array {
  const own = protobuf.Writer.create();
  own.uint32(tag(GRAPH)).fork();
  for (const name of names) own.uint32(tag(OUTPUT)).fork().uint32(tag(NAME)).string(name).ldelim();
  own.ldelim();
  return Buffer.concat([bytes, own.finish()]);
}
