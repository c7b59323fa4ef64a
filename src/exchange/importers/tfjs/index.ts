import { z } from 'zod';
import { parseJson } from '../../../core/json.js';
import { fitShape } from '../../../core/shape.js';
import { decodeText } from '../../../core/text.js';
import { problems } from '../../problems.js';
import type { Imported, Importer, ImportOptions, ImportSource } from '../importer.js';
import { convertKeras } from '../keras/network.js';
import { readTopology } from '../keras/topology.js';
import { convertGraph } from './graph/index.js';
import { MANIFEST, manifestFiles, readManifest } from './manifest.js';
import { manifestWeights } from './weights.js';

/** Bytes in which the topology or the manifest is named. */
const LOOKED_AT = 1 << 20;

const MODEL = z.looseObject({
  format: z.literal('layers-model').optional(),
  modelTopology: z.looseObject({ keras_version: z.string().optional() }),
  weightsManifest: MANIFEST,
});

/** Operators of TensorFlow in the place of layers. */
const GRAPH = z.union([
  z.looseObject({ format: z.literal('graph-model') }),
  z.looseObject({ modelTopology: z.looseObject({ node: z.array(z.unknown()) }) }),
]);
const GRAPH_WEIGHTS = z.looseObject({ weightsManifest: MANIFEST });

/** The layers model that `run` writes, those of TensorFlow.js and its converter, and the converter's graph models. */
export const tfjs: Importer = {
  format: 'tfjs',
  title: 'TensorFlow.js model.json, of layers or a graph',
  options: ['shape'],
  recognises: ({ bytes }) => {
    const text = Buffer.from(bytes.subarray(0, LOOKED_AT)).toString('latin1');
    return /^\s*\{/.test(text) && /"(modelTopology|weightsManifest)"/.test(text);
  },
  read: readTfjs,
};

/** @throws file/*, exchange/import-* */
export function readTfjs({ file, bytes }: ImportSource, options: ImportOptions): Imported {
  const json = parsed(bytes, file);
  if (GRAPH.safeParse(json).success) {
    const { weightsManifest: manifest } = fitShape(GRAPH_WEIGHTS, json, file, problems.importFile);
    const imported = convertGraph(json, readManifest(manifest, file), file, options);
    return { ...imported, beside: manifestFiles(manifest, file) };
  }
  const { modelTopology, weightsManifest } = fitShape(MODEL, json, file, problems.importFile);
  const network = 'model_config' in modelTopology ? modelTopology.model_config : modelTopology;
  const model = readTopology(network, `${file}, modelTopology`);
  const weights = manifestWeights(readManifest(weightsManifest, file), model, file);
  const generation = modelTopology.keras_version?.startsWith('3') ? 3 : 2;
  const imported = convertKeras(model, weights, { file, generation }, options);
  return { ...imported, beside: manifestFiles(weightsManifest, file) };
}

function parsed(bytes: Uint8Array, file: string): unknown {
  try {
    return parseJson(decodeText(bytes, file));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw problems.importFile(file, error.message, 'a model.json of TensorFlow.js');
  }
}
