import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { importNetwork } from '../../../src/exchange/importers/index.js';
import { ENDS, statedForm } from '../../../src/exchange/importers/tensors/stated-kinds.js';
import { foldNetwork } from '../../../src/float/fold.js';
import { floatModel } from '../../../src/float/model.js';
import { type ShortLayer, shortKeys } from '../../../src/learn/short-form.js';
import { newFolder } from '../../support/cli.js';
import { messageOf } from '../../support/messages.js';
import { stateDict, torchZip } from '../../support/torch.js';

const folder = newFolder('torch-kinds');
afterAll(() => rmSync(folder, { recursive: true }));

/** Maps as PyTorch has them, [channel][row][column], and a list as a map of one cell. */
type Maps = readonly (readonly (readonly number[])[])[];
interface Tensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

const random = new Random(6, 'torch kinds');
const tensor = (...shape: number[]): Tensor => ({
  shape,
  values: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => Math.fround(random.normal())),
});
const grid = (rows: number, columns: number, at: (row: number, column: number) => number) =>
  Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (__, column) => at(row, column)));
const each = (x: Maps, of: (value: number, channel: number) => number): Maps =>
  x.map((map, channel) => map.map((row) => row.map((value) => of(value, channel))));

interface Window {
  readonly size: readonly [number, number];
  readonly stride?: number;
  readonly padding?: number;
  readonly dilation?: number;
}

/** What is under a window at each place of one map; what lies outside is undefined. */
function windows(
  map: Maps[number],
  { size, stride = 1, padding = 0, dilation = 1 }: Window,
  of: (under: readonly (number | undefined)[]) => number,
): number[][] {
  const places = (length: number, taps: number) =>
    Math.floor((length + 2 * padding - dilation * (taps - 1) - 1) / stride) + 1;
  return grid(places(map.length, size[0]), places(map[0].length, size[1]), (row, column) =>
    of(
      grid(size[0], size[1], (down, across) => {
        const [y, x] = [down, across].map(
          (tap, axis) => [row, column][axis] * stride - padding + tap * dilation,
        );
        return map[y]?.[x] as number;
      }).flat(),
    ),
  );
}

/** torch.nn.Conv2d: each group of channels given reads its group of channels read. */
function conv2d(x: Maps, weight: Tensor, bias: Tensor | undefined, groups: number, window: Window): Maps {
  const [units, depth, ...size] = weight.shape;
  const taps = size[0] * size[1];
  return Array.from({ length: units }, (_, unit) => {
    const first = Math.floor(unit / (units / groups)) * depth;
    const sums = Array.from({ length: depth }, (__, channel) =>
      windows(x[first + channel], window, (under) =>
        under.reduce<number>(
          (sum, value, tap) => sum + (value ?? 0) * weight.values[(unit * depth + channel) * taps + tap],
          0,
        ),
      ),
    );
    return grid(sums[0].length, sums[0][0].length, (row, column) =>
      sums.reduce((sum, one) => sum + one[row][column], bias?.values[unit] ?? 0),
    );
  });
}

const flatOf = (x: Maps): number[] => x.flat(2);
const known = (under: readonly (number | undefined)[]) => under.filter((value) => value !== undefined);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const padded = (x: Maps, left: number, right: number, above: number, below: number): Maps =>
  x.map((map) =>
    grid(
      above + map.length + below,
      left + map[0].length + right,
      (row, column) => map[row - above]?.[column - left] ?? 0,
    ),
  );

interface Case {
  readonly layers: readonly ShortLayer[];
  readonly tensors?: Readonly<Record<string, Tensor>>;
  /** By the definition of PyTorch's module. */
  readonly gives: (x: Maps, tensors: Readonly<Record<string, Tensor>>) => Maps;
}

const NORM = {
  'n.weight': tensor(4),
  'n.bias': tensor(4),
  'n.running_mean': tensor(4),
  'n.running_var': { shape: [4], values: [0.5, 1, 2, 3] },
};
const normed = (x: Maps, t: Readonly<Record<string, Tensor>>, epsilon: number): Maps =>
  each(x, (value, at) => {
    const [gain, shift, middle, spread] = Object.values(t).map(({ values }) => values[at]);
    return (gain * (value - middle)) / Math.sqrt(spread + epsilon) + shift;
  });

/** Of maps of 4 channels, 6 rows and 5 columns; the module of each is named behind it. */
const CASES: Readonly<Record<string, readonly Case[]>> = {
  conv: [
    {
      // Conv2d(4, 6, (3, 2), stride=2, padding=1, groups=2)
      layers: [{ conv: 6, kernel: [3, 2], stride: 2, padding: 1, groups: 2 }],
      tensors: { 'c.weight': tensor(6, 2, 3, 2), 'c.bias': tensor(6) },
      gives: (x, t) => conv2d(x, t['c.weight'], t['c.bias'], 2, { size: [3, 2], stride: 2, padding: 1 }),
    },
    {
      // Conv2d(4, 2, 2, dilation=2, bias=False)
      layers: [{ conv: 2, kernel: 2, dilation: 2 }],
      tensors: { 'c.weight': tensor(2, 4, 2, 2) },
      gives: (x, t) => conv2d(x, t['c.weight'], undefined, 1, { size: [2, 2], dilation: 2 }),
    },
  ],
  depthwise: [
    {
      // Conv2d(4, 8, 3, groups=4)
      layers: [{ depthwise: 2, kernel: 3 }],
      tensors: { 'd.weight': tensor(8, 1, 3, 3), 'd.bias': tensor(8) },
      gives: (x, t) => conv2d(x, t['d.weight'], t['d.bias'], 4, { size: [3, 3] }),
    },
  ],
  maxPool: [
    {
      // MaxPool2d(3, stride=2, padding=1)
      layers: [{ maxPool: 3, stride: 2, padding: 1 }],
      gives: (x) =>
        x.map((map) =>
          windows(map, { size: [3, 3], stride: 2, padding: 1 }, (under) => Math.max(...known(under))),
        ),
    },
  ],
  averagePool: [
    {
      // AvgPool2d(2, padding=1), which counts the padding
      layers: [{ averagePool: 2, padding: 1 }],
      gives: (x) =>
        x.map((map) =>
          windows(map, { size: [2, 2], stride: 2, padding: 1 }, (under) =>
            mean(under.map((one) => one ?? 0)),
          ),
        ),
    },
    {
      // AvgPool2d(2, padding=1, count_include_pad=False)
      layers: [{ averagePool: 2, padding: 1, countPadding: false }],
      gives: (x) =>
        x.map((map) => windows(map, { size: [2, 2], stride: 2, padding: 1 }, (under) => mean(known(under)))),
    },
  ],
  // AdaptiveAvgPool2d(1)
  globalPool: [{ layers: [{ globalPool: true }], gives: (x) => x.map((map) => [[mean(map.flat())]]) }],
  batchNorm: [
    // BatchNorm2d(4), and with eps=0.1
    { layers: [{ batchNorm: true }], tensors: NORM, gives: (x, t) => normed(x, t, 1e-5) },
    { layers: [{ batchNorm: true, epsilon: 0.1 }], tensors: NORM, gives: (x, t) => normed(x, t, 0.1) },
  ],
  activation: [
    // ReLU, LeakyReLU(0.1), Sigmoid, Tanh, ELU(), SiLU()
    { layers: [{ activation: 'relu' }], gives: (x) => each(x, (value) => Math.max(value, 0)) },
    {
      layers: [{ activation: { leaky: 0.1 } }],
      gives: (x) => each(x, (value) => (value < 0 ? 0.1 * value : value)),
    },
    { layers: [{ activation: 'sigmoid' }], gives: (x) => each(x, (value) => 1 / (1 + Math.exp(-value))) },
    { layers: [{ activation: 'tanh' }], gives: (x) => each(x, Math.tanh) },
    {
      layers: [{ activation: 'elu' }],
      gives: (x) => each(x, (value) => (value < 0 ? Math.exp(value) - 1 : value)),
    },
    { layers: [{ activation: 'silu' }], gives: (x) => each(x, (value) => value / (1 + Math.exp(-value))) },
  ],
  prelu: [
    {
      // PReLU(4), one of whose slopes is below 0
      layers: [{ prelu: true }],
      tensors: { 'p.weight': { shape: [4], values: [0.25, -0.5, 1.5, 0.125] } },
      gives: (x, t) => each(x, (value, at) => (value < 0 ? t['p.weight'].values[at] * value : value)),
    },
    {
      // PReLU()
      layers: [{ prelu: true }],
      tensors: { 'p.weight': { shape: [1], values: [0.375] } },
      gives: (x) => each(x, (value) => (value < 0 ? 0.375 * value : value)),
    },
    {
      // Flatten, PReLU(120)
      layers: [{ flatten: true }, { prelu: true }],
      tensors: { 'p.weight': tensor(120) },
      gives: (x, t) => [
        [flatOf(x).map((value, at) => (value < 0 ? t['p.weight'].values[at] * value : value))],
      ],
    },
  ],
  zeroPad: [
    // ZeroPad2d(1), ZeroPad2d((1, 0, 2, 3)), and as padding has it
    { layers: [{ zeroPad: 1 }], gives: (x) => padded(x, 1, 1, 1, 1) },
    { layers: [{ zeroPad: [1, 0, 2, 3] }], gives: (x) => padded(x, 1, 0, 2, 3) },
    { layers: [{ zeroPad: [0, 2] }], gives: (x) => padded(x, 2, 2, 0, 0) },
  ],
  // AdaptiveAvgPool2d((3, 1)), AdaptiveMaxPool2d((2, 5))
  adaptiveAveragePool: [
    {
      layers: [{ adaptiveAveragePool: [3, 1] }],
      gives: (x) =>
        x.map((map) => windows(map, { size: [2, 5], stride: 2 }, (under) => mean(under as number[]))),
    },
  ],
  adaptiveMaxPool: [
    {
      layers: [{ adaptiveMaxPool: [2, 5] }],
      gives: (x) =>
        x.map((map) =>
          grid(2, 5, (row, column) =>
            Math.max(...map.slice(3 * row, 3 * row + 3).map((line) => line[column])),
          ),
        ),
    },
  ],
  upsample: [
    {
      // Upsample(scale_factor=(2, 3))
      layers: [{ upsample: [2, 3] }],
      gives: (x) =>
        x.map((map) => grid(12, 15, (row, column) => map[Math.floor(row / 2)][Math.floor(column / 3)])),
    },
  ],
  // Flatten, and BatchNorm1d behind it
  flatten: [
    {
      layers: [{ flatten: true }, { batchNorm: true }],
      tensors: {
        'n.weight': tensor(120),
        'n.bias': tensor(120),
        'n.running_mean': tensor(120),
        'n.running_var': { shape: [120], values: Array.from({ length: 120 }, (_, at) => 1 + at / 8) },
      },
      gives: (x, t) => [
        [
          flatOf(x).map((value, at) => {
            const [gain, shift, middle, spread] = Object.values(t).map(({ values }) => values[at]);
            return (gain * (value - middle)) / Math.sqrt(spread + 1e-5) + shift;
          }),
        ],
      ],
    },
  ],
  dense: [
    {
      // Flatten, Linear(120, 5), ReLU
      layers: [{ flatten: true }, { dense: 5, activation: 'relu' }],
      tensors: { 'l.weight': tensor(5, 120), 'l.bias': tensor(5) },
      gives: (x, t) => [
        [
          t['l.bias'].values.map((bias, unit) =>
            Math.max(
              flatOf(x).reduce((sum, value, at) => sum + value * t['l.weight'].values[unit * 120 + at], bias),
              0,
            ),
          ),
        ],
      ],
    },
  ],
  // x + relu(x)
  add: [
    {
      layers: [{ activation: 'relu', name: 'r' }, { add: ['input', 'r'] }],
      gives: (x) => each(x, (value) => value + Math.max(value, 0)),
    },
  ],
  // torch.cat((relu(x), x), 1)
  concat: [
    {
      layers: [{ activation: 'relu', name: 'r' }, { concat: ['r', 'input'] }],
      gives: (x) => [...each(x, (value) => Math.max(value, 0)), ...x],
    },
  ],
  // Dropout(0.5), which does nothing once a network is trained
  dropout: [
    {
      layers: [{ activation: 'relu' }, { dropout: 0.5 }],
      gives: (x) => each(x, (value) => Math.max(value, 0)),
    },
  ],
};

it('every kind that layers can be stated of has a case', () => {
  expect([...Object.keys(CASES), ...ENDS].sort()).toEqual([...shortKeys(statedForm('first'))].sort());
});

const [CHANNELS, ROWS, COLUMNS] = [4, 6, 5];

it.each(
  Object.entries(CASES).flatMap(([key, cases]) => cases.map((one, at) => [`${key} ${at}`, one] as const)),
)('%s gives what PyTorch defines', (_, { layers, tensors = {}, gives }) => {
  const x = Array.from({ length: CHANNELS }, () => grid(ROWS, COLUMNS, () => Math.fround(random.normal())));
  const flat = flatOf(gives(x, tensors));
  // A Linear layer behind all, whose weights are in PyTorch's order, sees where each value lies.
  const out = tensor(3, flat.length);
  const isList = layers.some((layer) => 'flatten' in layer);
  const all = [...layers, ...(isList ? [] : [{ flatten: true }]), { dense: 3 }];
  const file = path.join(folder, 'net.pt');
  writeFileSync(file, torchZip(stateDict({ ...tensors, 'out.weight': out })));
  const { network } = importNetwork(file, {
    shape: [CHANNELS, ROWS, COLUMNS],
    layers: { file: 'net.yaml', layers: all },
  });
  // Here the channels of a place lie beside each other.
  const features = grid(ROWS, COLUMNS, () => 0).flatMap((row, y) =>
    row.flatMap((__, at) => x.map((map) => map[y][at])),
  );
  for (const one of [network, foldNetwork(network).network]) {
    const got = Array.from(floatModel(one)(features).at(-1) ?? []);
    expect(got.length).toBe(3);
    got.forEach((value, unit) => {
      const wanted = flat.reduce((sum, part, at) => sum + part * out.values[unit * flat.length + at], 0);
      expect(value).toBeCloseTo(wanted, 9);
    });
  }
});

describe('a softmax', () => {
  const read = (layers: readonly ShortLayer[], units = 3) => {
    const file = path.join(folder, 'net.pt');
    writeFileSync(file, torchZip(stateDict({ 'l.weight': tensor(units, 2) })));
    return importNetwork(file, { layers: { file: 'net.yaml', layers } });
  };

  it.each(ENDS)('%s at the end is dropped, and that is said', (word) => {
    const { network, notes } = read([{ dense: 3 }, { [word]: true }]);
    expect(network.layers.map(({ kind }) => kind)).toEqual(['dense']);
    expect(network.head).toBe('argmax');
    expect(notes).toEqual([
      { from: 'l.weight (3 x 2)', what: 'kept', into: 'l' },
      { from: word, what: 'dropped', into: 'the class is the same without it (head argmax)' },
    ]);
  });

  it('inside of the network is refused', () => {
    expect(messageOf(() => read([{ dense: 3 }, { softmax: true }, { activation: 'relu' }]))).toBe(
      'net.yaml, layers[1]: got softmax inside of the network, wanted it at the end, where the class is the same ' +
        'without it [exchange/import-tensor]',
    );
  });

  it('of one value is refused', () => {
    expect(messageOf(() => read([{ dense: 1 }, { logSoftmax: true }], 1))).toBe(
      'net.yaml, layers: got logSoftmax of one value, which is always the same, wanted a sigmoid of it, or several ' +
        'values [exchange/import-tensor]',
    );
  });
});

describe('what is refused by name', () => {
  const read = (layers: readonly ShortLayer[]) => {
    const file = path.join(folder, 'net.pt');
    writeFileSync(file, torchZip(stateDict({ 'l.weight': tensor(3, 2) })));
    const shape = [CHANNELS, ROWS, COLUMNS];
    const message = messageOf(() => importNetwork(file, { shape, layers: { file: 'net.yaml', layers } }));
    return message.replaceAll(`${folder}/`, '');
  };
  const kinds = shortKeys(statedForm('first')).join(', ');

  it.each([
    [
      'convTranspose',
      'an upsample and a conv behind it give maps of the same size: train the model with these',
    ],
    ['linear', '{dense: 10} is a Linear layer of 10 outputs'],
    ['lstm', 'there are no recurrent layers in hardware yet'],
    [
      'layerNorm',
      'what it divides by changes from sample to sample: train with batchNorm, which is folded away',
    ],
  ])('%s, with what comes nearest', (word, hint) => {
    expect(read([{ [word]: 4 }])).toBe(
      `net.yaml, layers[0]: got ${word}, wanted a layer that names one kind: ${kinds} (${hint}) [learn/layers]`,
    );
  });

  it('a pool to a size that does not divide the map', () => {
    expect(read([{ adaptiveAveragePool: [4, 5] }])).toBe(
      'net.yaml, layers[0]: got 6x5 to 4x5, wanted a size that divides the one of the map, so that all windows are ' +
        'alike (the pool of PyTorch has windows of several sizes here: averagePool and maxPool have one) ' +
        '[exchange/import-tensor]',
    );
  });

  it('zeros around a list', () => {
    expect(read([{ flatten: true }, { zeroPad: 1 }])).toBe(
      'net.yaml, layers[1]: got a list of 120 values before it, wanted a map [exchange/import-tensor]',
    );
  });

  it('a PReLU with slopes of other channels', () => {
    expect(read([{ prelu: true }, { flatten: true }])).toBe(
      'net.pt, l: got weight of 3 x 2, wanted 4 or 1, for prelu1 (do the layers stand in the order of the file? ' +
        'name: says which one of the file a layer is) [exchange/import-tensor]',
    );
  });
});
