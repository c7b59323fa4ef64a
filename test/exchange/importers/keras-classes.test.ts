import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldFormats, withStated } from '../../../src/exchange/importers/formats.js';
import { importNetwork } from '../../../src/exchange/importers/index.js';
import { ACTIVATION_NAMES } from '../../../src/exchange/importers/keras/activations.js';
import { LAYER_CLASSES } from '../../../src/exchange/importers/keras/classes/index.js';
import { ACTIVATION_QUANTIZERS } from '../../../src/exchange/importers/keras/quantizers/activations.js';
import { fractionOf, valueOfCode } from '../../../src/fixed/format.js';
import { foldNetwork } from '../../../src/float/fold.js';
import { floatModel } from '../../../src/float/model.js';
import type { UnitOutput } from '../../../src/network/layer-output.js';
import { referenceModel } from '../../../src/network/reference.js';
import { DEFAULT_QUANTIZATION } from '../../../src/quantize/options.js';
import { quantizeNetwork } from '../../../src/quantize/widths.js';
import { type Case, type Layer, LIST, normal, random } from '../../support/keras-cases/case.js';
import { CODE_CASES, VALUE_QUANTIZERS } from '../../support/keras-cases/codes.js';
import { VALUE_CASES } from '../../support/keras-cases/values.js';
import { DEFINITIONS, FUNCTION_NAMES } from '../../support/keras-definitions.js';
import { writeHdf5 } from '../../support/keras-files.js';
import { expectClose } from '../../support/onnx-runs.js';
import { sizeOf, type Values } from '../../support/tensors.js';

/** Every class of layers of Keras that is read, against its definition written out: values within 1e-5, codes exactly. */

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'espalier-keras-classes-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const named = ({ layers }: Case) =>
  layers.map((layer, at) => ({ ...layer, name: layer.name ?? `layer${at}` }));

/** A functional model of Keras 2. */
async function written(model: Case): Promise<string> {
  const layers = named(model);
  const input = { name: 'in', class_name: 'InputLayer', inbound_nodes: [] };
  const config = {
    name: 'net',
    layers: [
      { ...input, config: { name: 'in', batch_input_shape: [null, ...model.input] } },
      ...layers.map(({ name, className, config: own = {}, reads }, at) => ({
        name,
        class_name: className,
        config: { name, ...own },
        inbound_nodes: [(reads ?? [layers[at - 1]?.name ?? 'in']).map((read) => [read, 0, 0, {}])],
      })),
    ],
    input_layers: [['in', 0, 0]],
    output_layers: [[layers[layers.length - 1].name, 0, 0]],
  };
  const topology = JSON.stringify({ class_name: 'Functional', config, keras_version: '2.15.0' });
  const saved = layers.map(({ name, className, weights = {} }) => ({
    name,
    className,
    weights: Object.entries(weights).map(([key, { dims, values }]) => ({ name: key, shape: dims, values })),
  }));
  return writeHdf5(path.join(folder, 'net.h5'), saved, { topology });
}

/** What the definitions give. */
function defined(model: Case, x: Values): Values {
  const known = new Map<string, Values>([['in', x]]);
  const layers = named(model);
  layers.forEach(({ name, className, config = {}, weights = {}, reads }, at) => {
    const inputs = (reads ?? [layers[at - 1]?.name ?? 'in']).map((read) => known.get(read) as Values);
    known.set(name, DEFINITIONS[className]({ inputs, config, weights }));
  });
  return known.get(layers[layers.length - 1].name) as Values;
}

const sample = (dims: readonly number[]): Values => normal(...dims);

it('every class that is read has a case here, and a definition', () => {
  const cases = [...Object.keys(VALUE_CASES), ...Object.keys(CODE_CASES), 'Softmax'];
  expect(cases.sort()).toEqual(Object.keys(LAYER_CLASSES).sort());
  expect(Object.keys(DEFINITIONS).sort()).toEqual(Object.keys(LAYER_CLASSES).sort());
});

it('every quantizer of values has cases', () => {
  const names = VALUE_QUANTIZERS.map(({ class_name: name }) => name);
  expect([...new Set(names)].sort()).toEqual(Object.keys(ACTIVATION_QUANTIZERS).sort());
});

it('every activation has a definition', () => {
  // TensorFlow.js has a name of its own, and what stands at the end is the head.
  const others = ['hardSigmoid', 'softmax', 'log_softmax'];
  expect([...FUNCTION_NAMES, ...others].sort()).toEqual([...ACTIVATION_NAMES].sort());
});

describe.each(Object.entries(VALUE_CASES))('%s', (className, cases) => {
  it.each(cases)('$what', async (model) => {
    expect(model.layers.map((layer) => layer.className)).toContain(className);
    const { network } = importNetwork(await written(model));
    const runs = [network, foldNetwork(network).network].map((one) => floatModel(one));
    for (let round = 0; round < 3; round++) {
      const x = sample(model.input);
      const wanted = defined(model, x).values;
      for (const run of runs) expectClose(Array.from(run(x.values).at(-1)!), wanted);
    }
  });
});

it('Softmax at the end is the head: its probabilities are those of the outputs', async () => {
  const before: Layer = {
    className: 'Dense',
    config: { units: 4 },
    weights: { kernel: normal(6, 4), bias: normal(4) },
  };
  const model = { what: '', input: LIST, layers: [before, { className: 'Softmax' }] };
  const { network } = importNetwork(await written(model));
  expect(network.head).toBe('argmax');
  const x = sample(LIST);
  const outputs = { dims: [4], values: Array.from(floatModel(network)(x.values).at(-1)!) };
  const { values } = DEFINITIONS.Softmax({ inputs: [outputs], config: {}, weights: {} });
  expectClose(Array.from(values), defined(model, x).values);
});

describe.each(Object.entries(CODE_CASES))('%s', (className, cases) => {
  it.each(cases)('$what', async (model) => {
    expect(model.layers.map((layer) => layer.className)).toContain(className);
    const imported = importNetwork(await written(model));
    const folded = foldNetwork(imported.network);
    const config = withStated(DEFAULT_QUANTIZATION, foldFormats(imported.formats!, folded.foldings));
    const { network } = quantizeNetwork({ network: folded.network }, [], config);
    const run = referenceModel(network);
    const last = network.layers.findLast((layer) => 'output' in layer) as { output: UnitOutput[] };
    for (let round = 0; round < 20; round++) {
      const codes = Array.from({ length: sizeOf(model.input) }, () => random.integer(-16, 15));
      const x = { dims: model.input, values: codes.map((code) => code / 8) };
      const got = run(codes).outputs.map((code, at) =>
        valueOfCode(code, fractionOf(last.output[at % last.output.length].format)),
      );
      expect(got).toEqual(defined(model, x).values.map((value) => value + 0));
    }
  });
});
