import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import type { ImportedIntegers } from '../../../src/exchange/importers/importer.js';
import { importFile } from '../../../src/exchange/importers/index.js';
import { exportOnnx } from '../../../src/exchange/onnx/export.js';
import { fractionOf, rangeOf } from '../../../src/fixed/format.js';
import { floatKindOf } from '../../../src/float/layers/index.js';
import { withParameter } from '../../../src/float/layers/parts.js';
import type { FloatNetwork } from '../../../src/float/types.js';
import { plannedNetwork, type ShortLayer } from '../../../src/learn/short-form.js';
import { inputTensor, placeLayers } from '../../../src/network/graph.js';
import { referenceModel } from '../../../src/network/reference.js';
import { codeFormats } from '../../../src/network/tensor.js';
import type { QuantizedNetwork } from '../../../src/network/types.js';
import { compileConfig, type Overrides } from '../../../src/pipeline/compile-config.js';
import { quantizeNetwork } from '../../../src/quantize/widths.js';
import { newFolder } from '../../support/cli.js';
import { messageOf } from '../../support/messages.js';

const folder = newFolder('onnx-export');
const generator = { version: '1.2.3', command: 'espalier export onnx' };
const random = new Random(4, 'onnx export');

/** A network of these layers with random weights, in whole numbers. */
function quantized(
  input: readonly number[],
  layers: readonly ShortLayer[],
  options: Overrides = {},
): QuantizedNetwork {
  const { network } = plannedNetwork('net', input, layers, 3);
  const weighted: FloatNetwork = {
    ...network,
    layers: network.layers.map((layer) =>
      floatKindOf(layer)
        .parameters(layer)
        .reduce(
          (one, { member, values }) =>
            withParameter(
              one,
              member,
              values.map(() => random.normal() / 2),
            ),
          layer,
        ),
    ),
  };
  const { quantization } = compileConfig(undefined, { bits: 5, input: 'fixed<5,2>', ...options });
  return quantizeNetwork({ network: weighted }, [], quantization).network;
}

function readBack(network: QuantizedNetwork): QuantizedNetwork {
  const file = path.join(folder, 'net.onnx');
  writeFileSync(file, exportOnnx(network, generator));
  return (importFile(file) as ImportedIntegers).integers;
}

/** What the outputs are worth. */
function outputsOf(network: QuantizedNetwork, codes: readonly number[]): number[] {
  const formats = codeFormats(placeLayers(network).at(-1)!.output);
  return referenceModel(network)(codes).outputs.map((code, at) => code * 2 ** -fractionOf(formats[at]));
}

const CONVOLUTION: readonly ShortLayer[] = [
  { conv: 4, kernel: 3, padding: 1, activation: 'relu', name: 'first' },
  { maxPool: 2 },
  { conv: 4, kernel: [2, 1], groups: 2, stride: 1, activation: 'relu', name: 'second' },
  { flatten: true },
  { dense: 3, name: 'last' },
];

describe('a network in ONNX is read back as the same integers', () => {
  it.each<[string, readonly number[], readonly ShortLayer[], Overrides]>([
    [
      'dense layers, rounded half to even',
      [4],
      [{ dense: 5, activation: 'relu' }, { dense: 3 }],
      { rounding: 'RND_CONV' },
    ],
    [
      'dense layers, cut off',
      [4],
      [{ dense: 5, activation: 'relu' }, { dense: 4 }, { dense: 3 }],
      { rounding: 'TRN' },
    ],
    [
      'dense layers, rounded half up',
      [4],
      [{ dense: 5, activation: 'relu' }, { dense: 4 }, { dense: 3 }],
      { rounding: 'RND' },
    ],
    ['convolutions', [6, 4, 2], CONVOLUTION, { rounding: 'RND_CONV' }],
    ['convolutions, rounded half up', [6, 4, 2], CONVOLUTION, { rounding: 'RND' }],
  ])('%s', (_, input, layers, options) => {
    const network = quantized(input, layers, options);
    const back = readBack(network);
    expect(inputTensor(back)).toEqual(inputTensor(network));
    const ranges = network.input.formats.map(rangeOf);
    for (let sample = 0; sample < 200; sample++) {
      const codes = ranges.map(({ low, high }) => random.integer(low, high));
      expect(outputsOf(back, codes)).toEqual(outputsOf(network, codes));
    }
  });
});

it('the same network gives the same bytes', () => {
  const network = quantized([4], [{ dense: 3 }]);
  expect(exportOnnx(network, generator)).toEqual(exportOnnx(network, generator));
});

describe('what ONNX has no word for is refused', () => {
  const refusal = (layers: readonly ShortLayer[], options: Overrides = {}) =>
    messageOf(() => exportOnnx(quantized([4], layers, options), generator));

  it('with the layer', () => {
    expect(refusal([{ dense: 5, activation: 'relu', name: 'a' }, { dense: 3 }], { overflow: 'WRAP' })).toBe(
      'layer a: got the overflow WRAP, wanted SAT, as QONNX has it: no other is written as ONNX [exchange/onnx]',
    );
    expect(refusal([{ dense: 5, activation: 'tanh', name: 'a' }, { dense: 3 }])).toContain(
      'layer a: got an activation by a table, wanted linear, relu, clip or leaky_relu',
    );
    expect(
      refusal([{ dense: 5, activation: 'relu6', name: 'a' }, { dense: 3 }], { rounding: 'RND' }),
    ).toContain(
      'layer a: got rounding half up behind this activation, wanted RND_CONV or TRN behind clip or leaky_relu',
    );
    expect(refusal([{ dense: 3, name: 'a' }], { bits: 16, input: 'fixed<16,2>' })).toMatch(
      /^layer a: got sums of up to \d+ steps, wanted sums below 16777216, which 32-bit floats hold exactly/,
    );
  });
});
