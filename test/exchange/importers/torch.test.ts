import { describe, expect, it } from 'vitest';
import { foldNetwork } from '../../../src/float/fold.js';
import type { FloatDense } from '../../../src/float/layers/dense.js';
import { floatModel } from '../../../src/float/model.js';
import { type Py, stateDict, type TorchFile, torchLegacy, torchZip } from '../../support/torch.js';
import { RELU, stated, torchImports } from '../../support/torch-imports.js';

const { imported, refusal, tensor } = torchImports();

const W1 = { shape: [3, 2], values: [1, 2, 3, 4, 5, 6] };

const B1 = { shape: [3], values: [0.5, -0.5, 0.25] };

const W2 = { shape: [2, 3], values: [1, 0, -1, 2, -2, 0] };

const CHAIN = { 'fc1.weight': W1, 'fc1.bias': B1, 'fc2.weight': W2 };

describe('a chain of Linear layers', () => {
  const wanted = (bytes: Uint8Array) => {
    const { network, notes } = imported(bytes, RELU);
    const [first, second] = network.layers as FloatDense[];
    // inputs x units: PyTorch's is the other way round.
    expect(first).toEqual({
      kind: 'dense',
      name: 'fc1',
      kernel: { shape: [2, 3], values: Float64Array.of(1, 3, 5, 2, 4, 6) },
      bias: Float64Array.of(0.5, -0.5, 0.25),
      activation: 'relu',
    });
    expect(second).toEqual({
      kind: 'dense',
      name: 'fc2',
      kernel: { shape: [3, 2], values: Float64Array.of(1, 2, 0, -2, -1, 0) },
      bias: Float64Array.of(0, 0),
      activation: 'linear',
    });
    expect(network.input).toEqual({ shape: [2] });
    expect(network.head).toBe('argmax');
    return notes;
  };

  it('is read from the zip form, the legacy form, and a big-endian machine', () => {
    const notes = wanted(torchZip(stateDict(CHAIN)));
    expect(notes).toEqual([
      { from: 'fc1.weight (3 x 2)', what: 'kept', into: 'fc1' },
      { from: 'fc2.weight (2 x 3)', what: 'kept', into: 'fc2' },
    ]);
    wanted(torchZip(stateDict(CHAIN), 'little'));
    wanted(torchZip(stateDict(CHAIN), 'big'));
    wanted(torchLegacy(stateDict(CHAIN)));
  });

  it('is read from doubles, halves and bfloat16, and from int8', () => {
    wanted(torchZip(stateDict(CHAIN, 'DoubleStorage')));
    const bits = (table: Readonly<Record<number, number>>) =>
      Object.fromEntries(
        Object.entries(CHAIN).map(([name, { shape, values }]) => [
          name,
          { shape, values: values.map((value) => table[value]) },
        ]),
      );
    const halves = { 0: 0, 0.25: 0x3400, 0.5: 0x3800, '-0.5': 0xb800, 1: 0x3c00, '-1': 0xbc00 };
    const more = { 2: 0x4000, '-2': 0xc000, 3: 0x4200, 4: 0x4400, 5: 0x4500, 6: 0x4600 };
    wanted(torchZip(stateDict(bits({ ...halves, ...more }), 'HalfStorage')));
    const upper = (value: number) => new Uint32Array(Float32Array.of(value).buffer)[0] >>> 16;
    const brain = Object.fromEntries(
      [0, 0.25, 0.5, -0.5, 1, -1, 2, -2, 3, 4, 5, 6].map((one) => [one, upper(one)]),
    );
    wanted(torchZip(stateDict(bits(brain), 'BFloat16Storage'), 'big'));
    const whole = { 'a.weight': { shape: [1, 2], values: [-3, 5] } };
    expect(imported(torchZip(stateDict(whole, 'CharStorage'))).network.layers).toMatchObject([
      { kernel: { values: Float64Array.of(-3, 5) } },
    ]);
  });

  it('is read through strides and offsets of a storage that all share', () => {
    const shared: TorchFile = {
      storages: {
        7: { type: 'FloatStorage', values: [9, 1, 3, 5, 2, 4, 6, 0.5, -0.5, 0.25, 1, 0, -1, 2, -2, 0] },
      },
      object: (view) =>
        new Map([
          ['fc1.weight', view({ storage: '7', offset: 1, shape: [3, 2], strides: [1, 3] })],
          ['fc1.bias', view({ storage: '7', offset: 7, shape: [3] })],
          ['fc2.weight', view({ storage: '7', offset: 10, shape: [2, 3] })],
        ]),
    };
    wanted(torchZip(shared));
    wanted(torchLegacy(shared));
  });

  it('is found in a checkpoint, and behind the wrappers of PyTorch', () => {
    const wrapped = Object.fromEntries(
      Object.entries(CHAIN).map(([name, one]) => [`module._orig_mod.${name}`, one]),
    );
    const { storages, object } = stateDict(wrapped);
    const checkpoint: TorchFile = {
      storages,
      object: (view) =>
        new Map<string, Py>([
          ['epoch', 3],
          ['args', { call: { module: 'argparse', global: 'Namespace' }, args: [] }],
          ['model_state_dict', object(view)],
          ['optimizer', new Map<string, Py>([['param_groups', []]])],
        ]),
    };
    expect(wanted(torchZip(checkpoint)).slice(0, 3)).toEqual(
      ['epoch', 'args', 'optimizer'].map((from) => ({
        from,
        what: 'dropped',
        into: 'it stands beside the state_dict',
      })),
    );
  });

  it('follows the widths where the file has another order and only one fits', () => {
    const last = { shape: [1, 3], values: [1, 2, 3] };
    const { network } = imported(torchZip(stateDict({ 'fc2.weight': last, 'fc1.weight': W1 })), RELU);
    expect(network.layers.map(({ name }) => name)).toEqual(['fc1', 'fc2']);
  });

  it('has the activations that are stated, and none that is guessed', () => {
    const bytes = torchZip(stateDict(CHAIN));
    const { network } = imported(bytes, { activations: { fc1: 'linear' } });
    expect(network.layers).toMatchObject([{ activation: 'linear' }, { activation: 'linear' }]);
    expect(refusal(bytes)).toBe(
      '/net.pt: got weights of 2 layers, which do not say what stands behind "fc1", wanted the activation ' +
        '(state it: --activation relu for all layers but the last, or --activation fc1=relu for one) ' +
        '[exchange/import-activation]',
    );
    expect(refusal(bytes, { activations: { fc3: 'relu' } })).toBe(
      '--activation fc3: got a place that the network does not have, wanted one of all, fc1, fc2 ' +
        '(did you mean fc1?) [exchange/weight-layer]',
    );
    const one = { 'out.weight': { shape: [1, 2], values: [1, 2] } };
    const sigmoid = { kind: 'curve', curve: 'sigmoid', parameters: [] } as const;
    const binary = imported(torchZip(stateDict(one)), { activations: { out: sigmoid } });
    expect(binary.network.head).toBe('binary');
    expect(binary.network.layers).toMatchObject([{ activation: 'linear' }]);
  });
});

describe('stated layers', () => {
  it('give what PyTorch defines, with maps that have their channels first', () => {
    const tensors = {
      'features.0.weight': tensor(4, 1, 3, 3),
      'features.0.bias': tensor(4),
      'features.1.weight': tensor(4),
      'features.1.bias': tensor(4),
      'features.1.running_mean': tensor(4),
      'features.1.running_var': { shape: [4], values: [0.5, 1, 2, 0.25] },
      'features.1.num_batches_tracked': { shape: [], values: [7] },
      'head.weight': tensor(3, 4 * 2 * 3),
      'head.bias': tensor(3),
    };
    const layers = stated(
      { conv: 4, kernel: 3, padding: 1, stride: 2 },
      { batchNorm: true },
      { activation: 'relu' },
      { flatten: true },
      { dropout: 0.5 },
      { dense: 3 },
    );
    const { network, notes } = imported(torchZip(stateDict(tensors)), { layers, shape: [1, 4, 6] });
    expect(network.layers.map(({ name }) => name)).toEqual([
      'features_0',
      'features_1',
      'activation1',
      'flatten1',
      'head',
    ]);
    expect(notes.map(({ from }) => from)).toEqual([
      'features.0.weight (4 x 1 x 3 x 3)',
      'features.1.weight (4)',
      'head.weight (3 x 24)',
    ]);
    const input = tensor(4, 6).values;
    const w = tensors['features.0.weight'].values;
    const pixel = (row: number, column: number) =>
      row >= 0 && row < 4 && column >= 0 && column < 6 ? input[row * 6 + column] : 0;
    const flat: number[] = [];
    for (let channel = 0; channel < 4; channel++) {
      for (let row = 0; row < 2; row++) {
        for (let column = 0; column < 3; column++) {
          let sum = tensors['features.0.bias'].values[channel];
          for (let tap = 0; tap < 9; tap++) {
            sum +=
              w[channel * 9 + tap] * pixel(2 * row - 1 + Math.floor(tap / 3), 2 * column - 1 + (tap % 3));
          }
          const [gamma, beta, mean] = ['weight', 'bias', 'running_mean'].map(
            (member) => tensors[`features.1.${member}` as 'features.1.bias'].values[channel],
          );
          const variance = tensors['features.1.running_var'].values[channel];
          flat.push(Math.max((gamma * (sum - mean)) / Math.sqrt(variance + 1e-5) + beta, 0));
        }
      }
    }
    const wanted = [0, 1, 2].map((unit) =>
      flat.reduce(
        (sum, value, at) => sum + value * tensors['head.weight'].values[unit * 24 + at],
        tensors['head.bias'].values[unit],
      ),
    );
    for (const one of [network, foldNetwork(network).network]) {
      const got = floatModel(one)(input).at(-1)!;
      wanted.forEach((value, unit) => {
        expect(got[unit]).toBeCloseTo(value, 10);
      });
    }
  });

  it('take a batch norm behind a flatten, a signal, groups, and names in any order', () => {
    const tensors = {
      'out.weight': tensor(1, 6),
      'norm.running_mean': { shape: [6], values: [0, 1, 2, 3, 4, 5] },
      'norm.running_var': { shape: [6], values: [1, 1, 1, 1, 1, 1] },
      'conv.weight': tensor(2, 1, 2),
    };
    const layers = stated(
      { conv: 2, kernel: [1, 2], groups: 2, name: 'conv' },
      { flatten: true },
      { batchNorm: true, epsilon: 1, name: 'norm' },
      { dense: 1, name: 'out', activation: 'tanh' },
    );
    const { network } = imported(torchZip(stateDict(tensors)), { layers, shape: [2, 4] });
    const input = tensor(2, 4).values;
    const w = tensors['conv.weight'].values;
    const flat = Array.from({ length: 6 }, (_, at) => {
      const [channel, place] = [Math.floor(at / 3), at % 3];
      const sum =
        w[2 * channel] * input[4 * channel + place] + w[2 * channel + 1] * input[4 * channel + place + 1];
      return (sum - at) / Math.sqrt(2);
    });
    const sum = flat.reduce((all, value, at) => all + value * tensors['out.weight'].values[at], 0);
    // Here the channels of a place lie beside each other.
    const turned = Array.from({ length: 8 }, (_, at) => input[4 * (at % 2) + Math.floor(at / 2)]);
    expect(floatModel(network)(turned).at(-1)![0]).toBeCloseTo(Math.tanh(sum), 10);
    expect(network.head).toBe('values');
  });

  it('may branch: sums and lists of maps in the order that the file has', () => {
    const tensors = {
      'a.weight': tensor(2, 1, 1, 1),
      'b.weight': tensor(2, 1, 1, 1),
      'out.weight': tensor(1, 16),
    };
    const layers = stated(
      { conv: 2, kernel: 1, name: 'a' },
      { conv: 2, kernel: 1, name: 'b', from: 'input' },
      { add: ['a', 'b'] },
      { flatten: true },
      { flatten: true, from: 'a' },
      { concat: ['flatten1', 'flatten2'] },
      { dense: 1, name: 'out' },
    );
    const { network } = imported(torchZip(stateDict(tensors)), { layers, shape: [1, 2, 2] });
    const input = tensor(4).values;
    const [a, b, out] = Object.values(tensors).map(({ values }) => values);
    const sums = [0, 1].flatMap((channel) => input.map((value) => value * (a[channel] + b[channel])));
    const alone = [0, 1].flatMap((channel) => input.map((value) => value * a[channel]));
    const wanted = [...sums, ...alone].reduce((all, value, at) => all + value * out[at], 0);
    expect(floatModel(network)(input).at(-1)![0]).toBeCloseTo(wanted, 10);
  });

  it('count zeros of the padding in averages, as PyTorch does', () => {
    const layers = stated({ averagePool: 2, padding: 1 }, { flatten: true }, { dense: 1 });
    const bytes = torchZip(stateDict({ 'fc.weight': { shape: [1, 4], values: [1, 0, 0, 0] } }));
    const { network } = imported(bytes, { layers, shape: [1, 2, 2] });
    expect(Array.from(floatModel(network)([4, 8, 12, 16]).at(-1)!)).toEqual([1]);
  });

  it('are refused where the file has other numbers', () => {
    const bytes = torchZip(
      stateDict({ 'conv.weight': tensor(2, 1, 3, 3), 'conv.bias': tensor(2), 'fc.weight': tensor(3, 8) }),
    );
    const conv = { conv: 2, kernel: 3 };
    const shape = [1, 4, 4];
    expect(refusal(bytes, RELU)).toBe(
      '/net.pt: got conv.weight (2 x 1 x 3 x 3), with weight, bias, wanted weights whose names and shapes say the ' +
        'network: a chain of Linear layers (state the layers: --layers FILE, beginning with layers: ' +
        '[{conv: 2, kernel: [3, 3]}, {dense: 3}]) [exchange/import-architecture]',
    );
    expect(refusal(bytes, { layers: stated(conv, { flatten: true }, { dense: 3 }) })).toBe(
      '/net.pt: got weights, which do not say how large a map they are moved over, wanted a shape of whole numbers, ' +
        "but for the batch (--shape states it in the file's order, such as --shape 1x28x28) [exchange/import-shape]",
    );
    expect(refusal(bytes, { shape, layers: stated(conv, { flatten: true }, { dense: 4 }) })).toBe(
      '/net.pt, fc: got weight of 3 x 8, wanted 4 x 8, for dense1 (do the layers stand in the order of the file? ' +
        'name: says which one of the file a layer is) [exchange/import-tensor]',
    );
    expect(refusal(bytes, { shape, layers: stated(conv, { flatten: true }) })).toBe(
      '/net.pt: got numbers of "fc" too, wanted a layer for each of them in --layers [exchange/import-tensor]',
    );
    expect(
      refusal(bytes, { shape, layers: stated(conv, { conv: 3 }, { flatten: true }, { dense: 3 }) }),
    ).toBe(
      'net.yaml, layers[1] (conv2): got a window that covers 3x3 cells, on a map of 2x2, padding included, wanted a window that fits on the padded map [network/window]',
    );
    expect(
      refusal(bytes, { shape, layers: stated({ batchNorm: true }, { flatten: true }, { dense: 3 }) }),
    ).toBe(
      '/net.pt, conv: got weight of 2 x 1 x 3 x 3, wanted 1, for batchNorm1 (do the layers stand in the order of the ' +
        'file? name: says which one of the file a layer is) [exchange/import-tensor]',
    );
    expect(refusal(bytes, { shape, layers: stated(conv, { dense: 3 }) })).toMatch(
      /a move that reshapes makes one of it/,
    );
    expect(refusal(bytes, { ...RELU, shape, layers: stated(conv) })).toBe(
      '/net.pt: got --activation with --layers, which says that itself, wanted no such option [exchange/import-option]',
    );
  });
});
