import { describe, expect, it } from 'vitest';
import { describeDifference } from '../../src/cosim/record.js';
import { simulate } from '../../src/cosim/simulate.js';
import { emitDesign } from '../../src/emit/design.js';
import type { HardwareConfig } from '../../src/emit/hardware-config.js';
import type { Manifest } from '../../src/emit/manifest.js';
import { parseManifest } from '../../src/emit/read-design.js';
import { CACHE, complaints, edit, emitTo, proveFolder } from '../prove/designs.js';
import { conv, DENSE, FLAT, mapNetwork, POOL } from './map-networks.js';

const networkOf = (shape: readonly number[], ...layers: readonly object[]) => mapNetwork(shape, layers);

/** A convolution, a pool, and a dense layer behind the map. */
const STUDENT = networkOf([4, 6, 1], conv(1), POOL, FLAT, DENSE);

const manifestOf = (
  network: typeof STUDENT,
  hardware: HardwareConfig = { architecture: 'parallel' },
): Manifest => {
  const files = emitDesign(network, hardware, { version: '0', command: 'test' });
  return parseManifest(files.get('manifest.json') as string);
};

describe('maps that stream', () => {
  it('take a cycle for each cell, and one for each that padding puts below and on the right', () => {
    const { timing, traces } = manifestOf(STUDENT);
    // 4 x 6 cells; below lie 6 cells of padding, and the last window reaches one further.
    expect(timing.layers.map(({ layer, interval }) => [layer, interval])).toEqual([
      ['conv', 31],
      ['pool', 31],
      ['score', 1],
    ]);
    expect(traces.map(({ layer, beats }) => [layer, beats])).toEqual([
      ['conv', 24],
      ['pool', 6],
      ['score', undefined],
    ]);
  });

  it.each([
    ['without padding, cells left over', networkOf([4, 5, 1], POOL), 20],
    ['with strides', networkOf([4, 4, 1], conv(2)), 16],
    ['of one row', networkOf([1, 6, 1], conv(1)), 13],
  ])('have their interval: %s', (_, network, interval) => {
    expect(manifestOf(network).timing.interval).toBe(interval);
  });

  it.each([
    ['embedded', 'all'],
    ['icarus', 8],
  ] as const)(
    'equal the reference in every layer, measured as predicted: %s, beats of %s',
    async (engine, width) => {
      const folder = emitTo(STUDENT, { architecture: 'parallel', stream: { width } });
      const record = await simulate(folder, {
        traceLayers: true,
        cacheFolder: CACHE,
        engine,
        random: 10,
        seed: 5,
      });
      expect(record.difference === null ? 'no difference' : describeDifference(record.difference)).toBe(
        'no difference',
      );
      expect(record.interval).toEqual({ predicted: 31, measured: { least: 31, greatest: 31 } });
      expect(record.passed).toBe(true);
    },
  );

  it.each([
    // 15 weights at 24 positions; a row that ends costs a cell more.
    [{ lanes: 1 }, 24 * 15],
    [{ lanes: 4 }, 24 * 4 + 4],
    [{ lanes: 8, layers: { score: { lanes: 2 } } }, 24 * 2 + 6],
  ])('go over lanes position by position, as predicted: %j', async (options, interval) => {
    const folder = emitTo(STUDENT, { architecture: 'serial', ...options });
    const record = await simulate(folder, {
      traceLayers: true,
      cacheFolder: CACHE,
      engine: 'embedded',
      random: 10,
      seed: 5,
    });
    expect(record.difference === null ? 'no difference' : describeDifference(record.difference)).toBe(
      'no difference',
    );
    expect(record.interval).toEqual({
      predicted: interval,
      measured: { least: interval, greatest: interval },
    });
    const certificate = await proveFolder(folder);
    expect([certificate.status, ...complaints(certificate)]).toEqual(['proved']);
  });

  it.each([24, 31, 60, 100])('have the fewest lanes with which a map takes at most %i cycles', (interval) => {
    const hardware = { architecture: 'serial', interval };
    if (interval < 31) {
      expect(() => manifestOf(STUDENT, hardware)).toThrow(
        'hardware.interval: got 24, wanted at least 31: a map comes in cell by cell, and goes out position by position ' +
          '[hardware/map-interval]',
      );
      return;
    }
    const { timing } = manifestOf(STUDENT, hardware);
    expect(timing.interval).toBeLessThanOrEqual(interval);
    expect(timing.layers[0].lanes).toBe({ 31: 15, 60: 8, 100: 4 }[interval]);
  });

  it.each([
    ['zeros', { kind: 'pad', before: [1, 1, 0], after: [1, 1, 0] }],
    ['cells left out', { kind: 'crop', begin: [1, 0, 0], end: [6, 5, 1] }],
  ])('go on where a layer of its own puts %s round them', async (_, move) => {
    const network = networkOf(
      [6, 6, 1],
      { kind: 'move', name: 'moved', move },
      { ...conv(2), padding: [0, 0, 0, 0] },
    );
    for (const architecture of ['parallel', 'serial']) {
      const folder = emitTo(network, { architecture, stream: { width: 8 } });
      const options = { cacheFolder: CACHE, engine: 'embedded', random: 10, seed: 5 } as const;
      const { difference, passed } = await simulate(folder, { ...options, traceLayers: true });
      expect(difference === null ? 'no difference' : describeDifference(difference)).toBe('no difference');
      expect(passed).toBe(true);
      const certificate = await proveFolder(folder);
      expect([certificate.status, ...complaints(certificate)]).toEqual(['proved']);
      expect(certificate.segments.map(({ to }) => to)).toContain('conv window');
    }
  });

  it('have their differences told by channel, row and column', async () => {
    const folder = emitTo(STUDENT, { architecture: 'parallel' });
    edit(folder, 'rtl/student_pool_maps.v', (text) =>
      text.replace('.TOP           (1)', '.TOP           (0)'),
    );
    const options = {
      traceLayers: true,
      cacheFolder: CACHE,
      engine: 'embedded',
      random: 20,
      seed: 5,
    } as const;
    const { difference } = await simulate(folder, options);
    expect(difference === null ? '' : describeDifference(difference)).toMatch(
      /, layer conv, unit \d+ \(channel [01], row \d, column \d\): expected \d+ \(\d+\), got \d+ \(\d+\)$/,
    );
  });

  it('whose last rows and columns nobody reads go on all the same', () => {
    const cut = networkOf([5, 5, 1], { ...conv(2), padding: [0, 0, 0, 0] }, { ...POOL, strides: [1, 1] });
    const skipping = networkOf([6, 6, 1], { ...conv(2), padding: [0, 0, 0, 0] });
    expect([cut, skipping].map((network) => manifestOf(network).timing.interval)).toEqual([25, 36]);
    expect(manifestOf(skipping).unreadInputs).toHaveLength(11);
  });

  it('are proved, every layer by its own beats', async () => {
    const certificate = await proveFolder(emitTo(STUDENT, { architecture: 'parallel' }));
    expect([certificate.status, ...complaints(certificate)]).toEqual(['proved']);
    expect(certificate.segments.map(({ from, to }) => `${from} to ${to}`)).toEqual(
      expect.arrayContaining([
        ...['conv window to conv', 'conv to pool window', 'pool window to pool'],
        ...['pool to pool whole', 'pool whole to score', 'score to output'],
      ]),
    );
  });

  it.each([
    ['padding that is a row higher', 'rtl/student_pool_maps.v', '.TOP           (1)', '.TOP           (2)'],
    ['another stride', 'rtl/student_pool_maps.v', '.STRIDE_X      (2)', '.STRIDE_X      (1)'],
    [
      'a line that is written for some cells only',
      'rtl/espalier_window.v',
      'if (step) lines[',
      'if (step & s_data_i[0]) lines[',
    ],
    [
      'positions that are counted too far',
      'rtl/espalier_window.v',
      'top_q + STRIDE_Y[COUNT_WIDTH-1:0];',
      "top_q + STRIDE_Y[COUNT_WIDTH-1:0] + 1'b1;",
    ],
    [
      'columns that go on past the row',
      'rtl/espalier_window.v',
      'wire row_ends = column_q == LAST_COLUMN',
      'wire row_ends = column_q > LAST_COLUMN',
    ],
    [
      'maps that end before their last window',
      'rtl/espalier_window.v',
      'step & all_in & all_out',
      'step & all_in',
    ],
    [
      'cells that are not collected in order',
      'rtl/espalier_collect.v',
      '{s_data_i, data_q}',
      '{data_q, s_data_i}',
    ],
  ])('are not proved with %s', async (_, file, from, to) => {
    const folder = emitTo(STUDENT, { architecture: 'parallel' });
    edit(folder, file, (text) => {
      expect(text).toContain(from);
      return text.replace(from, to);
    });
    expect((await proveFolder(folder)).status).not.toBe('proved');
  });

  it.each([
    ['another code in the padding', { outside: -8 }, '-8', 'padding of 0'],
    ['a tap that there is not', { tap: 9 }, 'tap 9', 'taps of its window'],
  ])('are not proved by a manifest that names %s', async (_, change, got, wanted) => {
    const folder = emitTo(STUDENT, { architecture: 'parallel' });
    edit(folder, 'manifest.json', (text) => {
      const manifest = JSON.parse(text);
      Object.assign(manifest.traces[0].window.fields[0], change);
      return JSON.stringify(manifest);
    });
    await expect(proveFolder(folder)).rejects.toThrow(
      `manifest.json.traces, the window of conv: got ${got}, wanted ${wanted} (emit the design again) [prove/traces]`,
    );
  });

  it('name the layer and the unit that is wrong first', async () => {
    const folder = emitTo(STUDENT, { architecture: 'parallel' });
    edit(folder, 'rtl/student_pool.v', (text) => text.replace(' > ', ' < '));
    const record = await simulate(folder, {
      traceLayers: true,
      cacheFolder: CACHE,
      engine: 'embedded',
      random: 50,
      seed: 1,
    });
    expect(record.difference).toMatchObject({ kind: 'layer', layer: 'pool' });
    expect(record.difference?.field).toMatch(/^unit \d+ \(channel \d+, row \d+, column \d+\)$/);
  });
});
