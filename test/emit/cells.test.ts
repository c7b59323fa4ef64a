import { describe, expect, it } from 'vitest';
import { describeDifference } from '../../src/cosim/record.js';
import { simulate } from '../../src/cosim/simulate.js';
import { emitDesign } from '../../src/emit/design.js';
import type { HardwareConfig } from '../../src/emit/hardware-config.js';
import type { Manifest } from '../../src/emit/manifest.js';
import { parseManifest } from '../../src/emit/read-design.js';
import type { BeatWidth } from '../../src/emit/stream.js';
import type { QuantizedNetwork } from '../../src/network/types.js';
import { CACHE, complaints, edit, emitTo, proveFolder } from '../prove/designs.js';
import { conv, DENSE, FLAT, mapNetwork, POOL } from './map-networks.js';

/** A convolution, a pool, and a dense layer behind the map, of 2x3 cells with two channels. */
const STUDENT = mapNetwork([4, 6, 1], [conv(1), POOL, FLAT, DENSE]);

/** The same behind a mean over the whole map. */
const MEAN = mapNetwork(
  [4, 6, 1],
  [
    conv(1),
    {
      ...{ kind: 'average_pool', name: 'mean', channels: 2, window: [4, 6], strides: [1, 1] },
      reciprocal: 'ufixed<12,1>',
      finish: { activation: 'linear', output: { format: 'ufixed<6,8>', rounding: 'RND', overflow: 'SAT' } },
    },
    { kind: 'move', name: 'flat', move: { kind: 'reshape', shape: [2] } },
    { ...DENSE, kernel: { format: 'fixed<4,4>', codes: DENSE.kernel.codes.slice(0, 2) } },
  ],
);

type Hardware = HardwareConfig & { readonly stream: { readonly width: BeatWidth } };

/** On one lane the layer takes single codes, on several whole cells. */
const DENSE_ON = (lanes: number, width: BeatWidth): Hardware => ({
  ...{ architecture: 'serial', operands: 'memory', stream: { width } },
  layers: { score: { lanes } },
});

/** A position a clock, so that there is no time to cut cells. */
const MIXED = (width: BeatWidth): Hardware => ({
  ...{ architecture: 'parallel', stream: { width } },
  layers: { score: { engine: 'serial', operands: 'memory' } },
});

const manifestOf = (network: QuantizedNetwork, hardware: HardwareConfig): Manifest => {
  const files = emitDesign(network, hardware, { version: '0', command: 'test' });
  return parseManifest(files.get('manifest.json') as string);
};

/** Nothing differs, and cycles are counted as the manifest says. */
async function expectEqual(folder: string): Promise<void> {
  for (const stalls of ['none', 'random'] as const) {
    const options = { traceLayers: true, cacheFolder: CACHE, random: 20, seed: 5 };
    const { difference, passed } = await simulate(folder, { ...options, engine: 'embedded', stalls });
    expect(difference === null ? 'no difference' : describeDifference(difference)).toBe('no difference');
    expect(passed).toBe(true);
  }
}

describe('cells of maps that go into the operand memory of the layer behind', () => {
  it.each([
    ['whole maps in, codes one by one', DENSE_ON(1, 'all'), { words: 12, width: 6 }],
    ['beats in, codes one by one, on several lanes', DENSE_ON(3, 8), { words: 12, width: 6 }],
    ['behind a circuit that takes whole maps', MIXED('all'), { words: 6, width: 12 }],
    ['behind a circuit that takes beats', MIXED(8), { words: 6, width: 12 }],
  ])('equal the reference and are proved: %s', async (_, hardware, { words, width }) => {
    const { operands, traces, frames } = manifestOf(STUDENT, hardware);
    const score = operands?.find(({ layer }) => layer === 'score');
    expect([score?.words, score?.width]).toEqual([words, width]);
    // No register has a whole map.
    expect(traces.every(({ whole }) => whole === undefined)).toBe(true);
    expect(frames?.layer).toBe(hardware.stream.width === 'all' ? undefined : 'pool');
    const folder = emitTo(STUDENT, hardware);
    await expectEqual(folder);
    const certificate = await proveFolder(folder);
    expect([certificate.status, ...complaints(certificate)]).toEqual(['proved']);
    expect(certificate.segments.map(({ from, to }) => `${from} to ${to}`)).toEqual(
      expect.arrayContaining(['pool to score operands', 'score operands to score']),
    );
  });

  it('are added up on lanes where a layer reads a whole map at once', async () => {
    const hardware: Hardware = { architecture: 'serial', operands: 'memory', stream: { width: 8 } };
    expect(manifestOf(MEAN, hardware).operands?.map(({ layer }) => layer)).toEqual([
      ...['conv', 'mean', 'score'],
    ]);
    const folder = emitTo(MEAN, hardware);
    await expectEqual(folder);
    const certificate = await proveFolder(folder);
    expect([certificate.status, ...complaints(certificate)]).toEqual(['proved']);
  });

  it.each([
    ['maps that are kept though they are spoilt', ' & ~mark_spoilt_i', ''],
    ['maps that do not wait for their marks', 'waits_q <= complete & ~mark_valid_i;', "waits_q <= 1'b0;"],
    ['cells that come while a map waits for its mark', 'room & ~waits_q', 'room'],
    ['marks that are not taken', 'mark_ready_o = complete', 'mark_ready_o = waits_q'],
  ])('are not proved with %s', async (_, from, to) => {
    const folder = emitTo(STUDENT, DENSE_ON(1, 8));
    edit(folder, 'rtl/espalier_pages.v', (text) => {
      expect(text).toContain(from);
      return text.replace(from, to);
    });
    expect((await proveFolder(folder)).status).not.toBe('proved');
  });

  it('are not proved by a manifest that does not say where spoilt maps are dropped', async () => {
    const folder = emitTo(STUDENT, DENSE_ON(1, 8));
    edit(folder, 'manifest.json', (text) => {
      const manifest = JSON.parse(text);
      return JSON.stringify({ ...manifest, frames: { ...manifest.frames, layer: 'conv' } });
    });
    await expect(proveFolder(folder)).rejects.toThrow(
      'manifest.json.frames: got 0 places where marked maps are dropped, wanted 1: whole behind their last layer, or in ' +
        'the operand memory of the next one (emit the design again) [prove/traces]',
    );
  });
});

describe('maps as results', () => {
  const MAPS = mapNetwork([4, 6, 1], [conv(1), POOL]);

  it.each([
    ['parallel', 8],
    ['serial', 8],
  ] as const)('wait in a memory until all of each is there: %s, beats of %i', async (architecture, width) => {
    const hardware: Hardware = { architecture, stream: { width } };
    const { kept, traces, frames } = manifestOf(MAPS, hardware);
    expect([kept?.layer, kept?.words, kept?.width]).toEqual(['pool', 6, 12]);
    expect(traces.every(({ whole }) => whole === undefined)).toBe(true);
    expect(frames?.given).toBeUndefined();
    const folder = emitTo(MAPS, hardware);
    await expectEqual(folder);
    const certificate = await proveFolder(folder);
    expect([certificate.status, ...complaints(certificate)]).toEqual(['proved']);
    expect(certificate.segments.map(({ from, to }) => `${from} to ${to}`)).toEqual(
      expect.arrayContaining(['pool to pool kept', 'pool kept to output']),
    );
  });

  it.each([
    ['maps that leave though they are spoilt', 'rtl/espalier_pages.v', ' & ~mark_spoilt_i', ''],
    ['words of the other page', 'rtl/espalier_store.v', '{page, next_q}', '{~page, next_q}'],
    ['pages that are free too early', 'rtl/espalier_store.v', '(fetch & at_last)', '(fetch)'],
  ])('are not proved with %s', async (_, file, from, to) => {
    const folder = emitTo(MAPS, { architecture: 'parallel', stream: { width: 8 } });
    edit(folder, file, (text) => {
      expect(text).toContain(from);
      return text.replace(from, to);
    });
    expect((await proveFolder(folder)).status).not.toBe('proved');
  });
});
