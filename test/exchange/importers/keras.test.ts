import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import * as tfl from '@tensorflow/tfjs-layers';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EspalierError } from '../../../src/core/errors.js';
import { Random } from '../../../src/core/random.js';
import { importNetwork } from '../../../src/exchange/importers/index.js';
import { layersOf, topologyOf, writeArchive, writeHdf5 } from '../../support/keras-files.js';
import { messageOf } from '../../support/messages.js';
import { expectSame, randomize } from '../../support/tfjs-models.js';

const { layers } = tfl;
const random = new Random(14, 'keras');
let folder: string;
const at = (name: string) => path.join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'espalier-keras-'));
  await tf.setBackend('cpu');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A convolutional network with batch norms, two layers of each class. */
function convolutional(): tfl.LayersModel {
  const model = tfl.sequential({
    layers: [
      layers.conv2d({ inputShape: [8, 7, 2], filters: 3, kernelSize: 3, padding: 'same', useBias: false }),
      layers.batchNormalization(),
      layers.reLU(),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.depthwiseConv2d({ kernelSize: 2, activation: 'relu' }),
      layers.separableConv2d({ filters: 4, kernelSize: 2, padding: 'same' }),
      layers.batchNormalization(),
      layers.activation({ activation: 'relu' }),
      layers.flatten(),
      layers.dense({ units: 5, activation: 'relu' }),
      layers.dropout({ rate: 0.3 }),
      layers.dense({ units: 3 }),
    ],
  });
  randomize(model, random);
  return model;
}

/** A block that is added to what it reads. */
function residual(): tfl.LayersModel {
  const input = tfl.input({ shape: [6, 4] });
  const conv = layers.conv1d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' });
  const sum = layers.add().apply([conv.apply(input) as tfl.SymbolicTensor, input]);
  const list = layers.globalAveragePooling1d({}).apply(sum);
  const model = tfl.model({
    inputs: input,
    outputs: layers.dense({ units: 2 }).apply(list) as tfl.SymbolicTensor,
  });
  randomize(model, random);
  return model;
}

describe.each([
  ['a convolutional network', convolutional],
  ['a residual network', residual],
])('%s', (_, make) => {
  const expectRead = (file: string, model: tfl.LayersModel) =>
    expectSame(model, importNetwork(file).network, random);

  it('in .h5', async () => {
    const model = make();
    const topology = topologyOf(model, '2.15.0');
    expectRead(await writeHdf5(at('model.h5'), layersOf(model), { topology }), model);
  });

  it('in .h5 of HDF5 2', async () => {
    const model = make();
    const topology = topologyOf(model, '2.15.0');
    expectRead(await writeHdf5(at('new.h5'), layersOf(model), { topology, isOld: false }), model);
  });

  it('in .h5, its arrays in packed chunks', async () => {
    const model = make();
    const topology = topologyOf(model, '2.15.0');
    expectRead(await writeHdf5(at('packed.h5'), layersOf(model), { topology, packed: true }), model);
  });

  it('in an .h5 of weights with a .json beside it, read by either', async () => {
    const model = make();
    writeFileSync(at('net.json'), topologyOf(model, '2.15.0'));
    const file = await writeHdf5(at('net_weights.h5'), layersOf(model));
    expectRead(file, model);
    expectRead(at('net.json'), model);
  });

  it.each([
    ['by the names of layers', true],
    ['by counting classes', false],
  ])('in .keras, its weights %s', async (_, named) => {
    const model = make();
    expectRead(
      await writeArchive(at('model.keras'), layersOf(model), topologyOf(model, '3.4.1'), named),
      model,
    );
  });
});

it('a hundred layers, whose names take a tree of two levels', async () => {
  const dense = () => layers.dense({ units: 2, inputShape: [2], activation: 'tanh' });
  const model = tfl.sequential({ layers: Array.from({ length: 100 }, dense) });
  randomize(model, random);
  const topology = topologyOf(model, '2.15.0');
  const file = await writeHdf5(at('deep.h5'), layersOf(model), { topology, isOld: false });
  expectSame(model, importNetwork(file).network, random);
});

describe('what differs between versions', () => {
  it('hard_sigmoid has another slope in Keras 3', async () => {
    const model = tfl.sequential({
      layers: [
        layers.dense({ units: 1, inputShape: [1], activation: 'hardSigmoid' }),
        layers.dense({ units: 2 }),
      ],
    });
    const slopeIn = async (version: string) => {
      const topology = topologyOf(model, version);
      const file = await writeHdf5(at('version.h5'), layersOf(model), { topology, version });
      return importNetwork(file).network.layers[0];
    };
    const curve = (slope: number) => ({ kind: 'curve', curve: 'hard_sigmoid', parameters: [slope, 0.5] });
    expect(await slopeIn('2.15.0')).toMatchObject({ activation: curve(0.2) });
    expect(await slopeIn('3.4.1')).toMatchObject({ activation: curve(1 / 6) });
  });
});

describe('files that are refused', () => {
  const messageFor = (name: string) =>
    messageOf(() => importNetwork(at(name))).replaceAll(folder + path.sep, '');
  const whole = async () => {
    const model = residual();
    const file = at('whole.h5');
    return readFileSync(await writeHdf5(file, layersOf(model), { topology: topologyOf(model, '2.15.0') }));
  };

  it('cut off', async () => {
    const bytes = await whole();
    writeFileSync(at('cut.h5'), bytes.subarray(0, bytes.length - 1));
    expect(messageFor('cut.h5')).toBe(
      `cut.h5: got ${bytes.length - 1} bytes, wanted ${bytes.length} bytes, as it says itself ` +
        '(the file is cut off or broken: fetch or save it again) [exchange/import-truncated]',
    );
    writeFileSync(at('cut.h5'), bytes.subarray(0, 20));
    expect(messageFor('cut.h5')).toBe(
      'cut.h5: got something at byte 24, past its end at 20, wanted an HDF5 file that is whole ' +
        '(the file is cut off or broken: fetch or save it again) [exchange/import-truncated]',
    );
  });

  it('weights without layers', async () => {
    await writeHdf5(at('alone.weights.h5'), layersOf(residual()));
    expect(messageFor('alone.weights.h5')).toBe(
      'alone.weights.h5: got weights without the layers that have them, wanted the layers in alone.json ' +
        "(model.to_json() gives their text, and model.save('model.keras') writes layers and weights together) " +
        '[exchange/import-topology]',
    );
  });

  it('layers without weights', () => {
    writeFileSync(at('bare.json'), topologyOf(residual(), '2.15.0'));
    expect(messageFor('bare.json')).toBe(
      "bare.json: got layers without weights, wanted the weights in bare.h5 (model.save('model.keras') writes layers " +
        'and weights) [exchange/import-weights]',
    );
    writeFileSync(at('bare.keras'), zipSync({ 'config.json': strToU8(topologyOf(residual(), '3.0.0')) }));
    expect(messageFor('bare.keras')).toBe(
      "bare.keras: got no model.weights.h5 in it, wanted a model with its weights (model.save('model.keras') writes " +
        'layers and weights) [exchange/import-weights]',
    );
  });

  it('weights of another model', async () => {
    const topology = topologyOf(residual(), '2.15.0');
    await writeHdf5(at('other.h5'), layersOf(convolutional()), { topology });
    expect(messageFor('other.h5')).toMatch(
      /^other\.h5, layer conv1d_Conv1D\d+ \(Conv1D\): got no weights, wanted kernel, bias \[exchange\/import-weights\]$/,
    );
  });

  it('weights that Keras itself quantized', async () => {
    const model = residual();
    const policy = { class_name: 'QuantizedDTypePolicy', config: { name: 'int8_from_float32' } };
    const topology = topologyOf(model, '3.4.1').replaceAll(
      '"dtype":"float32"',
      `"dtype":${JSON.stringify(policy)}`,
    );
    const quantized = topology.replace('"filters":4', `"filters":4,"dtype":${JSON.stringify(policy)}`);
    await writeArchive(at('int8.keras'), layersOf(model), quantized, true);
    expect(messageFor('int8.keras')).toMatch(
      /^int8\.keras, layer conv1d_Conv1D\d+ \(Conv1D\): got weights of the policy int8_from_float32, wanted weights in floating point \(save the model before model\.quantize\(\)\) \[exchange\/import-attribute\]$/,
    );
  });

  it('1,000 with broken bytes, or read', async () => {
    const bytes = await whole();
    const archive = readFileSync(
      await writeArchive(at('whole.keras'), layersOf(residual()), topologyOf(residual(), '3.4.1'), true),
    );
    for (let run = 0; run < 1000; run++) {
      const broken = Buffer.from(run % 2 === 0 ? bytes : archive);
      for (let edit = 0; edit < 3; edit++)
        broken[random.integer(0, broken.length - 1)] = random.integer(0, 255);
      writeFileSync(at('broken'), broken);
      try {
        importNetwork(at('broken'));
      } catch (error) {
        expect(error, `run ${run}`).toBeInstanceOf(EspalierError);
      }
    }
  });
});
