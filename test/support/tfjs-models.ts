import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type * as tfCore from '@tensorflow/tfjs-core';
import type * as tfLayers from '@tensorflow/tfjs-layers';

/** Saves a model as `model.json` and `weights.bin`, as TensorFlow.js does; gives the file. */
export async function saveTfjs(
  tf: Pick<typeof tfCore, 'io'>,
  model: tfLayers.LayersModel,
  folder: string,
): Promise<string> {
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
