import { referenceModel } from '../../network/reference.js';
import { makeStimulus } from '../../network/stimulus.js';
import type { QuantizedNetwork } from '../../network/types.js';
import { busBytes, packInput, packOutput } from '../bus.js';
import type { Manifest } from '../manifest.js';
import type { StreamPort } from '../manifest-buses.js';
import { sampleWidth } from '../stream.js';

/** The vectors of a design's test bench, and what they are. */
export interface BenchVectors {
  readonly count: number;
  /** Such as `0 to 63: data rows`. */
  readonly origins: readonly string[];
  /** For `$readmemh`: a beat a line, and after the last one a word of ones, which a file of another length has not. */
  readonly samples: string;
  readonly results: string;
}

const SEED = 1;
/** So many rows at most are taken. */
export const BENCH_ROWS = 64;
const MOST_ALONE = 8;
const RANDOM = 64;
const LEAST = 6;
/** What a bench may cost: products of the reference model, clock cycles of a simulation, bytes of both files. */
const MOST_PRODUCTS = 2e7;
const MOST_CYCLES = 1e6;
const MOST_BYTES = 2 ** 18;

/**
 * Data rows, corners and random vectors with what the reference model says of them; fewer of each the more a vector costs.
 *
 * @param rows input codes of samples
 * @throws network/row-width, network/code-out-of-range
 */
export function benchVectors(
  network: QuantizedNetwork,
  { stream, timing }: Manifest,
  rows: readonly (readonly number[])[],
): BenchVectors {
  const { input, output } = stream;
  const products = timing.layers.reduce((sum, { denseTerms }) => sum + denseTerms, 1);
  const bytes = busBytes(sampleWidth(input) + sampleWidth(output));
  const most = Math.min(MOST_PRODUCTS / products, MOST_CYCLES / timing.interval, MOST_BYTES / bytes);
  const share = Math.max(LEAST, Math.floor(most));
  const part = (wanted: number, of: number) => Math.min(wanted, Math.ceil(share * of));
  const stimulus = makeStimulus(network, {
    regressions: [],
    rows: rows.slice(0, part(BENCH_ROWS, 0.4)),
    alone: part(MOST_ALONE, 0.1),
    random: part(RANDOM, 0.4),
    seed: SEED,
  });
  const run = referenceModel(network);
  const samples: string[][] = [];
  const results: string[][] = [];
  for (const codes of stimulus.vectors(0, stimulus.count)) {
    samples.push(beatLines(input, (bytes) => packInput(input, codes, bytes, 0)));
    results.push(beatLines(output, (bytes) => packOutput(output, run(codes), bytes, 0)));
  }
  const text = (lines: readonly string[][], { width }: StreamPort) =>
    `${[...lines.flat(), 'f'.repeat(width / 4)].join('\n')}\n`;
  return {
    count: stimulus.count,
    origins: stimulus.segments
      .filter(({ count }) => count > 0)
      .map(({ kind, start, count }) => `${start} to ${start + count - 1}: ${WHAT[kind]}`),
    samples: text(samples, input),
    results: text(results, output),
  };
}

const WHAT = { regression: 'once failed', data: 'rows of the data', corner: 'corners', random: 'random' };

/** The beats of a sample, the first one first. @param fill packs it */
export const beatWords = (port: StreamPort, fill: (bytes: Uint8Array) => void): bigint[] =>
  beatLines(port, fill).map((line) => BigInt(`0x${line}`));

function beatLines({ width, beats }: StreamPort, fill: (bytes: Uint8Array) => void): string[] {
  const bytes = new Uint8Array(busBytes(width * beats));
  fill(bytes);
  const size = width / 8;
  return Array.from({ length: beats }, (_, beat) =>
    Buffer.from(bytes.slice(beat * size, (beat + 1) * size).toReversed()).toString('hex'),
  );
}
