import type { QuantizedNetwork } from '../../network/types.js';
import type { Manifest } from '../manifest.js';
import type { StreamPort } from '../manifest-buses.js';
import { NameSpace } from '../names.js';
import { renderTemplate } from '../template.js';
import { madeBy } from '../verilog.js';
import { benchVectors } from './vectors.js';

/** Cycles without a beat after which a bench gives up: more than stalls and the design's own pauses come to. */
const patienceOf = ({ interval, latency }: Manifest['timing']): number => 1000 + 16 * (interval + latency);

/** Samples that the example in SystemVerilog sends. */
const EXAMPLES = 8;

/** The module of a design's test bench: `tb_NAME`, or a name that is free. */
export function benchName({ top, sources }: Manifest): string {
  const modules = sources.map(({ file }) => file.replace(/^.*\/|\.v$/g, ''));
  return new NameSpace(modules).claim(`tb_${top}`);
}

/** What a simulator's project needs of `sim/`. */
export const benchSources = (manifest: Manifest): string[] => [
  `sim/${benchName(manifest)}.v`,
  ...['samples', 'results'].map((what) => `sim/${manifest.top}_${what}.mem`),
];

/**
 * `sim/`: a self-checking test bench in Verilog-2001 with its vectors, the same for cocotb, and an example of driving the
 * streams in SystemVerilog.
 *
 * @param rows input codes of samples; of many the first ones are taken
 * @throws network/row-width, network/code-out-of-range
 */
export function benchFiles(
  network: QuantizedNetwork,
  manifest: Manifest,
  rows: readonly (readonly number[])[],
): Map<string, string> {
  const { top, stream, timing, generator } = manifest;
  const vectors = benchVectors(network, manifest, rows);
  const view = {
    top,
    bench: benchName(manifest),
    madeBy: madeBy(generator),
    vectors: vectors.count,
    origins: vectors.origins,
    examples: Math.min(EXAMPLES, vectors.count),
    // The mark behind the last vector counts.
    sampleWords: vectors.count * stream.input.beats + 1,
    resultWords: vectors.count * stream.output.beats + 1,
    input: portView(stream.input),
    output: portView(stream.output),
    interval: timing.interval,
    latency: timing.latency,
    patience: patienceOf(timing),
  };
  return new Map([
    [`sim/${top}_samples.mem`, vectors.samples],
    [`sim/${top}_results.mem`, vectors.results],
    [`sim/${view.bench}.v`, renderTemplate('bench/bench.v', view)],
    [`sim/test_${top}.py`, renderTemplate('bench/cocotb.py', view)],
    [`sim/${top}_example.sv`, renderTemplate('bench/example.sv', view)],
  ]);
}

const portView = ({ width, beats }: StreamPort) => ({ width, beats, high: width - 1 });
