import { expect, it } from 'vitest';
import type { Conv2dLayer } from '../../src/network/layers/conv2d.js';
import type { QuantizedNetwork } from '../../src/network/types.js';
import { emitTo, proveFolder } from './designs.js';

const SIZE = 10;
const ONE = { signed: false, width: 1, integer: 1 };
const SUM = { signed: false, width: 5, integer: 5 };

/** The sum of the nine cells round each. */
const sumOfNine = (name: string, width: number): Conv2dLayer => ({
  kind: 'conv2d',
  name,
  kernel: { formats: [ONE], codes: [0, 1, 2].map(() => [0, 1, 2].map(() => [[1]])) },
  bias: { formats: [ONE], codes: [0] },
  strides: [1, 1],
  padding: [1, 1, 1, 1],
  dilation: [1, 1],
  groups: 1,
  activation: 'relu',
  output: [{ format: { ...SUM, width, integer: width }, rounding: 'TRN', overflow: 'SAT' }],
});

const NETWORK: QuantizedNetwork = {
  name: 'sums',
  input: {
    formats: Array(SIZE * SIZE).fill({ signed: false, width: 2, integer: 2 }),
    names: [],
    shape: [SIZE, SIZE, 1],
  },
  layers: [sumOfNine('first', 5), sumOfNine('second', 8)],
  head: { kind: 'values' },
  labels: [],
  provenance: {},
};

// A corner of the first map is at most 12, its middle at most 27: the highest bit is 0 in the corners.
it('passes through few states where codes at the border reach less far than inside', async () => {
  const folder = emitTo(NETWORK, { architecture: 'serial' });
  const { status, segments } = await proveFolder(folder);
  expect(status).toBe('proved');
  const states = segments.flatMap(({ to, states }) => (to === 'second window' ? [states] : []));
  expect(states).toHaveLength(1);
  // One for each cell of the map with its padding, and few more.
  expect(states[0]).toBeLessThan(1.1 * (SIZE + 2) ** 2);
});
