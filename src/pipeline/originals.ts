import { EspalierError } from '../core/errors.js';
import { readBytes } from '../core/files.js';
import type { CodeMeaning, FileTensor, FileTensors } from '../exchange/importers/importer.js';
import { withOutput } from '../exchange/importers/tflite/patch.js';
import { loadLiteRt } from '../exchange/litert.js';
import { type GivenTensor, loadOnnx } from '../exchange/onnxruntime.js';
import type { Runtime } from './comparison.js';
import { problems } from './problems.js';

/** Values of one tensor for all samples. */
export type Rows = readonly (readonly number[])[];

/** What became of the wish to have a program of others run a file. */
export interface Outside {
  /** For each tensor what it has, sample by sample; undefined where our own evaluation stands in. */
  readonly given?: readonly (readonly GivenTensor[] | undefined)[];
  /** Why it does, where nobody asked for it. */
  readonly instead: string | null;
}

/**
 * Has ONNX Runtime run a file, where it is wanted or there is nothing against it.
 *
 * @param runtime that was asked for
 * @param tensors undefined of a file that is not ONNX
 * @param wanted undefined is what the file has no tensor for
 * @param samples features
 * @throws exchange/onnxruntime, exchange/onnxruntime-missing, pipeline/compare-runtime
 */
export async function runOutside(
  file: string,
  runtime: Runtime | undefined,
  tensors: FileTensors | undefined,
  wanted: readonly (FileTensor | undefined)[],
  samples: Rows,
): Promise<Outside> {
  checkRuntime(file, runtime, tensors === undefined ? ['own'] : ['own', 'onnxruntime']);
  if (tensors === undefined || runtime === 'own') return { instead: null };
  try {
    return { given: await runOnnx(file, tensors, wanted, samples), instead: null };
  } catch (error) {
    const isTheirs = error instanceof EspalierError && error.code.startsWith('exchange/onnxruntime');
    if (!isTheirs || runtime !== undefined) throw error;
    return { instead: `${error.where}: ${error.got}${error.hint === undefined ? '' : ` (${error.hint})`}` };
  }
}

/** @throws pipeline/compare-runtime */
export function checkRuntime(file: string, asked: Runtime | undefined, known: readonly Runtime[]): void {
  if (asked !== undefined && !known.includes(asked)) throw problems.compareRuntime(file, asked, known);
}

async function runOnnx(
  file: string,
  tensors: FileTensors,
  wanted: readonly (FileTensor | undefined)[],
  samples: Rows,
): Promise<(GivenTensor[] | undefined)[]> {
  const there = wanted.filter((tensor) => tensor !== undefined);
  const model = await loadOnnx(file, readBytes(file), tensors, there);
  try {
    const rows = await model.run(samples);
    return wanted.map((tensor) => tensor && rows.map((row) => row.get(tensor.name) as GivenTensor));
  } finally {
    await model.release();
  }
}

/** What LiteRT gives at a tensor, as real numbers. @throws exchange/litert, exchange/litert-missing */
export async function runLiteRt(
  model: string,
  meaning: CodeMeaning,
  input: CodeMeaning,
  codes: Rows,
): Promise<Rows> {
  const bytes = withOutput(model, readBytes(model), meaning.number as number);
  const loaded = await loadLiteRt(model, bytes);
  try {
    const rows: number[][] = [];
    for (const row of codes) {
      const elements = loaded.takesCodes ? row : row.map((code) => realOf(code, input));
      rows.push((await loaded.run(elements)).map((code) => realOf(code, meaning)));
    }
    return rows;
  } finally {
    loaded.delete();
  }
}

/** @param code the file's own */
export const realOf = (code: number, { scale, zeroPoint }: CodeMeaning): number => scale * (code - zeroPoint);
