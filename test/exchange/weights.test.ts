import { rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { parseWeightCsv, printWeightCsv } from '../../src/exchange/weight-csv.js';
import type { WeightOptions } from '../../src/exchange/weight-options.js';
import { readWeights, weightFiles } from '../../src/exchange/weights.js';
import { rowsOf } from '../../src/float/tensor.js';
import { chainOf } from '../support/chains.js';
import { npyFile } from '../support/numpy.js';
import { weightFolder } from '../support/weight-folder.js';

const { at, write, read, message } = weightFolder();

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
    const [layer] = readWeights([at()], { name: 'net', ...options }).layers;
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
    rmSync(path.join(at(), 'b_1_1.mif'));
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
    rmSync(at(), { recursive: true });
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
    expect(readWeights([at()], { name: 'net', set: 'pruned' }).layers[0].kernel.values).toEqual(
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
