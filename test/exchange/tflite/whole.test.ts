import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import type { ImportedIntegers } from '../../../src/exchange/importers/importer.js';
import { importFile } from '../../../src/exchange/importers/index.js';
import { realNetwork } from '../../../src/exchange/keras/real.js';
import { exportTflite } from '../../../src/exchange/tflite/export.js';
import { fractionOf, printFormat, valueOfCode } from '../../../src/fixed/format.js';
import type { Clamp, Curve, FloatActivation } from '../../../src/float/activation.js';
import type { FloatNetwork } from '../../../src/float/types.js';
import { placeLayers } from '../../../src/network/graph.js';
import type { DenseLayer } from '../../../src/network/layers/dense.js';
import { referenceModel } from '../../../src/network/reference.js';
import type { QuantizedNetwork } from '../../../src/network/types.js';
import { DEFAULT_QUANTIZATION } from '../../../src/quantize/options.js';
import { quantizeNetwork } from '../../../src/quantize/widths.js';
import { newFolder } from '../../support/cli.js';
import { loadTflite } from '../../support/litert.js';
import { messageOf } from '../../support/messages.js';

/** Networks of whole numbers with tables and limits, as TFLite. */

const folder = newFolder('tflite-whole');
const random = new Random(5, 'tflite whole');
const normals = (count: number) => Float64Array.from({ length: count }, () => random.normal() / 2);
const INPUTS = 6;

/** A layer whose codes are a function's, and one of exact sums behind it. */
function networkOf(activation: FloatActivation): QuantizedNetwork {
  const dense = (name: string, inputs: number, units: number, own: FloatActivation) => ({
    kind: 'dense',
    name,
    kernel: { shape: [inputs, units], values: normals(inputs * units) },
    bias: normals(units),
    activation: own,
  });
  const layers = [dense('hidden', INPUTS, 5, activation), dense('output', 5, 3, 'linear')];
  const network: FloatNetwork = { name: 'net', input: { shape: [INPUTS] }, layers, head: 'values' };
  return quantizeNetwork({ network }, [], { ...DEFAULT_QUANTIZATION, bits: 8, input: 'fixed<6,2>' }).network;
}

const CASES: readonly (Clamp | Curve)[] = [
  { kind: 'curve', curve: 'tanh', parameters: [] },
  { kind: 'curve', curve: 'mish', parameters: [] },
  { kind: 'clamp', low: -0.5, high: 0.75 },
];

/** Codes of samples, and what they mean. */
function samplesOf({ input }: QuantizedNetwork) {
  const codes = Array.from({ length: 20 }, () =>
    Array.from({ length: INPUTS }, () => random.integer(-32, 31)),
  );
  const values = codes.map((sample) =>
    sample.map((code, at) => valueOfCode(code, fractionOf(input.formats[at]))),
  );
  return { codes, values };
}

describe.each(CASES)('%j of whole numbers', (activation) => {
  const network = networkOf(activation);
  const { codes, values } = samplesOf(network);

  it('is in LiteRT what the reference gives, but for rounding between layers', async () => {
    const [hidden, output] = placeLayers(network).map(({ output: one }) => one);
    const [step] = hidden.formats.map((format) => 2 ** -fractionOf(format));
    // A table rounds as the whole numbers do; limits are given without rounding.
    const bound = activation.kind === 'clamp' ? 5 * step : 1e-5;
    const run = referenceModel(network);
    const model = await loadTflite(exportTflite(realNetwork(network), { mode: 'float32' }).bytes);
    for (const [at, sample] of codes.entries()) {
      const wanted = run(sample).outputs.map((code, unit) =>
        valueOfCode(code, fractionOf(output.formats[unit])),
      );
      (await model.run(values[at])).forEach((value, unit) => {
        expect(Math.abs(value - wanted[unit])).toBeLessThanOrEqual(bound);
      });
    }
    model.delete();
  });

  it('is in int8 what is read back', async () => {
    const { bytes } = exportTflite(realNetwork(network), { mode: 'int8', calibration: values });
    const file = path.join(folder, 'net.tflite');
    writeFileSync(file, bytes);
    const { integers, meanings } = importFile(file) as unknown as ImportedIntegers;
    const run = referenceModel(integers);
    const { offset } = meanings.at(-1)!;
    const model = await loadTflite(bytes);
    for (const _ of codes) {
      const given = Array.from({ length: INPUTS }, () => random.integer(-128, 127));
      expect(run(given).outputs.map((code) => code + offset)).toEqual(await model.run(given));
    }
    model.delete();
  });

  it('becomes the same whole numbers again', () => {
    const { kernel, bias, output } = network.layers[0] as DenseLayer;
    const formats = (output as Exclude<typeof output, 'exact'>).map((unit) =>
      printFormat(unit.table?.format ?? unit.format),
    );
    const last = network.layers[1] as DenseLayer;
    const stated = (layer: DenseLayer) => ({
      weights: layer.kernel.formats.map(printFormat),
      bias: layer.bias.formats.map(printFormat),
    });
    expect(kernel.codes.length).toBe(INPUTS);
    expect(bias.codes.length).toBe(5);
    const again = quantizeNetwork({ network: realNetwork(network) }, [], {
      ...DEFAULT_QUANTIZATION,
      input: 'fixed<6,2>',
      layers: {
        hidden: { ...stated(network.layers[0] as DenseLayer), output: formats },
        output: { ...stated(last), output: 'exact' },
      },
    }).network;
    expect(again.layers).toEqual(network.layers);
  });
});

it('whose scales are no powers of two are refused by the layer', () => {
  const network = networkOf('relu');
  const [first, last] = network.layers as readonly DenseLayer[];
  const output = (first.output as Exclude<typeof first.output, 'exact'>).map((unit) => ({
    ...unit,
    scale: { multiplier: 3, shift: 4 },
  }));
  const scaled = { ...network, layers: [{ ...first, output }, last] };
  expect(messageOf(() => realNetwork(scaled))).toBe(
    'layer hidden: got a scale of its own, wanted sums that become codes by formats, and limits or a table for all units alike: no other is written as values (export the float network that it was made of) [exchange/real-layer]',
  );
});
