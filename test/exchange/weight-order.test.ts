import { describe, expect, it } from 'vitest';
import { type WeightOptions, wholeWeightWarnings } from '../../src/exchange/weight-options.js';
import { readWeights } from '../../src/exchange/weights.js';
import { rowsOf } from '../../src/float/tensor.js';
import { layerOf, type RowLayer } from '../support/chains.js';
import { weightFolder } from '../support/weight-folder.js';

const { at, write, read, message } = weightFolder();

describe('the order of the layers', () => {
  const layer = (kernel: string, bias: string) => [
    [kernel, '1,2\n3,4\n5,6\n'],
    [bias, '7,8\n'],
  ];
  const last = (kernel: string, bias: string) => [
    [kernel, '9\n8\n'],
    [bias, '6\n'],
  ];
  const wanted = [
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    [[9], [8]],
  ];

  it.each<[string, string[][]]>([
    ['Keras', [...layer('kernel.csv', 'bias.csv'), ...last('kernel_1.csv', 'bias_1.csv')]],
    [
      'Keras, with the layers’ names',
      [
        ...layer('dense_kernel_0.csv', 'dense_bias_0.csv'),
        ...last('dense_1_kernel_0.csv', 'dense_1_bias_0.csv'),
      ],
    ],
    [
      'Keras, later in a session',
      [...layer('dense_4_kernel.csv', 'dense_4_bias.csv'), ...last('dense_5_kernel.csv', 'dense_5_bias.csv')],
    ],
    [
      'scikit-learn',
      [...layer('coefs_0.csv', 'intercepts_0.csv'), ...last('coefs_1.csv', 'intercepts_1.csv')],
    ],
    ['letters', [...layer('W1.csv', 'b1.csv'), ...last('W2.csv', 'b2.csv')]],
    ['letters behind', [...layer('layer1_w.csv', 'layer1_b.csv'), ...last('layer2_w.csv', 'layer2_b.csv')]],
    ['words', [...layer('weights_0.csv', 'biases_0.csv'), ...last('weights_1.csv', 'biases_1.csv')]],
    [
      'camel case',
      [...layer('hiddenKernel.csv', 'hiddenBias.csv'), ...last('outputKernel.csv', 'outputBias.csv')],
    ],
    ['more than nine', [...layer('w9.csv', 'b9.csv'), ...last('w10.csv', 'b10.csv')]],
    ['a number of the set', [...layer('w1_v3.csv', 'b1_v3.csv'), ...last('w2_v3.csv', 'b2_v3.csv')]],
    [
      'tables beside them',
      [
        ...layer('w1.csv', 'b1.csv'),
        ...last('w2.csv', 'b2.csv'),
        ['x_test.csv', '1,2\n'],
        ['notes.csv', 'a,b\n1,2\n'],
      ],
    ],
  ])('%s', (_, files) => {
    for (const [name, text] of files) write(name, text);
    expect(read().layers.map(({ kernel }) => rowsOf(kernel))).toEqual(wanted);
  });

  it.each([
    ['fc1.weight.csv', 'fc1.bias.csv', 'fc2.weight.csv', 'fc2.bias.csv'],
    ['0.weight.csv', '0.bias.csv', '2.weight.csv', '2.bias.csv'],
    ['net.3.weight.csv', 'net.3.bias.csv', 'net.10.weight.csv', 'net.10.bias.csv'],
  ])('PyTorch, units x inputs: %s', (...names) => {
    ['1,3,5\n2,4,6\n', '7,8\n', '9,8\n', '6\n'].forEach((text, at) => {
      write(names[at], text);
    });
    expect(read().layers.map(({ kernel }) => rowsOf(kernel))).toEqual(wanted);
  });

  it('is as given where names have no number', () => {
    const files = [...layer('enc_kernel.csv', 'enc_bias.csv'), ...last('dec_kernel.csv', 'dec_bias.csv')];
    const given = files.map(([name, text]) => write(name, text));
    expect(readWeights(given, { name: 'net' }).layers.map(({ kernel }) => rowsOf(kernel))).toEqual(wanted);
    expect(read).toThrow(
      message(
        'DIR: got "dec_bias.csv", "dec_kernel.csv", "enc_bias.csv", "enc_kernel.csv", whose names do not say which ' +
          'layer comes first, wanted names with the number of the layer (or list the files one by one, in the order ' +
          'of the layers) [exchange/weight-order]',
      ),
    );
  });

  it.each([
    ['layer3.csv', '1,2\n'],
    ['moving_mean.csv', ',0\n0,0.5\n'],
    ['arr_0.csv', '0.5 0.25\n'],
  ])('leaves out no numbers in silence: %s', (name, text) => {
    for (const [file, content] of [...layer('w1.csv', 'b1.csv'), [name, text]]) write(file, content);
    expect(read).toThrow(
      message(
        `DIR: got numbers in "${name}" too, by its name of no layer, wanted a weights and a bias file for every layer, ` +
          'and beside them tables with a header (rename what belongs to the network, or list its files one by one) ' +
          '[exchange/weight-left-out]',
      ),
    );
  });

  it.each([['w2.txt', '1 2\n']])('leaves out no layer in another form than CSV: %s', (name, text) => {
    for (const [file, content] of [...layer('w1.csv', 'b1.csv'), [name, text]]) write(file, content);
    expect(read).toThrow(
      message(
        `DIR: got "${name}" beside weights in CSV files, wanted all files of the network in one form (write them as CSV ` +
          'files too, list all files of the network one by one, or move the others away) [exchange/weight-mixed]',
      ),
    );
  });

  it('takes copies of its files in other forms, and notes, for no layers', () => {
    const beside = [
      ['w1.npy', 'NUMPY'],
      ['weights_notes.txt', 'trained on Monday\n'],
    ];
    for (const [file, content] of [...layer('w1.csv', 'b1.csv'), ...beside]) write(file, content);
    expect(read).not.toThrow();
  });

  it('refuses a gap in Keras’ numbers', () => {
    for (const [name, text] of [...layer('kernel.csv', 'bias.csv'), ...last('kernel_2.csv', 'bias_2.csv')])
      write(name, text);
    expect(read).toThrow(
      message(
        'DIR: got no weights for layer 1, wanted a weights and a bias file for every layer, numbered without gaps ' +
          '[exchange/weight-missing]',
      ),
    );
  });
});

describe('what the files do not say', () => {
  /** A 3-2-1 network whose kernels are units × inputs. */
  const units = () => {
    write('w1.csv', '1,2,3\n4,5,6');
    write('b1.csv', '7\n8');
    write('w2.csv', '9,10');
  };
  const given = (options: WeightOptions) => readWeights([at()], { name: 'net', ...options });

  it('is given: kernels the other way, layers without bias, activations, the factor of codes', () => {
    units();
    const { layers } = given({
      transpose: true,
      bias: false,
      activations: { hidden: 'linear', output: 'relu' },
      scales: { all: 0.5, bias: 0.25, 'output.weights': 2 },
    });
    const wanted: RowLayer[] = [
      {
        kind: 'dense',
        name: 'hidden',
        kernel: [
          [0.5, 2],
          [1, 2.5],
          [1.5, 3],
        ],
        bias: [1.75, 2],
        activation: 'linear',
      },
      { kind: 'dense', name: 'output', kernel: [[18], [20]], bias: [0], activation: 'relu' },
    ];
    expect(layers).toEqual(wanted.map(layerOf));
  });

  it.each<[string, WeightOptions, string]>([
    [
      'a layer that is not there',
      { transpose: true, bias: false, activations: { hiden: 'relu' } },
      '--activation hiden: got a place that the network does not have, wanted one of all, hidden, output (did you ' +
        'mean hidden?) [exchange/weight-layer]',
    ],
    [
      'a tensor that is not there',
      { transpose: true, bias: false, scales: { 'hidden.kernel': 2 } },
      '--scale hidden.kernel: got a place that the network does not have, wanted one of all, weights, bias, ' +
        'hidden.weights, hidden.bias, output.weights, output.bias [exchange/weight-layer]',
    ],
    [
      'kernels that are inputs x units, but were said to be transposed',
      { transpose: true },
      'DIR/b1.csv: got 2 x 1 numbers, wanted 3 numbers in one column or row, one per row of w1.csv (w1.csv has as many ' +
        'columns: kernels are units x inputs with --transpose: is this one inputs x units?) [exchange/weight-shape]',
    ],
  ])('%s', (name, options, wanted) => {
    units();
    if (name.startsWith('kernels')) write('w1.csv', '1,2\n3,4\n5,6');
    expect(() => given(options)).toThrow(message(wanted));
  });

  it('whole numbers past 10 are warned of: they may be codes', () => {
    write('w1.csv', '-12.0,0\n3,5');
    write('b1.csv', '0.5\n1');
    write('w2.csv', '10\n-10');
    write('b2.csv', '100');
    write('w3.csv', '11.5');
    write('b3.csv', '0');
    expect(wholeWeightWarnings(read())).toEqual([
      {
        code: 'exchange/weight-whole',
        where: 'hidden1.weights',
        got: 'whole numbers alone, the largest 12',
        wanted: 'weights as they were trained',
        hint: 'if they are codes of fixed-point numbers, say of which: --scale 2^-8 for codes with 8 fraction bits',
      },
    ]);
  });
});
