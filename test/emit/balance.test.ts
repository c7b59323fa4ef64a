import { describe, expect, it } from 'vitest';
import { denseNetwork } from '../../bench/support/networks.js';
import { simulate } from '../../src/cosim/simulate.js';
import type { HardwareConfig } from '../../src/emit/hardware-config.js';
import { planDesign } from '../../src/emit/plan.js';
import { CACHE, complaints, emitTo, proveFolder } from '../prove/designs.js';
import { messageOf } from '../support/messages.js';
import { conv, mapNetwork, POOL, SECOND } from './map-networks.js';

const NETWORK = denseNetwork([16, 12, 8, 4], 0.6);
const SMALL = denseNetwork([6, 5, 3], 0.6);
const NAMES = NETWORK.layers.map(({ name }) => name);

const factsOf = (hardware: Omit<HardwareConfig, 'architecture'>) =>
  planDesign(NETWORK, { architecture: 'balanced', ...hardware }).facts;

/** LUTs and DSP blocks by the cost model. */
const costOf = ({ facts }: ReturnType<typeof planDesign>) => {
  const { luts = 0, lutRams = 0, dsps = 0 } = facts.estimate ?? {};
  return { luts: luts + lutRams, dsps };
};

/** All ways to give each layer one of these. */
const combinations = <T>(items: readonly T[], count: number): T[][] =>
  count === 0 ? [[]] : combinations(items, count - 1).flatMap((rest) => items.map((item) => [...rest, item]));

describe('a design that is balanced for an interval', () => {
  it.each([1, 3, 12, 60, 500])(
    'takes a sample in so many cycles, and no other choice has fewer LUTs: %i',
    (interval) => {
      const chosen = planDesign(NETWORK, { architecture: 'balanced', interval, maxDsps: 0 });
      expect(chosen.facts.timing.interval).toBeLessThanOrEqual(interval);
      const ways = [{ engine: 'serial', interval, multipliers: 'luts' }, { engine: 'parallel' }];
      for (const way of combinations(ways, NAMES.length)) {
        const layers = Object.fromEntries(NAMES.map((name, index) => [name, way[index]]));
        const other = costOf(planDesign(NETWORK, { architecture: 'serial', layers }));
        // Neighbours of one engine share registers, which a choice layer by layer does not know of.
        expect(costOf(chosen).luts).toBeLessThanOrEqual(1.02 * other.luts);
      }
    },
  );

  it('says of each layer what builds it, and why', () => {
    const { architecture, engines } = factsOf({ interval: 28 });
    expect(engines?.map(({ layer }) => layer)).toEqual(NAMES);
    expect(architecture).toBe('mixed');
    expect(engines?.map(({ engine }) => engine)).toEqual(['serial', 'parallel', 'serial']);
    expect(engines?.[1].why).toMatch(
      /^for a sample in 28 cycles parallel, a sample a clock: \d+ LUTs; not serial, on 3 lanes, products in DSP blocks: \d+ LUTs and 3 DSP blocks; not serial, on 3 lanes, products in LUTs: \d+ LUTs$/,
    );
  });

  it('keeps to what is said of a layer', () => {
    const { engines } = factsOf({ interval: 500, layers: { [NAMES[1]]: { engine: 'parallel', effort: 0 } } });
    expect(engines?.[1].engine).toBe('parallel');
    expect(engines?.[1].why).toMatch(/^for a sample in 500 cycles parallel, as it is said: \d+ LUTs$/);
  });

  it.each([4, 60])('equals the reference in its stated cycles, and is proved: %i', async (interval) => {
    for (const multipliers of ['dsp', 'luts']) {
      const folder = emitTo(SMALL, { architecture: 'balanced', interval, multipliers });
      for (const engine of ['embedded', 'icarus'] as const) {
        const options = { traceLayers: true, cacheFolder: CACHE, engine, random: 200, seed: 1 };
        expect((await simulate(folder, options)).passed).toBe(true);
      }
      const certificate = await proveFolder(folder);
      expect([certificate.status, ...complaints(certificate)]).toEqual(['proved']);
    }
  });
});

describe('a design that is balanced for limits', () => {
  it.each([{ maxLuts: 900, maxDsps: 0 }, { maxLuts: 900, maxDsps: 6 }, { maxLuts: 1200 }])(
    'keeps to them in as few cycles as they allow: %o',
    (limits) => {
      const plan = planDesign(NETWORK, { architecture: 'balanced', ...limits });
      const { interval } = plan.facts.timing;
      expect(costOf(plan).luts).toBeLessThanOrEqual(1.02 * limits.maxLuts);
      expect(costOf(plan).dsps).toBeLessThanOrEqual(limits.maxDsps ?? Number.POSITIVE_INFINITY);
      expect(messageOf(() => factsOf({ interval: interval - 1, ...limits }))).toMatch(
        new RegExp(
          `wanted an interval of at least ${interval}, or higher limits: nothing within these is faster`,
        ),
      );
    },
  );

  it('has no multiplier in LUTs, or none in DSP blocks, where that is wanted', () => {
    expect(factsOf({ interval: 20, multipliers: 'luts' }).estimate?.dsps).toBeUndefined();
    expect(factsOf({ interval: 200, multipliers: 'dsp' }).estimate?.dsps).toBeGreaterThan(0);
  });
});

describe('neighbours over maps', () => {
  const maps = mapNetwork([10, 10, 1], [conv(1), POOL, SECOND], 'fixed<8,8>');
  const plan = (hardware: Omit<HardwareConfig, 'architecture'>) =>
    planDesign(maps, { architecture: 'balanced', stream: { width: 8 }, ...hardware });

  it.each([{ interval: 420 }, { maxLuts: 650, maxDsps: 4 }])(
    'have one engine, so that cells go on to the next layer as they come: %o',
    (aim) => {
      const made = plan(aim);
      const { luts, dsps } = costOf(made);
      const { interval = 3200, maxLuts = 1000, maxDsps = 0 } = aim;
      expect(made.facts.timing.interval).toBeLessThanOrEqual(interval);
      expect([luts <= 1.02 * maxLuts, dsps <= maxDsps]).toEqual([true, true]);
      expect(made.facts.engines?.map((one) => one.engine)).toEqual(['parallel', 'parallel', 'parallel']);
      expect(made.facts.engines?.[0].why).toMatch(
        /^for a sample in \d+ cycles (parallel, a position of a map a clock|serial, on \d+ lanes, products in DSP blocks): /,
      );
      // Between two groups a whole map would wait in registers; the last one's waits in a memory.
      expect(made.facts.traces.filter(({ whole }) => whole !== undefined)).toEqual([]);
      expect(made.facts.kept?.layer).toBe(maps.layers[maps.layers.length - 1].name);
    },
  );
});

describe('the least LUTs of layers over maps', () => {
  const maps = mapNetwork([10, 10, 1], [conv(1), POOL, SECOND], 'fixed<8,8>');
  const plan = (limits: { maxLuts: number; maxDsps: number }) =>
    planDesign(maps, { architecture: 'balanced', stream: { width: 8 }, ...limits });

  it.each([0, 4])('are those of the design that has them, with %i DSP blocks', (maxDsps) => {
    const said = messageOf(() => plan({ maxLuts: 50, maxDsps }));
    const least = Number(/at least (\d+) LUTs/.exec(said)?.[1]);
    const { luts } = costOf(plan({ maxLuts: least, maxDsps: 4 }));
    expect([luts >= 0.98 * least, luts <= least]).toEqual([true, true]);
  });
});

describe('what cannot be balanced', () => {
  const refusal = (hardware: Parameters<typeof factsOf>[0]) => messageOf(() => factsOf(hardware));

  it('is refused with what is needed, and what comes nearest', () => {
    expect(refusal({})).toBe(
      'hardware: got nothing that the balanced architecture could aim at, wanted interval, maxLuts or maxDsps, or ' +
        'several of them [hardware/balance-aim]',
    );
    expect(refusal({ maxLuts: 50 })).toMatch(
      /^hardware: got maxLuts 50, wanted at least \d+ LUTs and 3 DSP blocks: what takes the fewest LUTs, a sample in \d+ cycles \[hardware\/balance-limits\]$/,
    );
    expect(refusal({ interval: 4, maxLuts: 1000, maxDsps: 0 })).toMatch(
      /^hardware: got interval 4, maxLuts 1000, maxDsps 0, wanted an interval of at least \d+, or higher limits: nothing within these is faster \[hardware\/balance-limits\]$/,
    );
    expect(refusal({ interval: 1, stream: { width: 8 } })).toBe(
      'hardware.interval: got 1, wanted at least 16, the beats of a sample (raise hardware.stream.width (--beat)) ' +
        '[hardware/interval]',
    );
  });

  it('is refused where options are not of it', () => {
    expect(refusal({ interval: 9, lanes: 2 })).toBe(
      'hardware.lanes: got an option of the serial architecture, wanted an option of the balanced architecture: ' +
        'interval, maxLuts, maxDsps, multipliers, stream, layers, board, inputs (leave it out, or choose hardware.architecture ' +
        'serial (--architecture serial)) [hardware/other-option]',
    );
    expect(refusal({ interval: 9, layers: { [NAMES[0]]: { lanes: 2 } } })).toBe(
      `hardware.layers.${NAMES[0]}.engine: got nothing, wanted one of serial, parallel [hardware/architecture]`,
    );
  });
});
