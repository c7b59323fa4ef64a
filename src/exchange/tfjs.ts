import { readBytes } from '../core/files.js';
import { type DenseChain, denseChain } from '../float/chain.js';
import { checkFloatNetwork } from '../float/check.js';
import { foldNetwork } from '../float/fold.js';
import type { FloatNetwork } from '../float/types.js';
import { readTfjs } from './importers/tfjs/index.js';
import { kerasModel } from './keras/write.js';

/**
 * A float network as TensorFlow.js' layers format, for `tf.loadLayersModel`: the last layer gives probabilities
 * (sigmoid or softmax), weights are 32-bit floats.
 *
 * @returns file name → content: `model.json` and `weights.bin`
 * @throws exchange/keras-layer for what it has no layer for
 */
export function writeTfjsModel(network: FloatNetwork): Map<string, string | Uint8Array> {
  const { topology, layers } = kerasModel(network);
  const weights = layers.flatMap(({ name, weights: own }) =>
    own.map((weight) => ({ ...weight, name: `${name}/${weight.name}` })),
  );
  const model = {
    format: 'layers-model',
    generatedBy: 'espalier',
    convertedBy: null,
    modelTopology: {
      keras_version: 'tfjs-layers 4.22.0',
      backend: 'tensor_flow.js',
      model_config: topology,
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
