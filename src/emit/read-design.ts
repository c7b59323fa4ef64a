import { existsSync } from 'node:fs';
import path from 'node:path';
import { problems } from '../core/errors.js';
import { readText } from '../core/files.js';
import type { Manifest } from './manifest.js';

export const MANIFEST_FILE = 'manifest.json';

/** A folder of emitted files, as read back from the disk. */
export interface DesignFolder {
  readonly folder: string;
  readonly manifest: Manifest;
}

/**
 * Reads a design's manifest.
 *
 * @param folder the folder that `espalier emit` wrote, with `manifest.json` in it
 * @throws emit/not-a-design, emit/manifest
 */
export function readDesign(folder: string): DesignFolder {
  const file = path.join(folder, MANIFEST_FILE);
  if (!existsSync(file)) throw problems.notADesign(folder);
  let manifest: Partial<Manifest>;
  try {
    manifest = JSON.parse(readText(file)) as Partial<Manifest>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw problems.manifestUnreadable(file, error.message);
  }
  const { schema, version } = manifest;
  if (schema !== 'espalier/manifest' || version !== 1) {
    throw problems.manifestUnreadable(file, `schema ${String(schema)}, version ${String(version)}`);
  }
  return { folder, manifest: manifest as Manifest };
}

/** The design's Verilog and ROM images, path inside the folder → text. @throws file/unreadable */
export function readDesignFiles({ folder, manifest }: DesignFolder): Map<string, string> {
  const names = [...manifest.sources, ...manifest.roms].map(({ file }) => file);
  return new Map(names.map((name) => [name, readText(path.join(folder, name))]));
}
