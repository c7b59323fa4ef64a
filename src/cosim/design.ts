import { existsSync } from 'node:fs';
import path from 'node:path';
import { readBytes, readText } from '../core/files.js';
import { sha256 } from '../core/hash.js';
import type { Manifest } from '../emit/manifest.js';
import { readDesign } from '../emit/read-design.js';
import { networkFromJson } from '../network/json.js';
import type { QuantizedNetwork } from '../network/types.js';
import { problems } from './problems.js';

/** An emitted design as it lies in its folder. */
export interface LoadedDesign {
  /** Absolute; the paths of the manifest are relative to it. */
  readonly folder: string;
  readonly manifest: Manifest;
  readonly network: QuantizedNetwork;
  /** Verilog files that are not as they were emitted: somebody edited them, and wants to know whether they still work. */
  readonly editedSources: readonly string[];
}

/**
 * Reads an emitted design and checks that its parts belong together.
 *
 * @param folder holds `manifest.json`
 * @throws emit/not-a-design, emit/manifest, cosim/network-changed, cosim/rom-missing, cosim/rom-changed,
 *   cosim/source-missing, network/*
 */
export function loadDesign(folder: string): LoadedDesign {
  const { manifest } = readDesign(folder);
  for (const rom of manifest.roms) checkRom(folder, rom);
  const editedSources = manifest.sources.filter((source) => {
    const file = path.join(folder, source.file);
    if (!existsSync(file)) throw problems.cosimSourceMissing(file);
    return sha256(readBytes(file)) !== source.sha256;
  });
  return {
    folder: path.resolve(folder),
    manifest,
    network: readNetwork(folder, manifest),
    editedSources: editedSources.map(({ file }) => file),
  };
}

function readNetwork(folder: string, manifest: Manifest): QuantizedNetwork {
  const file = path.join(folder, manifest.network.file);
  const text = readText(file);
  const got = sha256(text);
  if (got !== manifest.network.sha256) {
    throw problems.cosimNetworkChanged(file, got, manifest.network.sha256);
  }
  return networkFromJson(text, file);
}

/** Where the simulators run: the ROM images are found by their bare names. */
export function romFolder({ folder, manifest }: LoadedDesign): string {
  const [rom] = manifest.roms;
  return rom === undefined ? folder : path.dirname(path.join(folder, rom.file));
}

function checkRom(folder: string, rom: Manifest['roms'][number]): void {
  const file = path.join(folder, rom.file);
  if (!existsSync(file)) throw problems.cosimRomMissing(file, `${rom.purpose} of layer ${rom.layer}`);
  const got = sha256(readBytes(file));
  if (got !== rom.sha256) throw problems.cosimRomChanged(file, got, rom.sha256);
}
