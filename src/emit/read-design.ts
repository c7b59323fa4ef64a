import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { readText } from '../core/files.js';
import type { Manifest } from './manifest.js';
import { problems } from './problems.js';

export const MANIFEST_FILE = 'manifest.json';

/** What every manifest has beside schema and version. */
const MEMBERS: readonly (keyof Manifest)[] = [
  'name',
  'top',
  'architecture',
  'network',
  'sources',
  'roms',
  'stream',
  'timing',
  'traces',
  'folded',
  'unreadInputs',
];

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
  if (!existsSync(file)) throw problems.notADesign(folder, whatIsAt(folder), designNear(folder));
  let manifest: Partial<Manifest> | null;
  try {
    manifest = JSON.parse(readText(file)) as typeof manifest;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw problems.manifestUnreadable(file, error.message);
  }
  const { schema, version } = manifest ?? {};
  if (schema !== 'espalier/manifest' || version !== 1) {
    throw problems.manifestUnreadable(file, `schema ${String(schema)}, version ${String(version)}`);
  }
  const missing = MEMBERS.find((member) => manifest?.[member] === undefined);
  if (missing !== undefined) throw problems.manifestUnreadable(file, `no ${JSON.stringify(missing)}`);
  return { folder, manifest: manifest as Manifest };
}

function whatIsAt(place: string): string {
  if (!existsSync(place)) return 'no such folder';
  return statSync(place).isDirectory() ? 'a folder without manifest.json' : 'a file';
}

/** The design that the place is a part of, or a run's folder has among its products. */
export function designNear(place: string): string | undefined {
  const folders = [path.join(place, 'design'), path.dirname(place)];
  return folders.find((folder) => existsSync(path.join(folder, MANIFEST_FILE)));
}

/** The design's Verilog and ROM images, path inside the folder → text. @throws file/unreadable */
export function readDesignFiles({ folder, manifest }: DesignFolder): Map<string, string> {
  const names = [...manifest.sources, ...manifest.roms].map(({ file }) => file);
  return new Map(names.map((name) => [name, readText(path.join(folder, name))]));
}
