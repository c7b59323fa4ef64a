import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldFormats, withStated } from '../../../src/exchange/importers/formats.js';
import { importNetwork } from '../../../src/exchange/importers/index.js';
import { printFormat } from '../../../src/fixed/format.js';
import { foldNetwork } from '../../../src/float/fold.js';
import { referenceModel } from '../../../src/network/reference.js';
import { DEFAULT_QUANTIZATION } from '../../../src/quantize/options.js';
import { quantizeNetwork } from '../../../src/quantize/widths.js';
import { type SavedLayer, type SavedWeight, writeHdf5 } from '../../support/keras-files.js';
import { messageOf } from '../../support/messages.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'espalier-hgq-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const array = (name: string, shape: number[], values: number[]): SavedWeight => ({ name, shape, values });

/** A quantizer's class, configuration and variables. */
const quantizer = (
  name: string,
  signed: number[],
  bits: number[],
  integers: number[],
  config: object = {},
): [object, SavedLayer] => [
  { class_name: 'FixedPointQuantizer', config: { name, RND: 'TRN', SAT: 'WRAP', ...config } },
  {
    name,
    className: 'FixedPointQuantizer',
    weights: [
      array('keep_negative', [1, signed.length], signed),
      array('bits', [1, bits.length], bits),
      array('integers', [1, integers.length], integers),
    ],
  },
];

const dense = (name: string, inputs: number, kernel: number[], bias: number[]): [object, SavedLayer] => [
  { class_name: 'Dense', config: { name, units: bias.length, activation: 'linear' } },
  {
    name,
    className: 'Dense',
    weights: [array('kernel', [inputs, bias.length], kernel), array('bias', [bias.length], bias)],
  },
];
const plain = (className: string, config: { name: string }): [object, SavedLayer] => [
  { class_name: className, config },
  { name: config.name, className, weights: [] },
];

async function saved(shape: number[], parts: readonly (readonly [object, SavedLayer])[]): Promise<string> {
  const input = { class_name: 'InputLayer', config: { name: 'in', batch_input_shape: [null, ...shape] } };
  const layers = [input, ...parts.map(([json]) => json)];
  const topology = JSON.stringify({ class_name: 'Sequential', config: { name: 'proxy', layers } });
  return writeHdf5(
    path.join(folder, 'proxy.h5'),
    parts.map(([, layer]) => layer),
    { topology },
  );
}

function integersOf(file: string) {
  const { network, formats } = importNetwork(file);
  const folded = foldNetwork(network);
  const config = withStated(DEFAULT_QUANTIZATION, foldFormats(formats!, folded.foldings));
  return quantizeNetwork({ network: folded.network }, [], config).network;
}

const relu = { name: 'relu', activation: 'relu' };

it('a proxy of HGQ has its integers: formats for each channel, channels of no bits, codes that wrap', async () => {
  const network = integersOf(
    await saved(
      [2],
      [
        quantizer('in_q', [1, 1], [4, 3], [2, 1], { RND: 'RND' }),
        dense('hidden', 2, [1.5, 1, 0.5, -2], [1.25, 0]),
        quantizer('hidden_q', [1], [4], [3]),
        plain('Activation', relu),
        quantizer('relu_q', [0, 0], [3, 0], [2, 0]),
        dense('out', 2, [2, 1], [0]),
        quantizer('out_q', [1], [4], [3]),
      ],
    ),
  );
  expect(network.input.formats.map(printFormat)).toEqual(['fixed<4,2>', 'fixed<3,1>']);
  expect(network.layers.map(({ name }) => name)).toEqual(['hidden', 'relu', 'out']);
  const run = referenceModel(network);
  // 1.25 and -0.75: sums 2.75 and 2.75, halves 5 and 5; 2.5 twice is 5, of which 4 bits are left: -3.
  expect(run([5, -3]).layers).toEqual([[5, 5], [5, 0], [-6]]);
  // 1.75 and 0.75: 4.25 wraps to -4, which is below 0.
  expect(run([7, 3]).layers).toEqual([[-8, 0], [0, 0], [0]]);
  expect(run([-8, -4]).layers).toEqual([[-5, 0], [0, 0], [0]]);
  // 0.25 and 0: 1.625, rounded down.
  expect(run([1, 0]).layers).toEqual([[3, 0], [3, 0], [6]]);
});

describe('what is refused', () => {
  const messageFor = async (shape: number[], parts: readonly (readonly [object, SavedLayer])[]) => {
    const file = await saved(shape, parts);
    return messageOf(() => integersOf(file)).replaceAll(folder + path.sep, '');
  };

  it('a format for each place', async () => {
    const list = [1, 1, 1, 1, 1, 1];
    expect(await messageFor([3, 2], [quantizer('q', list, list, list)])).toBe(
      'proxy.h5, layer q (FixedPointQuantizer): got a quantizer of 1x6 formats, wanted one format, or 2, one per ' +
        'channel [exchange/import-attribute]',
    );
  });

  it('another way to saturate', async () => {
    expect(await messageFor([2], [quantizer('q', [1], [4], [2], { SAT: 'SAT_SYM' })])).toBe(
      'proxy.h5, layer q (FixedPointQuantizer).SAT: got "SAT_SYM", wanted one of "WRAP", "SAT" [exchange/import-attribute]',
    );
  });

  it('a layer of HGQ2, which is called as one of QKeras', async () => {
    const [, saved] = dense('a', 2, [1, 0.3], [0]);
    const config = { name: 'a', units: 1, kq_conf: { class_name: 'QuantizerConfig', config: {} } };
    expect(await messageFor([2], [[{ class_name: 'QDense', config }, saved]])).toBe(
      'proxy.h5, layer a (QDense): got kq_conf, of a layer of HGQ2, wanted layers of Keras or QKeras, or a proxy model ' +
        'of HGQ (build the same layers of Keras with the weights that its quantizers give: compile quantizes by itself) ' +
        '[exchange/import-attribute]',
    );
  });

  it('a batch norm behind a quantizer', async () => {
    const norm = plain('BatchNormalization', { name: 'norm' });
    expect(
      await messageFor([2], [dense('a', 2, [1, 0, 0, 1], [0, 0]), quantizer('q', [1], [4], [2]), norm]),
    ).toBe(
      'proxy.h5, layer norm (BatchNormalization): got channels scaled behind a quantizer, wanted them scaled before ' +
        'it [exchange/import-attribute]',
    );
  });

  it('channels of several formats that come to lie in one', async () => {
    const parts = [
      quantizer('q', [1, 0], [4, 3], [2, 0]),
      plain('Reshape', { name: 'r', target_shape: [2, 1] } as { name: string }),
      plain('Flatten', { name: 'f' }),
      dense('a', 2, [1, 1], [0]),
    ];
    expect(await messageFor([2], parts)).toBe(
      'layers (r): got codes of different formats in one channel, wanted one format in each [network/shape]',
    );
  });
});
