import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeDifference } from '../../src/cosim/record.js';
import { simulate } from '../../src/cosim/simulate.js';
import type { HardwareConfig } from '../../src/emit/hardware-config.js';
import { readDesign } from '../../src/emit/read-design.js';
import type { QuantizedNetwork } from '../../src/network/types.js';
import { CACHE, complaints, edit, emitTo, proveFolder, samplingFinds } from '../prove/designs.js';
import { expectAccepted } from '../support/acceptance.js';
import { conv, mapNetwork, mean, SECOND } from './map-networks.js';

const ROUNDED = { format: 'fixed<5,6>', rounding: 'RND', overflow: 'SAT' };

const of = (activation: string, output: unknown) => ({ finish: { activation, output } });

const curve = {
  ...ROUNDED,
  format: 'fixed<3,5>',
  table: { format: 'ufixed<3,3>', codes: [7, 0, 3, 3, 5, 1, 2, 6] },
};

const NETWORKS: readonly [name: string, network: QuantizedNetwork][] = [
  ['between convolutions', mapNetwork([4, 5, 1], [conv(1), mean(2, [3, 3]), SECOND])],
  [
    'with strides, on an even and an odd length',
    mapNetwork([6, 7, 1], [mean(1, [3, 3], { strides: [2, 2], padding: [0, 1, 1, 1] })]),
  ],
  [
    'nearly as large as the map',
    mapNetwork([4, 3, 2], [mean(2, [5, 3], { padding: [2, 2, 1, 1] })], ['fixed<3,3>', 'ufixed<4,2>']),
  ],
  [
    'with positions under which nothing lies',
    mapNetwork([3, 3, 1], [mean(1, [2, 2], { padding: [1, 3, 0, 1], ...of('leaky_relu:0.25', [ROUNDED]) })]),
  ],
  ['exact, as far as there are taps', mapNetwork([3, 4, 1], [mean(1, [3, 3], of('relu', 'exact'))])],
  [
    'whose sums are bounded',
    mapNetwork([3, 4, 1], [mean(1, [3, 2], { padding: [1, 1, 0, 1], ...of('clip:4', [ROUNDED]) })]),
  ],
  ['looked up in a table', mapNetwork([3, 4, 1], [mean(1, [2, 3], of('linear', [curve]))])],
  [
    'that something goes round',
    mapNetwork(
      [4, 4, 2],
      [
        mean(2, [3, 3]),
        { kind: 'concat', name: 'both', from: ['pool', 'input'], axis: 2 },
        { ...SECOND, ...{ kernel: conv(1, 4).kernel } },
      ],
      'fixed<3,3>',
    ),
  ],
];

/** Of which Icarus takes seconds only. */
const LANES = 'on two lanes';

const DESIGNS: readonly [string, HardwareConfig][] = [
  ['a position a clock', { architecture: 'parallel' }],
  [LANES, { architecture: 'serial', lanes: 2, operands: 'registers', stream: { width: 8 } }],
  ['with operands in memories', { architecture: 'serial', lanes: 1, operands: 'memory' }],
];

const CASES = NETWORKS.flatMap(([name, network]) =>
  DESIGNS.map(([how, hardware]) => ({ name, how, folder: emitTo(network, hardware) })),
);

describe('means that leave padding out', () => {
  it.each(CASES)('are summed up position by position: $name, $how', ({ folder }) => {
    const { traces } = readDesign(folder).manifest;
    const parts = traces.filter(({ layer }) => layer.startsWith('pool'));
    expect(parts.map(({ layer }) => layer)).toEqual(['pool_sums', 'pool']);
    for (const { beats, columns, window } of parts) expect([beats, columns, window]).not.toContain(undefined);
  });

  it.each(CASES)('equal the reference, as fast as predicted: $name, $how', async ({ how, folder }) => {
    for (const engine of how === LANES ? (['embedded', 'icarus'] as const) : (['embedded'] as const)) {
      const options = {
        traceLayers: true,
        cacheFolder: CACHE,
        engine,
        random: 20,
        seed: 3,
        stalls: 'mixed',
      } as const;
      const { difference, passed } = await simulate(folder, options);
      expect(difference === null ? 'no difference' : describeDifference(difference)).toBe('no difference');
      expect(passed).toBe(true);
    }
  });

  it.each(CASES)('are proved: $name, $how', async ({ folder }) => {
    const certificate = await proveFolder(folder);
    expect([certificate.status, ...complaints(certificate)]).toEqual(['proved']);
  });

  it.each(CASES.filter((_, at) => at % 4 === 0))('are accepted without a word: $name, $how', ({ folder }) => {
    expectAccepted(folder, readDesign(folder).manifest);
  });
});

describe('a weight of a zone', () => {
  const meanOf = (reciprocal: string) => mapNetwork([4, 4, 1], [mean(1, [3, 3], { reciprocal })]);

  it('that is another one in a circuit is found, and not proved', async () => {
    const file = 'rtl/student_pool.v';
    const other = readFileSync(path.join(emitTo(meanOf('ufixed<6,0>'), { architecture: 'parallel' }), file));
    await expectFound(emitTo(meanOf('ufixed<6,1>'), { architecture: 'parallel' }), file, () => `${other}`);
  });

  it('that is another one in a ROM is found, and not proved', async () => {
    // The lowest bit of a word is the weight's.
    const changed = (text: string) =>
      text.replace(/^\w+/, (word) => (Number.parseInt(word, 16) ^ 1).toString(16).padStart(word.length, '0'));
    const folder = emitTo(meanOf('ufixed<6,1>'), { architecture: 'serial', lanes: 1 });
    await expectFound(folder, 'rtl/student_pool_lane0_weights.mem', changed);
  });

  async function expectFound(folder: string, file: string, change: (text: string) => string): Promise<void> {
    expect(await samplingFinds(folder, 30)).toBe(false);
    edit(folder, file, change);
    expect(await samplingFinds(folder, 30)).toBe(true);
    expect((await proveFolder(folder)).status).not.toBe('proved');
  }
});
