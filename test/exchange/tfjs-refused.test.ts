import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LAYER_CLASSES } from '../../src/exchange/importers/keras/classes/index.js';
import { readTfjsModel } from '../../src/exchange/tfjs.js';
import { messageOf } from '../support/messages.js';
import { dense, modelOf, tfjsFolder, weightsOf } from '../support/tfjs-folder.js';

const { at, save, messageFor } = tfjsFolder();

describe('a model that is refused', () => {
  const first = (units: number, activation: string, inputs = 1) => {
    const { class_name, config } = dense('a', units, activation);
    return { class_name, config: { ...config, batch_input_shape: [null, inputs] } };
  };
  it.each([
    [
      'a member twice',
      '{"format":1,"format":2}',
      0,
      'model.json: got the member "format" twice, wanted a model.json of TensorFlow.js [exchange/import-file]',
    ],
    [
      'an empty graph model',
      { format: 'graph-model', modelTopology: { node: [] }, weightsManifest: [] },
      0,
      'model.json: got a graph without nodes, wanted at least one [exchange/import-file]',
    ],
    [
      'quantized weights without their scale',
      modelOf([first(1, 'sigmoid')], [{ ...weightsOf('a', 1, 1)[0], quantization: { dtype: 'uint8' } }]),
      1,
      'model.json.weightsManifest[0].weights[0].quantization: got {"dtype":"uint8"}, wanted a number, or "float16" ' +
        '[exchange/import-file]',
    ],
    [
      'no layer',
      modelOf([]),
      0,
      'model.json, modelTopology: got no layers, wanted at least one [exchange/import-file]',
    ],
    [
      'another kind of layer',
      modelOf([{ class_name: 'Conv3D', config: { name: 'conv', batch_input_shape: [null, 4] } }]),
      0,
      `model.json, layer conv (Conv3D): got a layer of class Conv3D, wanted one of ${Object.keys(LAYER_CLASSES).join(', ')} (did you mean Conv1D?) [exchange/import-layer]`,
    ],
    [
      'a lambda',
      modelOf([{ class_name: 'Lambda', config: { name: 'mine', batch_input_shape: [null, 4] } }]),
      0,
      `model.json, layer mine (Lambda): got a layer of class Lambda, wanted one of ${Object.keys(LAYER_CLASSES).join(', ')} (code is never run: write what a Lambda or a layer of your own does with these classes) [exchange/import-layer]`,
    ],
    [
      'a dense layer without units',
      modelOf([{ class_name: 'Dense', config: { name: 'a', batch_input_shape: [null, 1] } }]),
      0,
      'model.json, layer a (Dense).units: got nothing, wanted a number [exchange/import-attribute]',
    ],
    [
      'a ReLU with slope and ceiling',
      modelOf([
        {
          class_name: 'ReLU',
          config: { name: 'b', negative_slope: 0.1, max_value: 6, batch_input_shape: [null, 2] },
        },
      ]),
      0,
      'model.json, layer b (ReLU): got a slope below 0 and a ceiling, wanted one of the two [exchange/import-attribute]',
    ],
    [
      'an activation that we lack',
      modelOf(
        [first(1, 'gauss'), dense('b', 1, 'sigmoid')],
        [...weightsOf('a', 1, 1), ...weightsOf('b', 1, 1)],
      ),
      4,
      'model.json, layer a (Dense): got the activation gauss, wanted one of linear, relu, relu6, leaky_relu, sigmoid, ' +
        'softmax, log_softmax, tanh, hard_sigmoid, hardSigmoid, silu, swish, hard_silu, hard_swish, elu, selu, ' +
        'gelu, gelu_new, mish, softplus, softsign [exchange/import-attribute]',
    ],
    [
      'softmax inside',
      modelOf(
        [first(2, 'softmax'), dense('b', 1, 'sigmoid')],
        [...weightsOf('a', 1, 2), ...weightsOf('b', 2, 1)],
      ),
      7,
      'model.json, layer a (Dense): got softmax inside of the network, wanted softmax of several units at the end, ' +
        'where the class is the same without it [exchange/import-attribute]',
    ],
    [
      'missing weights',
      modelOf([first(1, 'sigmoid')], weightsOf('b', 1, 1)),
      2,
      'model.json, layer a (Dense): got no weights, wanted kernel, bias [exchange/import-weights]',
    ],
    [
      'a missing bias',
      modelOf([first(1, 'sigmoid')], weightsOf('a', 1, 1).slice(0, 1)),
      1,
      'model.json, layer a (Dense): got no bias among its weights, wanted kernel, bias [exchange/import-weights]',
    ],
    [
      'lengths that are open',
      modelOf([{ class_name: 'Conv1D', config: { name: 'a', batch_input_shape: [null, null, 3] } }]),
      0,
      'model.json, input: got a shape of ? x 3, wanted a shape of whole numbers, but for the batch (--shape states it ' +
        "in the file's order, such as --shape 1x28x28) [exchange/import-shape]",
    ],
    [
      'channels first',
      modelOf([
        {
          class_name: 'Conv2D',
          config: {
            name: 'a',
            filters: 1,
            kernel_size: [3, 3],
            data_format: 'channels_first',
            batch_input_shape: [null, 1, 8, 8],
          },
        },
      ]),
      0,
      'model.json, layer a (Conv2D): got data_format channels_first, wanted channels_last (build the model with ' +
        'channels last, weights are the same) [exchange/import-attribute]',
    ],
    [
      'shapes that do not chain',
      modelOf(
        [first(2, 'relu'), dense('b', 1, 'sigmoid')],
        [...weightsOf('a', 1, 2), ...weightsOf('b', 3, 1)],
      ),
      8,
      'model.json, layer b (Dense): got kernel of 3x1, wanted 2x1, as the layers say [exchange/import-weights]',
    ],
    [
      'a weight file that is too short',
      modelOf([first(1, 'sigmoid')], weightsOf('a', 1, 1)),
      1,
      'model.json: got 4 bytes of weights, wanted 8 bytes, as the manifest says (the file is cut off or broken: fetch or ' +
        'save it again) [exchange/import-truncated]',
    ],
  ])('%s', (_, model, floats, wanted) => {
    expect(messageFor(model, floats)).toBe(wanted);
  });

  const from = (...names: string[]) => [names.map((name) => [name, 0, 0, {}])];
  const graph = (ends: object, ...layers: object[]) => ({
    modelTopology: {
      class_name: 'Model',
      config: {
        name: 'net',
        layers: [
          {
            class_name: 'InputLayer',
            config: { name: 'in', batch_input_shape: [null, 1] },
            inbound_nodes: [],
          },
          ...layers,
        ],
        input_layers: [['in', 0, 0]],
        ...ends,
      },
    },
    weightsManifest: [],
  });
  const relu = (name: string, ...reads: string[]) => ({
    class_name: 'ReLU',
    config: { name },
    inbound_nodes: from(...reads),
  });
  it.each([
    [
      'two outputs',
      graph(
        {
          output_layers: [
            ['a', 0, 0],
            ['b', 0, 0],
          ],
        },
        relu('a', 'in'),
        relu('b', 'in'),
      ),
      'model.json: got 2 outputs (a, b), wanted one (save a model of the one that hardware is to give; several lists of ' +
        'one meaning go through a concatenation) [exchange/import-outputs]',
    ],
    [
      'two inputs',
      graph(
        {
          input_layers: [
            ['in', 0, 0],
            ['in', 0, 0],
          ],
        },
        relu('a', 'in'),
      ),
      'model.json: got 2 inputs (in, in), wanted one (save a model of one input, which slices cut up and a concatenation ' +
        'before it puts together) [exchange/import-inputs]',
    ],
    [
      'a cycle',
      graph({}, relu('a', 'b'), relu('b', 'a')),
      'model.json, layer a: got a cycle through b, wanted none [exchange/import-file]',
    ],
    [
      'a tensor of nothing',
      graph({}, relu('a', 'c')),
      'model.json: got a tensor of the layer "c", wanted a layer of the model [exchange/import-file]',
    ],
    [
      'two layers of one name',
      graph({}, relu('a', 'in'), relu('a', 'in')),
      'model.json, modelTopology: got two layers named a, wanted one of each name [exchange/import-file]',
    ],
    [
      'a sum of one tensor',
      graph({}, { class_name: 'Add', config: { name: 'sum' }, inbound_nodes: from('in') }),
      'model.json, layer sum (Add): got 1 tensors, wanted two or more (a layer that adds a constant reads one: a ' +
        'Rescaling layer does that) [exchange/import-attribute]',
    ],
  ])('%s', (_, model, wanted) => {
    expect(messageFor(model)).toBe(wanted);
  });

  it('weights that are no numbers', () => {
    const file = save(
      new Map<string, string | Uint8Array>([
        ['model.json', JSON.stringify(modelOf([first(1, 'sigmoid')], weightsOf('a', 1, 1)))],
        ['weights.bin', new Uint8Array(Float32Array.from([Number.NaN, 0]).buffer)],
      ]),
    );
    expect(messageOf(() => readTfjsModel(file))).toBe(
      `${file}, layer a (Dense), kernel: got NaN, wanted finite weights (training diverged: take a checkpoint from ` +
        'before) [exchange/import-not-finite]',
    );
  });

  it('a convolution, where a chain of dense layers is wanted', () => {
    const conv = { name: 'a', filters: 1, kernel_size: [1], batch_input_shape: [null, 1, 1] };
    const model = modelOf(
      [{ class_name: 'Conv1D', config: conv }],
      [
        { name: 'a/kernel', shape: [1, 1, 1], dtype: 'float32' },
        { name: 'a/bias', shape: [1], dtype: 'float32' },
      ],
    );
    expect(messageFor(model, 2)).toBe(
      'net, layer a: got a layer of kind conv2d, wanted what the training here gives: a chain of dense layers [float/chain]',
    );
  });

  it('a weight file that is not there', () => {
    const model = modelOf([dense('a', 1, 'sigmoid')], weightsOf('a', 1, 1));
    writeFileSync(at('model.json'), JSON.stringify(model));
    expect(messageOf(() => readTfjsModel(at('model.json')))).toBe(
      `${at('weights.bin')}: got no such file or folder, wanted a readable file [file/unreadable]`,
    );
  });
});
