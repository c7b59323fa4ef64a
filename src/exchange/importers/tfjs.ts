import { readTfjsModel } from '../tfjs.js';
import type { Importer } from './importer.js';

/** Bytes in which the topology or the manifest is named. */
const LOOKED_AT = 1 << 20;

/** The layers model that `run` writes, and those of TensorFlow.js and its converter. */
export const tfjs: Importer = {
  format: 'tfjs',
  title: 'TensorFlow.js layers model.json',
  recognises: ({ bytes }) => {
    const text = Buffer.from(bytes.subarray(0, LOOKED_AT)).toString('latin1');
    return /^\s*\{/.test(text) && /"(modelTopology|weightsManifest)"/.test(text);
  },
  read: ({ file }) => {
    const network = readTfjsModel(file);
    return {
      network,
      notes: network.layers.map(({ name }) => ({ from: `${name} (Dense)`, what: 'kept', into: name })),
    };
  },
};
