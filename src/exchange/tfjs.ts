import { readBytes } from '../core/files.js';
import { type DenseChain, denseChain } from '../float/chain.js';
import { checkFloatNetwork } from '../float/check.js';
import { foldNetwork } from '../float/fold.js';
import { readTfjs } from './importers/tfjs/index.js';
import { tfjsActivation } from './tfjs-activation.js';

/** What the last layer does with its logits, in Keras' words. */
const OUTPUT_ACTIVATIONS = { binary: 'sigmoid', argmax: 'softmax' } as const;

/**
 * A float network as TensorFlow.js' layers format, for `tf.loadLayersModel`: the last layer gives probabilities
 * (sigmoid or softmax), weights are 32-bit floats.
 *
 * @returns file name → content: `model.json` and `weights.bin`
 */
export function writeTfjsModel(network: DenseChain): Map<string, string | Uint8Array> {
  const weights = network.layers.flatMap(({ name, kernel, bias }) => [
    { name: `${name}/kernel`, ...kernel },
    { name: `${name}/bias`, shape: [bias.length], values: bias },
  ]);
  const model = {
    format: 'layers-model',
    generatedBy: 'espalier',
    convertedBy: null,
    modelTopology: {
      keras_version: 'tfjs-layers 4.22.0',
      backend: 'tensor_flow.js',
      model_config: {
        class_name: 'Sequential',
        config: { name: network.name, layers: network.layers.map((_, index) => denseConfig(network, index)) },
      },
    },
    weightsManifest: [
      {
        paths: ['weights.bin'],
        weights: weights.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })),
      },
    ],
  };
  return new Map<string, string | Uint8Array>([
    ['model.json', `${JSON.stringify(model, null, 2)}\n`],
    ['weights.bin', littleEndian(weights.flatMap(({ values }) => Array.from(values)))],
  ]);
}

function denseConfig(network: DenseChain, index: number) {
  const layer = network.layers[index];
  const { name, bias } = layer;
  const isLast = index === network.layers.length - 1;
  return {
    class_name: 'Dense',
    config: {
      name,
      trainable: true,
      dtype: 'float32',
      ...(index === 0 ? { batch_input_shape: [null, ...network.input.shape] } : {}),
      units: bias.length,
      activation:
        isLast && network.head !== 'values' ? OUTPUT_ACTIVATIONS[network.head] : tfjsActivation(layer),
      use_bias: true,
    },
  };
}

function littleEndian(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    view.setFloat32(4 * index, value, true);
  });
  return bytes;
}

/**
 * Reads a layers model that is a chain of dense layers: from TensorFlow.js, or converted from Keras. Dropout is left
 * out; a sigmoid or softmax at the end becomes the network's head.
 *
 * @param file the `model.json`; the weights lie beside it
 * @throws file/*, exchange/import-*, float/*
 */
export function readTfjsModel(file: string): DenseChain {
  const { network } = readTfjs({ file, bytes: readBytes(file) }, {});
  checkFloatNetwork(network, file);
  return denseChain(foldNetwork(network).network, 'what the training here gives');
}
