import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Random } from '../src/core/random.js';
import { importNetwork } from '../src/exchange/importers/index.js';
import { foldNetwork } from '../src/float/fold.js';
import { fuzzImport } from '../test/support/fuzz-imports.js';
import { importSeeds } from '../test/support/import-seeds.js';
import { onnxModel } from '../test/support/onnx.js';
import { type Bench, medianSeconds, type Ratio } from './support/bench.js';

/** Spoilt copies of each format's files. */
const COPIES = 10_000;
const MOST_MEGABYTES = 512;
const LAYERS = 100;
const WIDTH = 114;
const MOST_SECONDS = 2;

/** How fast a long file is read, and that no spoilt one takes more memory than it may, or anything but an error. */
const bench: Bench = {
  title: 'Importers',
  async run(onProgress) {
    const folder = mkdtempSync(path.join(tmpdir(), 'espalier-bench-'));
    try {
      const long = await readLong(folder);
      const seeds = await importSeeds(folder);
      const formats = [...new Set(seeds.map(({ format }) => format))];
      const spoilt = formats.map((format, done): Ratio => {
        onProgress({ task: `${COPIES} spoilt copies of ${format}`, done, total: formats.length });
        const ofFormat = seeds.filter((seed) => seed.format === format);
        const refused = ofFormat.map((seed) =>
          fuzzImport(seed, Math.ceil(COPIES / ofFormat.length), new Random(1, seed.name)),
        );
        const megabytes = process.resourceUsage().maxRSS / 1024;
        return {
          workload: `${COPIES} spoilt copies, ${format}: ${refused.reduce((sum, one) => sum + one.refused, 0)} refused`,
          measure: 'peak memory so far / the limit',
          ours: `${megabytes.toFixed(0)} MB`,
          other: `${MOST_MEGABYTES} MB`,
          ratio: megabytes / MOST_MEGABYTES,
          goal: { atMost: 1 },
        };
      });
      return [long, ...spoilt];
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
