import type { LayersModel } from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { writeTfjsModel } from '../../../src/exchange/tfjs.js';
import { exportTflite, TFLITE_MODES, type TfliteMode } from '../../../src/exchange/tflite/export.js';
import type { DenseChain } from '../../../src/float/chain.js';
import { initialized, perceptron, unflatten } from '../../../src/learn/parameters.js';
import { loadTensorflow } from '../../../src/learn/tensorflow.js';
import { loadTflite } from '../../support/litert.js';

/** How far probabilities may be from those of the TensorFlow.js model. */
const TOLERANCE: Record<TfliteMode, number> = { float32: 1e-6, float16: 5e-4, dynamic: 0.01, int8: 0.02 };

async function tfjsModel(network: DenseChain): Promise<(rows: number[][]) => number[][]> {
  const { tf } = await loadTensorflow();
  const { loadLayersModel } = await import('@tensorflow/tfjs-layers');
  const files = writeTfjsModel(network);
  const { modelTopology, weightsManifest } = JSON.parse(files.get('model.json') as string);
  const weightData = (files.get('weights.bin') as Uint8Array<ArrayBuffer>).buffer;
  const artifacts = { modelTopology, weightSpecs: weightsManifest[0].weights, weightData };
  const model: LayersModel = await loadLayersModel(tf.io.fromMemory(artifacts));
  return (rows) => {
    const output = model.predict(tf.tensor2d(rows));
    if (Array.isArray(output)) throw new Error('one output was expected');
    return output.arraySync() as number[][];
  };
}

describe.each([
  [2, 'sigmoid'],
  [4, 'softmax'],
])('a network of %d classes', (classes, activation) => {
  it(`gives the ${activation} of TensorFlow.js in every TFLite mode, within the stated tolerance`, async () => {
    const random = new Random(41, `tfjs and tflite ${classes}`);
    const architecture = perceptron('study', 30, [16], classes);
    const network = unflatten(architecture, initialized(architecture, random));
    const rows = Array.from({ length: 50 }, () => Array.from({ length: 30 }, () => random.float()));
    const wanted = (await tfjsModel(network))(rows);
    for (const mode of TFLITE_MODES) {
      const model = await loadTflite(
        exportTflite(network, { mode, ends: 'float32', calibration: rows }).bytes,
      );
      const errors = [];
      for (const [index, row] of rows.entries()) {
        const got = await model.run(row);
        expect(got).toHaveLength(wanted[index].length);
        errors.push(...got.map((value, unit) => Math.abs(value - wanted[index][unit])));
      }
      model.delete();
      expect(Math.max(...errors), mode).toBeLessThan(TOLERANCE[mode]);
    }
  });
});
