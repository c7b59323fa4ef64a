import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { expect } from 'vitest';
import type { Random } from '../../src/core/random.js';
import { foldNetwork } from '../../src/float/fold.js';
import { floatModel } from '../../src/float/model.js';
import type { FloatNetwork } from '../../src/float/types.js';

/** Saves a model as `model.json` and `weights.bin`, as TensorFlow.js does; gives the file. */
export async function saveTfjs(model: LayersModel, folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'model.json');
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      const manifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
      writeFileSync(
        file,
        JSON.stringify({ format: 'layers-model', modelTopology, weightsManifest: manifest }),
      );
      writeFileSync(path.join(folder, 'weights.bin'), new Uint8Array(weightData as ArrayBuffer));
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  return file;
}

/** Every weight random; what must be positive, variances, is. */
export function randomize(model: LayersModel, random: Random): void {
  for (const weight of model.weights) {
    const isVariance = weight.name.includes('variance');
    const size = weight.shape.reduce<number>((product, length) => product * (length ?? 1), 1);
    const values = Array.from({ length: size }, () => random.normal() * 0.5);
    const numbers = isVariance ? values.map((value) => value ** 2 + 0.1) : values;
    weight.write(tf.tensor(numbers, weight.shape as number[]));
  }
}

/** What TensorFlow.js and an imported network make of the same random numbers, the network's folded form too. */
export function bothOf(
  model: LayersModel,
  network: FloatNetwork,
  random: Random,
): { got: Float64Array; wanted: ArrayLike<number> } {
  const shape = (model.inputs[0].shape as (number | null)[]).slice(1) as number[];
  const values = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => Math.fround(random.normal()));
  const predicted = model.predict(tf.tensor(values, [1, ...shape])) as tf.Tensor;
  const [got, folded] = [network, foldNetwork(network).network].map(
    (one) => floatModel(one)(Float64Array.from(values)).at(-1)!,
  );
  folded.forEach((value, at) => {
    expect(value).toBeCloseTo(got[at], 9);
  });
  return { got, wanted: predicted.dataSync() };
}

/** Within 1e-5. */
export function expectSame(model: LayersModel, network: FloatNetwork, random: Random): void {
  const { got, wanted } = bothOf(model, network, random);
  expect(got.length).toBe(wanted.length);
  for (let at = 0; at < got.length; at++) expect(Math.abs(got[at] - wanted[at])).toBeLessThan(1e-5);
}
