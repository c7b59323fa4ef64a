import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Dataset } from '../dataset.js';
import { problems } from '../problems.js';
import { arrays } from './arrays.js';
import type { SourceKind, SourceOptions, SourceWork } from './kind.js';
import { pictures } from './pictures.js';
import { table } from './table.js';

/** Every way in which samples may lie, one line each. */
const KINDS: readonly SourceKind[] = [table, arrays, pictures];

/** Members of a configuration's `data` of which one says where the samples lie. */
export const SOURCE_MEMBERS = KINDS.map(({ member }) => member);

const kindOf = (options: SourceOptions): SourceKind =>
  KINDS.find(({ member }) => options[member] !== undefined) as SourceKind;

/** What names a source for a person: a file or a folder, relative to the model's. */
export const sourceName = ({ file, arrays: places, pictures: source }: SourceOptions): string =>
  file ?? source?.folder ?? (typeof places === 'string' ? places : (places?.samples ?? ''));

/** Files and folders that samples are read from, relative to the model's folder. */
export const sourcePlaces = (options: SourceOptions, folder: string): string[] =>
  kindOf(options).places(options, folder);

/** Every file that samples are read from, relative to the model's folder. @throws data/*, file/* */
export function sourceFiles(options: SourceOptions, folder: string): string[] {
  const { origin } = options;
  const places = sourcePlaces(options, folder).map((place) => path.join(folder, place));
  const missing = places.find((place) => !existsSync(place));
  if (missing !== undefined && origin !== undefined) throw problems.dataAbsent(missing, origin);
  return kindOf(options).files(options, folder);
}

/**
 * The samples of a model's configuration.
 *
 * @param folder the model's
 * @throws data/*, file/*
 */
export const loadSource = (options: SourceOptions, folder: string, work: SourceWork): Promise<Dataset> =>
  kindOf(options).load(options, folder, work);
