import { readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { isFolder } from '../core/files.js';
import { sha256 } from '../core/hash.js';
import { problems } from '../core/problems.js';
import type { DesignFolder } from '../emit/read-design.js';

/** Decoded pictures, kept by their content for all models together. @param build the folder of products */
export const pictureCache = (build: string): string => path.join(build, '.cache', 'pictures');

/** Whether a place is a folder or lies in it, wherever links lead; neither has to be there. */
export function isWithin(place: string, folder: string): boolean {
  return `${realPlace(place)}${path.sep}`.startsWith(`${realPlace(folder)}${path.sep}`);
}

/** An output folder has no input in it, lest the one be taken for the other. @throws file/input-in-output */
export function checkApart(folder: string, inputs: readonly string[]): void {
  const inside = inputs.find((input) => isWithin(input, folder));
  if (inside !== undefined) throw problems.fileInputInOutput(inside, folder);
}

/**
 * An output folder that the user named lies in no folder that is read as a whole; `build/` may, wherever he stands.
 *
 * @throws file/input-in-output, file/output-in-input
 */
export function checkOutside(folder: string, inputs: readonly string[]): void {
  checkApart(folder, inputs);
  const around = inputs.find((input) => isFolder(input) && isWithin(folder, input));
  if (around !== undefined) throw problems.fileOutputInInput(folder, around);
}

/** A name for what is found of a design: designs of one name in two folders have two. */
export function labelOf({ folder, manifest }: DesignFolder): string {
  return `${manifest.name}-${placeMark(folder)}`;
}

/** Tells folders apart, by where they lie from here. */
export const placeMark = (folder: string): string =>
  sha256(path.relative(realPlace('.'), realPlace(folder)).replaceAll(path.sep, '/')).slice(0, 8);

/** What `espalier synth` found, for all designs together. @param build the folder of products */
export const synthesisFolder = (build: string): string => path.join(build, 'synth');

/** Records there of a design in a folder, one a chip family. */
export function synthesisRecords(build: string, design: string): string[] {
  const folder = synthesisFolder(build);
  if (!isFolder(folder)) return [];
  const mark = `-${placeMark(design)}-`;
  const records = readdirSync(folder).filter((name) => name.includes(mark) && name.endsWith('.json'));
  return records.sort().map((name) => path.join(folder, name));
}

/** What is not there yet lies where the links on the way to it lead. */
function realPlace(place: string): string {
  const whole = path.resolve(place);
  try {
    return realpathSync(whole);
  } catch {
    const above = path.dirname(whole);
    return above === whole ? whole : path.join(realPlace(above), path.basename(whole));
  }
}
