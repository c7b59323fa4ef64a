import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { emitDesign } from '../../src/emit/design.js';
import type { HardwareConfig } from '../../src/emit/hardware-config.js';
import type { LaneTiming, Manifest } from '../../src/emit/manifest.js';
import type { DenseLayer } from '../../src/network/layers/dense.js';
import { referenceModel } from '../../src/network/reference.js';
import type { DenseNetwork, Outcome, QuantizedNetwork } from '../../src/network/types.js';
import { type Beat, manifestOf, type Run, runIcarus, unpackFields } from '../support/icarus.js';
import { randomInput, randomNetwork } from '../support/networks.js';

const GENERATOR = { version: '0.0.0', command: 'espalier test' };
/** `SEEDS='7 8 9' npx vitest run test/emit/serial.test.ts` tries other networks. */
const SEEDS = (process.env.SEEDS ?? '0 2 6 71 232 309 325').split(' ').map(Number);

/** What the output stream's fields must carry. */
function fieldsOf(outcome: Outcome): number[] {
  const decided = [outcome.class, outcome.probability].filter((code) => code !== undefined);
  return [...outcome.outputs, ...decided];
}

/** Intervals between handshakes, the first few left out: the pipeline fills. */
function steadyIntervals(beats: readonly Beat[]): Set<number> {
  const steady = beats.slice(-10);
  return new Set(steady.slice(1).map(({ cycle }, index) => cycle - steady[index].cycle));
}

const delays = (from: readonly Beat[], to: readonly Beat[]): Set<number> =>
  new Set(to.map(({ cycle }, sample) => cycle - from[sample].cycle));

function checkTiming(manifest: Manifest, full: Run, spaced: Run): void {
  const { timing } = manifest;
  expect(steadyIntervals(full.inputs)).toEqual(new Set([timing.interval]));
  expect(steadyIntervals(full.outputs)).toEqual(new Set([timing.interval]));
  expect(delays(spaced.inputs, spaced.outputs)).toEqual(new Set([timing.latency]));
  timing.layers.forEach(({ latency }, layer) => {
    const from = layer === 0 ? spaced.inputs : spaced.layers[layer - 1];
    expect(delays(from, spaced.layers[layer])).toEqual(new Set([latency]));
  });
}

function checkDesign(
  network: QuantizedNetwork,
  options: Omit<HardwareConfig, 'architecture'>,
  random: Random,
  sampleCount: number,
): Manifest {
  const files = emitDesign(network, { architecture: 'serial', ...options }, GENERATOR);
  const manifest = manifestOf(files);
  const reference = referenceModel(network);
  const samples = Array.from({ length: sampleCount }, () => randomInput(random, network));
  const wanted = samples.map((sample) => reference(sample));
  const check = (options: { stall?: number; gap?: number; seed?: number }) => {
    const run = runIcarus(files, samples, options);
    const got = run.outputs.map(({ data }) => unpackFields(manifest.stream.output.fields, data));
    expect(got).toEqual(wanted.map(fieldsOf));
    manifest.traces.forEach(({ layer, fields }, index) => {
      const number = network.layers.findIndex(({ name }) => name === layer);
      const codes = wanted.map(({ layers }) => fields.map(({ unit }) => layers[number][unit]));
      expect(run.layers[index].map(({ data }) => unpackFields(fields, data))).toEqual(codes);
    });
    return run;
  };
  check({ stall: 128, seed: 1 });
  check({ stall: 30, seed: 2 });
  checkTiming(manifest, check({}), check({ gap: manifest.timing.latency }));
  return manifest;
}

/** A multi-layer perceptron of 8-bit activations with a share of its weights zero. */
function perceptron(shape: readonly number[], zeros: number, random: Random): DenseNetwork {
  const layers = shape.slice(1).map((units, index): DenseLayer => {
    const isLast = index === shape.length - 2;
    const weight = () => (random.float() < zeros ? 0 : random.integer(-31, 31));
    return {
      kind: 'dense',
      name: `layer${index + 1}`,
      kernel: {
        formats: Array(units).fill({ signed: true, width: 6, integer: 1 }),
        codes: Array.from({ length: shape[index] }, () => Array.from({ length: units }, weight)),
      },
      bias: {
        formats: Array(units).fill({ signed: true, width: 8, integer: 2 }),
        codes: Array.from({ length: units }, () => random.integer(-60, 60)),
      },
      activation: isLast ? 'linear' : 'relu',
      output: isLast
        ? 'exact'
        : Array(units).fill({
            format: { signed: false, width: 8, integer: 3 },
            rounding: 'RND',
            overflow: 'SAT',
          }),
    };
  });
  return {
    name: 'perceptron',
    input: { formats: Array(shape[0]).fill({ signed: false, width: 8, integer: 0 }), names: [] },
    layers,
    head: { kind: shape[shape.length - 1] === 1 ? 'binary' : 'argmax' },
    labels: [],
    provenance: {},
  };
}

describe('serial designs equal the reference under stalls, layer by layer, in the predicted cycles', () => {
  it.each(SEEDS)('random network %d', (seed) => {
    const random = new Random(seed, 'serial co-simulation');
    checkDesign(randomNetwork(random), { lanes: random.integer(1, 9) }, random, 30);
  });

  it.each([
    { shape: [30, 16, 1], zeros: 0.6, lanes: 1, samples: 30 },
    { shape: [30, 16, 1], zeros: 0.6, lanes: 4, samples: 30 },
    { shape: [16, 64, 32, 32, 5], zeros: 0.9, lanes: 8, samples: 15 },
    // So many inputs that the operand is selected in two stages.
    { shape: [60, 10, 3], zeros: 0.7, lanes: 3, samples: 20 },
  ])('$shape, $zeros of the weights zero, $lanes lanes', ({ shape, zeros, lanes, samples }) => {
    const random = new Random(1, 'perceptron');
    const { timing, roms } = checkDesign(perceptron(shape, zeros, random), { lanes }, random, samples);
    for (const { interval, latency, terms, lanes: built } of timing.layers as LaneTiming[]) {
      const bound = Math.ceil(terms / built) + 2;
      expect(interval).toBeLessThanOrEqual(bound);
      expect(latency).toBeLessThanOrEqual(bound + 8);
    }
    // The multiplier of the longest lane works in every cycle of the slowest layer.
    const slowest = timing.layers.find(({ interval }) => interval === timing.interval)?.layer;
    const depths = roms.filter(({ layer, purpose }) => layer === slowest && purpose.includes('weight'));
    expect(Math.max(...depths.map(({ depth }) => depth)) / timing.interval).toBeGreaterThanOrEqual(0.95);
  });

  it.each([
    // Neurons are cut between neighbours; one neuron fills several lanes; both, and neurons beside them that wait.
    { shape: [12, 5, 2], zeros: 0.3, lanes: 4 },
    { shape: [9, 4, 1], zeros: 0.4, lanes: 7 },
    { shape: [20, 3, 3], zeros: 0.1, lanes: 11 },
    { shape: [7, 3, 2], zeros: 0.2, lanes: 99 },
  ])('$shape on $lanes lanes, which cuts neurons', ({ shape, zeros, lanes }) => {
    const random = new Random(3, 'perceptron');
    const { timing } = checkDesign(perceptron(shape, zeros, random), { lanes }, random, 20);
    for (const { interval, terms, lanes: built } of timing.layers as LaneTiming[]) {
      expect(interval).toBe(Math.ceil(terms / Math.min(lanes, terms)));
      expect(built).toBe(Math.ceil(terms / interval));
    }
  });

  it.each([1, 2, 5, 11])('an interval of %d cycles on the fewest lanes', (interval) => {
    const random = new Random(4, 'perceptron');
    const { timing } = checkDesign(perceptron([14, 6, 3, 1], 0.3, random), { interval }, random, 25);
    expect(timing.interval).toBe(interval);
    for (const { terms, lanes } of timing.layers as LaneTiming[]) {
      expect(lanes).toBe(Math.ceil(terms / interval));
    }
  });
});
