import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { simulate } from '../../../src/cosim/simulate.js';
import type { HardwareConfig } from '../../../src/emit/hardware-config.js';
import { planDesign } from '../../../src/emit/plan.js';
import type { DenseLayer } from '../../../src/network/layers/dense.js';
import type { DenseNetwork, Head } from '../../../src/network/types.js';
import { CACHE } from '../../cosim/fixture.js';
import { edit, emitTo, proveFolder } from '../../prove/designs.js';

const BEATS = { architecture: 'serial', stream: { width: 8 } } as const;

/** Six inputs, and an output for each number of weights: of six, they are large; sums of such a width, or as they are. */
function networkOf(words: readonly number[], width?: number, head: Head = { kind: 'argmax' }): DenseNetwork {
  const random = new Random(3, 'in turn');
  const weight = { signed: true, width: 12, integer: 12 };
  const layer: DenseLayer = {
    kind: 'dense',
    name: 'scores',
    kernel: {
      formats: words.map(() => weight),
      codes: Array.from({ length: 6 }, (_, input) =>
        words.map((count) => {
          const odd = 2 * random.integer(0, 15) + 1;
          return input < count ? odd + (count === 6 ? 1024 : 0) : 0;
        }),
      ),
    },
    bias: { formats: words.map(() => weight), codes: words.map(() => random.integer(0, 20)) },
    activation: 'linear',
    output:
      width === undefined
        ? 'exact'
        : words.map(() => ({
            format: { signed: true, width, integer: width },
            rounding: 'RND' as const,
            overflow: 'SAT' as const,
          })),
  };
  return {
    name: 'turn',
    input: { formats: Array(6).fill({ signed: true, width: 7, integer: 7 }), names: [] },
    layers: [layer],
    head,
    labels: [],
    provenance: {},
  };
}

const isInTurn = (network: DenseNetwork, hardware: HardwareConfig = BEATS): boolean =>
  planDesign(network, hardware).primitives.includes('espalier_results');

const seen = (folder: string) => simulate(folder, { random: 300, cacheFolder: CACHE });

describe('results that leave one by one', () => {
  it('take the place of the register of all of them, wherever they can', () => {
    expect(isInTurn(networkOf([6, 5, 4]))).toBe(true);
    expect(isInTurn(networkOf([6, 5, 4], undefined, { kind: 'values' }))).toBe(true);
    expect(isInTurn(networkOf([6, 5, 4], 8))).toBe(true);
    expect(isInTurn(networkOf([6, 5, 4]), { ...BEATS, operands: 'registers' })).toBe(false);
    expect(isInTurn(networkOf([6, 5, 4]), { ...BEATS, lanes: 2 })).toBe(false);
    expect(isInTurn(networkOf([6, 5, 4]), { architecture: 'parallel', stream: { width: 8 } })).toBe(false);
  });

  it('leave as a whole where several share a beat, or one is there before the one before it has left', () => {
    expect(isInTurn(networkOf([6, 5, 4], 4))).toBe(false);
    expect(isInTurn(networkOf([6, 1, 4]))).toBe(false);
    expect(isInTurn(networkOf([6, 5, 0]))).toBe(false);
  });

  it('are worked off in the order of the outputs', () => {
    const { facts } = planDesign(networkOf([4, 6, 5]), BEATS);
    const [{ schedule }] = facts.timing.layers;
    expect(schedule).toEqual([
      [
        { unit: 0, cycles: 4 },
        { unit: 1, cycles: 6 },
        { unit: 2, cycles: 5 },
      ],
    ]);
  });

  it('need fewer cycles to the last beat, and the same from sample to sample', () => {
    const { timing } = planDesign(networkOf([6, 6, 6]), BEATS).facts;
    const whole = planDesign(networkOf([6, 6, 6]), { ...BEATS, operands: 'registers' }).facts.timing;
    expect([timing.interval, whole.interval]).toEqual([18, 18]);
    expect(timing.latency).toBeLessThan(whole.latency);
  });

  it.each([
    ['sums of one length, the class beside the last one', networkOf([6, 5, 6, 4])],
    ['codes of a beat, the class behind them', networkOf([6, 5, 6, 4], 8)],
    ['values alone', networkOf([3, 4, 5], undefined, { kind: 'values' })],
    ['results of more and fewer beats', networkOf([4, 6, 5, 6])],
    ['as many as there are digits', networkOf([4, 6, 5, 6, 5, 4, 6, 6, 5, 6])],
  ])('%s: equal to the model with stalls, the timing as planned, proved', async (_, network) => {
    const folder = emitTo(network, BEATS);
    expect(isInTurn(network)).toBe(true);
    const record = await seen(folder);
    expect(record.passed).toBe(true);
    expect(await proveFolder(folder)).toMatchObject({ status: 'proved' });
  });

  it.each([
    ['the end of a result', ['(idle ? s_end_i : end_q)', 's_end_i']],
    ['the mark of the last beat', ['at_end & (idle ? s_last_i : last_q)', 'at_end & s_last_i']],
    ['the beats that wait', ['if (give) data_q', 'if (m_valid_o) data_q']],
  ] as const)('a broken rule is seen: %s', async (_, [from, to]) => {
    const folder = emitTo(networkOf([6, 5, 6, 4]), BEATS);
    edit(folder, 'rtl/espalier_results.v', (text) => text.replace(from, to));
    expect((await seen(folder)).passed).toBe(false);
  });
});
