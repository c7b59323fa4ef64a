import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { lowerGraph, type Repeats } from '../../src/lower/lower.js';
import type { LoweredNode } from '../../src/lower/types.js';
import { networkFromJson } from '../../src/network/json.js';
import { referenceModel } from '../../src/network/reference.js';
import { randomGraph } from '../support/graphs.js';
import { runGraph } from '../support/lowered-graph.js';
import { randomInput, randomNetwork } from '../support/networks.js';

/** A code that a node gives lies among those that it is said to give. */
const checkRange = (node: LoweredNode, codes: readonly number[]) => {
  codes.forEach((code, at) => {
    const { low, high } = node.channels[at % node.channels.length].codes;
    expect(code >= low && code <= high, `${node.name}: ${code} not in ${low}..${high}`).toBe(true);
  });
};

const ROUNDS = Number(process.env.ROUNDS ?? 150);

const conv = (name: string, kernel: number[][][][], rest: object = {}) => ({
  kind: 'conv2d',
  name,
  kernel: { format: 'fixed<4,4>', codes: kernel },
  bias: { format: 'fixed<4,4>', codes: kernel[0][0][0].map((_, unit) => unit) },
  strides: [1, 1],
  padding: [1, 1, 1, 1],
  finish: {
    activation: 'relu',
    output: { format: 'ufixed<4,4>', rounding: 'TRN', overflow: 'SAT' },
  },
  ...rest,
});

const network = (layers: readonly object[], shape = [5, 4, 1]) =>
  networkFromJson(
    JSON.stringify({
      schema: 'espalier/network',
      version: 2,
      name: 'map',
      input: { shape, format: 'ufixed<4,4>' },
      layers,
      head: { kind: 'values' },
    }),
  );

/** A 3x3 kernel of one channel, for units of these weights in the middle and at the left. */
const kernel = (...units: [middle: number, left: number][]) =>
  [0, 1, 2].map((row) =>
    [0, 1, 2].map((column) => [
      units.map(([middle, left]) => (row !== 1 ? 0 : column === 1 ? middle : column === 0 ? left : 0)),
    ]),
  );

describe('the lowered graph', () => {
  it('says what a convolution does at every position once, without zeros', () => {
    const [node] = lowerGraph(network([conv('only', kernel([2, 0], [1, -3]))]), 'read').nodes;
    expect(node).toMatchObject({
      kind: 'sums',
      name: 'only',
      positions: [5, 4],
      reads: { kind: 'window', shape: [5, 4], channels: [{ node: -1, channel: 0 }] },
      rows: [
        { terms: [{ input: 4, weight: 2 }], bias: 0, codes: { low: 0, high: 15 } },
        {
          terms: [
            { input: 3, weight: -3 },
            { input: 4, weight: 1 },
          ],
          bias: 1,
        },
      ],
      denseTerms: 5 * 4 * 9 * 2,
    });
  });

  it('drops channels that nobody reads, and folds a constant one where no padding lies beside it', () => {
    const first = conv('first', kernel([1, 0], [0, 0], [3, 0]), { padding: [0, 0, 0, 0] });
    const pointwise = (padding: number[]) => ({
      ...conv('second', [[[[2], [5], [0]]]]),
      bias: { format: 'fixed<4,4>', codes: [1] },
      padding,
    });
    const folded = lowerGraph(network([first, pointwise([0, 0, 0, 0])]), 'read');
    // The second channel is always 1, the third one is not read.
    expect(folded.nodes.map(({ channels }) => channels.map(({ unit }) => unit))).toEqual([[0], [0]]);
    expect(folded.nodes[1]).toMatchObject({ rows: [{ terms: [{ input: 0, weight: 2 }], bias: 6 }] });
    // Beside it lies a 0: it stays.
    const kept = lowerGraph(network([first, pointwise([1, 0, 0, 0])]), 'read');
    expect(kept.nodes.map(({ channels }) => channels.map(({ unit }) => unit))).toEqual([[0, 1], [0]]);
    expect(kept.nodes[1]).toMatchObject({ rows: [{ bias: 1 }] });
  });

  it('says of a sum of maps what it does at one position', () => {
    const sum = {
      kind: 'add',
      name: 'sum',
      from: ['left', 'right'],
      units: 2,
      signs: [1, 1],
      finish: { activation: 'linear', output: 'exact' },
    };
    const layers = [
      conv('left', kernel([1, 2], [2, 1]), { from: ['input'] }),
      conv('right', kernel([3, 2], [2, 3]), { from: ['input'] }),
      sum,
    ];
    const { nodes } = lowerGraph(network(layers), 'read');
    expect(nodes[2]).toMatchObject({
      positions: [5, 4],
      reads: {
        kind: 'window',
        window: { size: [1, 1] },
        channels: [
          { node: 0, channel: 0 },
          { node: 0, channel: 1 },
          { node: 1, channel: 0 },
          { node: 1, channel: 1 },
        ],
      },
      rows: [
        {
          terms: [
            { input: 0, weight: 1 },
            { input: 2, weight: 1 },
          ],
        },
        {
          terms: [
            { input: 1, weight: 1 },
            { input: 3, weight: 1 },
          ],
        },
      ],
    });
  });

  const pad = (before: number[], after: number[]) => ({
    ...{ kind: 'move', name: 'moved' },
    move: { kind: 'pad', before: [...before, 0], after: [...after, 0] },
  });
  const crop = (begin: number[], end: number[]) => ({
    ...{ kind: 'move', name: 'moved' },
    move: { kind: 'crop', begin: [...begin, 0], end: [...end, 1] },
  });
  const inner = conv('only', kernel([2, 1]), { padding: [0, 0, 0, 0] });
  const pool = { kind: 'max_pool', name: 'only', window: [2, 2], strides: [1, 1] };

  it.each([
    ['zeros round a map', [pad([1, 2], [0, 1]), inner], [1, 0, 2, 1]],
    ['zeros beside padding', [pad([1, 0], [0, 1]), { ...inner, padding: [1, 1, 0, 0] }], [2, 1, 0, 1]],
    ['cells that are left out', [crop([1, 0], [5, 3]), inner], [-1, 0, 0, -1]],
    ['zeros under a pool of codes that are never less', [pad([1, 0], [0, 0]), pool], [1, 0, 0, 0]],
    ['cells that a pool leaves out', [crop([1, 0], [5, 3]), pool], [-1, 0, 0, -1]],
  ])('has them in the window that reads them: %s', (_, layers, padding) => {
    const { nodes } = lowerGraph(network(layers), 'read');
    expect(nodes).toHaveLength(1);
    expect(nodes[0]).toMatchObject({ reads: { kind: 'window', window: { padding }, shape: [5, 4] } });
  });

  const up = { kind: 'upsample', name: 'up', factors: [2, 3] };
  const moves = (layers: readonly object[], repeats: Repeats) =>
    lowerGraph(network(layers), repeats).nodes.filter(({ kind }) => kind === 'move').length;

  it.each([
    ['as they are', [up, inner], [10, 12], [0, 0, 0, 0]],
    ['with zeros round them', [up, pad([1, 2], [0, 1]), inner], [10, 12], [1, 0, 2, 1]],
    ['some of them', [up, crop([1, 2], [10, 11]), inner], [10, 12], [-1, 0, -2, -1]],
    ['with zeros that are repeated too', [pad([1, 0], [0, 1]), up, inner], [10, 12], [2, 0, 0, 3]],
    ['twice', [up, { ...up, name: 'again' }, inner], [20, 36], [0, 0, 0, 0]],
  ])(
    'reads the places of a map that are repeated where they are, or has them moved: %s',
    (_, layers, shape, padding) => {
      const { nodes } = lowerGraph(network(layers), 'read');
      expect(nodes).toHaveLength(1);
      expect(nodes[0]).toMatchObject({ reads: { kind: 'window', window: { padding }, shape } });
      expect(moves(layers, 'moved')).toBe(1);
    },
  );

  it.each([
    ['padding where cells are left out', [crop([1, 0], [5, 4]), { ...inner, padding: [1, 0, 0, 0] }]],
    ['a pool that zeros alone lie under', [pad([2, 0], [0, 0]), pool]],
    [
      'a pool of codes that may be less than the zeros beside them',
      [
        conv('first', kernel([1, -2]), {
          finish: {
            activation: 'linear',
            output: { format: 'fixed<6,6>', rounding: 'TRN', overflow: 'SAT' },
          },
        }),
        pad([1, 0], [0, 0]),
        pool,
      ],
    ],
  ])('moves codes by themselves where that would not be the same: %s', (_, layers) => {
    expect(lowerGraph(network(layers), 'read').nodes.map(({ kind }) => kind)).toContain('move');
  });

  it.each([
    ['small graphs of all kinds', (random: Random) => randomGraph(random)],
    ['larger maps', (random: Random) => randomGraph(random, { maxCodes: 60, maxInputs: 12 })],
    ['perceptrons', (random: Random) => randomNetwork(random)],
  ])('gives what the network gives: %s', (stream, make) => {
    const random = new Random(1, `lowered ${stream}`);
    for (let round = 0; round < ROUNDS; round++) {
      const network = make(random);
      const reference = referenceModel(network);
      for (const repeats of ['read', 'moved'] as const) {
        const lowered = lowerGraph(network, repeats);
        for (let sample = 0; sample < 12; sample++) {
          const codes = randomInput(random, network);
          const said = runGraph(lowered, codes, checkRange);
          const kinds = JSON.stringify(network.layers.map(({ kind }) => kind));
          expect(said, `network ${round}: ${kinds}`).toEqual(reference(codes).outputs);
        }
      }
    }
  });
});
