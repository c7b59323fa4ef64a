import { existsSync } from 'node:fs';
import { parseJson } from '../../../core/json.js';
import { decodeText } from '../../../core/text.js';
import { tellingNames } from '../../../core/zip.js';
import { problems } from '../../problems.js';
import { unpacked } from '../archive.js';
import { modelBytes } from '../beside.js';
import { type Hdf5Object, isHdf5, openHdf5 } from '../hdf5/file.js';
import type { Imported, Importer, ImportOptions } from '../importer.js';
import type { KerasGeneration } from './conversion.js';
import { hdf5Weights } from './h5-weights.js';
import { convertKeras } from './network.js';
import { parseTopology } from './topology.js';

/** Bytes in which a topology says what it is. */
const LOOKED_AT = 4096;
/** Bytes that the members of an archive come to, which a small network's do not reach. */
const MOST_BYTES = 2 ** 28;

const CONFIG = 'config.json';
const METADATA = 'metadata.json';
const WEIGHTS = 'model.weights.h5';

/** `model.keras`: a zip file of the layers, the version and the weights. */
export const kerasArchive: Importer = {
  format: 'keras',
  title: 'Keras model.keras',
  options: ['shape'],
  recognises: ({ bytes }) => isKeras(tellingNames(bytes)),
  read: (source, options) => {
    const { file } = source;
    const members = unpacked(source, (name) => [CONFIG, METADATA, WEIGHTS].includes(name), MOST_BYTES);
    const text = (name: string) => decodeText(members.get(name) ?? new Uint8Array(), `${file}, ${name}`);
    const weights = members.get(WEIGHTS);
    if (weights === undefined) {
      throw problems.importWeights(file, `no ${WEIGHTS} in it`, 'a model with its weights', SAVE_WHOLE);
    }
    const root = openHdf5(weights, `${file}, ${WEIGHTS}`);
    const metadata = members.has(METADATA) ? textOf(text(METADATA), 'keras_version') : undefined;
    return converted({ file, topology: text(CONFIG), root, version: metadata ?? '3' }, options);
  },
};

/** Of a file that is cut off the first name alone is known. */
const isKeras = (names: readonly string[]) =>
  names.includes(CONFIG) || (names.length === 1 && names[0] === METADATA);

/** `model.h5`: the layers as an attribute, or in a JSON file beside it. */
export const kerasHdf5: Importer = {
  format: 'keras-h5',
  title: 'Keras model.h5, or weights in .h5 with the layers in a .json beside them',
  options: ['shape'],
  recognises: ({ bytes }) => isHdf5(bytes),
  read: ({ file, bytes }, options) => {
    const root = openHdf5(bytes, file);
    const inside = root.text('model_config');
    const beside = inside === undefined ? topologyBeside(file) : undefined;
    const topology = inside ?? decodeText(modelBytes(beside as string), beside as string);
    const imported = converted({ file, topology, root, version: root.text('keras_version') }, options);
    return beside === undefined ? imported : { ...imported, beside: [beside] };
  },
};

/** `model.json` of `model.to_json()`: the weights lie beside it. */
export const kerasJson: Importer = {
  format: 'keras-json',
  title: 'Keras model.json, with the weights in an .h5 beside it',
  options: ['shape'],
  recognises: ({ bytes }) => {
    const text = Buffer.from(bytes.subarray(0, LOOKED_AT)).toString('latin1');
    return /^\s*\{/.test(text) && /"class_name"\s*:/.test(text) && /"config"\s*:/.test(text);
  },
  read: ({ file, bytes }, options) => {
    const weights = weightsBeside(file);
    const root = openHdf5(modelBytes(weights), weights);
    const topology = decodeText(bytes, file);
    const imported = converted({ file, topology, root, version: root.text('keras_version') }, options);
    return { ...imported, beside: [weights] };
  },
};

interface Parts {
  readonly file: string;
  readonly topology: string;
  readonly root: Hdf5Object;
  /** Of Keras, where something tells. */
  readonly version: string | undefined;
}

function converted({ file, topology, root, version }: Parts, options: ImportOptions): Imported {
  const model = parseTopology(topology, file);
  const told = version ?? textOf(topology, 'keras_version');
  const generation: KerasGeneration = told === undefined || !told.startsWith('3') ? 2 : 3;
  return convertKeras(model, hdf5Weights(root, model), { file, generation }, options);
}

/** A text at the top of a JSON document; what is none is told of where it is read. */
function textOf(json: string, member: string): string | undefined {
  try {
    const value = (parseJson(json) as Record<string, unknown> | null)?.[member];
    return typeof value === 'string' ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const SAVE_WHOLE = "model.save('model.keras') writes layers and weights";

/** Files that are called after each other: `net.h5`, `net.weights.h5` or `net_weights.h5`, and `net.json`. */
function topologyBeside(file: string): string {
  const stem = file.replace(/\.[^.]*$/, '');
  const names = [stem, stem.replace(/[._-]weights$/, '')].map((name) => `${name}.json`);
  const found = names.find((name) => existsSync(name));
  if (found !== undefined) return found;
  throw problems.importTopology(file, names.at(-1) as string);
}

function weightsBeside(file: string): string {
  const stem = file.replace(/\.[^.]*$/, '');
  const names = ['.h5', '.weights.h5', '_weights.h5', '.hdf5'].map((ending) => `${stem}${ending}`);
  const found = names.find((name) => existsSync(name));
  if (found !== undefined) return found;
  throw problems.importWeights(file, 'layers without weights', `the weights in ${names[0]}`, SAVE_WHOLE);
}
