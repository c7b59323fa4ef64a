import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { describeDifference } from '../../src/cosim/record.js';
import { simulate } from '../../src/cosim/simulate.js';
import { emitDesign } from '../../src/emit/design.js';
import type { HardwareConfig } from '../../src/emit/hardware-config.js';
import type { Manifest } from '../../src/emit/manifest.js';
import { parseManifest } from '../../src/emit/read-design.js';
import { networkFromJson } from '../../src/network/json.js';
import { CACHE, complaints, edit, emitTo, proveFolder, samplingFinds } from '../prove/designs.js';

const RELU = { activation: 'relu', output: { format: 'ufixed<4,4>', rounding: 'RND', overflow: 'SAT' } };

/** A convolution with a seeded kernel. */
function conv(name: string, size: number, [channels, units]: readonly number[], rest: object = {}) {
  const random = new Random(11, name);
  const side = Array.from({ length: size }, (_, at) => at);
  return {
    kind: 'conv2d',
    name,
    kernel: {
      format: 'fixed<3,3>',
      codes: side.map(() =>
        side.map(() =>
          Array.from({ length: channels }, () =>
            Array.from({ length: units }, () => random.pick([0, 1, -1, 2, -3])),
          ),
        ),
      ),
    },
    bias: { format: 'fixed<4,4>', codes: Array.from({ length: units }, (_, unit) => unit - 1) },
    strides: [1, 1],
    padding: size === 3 ? [1, 1, 1, 1] : [0, 0, 0, 0],
    finish: RELU,
    ...rest,
  };
}

const add = (name: string, units: number, ...from: readonly string[]) => ({
  kind: 'add',
  name,
  from,
  units,
  signs: from.map(() => 1),
  finish: RELU,
});

const networkOf = (shape: readonly number[], ...layers: readonly object[]) =>
  networkFromJson(
    JSON.stringify({
      schema: 'espalier/network',
      version: 2,
      name: 'branched',
      input: { shape, format: 'fixed<3,3>' },
      layers,
      head: { kind: 'values' },
    }),
  );

/** Two residual blocks, the second one with strides and a convolution of its own beside it. */
const RESIDUAL = networkOf(
  [4, 6, 1],
  conv('stem', 3, [1, 2]),
  conv('one', 3, [2, 2], { from: ['stem'] }),
  conv('two', 3, [2, 2]),
  add('sum', 2, 'two', 'stem'),
  conv('down', 3, [2, 3], { strides: [2, 2], from: ['sum'] }),
  conv('even', 3, [3, 3]),
  conv('skip', 1, [2, 3], { strides: [2, 2], from: ['sum'] }),
  add('last', 3, 'even', 'skip'),
);

/** Branches of one convolution, of a pool and of none, one behind the other. */
const CONCAT = networkOf(
  [4, 5, 2],
  conv('left', 3, [2, 2], { from: ['input'] }),
  {
    kind: 'max_pool',
    name: 'right',
    window: [3, 3],
    strides: [1, 1],
    padding: [1, 1, 1, 1],
    from: ['input'],
  },
  { kind: 'concat', name: 'both', from: ['left', 'input', 'right'], axis: 2 },
  conv('mixed', 1, [6, 2]),
);

const up = (name: string, ...factors: readonly number[]) => ({ kind: 'upsample', name, factors });

/** A map whose cells are there four times each, in a sum and beside it too; then one with each three times across, cut off. */
const REPEATED = networkOf(
  [3, 4, 1],
  conv('stem', 3, [1, 2]),
  up('up', 2, 2),
  conv('fine', 3, [2, 2]),
  add('sum', 2, 'fine', 'up'),
  { kind: 'concat', name: 'both', from: ['sum', 'up'], axis: 2 },
  conv('mixed', 3, [4, 2], { strides: [2, 2] }),
  up('wide', 1, 3),
  { kind: 'move', name: 'cut', move: { kind: 'crop', begin: [0, 1, 0], end: [3, 8, 2] } },
  conv('last', 3, [2, 2], { padding: [0, 0, 0, 0] }),
);

const manifestOf = (network: typeof RESIDUAL, hardware: HardwareConfig): Manifest =>
  parseManifest(
    emitDesign(network, hardware, { version: '0', command: 'test' }).get('manifest.json') as string,
  );

const DESIGNS = [
  ['a position a clock', { architecture: 'parallel' }],
  ['on two lanes', { architecture: 'serial', lanes: 2 }],
  ['on lanes for an interval', { architecture: 'serial', interval: 200 }],
] as const;

describe.each([
  ['residual connections', RESIDUAL, ['stem', 'one', 'two', 'sum', 'down', 'even', 'skip', 'last']],
  ['branches side by side', CONCAT, ['left', 'right', 'mixed']],
  ['maps that are repeated', REPEATED, ['stem', 'fine', 'sum', 'mixed', 'last']],
] as const)('%s', (_, network, layers) => {
  it.each(DESIGNS)('stream through one group: %s', (__, hardware) => {
    const { traces, timing } = manifestOf(network, hardware);
    expect(traces.map(({ layer, path }) => `${path[0]}.${layer}`)).toEqual(
      layers.map((layer) => `${layers.at(-1)}_layer.${layer}`),
    );
    expect(new Set(timing.layers.map(({ interval }) => interval)).size).toBe(1);
  });

  it.each(
    DESIGNS.flatMap(([name, hardware]) =>
      (['embedded', 'icarus'] as const).map((engine) => ({ name, engine, hardware })),
    ),
  )(
    'equal the reference in every layer, measured as predicted: $name, $engine',
    async ({ engine, hardware }) => {
      const options = { traceLayers: true, cacheFolder: CACHE, engine, random: 20, seed: 5 };
      const record = await simulate(emitTo(network, hardware), options);
      expect(record.difference === null ? '' : describeDifference(record.difference)).toBe('');
      expect(record.interval?.measured).toEqual({
        least: record.interval?.predicted,
        greatest: record.interval?.predicted,
      });
      expect(record.passed).toBe(true);
    },
  );

  it.each(DESIGNS)('are proved: %s', async (__, hardware) => {
    const certificate = await proveFolder(emitTo(network, hardware));
    expect([certificate.status, ...complaints(certificate)]).toEqual(['proved']);
  });
});

describe('what goes round a layer over maps', () => {
  it('waits on lanes in exactly as many places as it needs', async () => {
    const folder = emitTo(RESIDUAL, { architecture: 'serial', lanes: 2, operands: 'registers' });
    expect(await samplingFinds(folder, 60)).toBe(false);
    edit(folder, 'rtl/branched_one.v', (text) =>
      text.replace(/\.DEPTH {7}\((\d+)\)/, (_, depth) => `.DEPTH       (${depth - 1})`),
    );
    expect(await samplingFinds(folder, 60)).toBe(true);
    expect((await proveFolder(folder)).status).not.toBe('proved');
  });

  it('is not proved where it comes from another column', async () => {
    const folder = emitTo(RESIDUAL, { architecture: 'parallel' });
    edit(folder, 'rtl/branched_last_maps.v', (text) =>
      text.replace(/\.LEFT {10}\(1\)/, '.LEFT          (0)'),
    );
    expect((await proveFolder(folder)).status).not.toBe('proved');
  });
});
