import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { isFolder } from '../core/files.js';
import { shellWord } from '../core/shell.js';
import { sourcePlaces } from '../data/sources/index.js';
import { CONFIG } from './checked-config.js';
import type { Config } from './config.js';
import { problems } from './problems.js';
import { readConfig } from './read-config.js';
import { teacherFiles } from './teacher.js';

export const CONFIG_FILE = 'espalier.yaml';

/** A model: its configuration, and the folder that its paths are relative to. */
export interface Model {
  readonly name: string;
  /** Its configuration's. */
  readonly file: string;
  readonly folder: string;
  /** What names it on a command line: its path from here when it lies below, else its folder's name; no machine's path. */
  readonly place: string;
  /** The command line that makes its products. */
  readonly command: string;
  readonly config: Config;
}

/**
 * Reads a model.
 *
 * @param given its folder, or its configuration file; absent: the folder we are in, or the only one in `models/`
 * @param seed in place of the configuration's
 * @throws pipeline/model-missing, pipeline/model-several, pipeline/config-*
 */
export function readModel(given: string | undefined, seed?: number): Model {
  const file = configFileOf(given ?? onlyModel());
  const config = readConfig(CONFIG, file);
  const folder = path.dirname(file);
  const name = config.name ?? nameOfFolder(path.basename(path.resolve(folder)));
  const place = shownPlace(file);
  const command = `espalier run ${place}`;
  if (seed === undefined || seed === config.seed) return { name, file, folder, place, command, config };
  return { name, file, folder, place, command: `${command} --seed ${seed}`, config: { ...config, seed } };
}

/** The files of the user's that a model is made of. */
export function modelInputs({ file, folder, config }: Model): string[] {
  const { data, distillation } = config;
  const files = [...sourcePlaces(data, folder), ...teacherFiles(distillation?.teacher, folder)];
  return [file, ...files.map((name) => path.join(folder, name))];
}

/** Hardware is named after the model: in the letters that Verilog allows. */
function nameOfFolder(folder: string): string {
  const name = folder.replace(/[^A-Za-z0-9_]/g, '_');
  return /^[A-Za-z]/.test(name) ? name : `model_${name}`;
}

/** What a command line names a model by whose configuration is this file. */
function shownPlace(file: string): string {
  const model = path.resolve(path.basename(file) === CONFIG_FILE ? path.dirname(file) : file);
  const fromHere = path.relative('', model);
  const isBelow = fromHere !== '' && fromHere.split(path.sep)[0] !== '..' && !path.isAbsolute(fromHere);
  // A model that lies elsewhere is named as from the folder that its own folder lies in.
  const around = path.join(path.dirname(path.resolve(file)), '..');
  return shellWord((isBelow ? fromHere : path.relative(around, model)).replaceAll(path.sep, '/'));
}

/** Whether a model lies there. */
export const isModel = (place: string): boolean => existsSync(fileIn(place));

function configFileOf(place: string): string {
  const file = fileIn(place);
  if (!existsSync(file)) throw problems.modelMissing(place);
  return file;
}

function fileIn(place: string): string {
  return existsSync(place) && statSync(place).isDirectory() ? path.join(place, CONFIG_FILE) : place;
}

/** @throws pipeline/model-several */
function onlyModel(): string {
  if (existsSync(CONFIG_FILE)) return '.';
  const names = isFolder('models') ? readdirSync('models').sort() : [];
  const folders = names.map((name) => `models/${name}`).filter((folder) => isModel(`${folder}/`));
  if (folders.length > 1) throw problems.modelSeveral('models', folders);
  return folders[0] ?? '.';
}
