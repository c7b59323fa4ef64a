import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { lowerNetwork } from '../../src/network/affine.js';
import { networkFromJson, networkToJson } from '../../src/network/json.js';
import type { AddLayer } from '../../src/network/layers/add.js';
import type { DenseLayer } from '../../src/network/layers/dense.js';
import { LAYER_KINDS } from '../../src/network/layers/index.js';
import { referenceModel } from '../../src/network/reference.js';
import { chainOf } from '../../src/network/stages.js';
import type { QuantizedNetwork } from '../../src/network/types.js';
import { randomGraph } from '../support/graphs.js';
import { runLowered } from '../support/lowered.js';
import { messageOf } from '../support/messages.js';
import { randomInput } from '../support/networks.js';

const format = (width: number, integer: number) => ({ signed: true, width, integer });
const rounded = (width: number, integer: number) => ({
  format: format(width, integer),
  rounding: 'RND' as const,
  overflow: 'SAT' as const,
});

const HIDDEN: DenseLayer = {
  kind: 'dense',
  name: 'hidden',
  kernel: {
    formats: [format(4, 4), format(4, 4)],
    codes: [
      [1, 2],
      [0, -1],
    ],
  },
  bias: { formats: [format(4, 4), format(4, 4)], codes: [3, 0] },
  activation: 'relu',
  output: [rounded(8, 8), rounded(8, 8)],
};

const SUM: AddLayer = {
  kind: 'add',
  name: 'sum',
  from: ['hidden', 'input'],
  units: 2,
  signs: [1, -1],
  activation: 'linear',
  output: 'exact',
};

/** x → dense → + x, twice as far apart: a residual connection whose sums can be checked by hand. */
const RESIDUAL: QuantizedNetwork = {
  name: 'residual',
  input: { formats: [format(6, 6), format(6, 6)], names: [] },
  layers: [HIDDEN, SUM],
  head: { kind: 'values' },
  labels: [],
  provenance: {},
};

describe('a graph of layers', () => {
  it('means what is computed by hand', () => {
    // hidden = relu([x0 + 3, 2·x0 − x1]), sum = hidden − x.
    const run = referenceModel(RESIDUAL);
    expect(run([4, -5]).outputs).toEqual([4 + 3 - 4, 8 + 5 + 5]);
    expect(run([-10, 7]).outputs).toEqual([0 + 10, 0 - 7]);
  });

  it('hands on what a later layer reads, once per stage', () => {
    const { stages, outputs } = chainOf(RESIDUAL);
    expect(
      stages.map(({ name, rows }) => [name, rows.map(({ value }) => [value.layer, value.unit])]),
    ).toEqual([
      [
        'hidden',
        [
          [0, 0],
          [0, 1],
          [-1, 0],
          [-1, 1],
        ],
      ],
      [
        'sum',
        [
          [1, 0],
          [1, 1],
        ],
      ],
    ]);
    expect(outputs).toEqual([0, 1]);
  });

  it('lowered equals the reference, of every kind', () => {
    const random = new Random(11, 'graphs');
    const kinds = new Set<string>();
    for (let round = 0; round < 400; round++) {
      const network = randomGraph(random);
      for (const { kind } of network.layers) kinds.add(kind);
      const run = referenceModel(network);
      for (let sample = 0; sample < 20; sample++) {
        const codes = randomInput(random, network);
        expect(runLowered(lowerNetwork(network), codes), `round ${round}, ${networkToJson(network)}`).toEqual(
          run(codes).outputs,
        );
      }
    }
    expect([...kinds].sort()).toEqual(LAYER_KINDS.map(({ kind }) => kind).sort());
  });

  it('is the same network after JSON, in version 2', () => {
    const random = new Random(12, 'graphs');
    for (let round = 0; round < 100; round++) {
      const network = randomGraph(random);
      const text = networkToJson(network);
      expect(networkFromJson(text)).toEqual(network);
      expect(JSON.parse(text).version).toBe(2);
    }
  });

  it('that is a chain of dense layers is still written in version 1', () => {
    const { layers } = RESIDUAL;
    expect(JSON.parse(networkToJson({ ...RESIDUAL, layers: layers.slice(0, 1) })).version).toBe(1);
  });
});

describe('what is wrong with a graph is said', () => {
  const refused = (layers: unknown[]) =>
    messageOf(() => {
      const plain = JSON.parse(networkToJson(RESIDUAL));
      networkFromJson(JSON.stringify({ ...plain, layers }), 'n.json');
    });
  const [hidden, sum] = JSON.parse(networkToJson(RESIDUAL)).layers;

  it.each<[what: string, layers: unknown[], message: string]>([
    [
      'a layer that is not there, or stands behind',
      [hidden, { ...sum, from: ['hidden', 'later'] }],
      'n.json.layers[1].from[1]: got "later", wanted one of input, hidden [network/name]',
    ],
    [
      'a layer that nobody reads',
      [hidden, { ...hidden, name: 'other', from: ['input'] }],
      'n.json.layers[0] (hidden): got a layer that no other reads, wanted one that a later layer reads, or the last one [network/shape]',
    ],
    [
      'nothing that computes',
      [{ kind: 'move', name: 'flat', move: { kind: 'crop', begin: [0], end: [1] } }],
      'n.json.layers: got nothing that computes, wanted a layer that computes, such as dense or add [network/shape]',
    ],
    [
      'a name that is the input’s',
      [{ ...hidden, name: 'input' }, sum],
      'n.json.layers[0].name: got "input", wanted a name other than that of the network\'s input [network/name]',
    ],
    [
      'one tensor to be added',
      [hidden, { ...sum, from: ['hidden'], signs: [1] }],
      'n.json.layers[1] (sum): got one tensor, wanted two or more to be added [network/shape]',
    ],
    [
      'tensors of other shapes',
      [
        hidden,
        { kind: 'move', name: 'half', move: { kind: 'crop', begin: [0], end: [1] } },
        { ...sum, from: ['half', 'input'] },
      ],
      'n.json.layers[2] (sum): got tensors of 1 and 2, wanted tensors of one shape [network/shape]',
    ],
    [
      'a dense layer on two',
      [hidden, { ...hidden, name: 'two', from: ['hidden', 'input'] }],
      'n.json.layers[1] (two): got 2 layers read, wanted one [network/shape]',
    ],
    [
      'a dense layer on a map',
      [{ kind: 'move', name: 'map', move: { kind: 'reshape', shape: [1, 2, 1] } }, hidden],
      'n.json.layers[1] (hidden): got a map of 1x2x1, wanted a list of units: a layer of kind move that reshapes to [2] makes one of it [network/shape]',
    ],
    [
      'a reshape to another size',
      [hidden, { kind: 'move', name: 'map', move: { kind: 'reshape', shape: [3] } }],
      'n.json.layers[1] (map).move.shape: got 3, wanted [units] or [height, width, channels] of 2 codes in all [network/shape]',
    ],
    [
      'a crop with nothing in it',
      [hidden, { kind: 'move', name: 'none', move: { kind: 'crop', begin: [1], end: [1] } }],
      'n.json.layers[1] (none).move: got [1] to [1], wanted a box with something in it, inside 2 [network/shape]',
    ],
    [
      'an axis that is not there',
      [hidden, { kind: 'concat', name: 'both', from: ['hidden', 'input'], axis: 1 }],
      'n.json.layers[1] (both).axis: got 1, wanted an axis of 2, below 1 [network/shape]',
    ],
  ])('%s', (_, layers, message) => {
    expect(refused(layers)).toBe(message);
  });
});
