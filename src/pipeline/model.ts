import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { problems } from '../core/errors.js';
import { CONFIG, type Config } from './config.js';
import { readConfig } from './read-config.js';

export const CONFIG_FILE = 'espalier.yaml';

/** A model: its configuration, and the folder that its paths are relative to. */
export interface Model {
  readonly name: string;
  readonly folder: string;
  readonly config: Config;
}

/**
 * Reads a model.
 *
 * @param place its folder, or its configuration file; absent: the folder we are in, or the only one in `models/`
 * @param seed in place of the configuration's
 * @throws pipeline/model-missing, pipeline/config-*
 */
export function readModel(place: string | undefined, seed?: number): Model {
  const file = configFileOf(place ?? onlyModel());
  const config = readConfig(CONFIG, file);
  const folder = path.dirname(file);
  const name = config.name ?? path.basename(path.resolve(folder)).replace(/[^A-Za-z0-9_]/g, '_');
  return { name, folder, config: seed === undefined ? config : { ...config, seed } };
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

function onlyModel(): string {
  if (existsSync(CONFIG_FILE)) return '.';
  const folders = existsSync('models')
    ? readdirSync('models').filter((name) => existsSync(path.join('models', name, CONFIG_FILE)))
    : [];
  return folders.length === 1 ? path.join('models', folders[0]) : '.';
}
