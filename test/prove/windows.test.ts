import { expect, it } from 'vitest';
import type { Conv2dLayer } from '../../src/network/layers/conv2d.js';
import type { MaxPoolLayer } from '../../src/network/layers/max-pool.js';
import type { QuantizedNetwork } from '../../src/network/types.js';
import { complaints, emitTo, proveFolder } from './designs.js';

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

const networkOf = (layers: QuantizedNetwork['layers']): QuantizedNetwork => ({
  name: 'sums',
  input: {
    formats: Array(SIZE * SIZE).fill({ signed: false, width: 2, integer: 2 }),
    names: [],
    shape: [SIZE, SIZE, 1],
  },
  layers,
  head: { kind: 'values' },
  labels: [],
  provenance: {},
});

// A corner of the first map is at most 12, its middle at most 27: the highest bit is 0 in the corners.
it('passes through few states where codes at the border reach less far than inside', async () => {
  const folder = emitTo(networkOf([sumOfNine('first', 5), sumOfNine('second', 8)]), {
    architecture: 'serial',
  });
  const { status, segments } = await proveFolder(folder);
  expect(status).toBe('proved');
  const states = segments.flatMap(({ to, states }) => (to === 'second window' ? [states] : []));
  expect(states).toHaveLength(1);
  // One for each cell of the map with its padding, and few more.
  expect(states[0]).toBeLessThan(1.1 * (SIZE + 2) ** 2);
});

it('has no sign where a channel is never negative, though who reads it takes it for a signed code', async () => {
  const sign = { signed: true, width: 2, integer: 2 };
  const signed = { signed: true, width: 6, integer: 6 };
  const two: Conv2dLayer = {
    ...sumOfNine('both', 6),
    kernel: { formats: [sign, sign], codes: [0, 1, 2].map(() => [0, 1, 2].map(() => [[1, -1]])) },
    bias: { formats: [sign, sign], codes: [0, 0] },
    activation: 'linear',
    output: [0, 1].map(() => ({ format: signed, rounding: 'TRN', overflow: 'SAT' })),
  };
  const pool: MaxPoolLayer = {
    kind: 'max_pool',
    name: 'pool',
    window: [2, 2],
    strides: [1, 1],
    padding: [0, 1, 0, 1],
  };
  for (const architecture of ['serial', 'parallel'] as const) {
    const certificate = await proveFolder(emitTo(networkOf([two, pool]), { architecture }));
    expect(complaints(certificate)).toEqual([]);
  }
});

it('keeps a sign of its own where its reader has more bits', async () => {
  const [narrow, wide] = [
    { signed: false, width: 3, integer: 3 },
    { signed: true, width: 5, integer: 5 },
  ];
  const both: Conv2dLayer = {
    ...sumOfNine('sums', 8),
    kernel: { formats: [ONE], codes: [0, 1, 2].map(() => [0, 1, 2].map(() => [[1], [1]])) },
  };
  const formats = Array.from({ length: SIZE * SIZE }, () => [narrow, wide]).flat();
  const mixed: QuantizedNetwork = {
    ...networkOf([both]),
    input: { formats, names: [], shape: [SIZE, SIZE, 2] },
  };
  for (const architecture of ['serial', 'parallel'] as const) {
    const certificate = await proveFolder(emitTo(mixed, { architecture }));
    expect(complaints(certificate)).toEqual([]);
  }
});
