import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { simulate } from '../../src/cosim/simulate.js';
import { encodeRow } from '../../src/data/scaler.js';
import { emitDesign } from '../../src/emit/design.js';
import { designNetwork } from '../../src/emit/design-network.js';
import { parseManifest } from '../../src/emit/read-design.js';
import { fractionOf, rangeOf } from '../../src/fixed/format.js';
import { findYosys } from '../../src/netlist/yosys.js';
import type { DenseLayer } from '../../src/network/layers/dense.js';
import { referenceModel } from '../../src/network/reference.js';
import type { QuantizedNetwork } from '../../src/network/types.js';
import { proveDesign } from '../../src/prove/prove.js';
import { withRawInputs } from '../../src/quantize/raw-inputs.js';
import { newFolder } from '../support/cli.js';
import { randomMapGraph } from '../support/map-graphs.js';
import { messageOf } from '../support/messages.js';
import { randomNetwork } from '../support/networks.js';

const GENERATOR = { version: '0', command: 'test' };

/** A random network with an encoder as data give one: ranges of every size, some of one value alone. */
function encoded(random: Random, maxLayers = 3): QuantizedNetwork {
  const network = randomNetwork(random, { maxLayers });
  const minimum = network.input.formats.map(() => random.normal() * 10 ** random.integer(-3, 3));
  const maximum = minimum.map((low) =>
    random.integer(0, 9) === 0 ? low : low + (0.05 + 2 * random.float()) * Math.abs(low),
  );
  return { ...network, input: { ...network.input, encoder: { kind: 'minmax', minimum, maximum } } };
}

function mapWithEncoder(random: Random): QuantizedNetwork {
  const network = randomMapGraph(random);
  const ends = { minimum: network.input.formats.map(() => 0), maximum: network.input.formats.map(() => 255) };
  return { ...network, input: { ...network.input, encoder: { kind: 'minmax', ...ends } } };
}

/** A row of features with so many decimals, within their range and beyond it. */
const rowOf = (random: Random, { input: { encoder } }: QuantizedNetwork, decimals: readonly number[]) =>
  (encoder?.minimum ?? []).map((low, at) => {
    const span = (encoder?.maximum[at] ?? 0) - low;
    return Number((low + (random.float() * 3 - 1) * span).toFixed(decimals[at]));
  });

/** What hardware does, in whole numbers of any size: subtract, scale, round half up, clamp. */
function quantized({ kernel, bias, output }: DenseLayer, raw: readonly number[]): number[] {
  return raw.map((code, at) => {
    const { format } = (output as Exclude<typeof output, 'exact'>)[at];
    const shift = BigInt(fractionOf(bias.formats[at]) - fractionOf(format));
    const sum = BigInt(kernel.codes[at][at]) * BigInt(code) + BigInt(bias.codes[at]);
    const rounded = (sum + (1n << (shift - 1n))) >> shift;
    const { low, high } = rangeOf(format);
    return Math.min(high, Math.max(low, Number(rounded)));
  });
}

describe('whole numbers as inputs', () => {
  it('become the codes that multiplication, addition and a shift give, and the encoder too but for its ties', () => {
    const random = new Random(1, 'raw inputs');
    let [near, same] = [0, 0];
    for (let run = 0; run < 200; run++) {
      const network = encoded(random);
      const { network: whole, decimals, error } = withRawInputs(network);
      const model = referenceModel(whole);
      const reference = referenceModel(network);
      const encoder = network.input.encoder as NonNullable<typeof network.input.encoder>;
      for (let sample = 0; sample < 20; sample++) {
        const row = rowOf(random, network, decimals);
        const raw = encodeRow(whole.input.encoder as typeof encoder, whole.input.formats, row);
        const { layers, outputs } = model(raw);
        const codes = layers[0];
        expect(codes).toEqual(quantized(whole.layers[0] as DenseLayer, raw));
        expect(outputs).toEqual(reference(codes).outputs);
        encodeRow(encoder, network.input.formats, row).forEach((code, at) => {
          if (code === codes[at]) {
            same++;
            return;
          }
          near++;
          expect(Math.abs(code - codes[at])).toBe(1);
          const span = encoder.maximum[at] - encoder.minimum[at];
          const steps = ((row[at] - encoder.minimum[at]) / span) * 2 ** fractionOf(network.input.formats[at]);
          const fromTie = Math.abs(steps + 0.5 - Math.round(steps + 0.5));
          expect(fromTie).toBeLessThanOrEqual(error + 1e-9);
        });
      }
    }
    // One code in thirty or so is near enough to a tie.
    expect(near).toBeGreaterThan(0);
    expect(same / near).toBeGreaterThan(15);
  });

  it('take the decimals that they are told', () => {
    const network = encoded(new Random(2, 'decimals'));
    const { formats } = network.input;
    expect(withRawInputs(network, { decimals: 2 }).decimals).toEqual(formats.map(() => 2));
    const each = formats.map((_, at) => at % 3);
    const { network: whole } = withRawInputs(network, { decimals: each });
    expect(whole.input.encoder?.maximum).toEqual(each.map((count) => 10 ** -count));
    expect(whole.provenance.inputs).toBe(`whole numbers, decimals ${each.join(' ')}`);
  });

  it.each(['serial', 'parallel'])(
    'are quantized by %s hardware, which is simulated and proved',
    async (architecture) => {
      const random = new Random(3, `raw ${architecture}`);
      const network = encoded(random, 2);
      const hardware = { architecture, inputs: 'raw', stream: { width: 16 } } as const;
      const { network: inDesign } = designNetwork(network, hardware);
      const { decimals } = withRawInputs(network);
      const rows = Array.from({ length: 50 }, () => {
        const row = rowOf(random, network, decimals);
        return encodeRow(inDesign.input.encoder as never, inDesign.input.formats, row);
      });
      const folder = newFolder('raw-inputs');
      const files = emitDesign(network, hardware, GENERATOR, { rows });
      for (const [file, text] of files) {
        mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
        writeFileSync(path.join(folder, file), text);
      }
      const manifest = parseManifest(files.get('manifest.json') as string);
      expect(manifest.inputs).toEqual({ decimals, error: 1 / 16 });
      expect(files.get('README.md')).toContain(`    ${decimals.join(' ')}\n`);
      const record = await simulate(folder, { engine: 'embedded', rows, random: 200 });
      expect(record).toMatchObject({ passed: true, differing: 0 });
      const { certificate } = await proveDesign(folder, await findYosys('native'), {
        threads: 1,
        limitSeconds: 60,
        timeoutSeconds: 60,
        cacheFolder: path.join(folder, 'cache'),
      });
      expect(certificate.status).toBe('proved');
    },
  );

  it('cost what a layer costs', () => {
    const network = encoded(new Random(6, 'cost'));
    const estimateOf = (inputs: 'codes' | 'raw') =>
      parseManifest(
        emitDesign(network, { architecture: 'serial', inputs }, GENERATOR).get('manifest.json') as string,
      ).estimate;
    expect(estimateOf('raw')?.luts).toBeGreaterThan((estimateOf('codes')?.luts ?? 0) + 20);
  });

  const network = encoded(new Random(5, 'refused'));
  const act =
    (inputs: unknown, of: QuantizedNetwork = network) =>
    () =>
      emitDesign(of, { architecture: 'serial', inputs: inputs as 'raw' }, GENERATOR);
  const count = network.input.formats.length;
  const { encoder: _, ...bare } = network.input;
  const map = mapWithEncoder(new Random(7, 'refused map'));

  it.each<[string, () => unknown, string]>([
    [
      'a network without an encoder',
      act('raw', { ...network, input: bare }),
      'hardware.inputs of random: got no encoder, wanted a list of inputs with an encoder, as training and calibration ' +
        'leave one (leave the option out: the host quantizes) [quantize/raw-inputs]',
    ],
    [
      'a map, whose values are codes as they are',
      act('raw', map),
      `hardware.inputs of ${map.name}: got a map as input, wanted a list of inputs with an encoder, as training and ` +
        'calibration leave one (leave the option out: the host quantizes) [quantize/raw-inputs]',
    ],
    [
      'decimals for a map',
      act({ decimals: 2 }, map),
      `hardware.inputs of ${map.name}: got a map as input, wanted a list of inputs with an encoder, as training and ` +
        'calibration leave one (leave the option out: the host quantizes) [quantize/raw-inputs]',
    ],
    [
      'decimals for another number of features',
      act({ decimals: Array(count + 1).fill(1) }),
      `hardware.inputs.decimals of random: got ${count + 1} numbers, wanted one number for all features, or ${count} ` +
        '(one per feature) [quantize/raw-decimals]',
    ],
    [
      'numbers that are too wide',
      act('raw', {
        ...network,
        input: {
          ...network.input,
          encoder: { kind: 'minmax', minimum: Array(count).fill(1e9), maximum: Array(count).fill(1e9 + 1) },
        },
      }),
      'hardware.inputs.decimals of random: got whole numbers of 40 bits, wanted at most 32 bits (fewer decimals) ' +
        '[quantize/raw-width]',
    ],
    [
      'an unknown word',
      act('rwa'),
      'hardware.inputs: got "rwa", wanted codes, raw, or decimals: one number for all features, or a list with one each ' +
        '[hardware/option]',
    ],
    [
      'an unknown member',
      act({ decimal: 2 }),
      'hardware.inputs: got {"decimal":2}, wanted codes, raw, or decimals: one number for all features, or a list with ' +
        'one each [hardware/option]',
    ],
  ])('refuse %s', (_, refused, message) => {
    expect(messageOf(refused)).toBe(message);
  });
});
