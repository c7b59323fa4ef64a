import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sha256 } from '../../src/core/hash.js';
import { foldedOf } from '../../src/emit/check-manifest.js';
import type { Manifest } from '../../src/emit/manifest.js';
import { type DesignFolder, MANIFEST_FILE, readDesign } from '../../src/emit/read-design.js';
import { streamOf } from '../../src/emit/stream.js';
import { lowerNetwork } from '../../src/network/affine.js';
import { networkToJson } from '../../src/network/json.js';
import type { DenseNetwork } from '../../src/network/types.js';

/** A network of one weight: hand-made designs need some network, and none is asked for it. */
const networkOf = (name: string): DenseNetwork => ({
  name,
  input: { formats: [{ signed: true, width: 8, integer: 8 }], names: [] },
  layers: [
    {
      kind: 'dense',
      name: 'none',
      kernel: { formats: [{ signed: true, width: 2, integer: 2 }], codes: [[1]] },
      bias: { formats: [{ signed: true, width: 2, integer: 2 }], codes: [0] },
      activation: 'linear',
      output: 'exact',
    },
  ],
  head: { kind: 'values' },
  labels: [],
  provenance: {},
});

/** Writes a design that a test made by hand: Verilog, ROM images and just as much of a manifest as tools need. */
export function writeHandDesign(
  folder: string,
  top: string,
  sources: Readonly<Record<string, string>>,
  roms: Readonly<Record<string, string>> = {},
): DesignFolder {
  const record = ([file, text]: [string, string]) => ({ file, sha256: sha256(text) });
  const network = networkOf(top);
  const networkText = networkToJson(network);
  const affine = lowerNetwork(network);
  const manifest: Manifest = {
    schema: 'espalier/manifest',
    version: 2,
    name: top,
    top,
    architecture: 'hand-written',
    generator: { version: '0', command: 'none' },
    network: { file: 'network.json', sha256: sha256(networkText) },
    sources: Object.entries(sources).map(record),
    roms: Object.entries(roms).map((entry) => ({
      ...record(entry),
      layer: 'none',
      purpose: 'test',
      width: 8,
      depth: entry[1].trim().split('\n').length,
    })),
    stream: streamOf(affine),
    timing: { interval: 1, latency: 1, layers: [] },
    traces: [],
    ...foldedOf(affine),
    warnings: [],
  };
  const files = { ...sources, ...roms, 'network.json': networkText };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  writeFileSync(path.join(folder, MANIFEST_FILE), JSON.stringify(manifest));
  return readDesign(folder);
}
