import { realpathSync } from 'node:fs';
import path from 'node:path';
import { sha256 } from '../core/hash.js';
import type { DesignFolder } from '../emit/read-design.js';

/** Whether a place is a folder or lies in it, wherever links lead; neither has to be there. */
export function isWithin(place: string, folder: string): boolean {
  return `${realPlace(place)}${path.sep}`.startsWith(`${realPlace(folder)}${path.sep}`);
}

/** A name for what is found of a design: designs of one name in two folders have two. */
export function labelOf({ folder, manifest }: DesignFolder): string {
  const place = path.relative(realPlace('.'), realPlace(folder)).replaceAll(path.sep, '/');
  return `${manifest.name}-${sha256(place).slice(0, 8)}`;
}

function realPlace(place: string): string {
  try {
    return realpathSync(place);
  } catch {
    return path.resolve(place);
  }
}
