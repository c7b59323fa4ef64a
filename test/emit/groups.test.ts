import { describe, expect, it } from 'vitest';
import { denseNetwork } from '../../bench/support/networks.js';
import { describeDifference } from '../../src/cosim/record.js';
import { simulate } from '../../src/cosim/simulate.js';
import type { HardwareConfig } from '../../src/emit/hardware-config.js';
import { planDesign } from '../../src/emit/plan.js';
import type { AddLayer } from '../../src/network/layers/add.js';
import type { QuantizedNetwork } from '../../src/network/types.js';
import { CACHE, complaints, emitTo, proveFolder } from '../prove/designs.js';

const CHAIN = denseNetwork([6, 5, 4, 4, 3], 0.7);
const NAMES = CHAIN.layers.map(({ name }) => name);

/** The last layer reads the sum of what the first and the third give. */
function residualNetwork(): QuantizedNetwork {
  const network = denseNetwork([5, 4, 4, 4, 2], 0.7);
  const [first, second, third, last] = network.layers;
  const sum: AddLayer = {
    kind: 'add',
    name: 'sum',
    from: [first.name, third.name],
    units: 4,
    signs: [1, 1],
    activation: 'linear',
    output: 'exact',
  };
  return { ...network, layers: [first, second, third, sum, last] };
}

const RESIDUAL = residualNetwork();

const engines = (network: QuantizedNetwork, of: (index: number) => string): HardwareConfig => ({
  architecture: 'serial',
  lanes: 2,
  layers: Object.fromEntries(network.layers.map(({ name }, index) => [name, { engine: of(index) }])),
});

const PATTERNS = {
  'a parallel first layer': (index: number) => (index === 0 ? 'parallel' : 'serial'),
  'a serial first layer': (index: number) => (index === 0 ? 'serial' : 'parallel'),
  'engines in turn': (index: number) => (index % 2 === 0 ? 'serial' : 'parallel'),
};

describe.each(Object.entries(PATTERNS))('a design with %s', (_, of) => {
  const designs = (['a chain', 'a residual connection'] as const).flatMap((what) =>
    ([8, 32, 'all'] as const).map((width) => ({ what, width })),
  );

  it.each(designs)(
    'equals the reference in its stated cycles, and is proved: %o',
    async ({ what, width }) => {
      const network = what === 'a chain' ? CHAIN : RESIDUAL;
      const folder = emitTo(network, { ...engines(network, of), stream: { width } });
      // Icarus is slow, and there to read the Verilog once more: that takes fewer samples.
      for (const [engine, random] of [
        ['embedded', 200],
        ['icarus', 40],
      ] as const) {
        const { difference, passed, interval, latency } = await simulate(folder, {
          traceLayers: true,
          cacheFolder: CACHE,
          engine,
          random,
          seed: 1,
        });
        expect(difference === null ? 'no difference' : describeDifference(difference)).toBe('no difference');
        expect(interval.measured).toEqual({ least: interval.predicted, greatest: interval.predicted });
        expect(latency.measured).toEqual({ least: latency.predicted, greatest: latency.predicted });
        expect(passed).toBe(true);
      }
      const certificate = await proveFolder(folder);
      expect([certificate.status, ...complaints(certificate)]).toEqual(['proved']);
    },
  );
});

describe('the plan of a design with several engines', () => {
  it('has lanes as the serial engine alone has them, and the interval of the slowest layer', () => {
    const serial = planDesign(CHAIN, { architecture: 'serial', lanes: 2 }).facts.timing.layers;
    const { architecture, timing } = planDesign(CHAIN, engines(CHAIN, PATTERNS['engines in turn'])).facts;
    expect(architecture).toBe('mixed');
    expect(timing.layers.map(({ lanes }) => lanes)).toEqual([2, undefined, 2, undefined]);
    for (const index of [0, 2]) expect(timing.layers[index]).toEqual(serial[index]);
    expect(timing.interval).toBe(Math.max(...timing.layers.map(({ interval }) => interval)));
  });

  it('is that of one engine where all layers have the same', () => {
    const layers = Object.fromEntries(NAMES.map((name) => [name, { engine: 'parallel' }]));
    expect(planDesign(CHAIN, { architecture: 'serial', layers }).facts).toEqual(
      planDesign(CHAIN, { architecture: 'parallel' }).facts,
    );
  });
});
