import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sha256 } from '../../src/core/hash.js';
import type { Manifest } from '../../src/emit/manifest.js';
import { type DesignFolder, MANIFEST_FILE, readDesign } from '../../src/emit/read-design.js';

/** Writes a design that a test made by hand: Verilog, ROM images and just as much of a manifest as tools need. */
export function writeHandDesign(
  folder: string,
  top: string,
  sources: Readonly<Record<string, string>>,
  roms: Readonly<Record<string, string>> = {},
): DesignFolder {
  const record = ([file, text]: [string, string]) => ({ file, sha256: sha256(text) });
  const manifest: Manifest = {
    schema: 'espalier/manifest',
    version: 1,
    name: top,
    top,
    architecture: 'hand-written',
    generator: { version: '0', command: 'none' },
    network: { file: 'network.json', sha256: '' },
    sources: Object.entries(sources).map(record),
    roms: Object.entries(roms).map((entry) => ({
      ...record(entry),
      layer: 'none',
      purpose: 'test',
      width: 8,
      depth: entry[1].trim().split('\n').length,
    })),
    stream: { input: { width: 8, fields: [] }, output: { width: 8, fields: [] } },
    timing: { interval: 1, latency: 1, layers: [] },
    traces: [],
    folded: [],
    unreadInputs: [],
    warnings: [],
  };
  for (const [file, text] of [...Object.entries(sources), ...Object.entries(roms)]) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  writeFileSync(path.join(folder, MANIFEST_FILE), JSON.stringify(manifest));
  return readDesign(folder);
}
