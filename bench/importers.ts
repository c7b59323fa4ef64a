import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Random } from '../src/core/random.js';
import { importNetwork } from '../src/exchange/importers/index.js';
import { foldNetwork } from '../src/float/fold.js';
import { onnxModel } from '../test/support/onnx.js';
import { type Bench, medianSeconds, type Ratio } from './support/bench.js';

const LAYERS = 100;
const WIDTH = 114;
const MOST_SECONDS = 2;

/** How fast a long file is read. */
const bench: Bench = {
  title: 'Importers',
  async run() {
    const folder = mkdtempSync(path.join(tmpdir(), 'espalier-bench-'));
    try {
      return [await readLong(folder)];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function readLong(folder: string): Promise<Ratio> {
  const random = new Random(1, 'long');
  const weights = () => Array.from({ length: WIDTH * WIDTH }, () => random.normal());
  const nodes = Array.from({ length: LAYERS }, (_, at) => [
    { op: 'Gemm', inputs: [at === 0 ? 'x' : `v${2 * at - 1}`, `w${at}`], attributes: { transB: 1 } },
    { op: 'Relu', inputs: [`v${2 * at}`] },
  ]).flat();
  const tensors = Object.fromEntries(
    Array.from({ length: LAYERS }, (_, at) => [`w${at}`, { dims: [WIDTH, WIDTH], values: weights() }]),
  );
  const bytes = onnxModel({ nodes, tensors, input: [1, WIDTH] });
  const file = path.join(folder, 'long.onnx');
  writeFileSync(file, bytes);
  const seconds = await medianSeconds(3, () => foldNetwork(importNetwork(file).network));
  return {
    workload: `ONNX, ${LAYERS} layers, ${(bytes.length / 1e6).toFixed(1)} MB`,
    measure: 'seconds / the limit',
    ours: `${seconds.toFixed(2)} s`,
    other: `${MOST_SECONDS} s`,
    ratio: seconds / MOST_SECONDS,
    goal: { atMost: 1 },
  };
}

export default bench;
