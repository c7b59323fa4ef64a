import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Random } from '../../src/core/random.js';
import { withEditedSources } from '../../src/cosim/design.js';
import { embedded } from '../../src/cosim/engines/embedded.js';
import { expectedBeats, measuringJob, stalledJob } from '../../src/cosim/prepare.js';
import { asPredicted } from '../../src/cosim/record.js';
import { emitDesign } from '../../src/emit/design.js';
import type { HardwareConfig } from '../../src/emit/hardware-config.js';
import { readDesign } from '../../src/emit/read-design.js';
import { rangeOf } from '../../src/fixed/format.js';
import { findYosys } from '../../src/netlist/yosys.js';
import { makeStimulus } from '../../src/network/stimulus.js';
import type { DenseNetwork, QuantizedNetwork } from '../../src/network/types.js';
import type { Certificate, SegmentProof } from '../../src/prove/proof.js';
import { proveDesign } from '../../src/prove/prove.js';
import { writeFolder } from '../support/write-folder.js';

export const CACHE = path.join('build', '.cache', 'test-cosim');

/** 6-4-1 with a table of probabilities, or 6-4-3 with argmax: small, and yet with everything in it. */
export function smallNetwork(
  head: 'binary' | 'argmax',
  { inputs = 6, hidden = 4, weightBits = 5, classes = 3 } = {},
): DenseNetwork {
  const random = new Random(7, 'small network');
  const weights = { signed: true, width: weightBits, integer: 1 };
  const { low, high } = rangeOf(weights);
  const codes = (rows: number, units: number) =>
    Array.from({ length: rows }, () => Array.from({ length: units }, () => random.integer(low, high)));
  const outputs = head === 'binary' ? 1 : classes;
  const index = { signed: true, width: 4, integer: 3 };
  return {
    name: 'tiny',
    input: { formats: Array(inputs).fill({ signed: true, width: 6, integer: 1 }), names: [] },
    layers: [
      {
        kind: 'dense',
        name: 'hidden',
        kernel: { formats: Array(hidden).fill(weights), codes: codes(inputs, hidden) },
        bias: { formats: Array(hidden).fill(weights), codes: [3, -5, 7, 1].slice(0, hidden) },
        activation: 'relu',
        output: Array(hidden).fill({
          format: { signed: false, width: 6, integer: 1 },
          rounding: 'RND',
          overflow: 'SAT',
        }),
      },
      {
        kind: 'dense',
        name: 'output',
        kernel: { formats: Array(outputs).fill(weights), codes: codes(hidden, outputs) },
        bias: { formats: Array(outputs).fill(weights), codes: Array(outputs).fill(-2) },
        activation: 'linear',
        output: 'exact',
      },
    ],
    head:
      head === 'argmax'
        ? { kind: 'argmax' }
        : {
            kind: 'binary',
            probability: {
              index: { format: index, rounding: 'RND', overflow: 'SAT' },
              format: { signed: false, width: 8, integer: 0 },
              codes: Array.from({ length: 16 }, (_, at) => Math.round(255 / (1 + Math.exp((8 - at) / 2)))),
            },
          },
    labels: [],
    provenance: {},
  };
}

export function emitTo(network: QuantizedNetwork, hardware: HardwareConfig): string {
  const folder = path.join(mkdtempSync(path.join(os.tmpdir(), 'espalier-prove-')), 'design');
  writeFolder(folder, emitDesign(network, hardware, { version: '0', command: 'test' }));
  return folder;
}

/** Changes one place of an emitted file. */
export function edit(folder: string, file: string, change: (text: string) => string): void {
  const name = path.join(folder, file);
  const before = readFileSync(name, 'utf8');
  const after = change(before);
  if (after === before) throw new Error(`the mutation of ${file} changes nothing`);
  writeFileSync(name, after);
}

export async function proveFolder(folder: string, useVerilator = false): Promise<Certificate> {
  const edited = readDesign(folder).edited.map(({ file }) => file);
  const options = { timeoutSeconds: 60, cacheFolder: CACHE, useVerilator, threads: 0, edited };
  return (await proveDesign(folder, await findYosys('native'), options)).certificate;
}

/** Whether a co-simulation with stalls finds anything wrong: corners and so many random vectors. */
export async function samplingFinds(folder: string, vectors: number): Promise<boolean> {
  const design = withEditedSources(readDesign(folder));
  const build = { traces: false, waves: false, selfChecks: false, cacheFolder: CACHE };
  const built = await embedded.build(design, build);
  const stimulus = makeStimulus(design.network, { regressions: [], rows: [], random: vectors, seed: 1 });
  const beats = await expectedBeats(design, stimulus);
  const { failure } = await built.run({ ...stalledJob(design, beats, 'mixed', 1), stopAtFirst: true });
  return failure !== null;
}

/** Whether, without stalls, samples take other than the predicted cycles. */
export async function timingDiffers(folder: string): Promise<boolean> {
  const design = withEditedSources(readDesign(folder));
  const build = { traces: false, waves: false, selfChecks: false, cacheFolder: CACHE };
  const built = await embedded.build(design, build);
  const stimulus = makeStimulus(design.network, { regressions: [], rows: [], random: 30, seed: 1 });
  const job = measuringJob(design, await expectedBeats(design, stimulus), 1);
  const { latency, interval } = await built.run(job);
  const { timing } = design.manifest;
  const [first, second] = [
    { predicted: timing.latency, measured: latency },
    { predicted: timing.interval, measured: interval },
  ];
  return !(asPredicted(first) && asPredicted(second));
}

/** What is not proved, shortly: `hidden unit 3: differs`. */
export const complaints = ({ segments }: Certificate): string[] => segmentComplaints(segments);

export function segmentComplaints(segments: readonly SegmentProof[]): string[] {
  return segments.flatMap(({ to, broken, fields }) => [
    ...(broken === undefined ? [] : [`${to}: ${broken.rule}`]),
    ...fields.flatMap(({ field, outcome }) =>
      outcome.kind === 'proved'
        ? []
        : [`${to} ${field}: ${outcome.kind === 'open' ? outcome.reason : 'differs'}`],
    ),
  ]);
}
