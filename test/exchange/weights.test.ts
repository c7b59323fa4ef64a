import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { parseWeightCsv, printWeightCsv } from '../../src/exchange/weight-csv.js';
import { type WeightOptions, wholeWeightWarnings } from '../../src/exchange/weight-options.js';
import { readWeights, weightFiles } from '../../src/exchange/weights.js';
import { rowsOf } from '../../src/float/tensor.js';
import { chainOf, layerOf, type RowLayer } from '../support/chains.js';
import { npyFile } from '../support/numpy.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'espalier-weights-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string | Uint8Array): string => {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};
const read = () => readWeights([folder], { name: 'net' });
const message = (text: string) => expect.objectContaining({ message: text.replaceAll('DIR', folder) });

describe('the shapes of a file', () => {
  const wanted = [
    [0.5, -1e-126],
    [0, 3],
  ];

  it.each([
    ['pandas', ',0,1\n0,0.5,-1e-126\n1,-0.0,3.0\n'],
    ['pandas with CRLF and a byte order mark', '\ufeff,0,1\r\n0,0.5,-1E-126\r\n1,0.0,3.\r\n'],
    ['pandas with named rows', ',"a","b"\nradius,0.5,-1e-126\n"concave points",0,3\n'],
    ['bare numbers without a final newline', '0.5,-1.0e-126\n-0.0,+3'],
    ['bare numbers, spaced', ' .5, -1e-126 \n\n0, 3e0\n'],
    ['pandas without an index', 'a,"größe"\n0.5,-1e-126\n0,3\n'],
    ['pandas with semicolons', ';0;1\r\n0;0.5;-1e-126\r\n1;0;3\r\n'],
    ['pandas with tabs', '\t0\t1\n0\t0.5\t-1e-126\n1\t0\t3\n'],
    ['numpy.savetxt', '5.0e-01 -1.0e-126\n0.0e+00 3.0e+00\n'],
    ['numpy.savetxt, aligned', '       0.50000 -1e-126\n       0.00000       3.00000\n'],
    ['CR alone', '0.5,-1e-126\r0,3\r'],
    ['numpy.savetxt with a header, CRLF', '# radius; mean\r\n5.0e-01 -1.0e-126\r\n-0.0e+00 3.0e+00\r\n'],
  ])('%s', (_, text) => {
    const { values } = parseWeightCsv(text, 'w.csv');
    expect(values).toEqual(wanted);
    expect(Object.is(values[1][0], 0)).toBe(true);
  });

  it.each(['pandas', 'bare'] as const)('what is written as %s reads back as the same doubles', (style) => {
    const random = new Random(5, 'csv');
    const values = Array.from({ length: 20 }, () => [random.normal() * 10 ** random.integer(-300, 300), 0]);
    expect(parseWeightCsv(printWeightCsv(values, style), 'w.csv').values).toEqual(values);
  });
});

describe('arrays and memory images', () => {
  const W1 = [
    [1, -2, 0.5],
    [-0.25, 0, 3],
  ];
  const B1 = [0.5, -1, 0];
  const bits = (value: number, width: number, fraction: number) =>
    ((value * 2 ** fraction + 2 ** width) % 2 ** width).toString(2).padStart(width, '0');
  const lines = (values: readonly number[], width = 8, fraction = 4) =>
    values.map((value) => `${bits(value, width, fraction)}\n`).join('');
  const hex = (values: readonly number[]) =>
    values
      .map((value) =>
        Number.parseInt(bits(value, 8, 4), 2)
          .toString(16)
          .padStart(2, '0'),
      )
      .join(' ');
  const codes = { all: 'fixed<8,4>' };
  const first = (options: WeightOptions = {}) => {
    const [layer] = readWeights([folder], { name: 'net', ...options }).layers;
    return { kernel: rowsOf(layer.kernel), bias: Array.from(layer.bias) };
  };

  it('.npy files are read as CSV files are, and those beside CSV files of their names are copies', () => {
    write('w1.npy', npyFile({ shape: [2, 3], values: W1.flat() }));
    write('b1.npy', npyFile({ shape: [3], values: B1 }));
    expect(first()).toEqual({ kernel: W1, bias: B1 });
    write('w1.csv', '1,2,3\n4,5,6\n');
    expect(first().kernel[1]).toEqual([4, 5, 6]);
    write('b1.npy', npyFile({ shape: [1, 1, 3], values: B1 }));
    expect(first).toThrow(
      message('DIR/b1.npy: got an array of 1 x 1 x 3, wanted a matrix or a list [exchange/weight-shape]'),
    );
  });

  it('a memory image for each unit, as zynet writes them, in binary', () => {
    for (const unit of [0, 1, 2]) {
      write(`w_1_${unit}.mif`, lines(W1.map((row) => row[unit])));
      write(`b_1_${unit}.mif`, lines([B1[unit]], 8, 3));
    }
    write('sigContent.mif', '0000\n');
    const stated = { codes: { weights: 'fixed<8,4>', bias: 'fixed<8,5>' } };
    expect(first(stated)).toEqual({ kernel: W1, bias: B1 });
    rmSync(path.join(folder, 'b_1_1.mif'));
    expect(() => first(stated)).toThrow(
      message(
        'DIR/b_1_2.mif: got unit 2, wanted unit 1: every unit has a file (units are counted from 0) ' +
          '[exchange/memory-shape]',
      ),
    );
  });

  it('a memory image for each tensor, in hexadecimal, one row after the other', () => {
    write('b1.mem', `// three\n@0 ${hex(B1)}`);
    write('w1.mem', `${hex(W1[0])} /* a row */\n@3\n${hex(W1[1])}\n`);
    expect(first({ codes })).toEqual({ kernel: W1, bias: B1 });
    write('w1.mem', hex([1, -0.25, -2, 0, 0.5, 3]));
    expect(first({ codes, transpose: true })).toEqual({ kernel: W1, bias: B1 });
    expect(first).toThrow(
      message(
        'DIR/b1.mem: got codes, which do not say where their point is, wanted their format (state it: --codes ' +
          'bias=fixed<16,4> for words of 16 bits, 4 of them before the point with the sign) [exchange/memory-codes]',
      ),
    );
    write('w1.mem', hex([1, 2, 3, 4]));
    expect(() => first({ codes })).toThrow(
      message(
        'DIR/w1.mem: got 4 words, wanted a multiple of 3, the words of the bias (or a file for each unit: w_1_0.mif, ' +
          'w_1_1.mif, …) [exchange/memory-shape]',
      ),
    );
  });

  it("Intel's memory initialisation, in any radix", () => {
    const head = '-- zeros %too%\nWIDTH=8;\nDEPTH=6;\nADDRESS_RADIX=UNS;\nDATA_RADIX=';
    write('b1.mif', `${head}DEC;\nCONTENT BEGIN\n  0 : 8;\n 1 : -16;\n 2:0;\nEND;\n`);
    write('w1.mif', `${head}HEX;\nCONTENT BEGIN\n  [0..3] : f0;\n  4 : 7f;\n  5 : 80;\nEND;\n`);
    expect(first({ codes })).toEqual({
      kernel: [
        [-1, -1, -1],
        [-1, 7.9375, -8],
      ],
      bias: B1,
    });
    expect(() => first({ codes: { all: 'fixed<6,2>' } })).toThrow(
      message('DIR/b1.mif: got words of 8 bits, wanted 6, as fixed<6,2> has [exchange/memory-image]'),
    );
  });

  it.each([
    ['', 'DIR/b1.mem: got no words, wanted at least one'],
    ['1ff', 'DIR/b1.mem, word 0: got "1ff", wanted hexadecimal digits of 8 bits'],
    ['0 zz', 'DIR/b1.mem, word 1: got "zz", wanted hexadecimal digits of 8 bits'],
    ['0 @5 1', 'DIR/b1.mem: got the address @5, wanted @1, the next one'],
    ['CONTENT BEGIN 1 : 00; END;', 'DIR/b1.mem: got "1 : 00", wanted the word at 0, the next address'],
    ['CONTENT BEGIN 0 : xx; END;', 'DIR/b1.mem, word 0: got "xx", wanted hexadecimal digits of 8 bits'],
    ['CONTENT BEGIN [0..ffffff] : 00; END;', 'DIR/b1.mem: got 16777216 words, wanted at most 4194304'],
    [
      'DATA_RADIX=ROM; CONTENT BEGIN END;',
      'DIR/b1.mem, DATA_RADIX: got ROM, wanted one of BIN, OCT, DEC, UNS, HEX',
    ],
  ])('refuses what is no memory image: %s', (text, wanted) => {
    write('b1.mem', text);
    write('w1.mem', '00');
    expect(() => first({ codes })).toThrow(message(`${wanted} [exchange/memory-image]`));
  });
});

describe('a whole network', () => {
  it('chains its layers, whatever the names', () => {
    write('w1_podado.csv', ',0,1\n0,1,2\n1,3,4\n2,5,6\n');
    write('b1_podado.csv', ',0\n0,0.5\n1,0.25\n');
    write('layer2_weights_podado.csv', '7\n8');
    write('layer2_bias_podado.csv', '9');
    write('history.csv', 'epoch,loss\n1,0.5\n');
    expect(read()).toEqual(
      chainOf({
        name: 'net',
        inputs: 3,
        head: 'binary',
        layers: [
          {
            kind: 'dense',
            name: 'hidden',
            kernel: [
              [1, 2],
              [3, 4],
              [5, 6],
            ],
            bias: [0.5, 0.25],
            activation: 'relu',
          },
          { kind: 'dense', name: 'output', kernel: [[7], [8]], bias: [9], activation: 'linear' },
        ],
      }),
    );
  });

  it('writes what it reads', () => {
    write('w1.csv', '1,2\n3,4');
    write('b1.csv', '5,6');
    const network = read();
    rmSync(folder, { recursive: true });
    for (const [name, text] of weightFiles(
      network,
      { weights: 'w{n}_x.csv', bias: 'b{n}_x.csv' },
      'pandas',
    )) {
      write(name, text);
    }
    expect(read()).toEqual(network);
    expect(network.head).toBe('argmax');
  });

  it('takes one set of a folder with several', () => {
    for (const set of ['base', 'pruned']) {
      write(`w1_${set}.csv`, set === 'base' ? '1' : '0');
      write(`b1_${set}.csv`, '2');
    }
    expect(readWeights([folder], { name: 'net', set: 'pruned' }).layers[0].kernel.values).toEqual(
      Float64Array.of(0),
    );
    expect(read).toThrow(
      message(
        'DIR/b1_pruned.csv: got the bias of layer 1 a second time, wanted one file for them; the other is ' +
          'DIR/b1_base.csv (name the files, or choose one set of a folder with --set) [exchange/weight-duplicate]',
      ),
    );
  });
});

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
  const given = (options: WeightOptions) => readWeights([folder], { name: 'net', ...options });

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

describe('refusals', () => {
  it.each([
    [
      'NaN',
      '1,2\n3,NaN\n',
      'w1.csv, row 2, column 2: got "NaN", wanted a finite decimal number [exchange/csv-not-a-number]',
    ],
    [
      'infinity',
      '-inf,2\n',
      'w1.csv, row 1, column 1: got "-inf", wanted a finite decimal number [exchange/csv-not-a-number]',
    ],
    [
      'an overflow',
      '1e999\n',
      'w1.csv, row 1, column 1: got "1e999", wanted a finite decimal number [exchange/csv-not-a-number]',
    ],
    [
      'text',
      '1,two\n',
      'w1.csv, row 1, column 2: got "two", wanted a finite decimal number [exchange/csv-not-a-number]',
    ],
    [
      'an empty cell',
      '1,2\n3,\n',
      'w1.csv, row 2, column 2: got "", wanted a finite decimal number [exchange/csv-not-a-number]',
    ],
    [
      'decimal commas',
      '1,5;2\n3;4\n',
      'w1.csv, row 1, column 1: got "1,5", wanted a finite decimal number ' +
        '(if decimals are written with a comma here: write them with a point) [exchange/csv-not-a-number]',
    ],
    [
      'decimal commas between tabs',
      '0,3\t-0,5\n',
      'w1.csv, row 1, column 2: got "3\\t-0", wanted a finite decimal number ' +
        '(if decimals are written with a comma here: write them with a point) [exchange/csv-not-a-number]',
    ],
    [
      'a first number that is not finite',
      'NaN\n1\n',
      'w1.csv, row 1, column 1: got "NaN", wanted a finite decimal number [exchange/csv-not-a-number]',
    ],
    [
      'names alone',
      'a,b\n',
      'w1.csv: got no numbers, wanted at least one row of numbers [exchange/csv-empty]',
    ],
    [
      'text in pandas’ shape',
      ',0,1\n0,1,x\n',
      'w1.csv, row 2, column 3: got "x", wanted a finite decimal number [exchange/csv-not-a-number]',
    ],
    [
      'a ragged row',
      '1,2\n3\n',
      'w1.csv, row 2: got 1 cell, wanted 2 cells, as in the first row [exchange/csv-ragged]',
    ],
    [
      'an empty file',
      '\n',
      'w1.csv: got no numbers, wanted at least one row of numbers [exchange/csv-empty]',
    ],
    [
      'a header alone',
      ',0,1\n',
      'w1.csv: got no numbers, wanted at least one row of numbers [exchange/csv-empty]',
    ],
    [
      'one column of decimal commas',
      '0,7\n-1,2\n',
      'w1.csv, row 2: got "-1,2", and never a point or a sign behind the comma, wanted decimals with a point (two ' +
        'columns of whole numbers are told from them by a point, as in 1.0,2.0, or by a semicolon between) ' +
        '[exchange/csv-decimal-comma]',
    ],
    [
      'the digits of a decimal comma',
      '0,05\n1,2\n',
      'w1.csv, row 1: got "0,05", and never a point or a sign behind the comma, wanted decimals with a point (two ' +
        'columns of whole numbers are told from them by a point, as in 1.0,2.0, or by a semicolon between) ' +
        '[exchange/csv-decimal-comma]',
    ],
    [
      'such digits among more columns',
      '1,05,-2\n',
      'w1.csv, row 1, column 2: got "05", wanted a finite decimal number (if decimals are written with a comma here: ' +
        'write them with a point) [exchange/csv-not-a-number]',
    ],
    [
      'a header that counts, without an index',
      '0,1,2\n0.5,1,2\n',
      'w1.csv, row 1: got a first row that counts 0, 1, …: a header without its index column, wanted numbers alone, or ' +
        'a header and an index (in pandas write it with header=False; weights that are so are written as 0.0,1.0,…) ' +
        '[exchange/csv-header]',
    ],
    [
      'a dropped row',
      ',0\n0,1\n2,1\n',
      'w1.csv, row 3, column 1: got index 2, wanted index 1 (rows of the data frame were dropped or reordered ' +
        'before it was written) [exchange/csv-index]',
    ],
  ])('%s', (_, text, wanted) => {
    expect(() => parseWeightCsv(text, 'w1.csv')).toThrow(message(wanted));
  });

  it.each([
    [
      'kernels that do not chain',
      { 'w1.csv': '1,2\n3,4', 'b1.csv': '1,2', 'w2.csv': '1\n2\n3', 'b2.csv': '1' },
      'DIR/w2.csv: got 3 x 1 numbers, wanted 2 rows, one per unit of layer hidden [exchange/weight-shape]',
    ],
    [
      'a transposed kernel',
      { 'w1.csv': '1,2\n3,4', 'b1.csv': '1,2', 'w2.csv': '1,2', 'b2.csv': '1' },
      'DIR/w2.csv: got 1 x 2 numbers, wanted 2 rows, one per unit of layer hidden (kernels are inputs x units, as in ' +
        'Keras: is this one transposed, as in PyTorch? --transpose reads it) [exchange/weight-shape]',
    ],
    [
      'a transposed first kernel',
      { 'w1.csv': '1,2,3\n4,5,6', 'b1.csv': '1,2' },
      'DIR/b1.csv: got 1 x 2 numbers, wanted 3 numbers in one column or row, one per column of w1.csv (w1.csv has as ' +
        'many rows: kernels are inputs x units, as in Keras: is this one transposed, as in PyTorch? --transpose reads ' +
        'it) [exchange/weight-shape]',
    ],
    [
      'a bias with a header without index',
      { 'w1.csv': '1,2\n3,4\n5,6', 'b1.csv': '0\n0.5\n0.25' },
      'DIR/b1.csv: got 3 x 1 numbers, wanted 2 numbers in one column or row, one per column of w1.csv (the first row ' +
        'counts 0, 1, …: a header without its index column? write it with header=False) [exchange/weight-shape]',
    ],
    [
      'a header without index',
      { 'w1.csv': '1,2\n3,4', 'b1.csv': '1,2', 'w2.csv': '0,1\n1,2\n3,4', 'b2.csv': '1,1' },
      'DIR/w2.csv: got 3 x 2 numbers, wanted 2 rows, one per unit of layer hidden (the first row counts 0, 1, …: a ' +
        'header without its index column? write it with header=False) [exchange/weight-shape]',
    ],
    [
      'a bias of another length',
      { 'w1.csv': '1,2\n3,4', 'b1.csv': '1\n2\n3' },
      'DIR/b1.csv: got 3 x 1 numbers, wanted 2 numbers in one column or row, one per column of w1.csv ' +
        '[exchange/weight-shape]',
    ],
    [
      'a missing bias',
      { 'w1.csv': '1' },
      'DIR/w1.csv: got no bias for layer 1, wanted a weights and a bias file for every layer, numbered without gaps ' +
        '(of a network whose layers have no bias: --no-bias) [exchange/weight-missing]',
    ],
    [
      'a gap',
      { 'w1.csv': '1', 'b1.csv': '1', 'w3.csv': '1', 'b3.csv': '1' },
      'DIR: got no weights for layer 2, wanted a weights and a bias file for every layer, numbered without gaps ' +
        '[exchange/weight-missing]',
    ],
    [
      'a folder of text files',
      { 'b1.txt': '1', 'w1.txt': '1' },
      'DIR: got no weight files, but "b1.txt", "w1.txt", wanted files such as w1.csv and b1.csv (name them one by one ' +
        'if they are tables of numbers: --weights b1.txt w1.txt …) [exchange/weight-none]',
    ],
    [
      'a PyTorch file',
      { 'model.pt': '' },
      'DIR: got no weight files, but "model.pt", wanted files such as w1.csv and b1.csv ' +
        "(a model's file is read by espalier compile model.pt) [exchange/weight-none]",
    ],
    [
      'an empty folder',
      { 'notes.csv': '1' },
      'DIR: got no weight files, wanted files such as w1.csv and b1.csv [exchange/weight-none]',
    ],
  ])('%s', (_, files, wanted) => {
    for (const [name, text] of Object.entries(files)) write(name, text as string);
    expect(read).toThrow(message(wanted));
  });

  it('a file that is not there, or has no number', () => {
    expect(() => readWeights(['nowhere/w1.csv'], { name: 'net' })).toThrow(
      message('nowhere/w1.csv: got no such file or folder, wanted a readable file [file/unreadable]'),
    );
    const file = write('layer.csv', '1');
    expect(() => readWeights([file], { name: 'net' })).toThrow(
      message(
        'DIR/layer.csv: got a name without role and layer, wanted w1….csv and b1….csv, or names with ' +
          'weights/kernel/bias and the layer’s number [exchange/weight-file-name]',
      ),
    );
  });
});
