import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { hashOf, sha256 } from '../core/hash.js';
import { PACKAGE_ROOT } from '../core/version.js';

const ROOMS: readonly string[] = JSON.parse(
  readFileSync(path.join(PACKAGE_ROOT, 'scripts', 'rooms.json'), 'utf8'),
);

/** Hand-written files outside the code that a room's work is made with. */
const ASSETS: Readonly<Record<string, readonly string[]>> = { emit: ['rtl', 'templates'], cosim: ['sim'] };

const hashes = new Map<string, string>();

/**
 * A hash of everything that a stage of this room can run: its own room's code, that of every room above it (a room
 * imports from no other, see `scripts/check-rooms.mjs`), their hand-written Verilog, templates and C++, the stages
 * themselves, and the versions of the packages. So an edited template emits again, and does not train again.
 */
export function codeVersion(room: string): string {
  const last = ROOMS.indexOf(room);
  const rooms = ROOMS.slice(0, last + 1);
  return hashOf({
    rooms: rooms.map((name) => folderHash(path.join(import.meta.dirname, '..', name))),
    assets: rooms
      .flatMap((name) => ASSETS[name] ?? [])
      .map((name) => folderHash(path.join(PACKAGE_ROOT, name))),
    stages: folderHash(path.join(import.meta.dirname, 'stages')),
    packages: packages(),
  });
}

/** A hash of the code in a folder beside this file, such as `study`: what a stage runs of the pipeline's own room. */
export const ownCodeVersion = (folder: string): string => folderHash(path.join(import.meta.dirname, folder));

function packages(): unknown {
  const { version, dependencies } = JSON.parse(readFileSync(path.join(PACKAGE_ROOT, 'package.json'), 'utf8'));
  return { version, dependencies };
}

/** Code and assets; a folder that is not there is one without files. */
function folderHash(folder: string): string {
  const known = hashes.get(folder);
  if (known !== undefined) return known;
  const files: Record<string, string> = {};
  for (const file of filesOf(folder)) {
    if (/\.d\.ts$|\.map$/.test(file)) continue;
    files[
      path
        .relative(folder, file)
        .replace(/\.[jt]s$/, '')
        .replaceAll(path.sep, '/')
    ] = sha256(readFileSync(file));
  }
  const hash = hashOf(files);
  hashes.set(folder, hash);
  return hash;
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
