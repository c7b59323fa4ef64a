import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { denseNetwork } from '../../bench/support/networks.js';
import { sha256 } from '../../src/core/hash.js';
import { emitDesign } from '../../src/emit/design.js';
import { spreadFields } from '../../src/emit/manifest-text.js';
import { MANIFEST_FILE } from '../../src/emit/read-design.js';
import { newSandbox, type Sandbox } from './hostile.js';
import { writeFolder } from './write-folder.js';

type Json = Record<string, unknown>;

/** A design that is as it was emitted, until somebody has been at it. */
export interface Victim extends Sandbox {
  /** Of the design. */
  readonly design: string;
  /** Puts everything as it was emitted, and then changes the manifest's text. */
  withManifest(change: (text: string) => string): string;
  /** Puts a value at a path of the manifest, such as `traces.0.signal`; undefined takes the member away. */
  withMember(member: string, value: unknown): string;
  /** Changes network.json, with the hash in the manifest that is then right: the folder's author wrote both. */
  withNetwork(change: (network: Json) => void): string;
  /** The same for a file of any kind. */
  withFile(file: string, content: string | Uint8Array): string;
}

export function newVictim(name: string): Victim {
  const sandbox = newSandbox(name);
  const design = path.join(sandbox.folder, 'design');
  const files = emitDesign(
    denseNetwork([4, 3, 2], 1),
    { architecture: 'serial' },
    { version: '0', command: 'test' },
  );
  const text = files.get(MANIFEST_FILE) as string;
  const restore = () => {
    rmSync(design, { recursive: true, force: true });
    writeFolder(design, files);
    return design;
  };
  const write = (file: string, content: string | Uint8Array) =>
    writeFileSync(path.join(design, file), content);
  const withManifest = (change: (text: string) => string) => {
    restore();
    write(MANIFEST_FILE, change(text));
    return design;
  };
  const withMember = (member: string, value: unknown) =>
    withManifest((old) => {
      const manifest = spreadFields(JSON.parse(old));
      set(manifest, member.split('.'), value);
      return JSON.stringify(manifest);
    });
  const withNetwork = (change: (network: Json) => void) => {
    const network = JSON.parse(files.get('network.json') as string);
    change(network);
    const networkText = JSON.stringify(network);
    withMember('network.sha256', sha256(networkText));
    write('network.json', networkText);
    return design;
  };
  const withFile = (file: string, content: string | Uint8Array) => {
    restore();
    write(file, content);
    return design;
  };
  return { ...sandbox, design, withManifest, withMember, withNetwork, withFile };
}

export function set(json: Json, [key, ...rest]: readonly string[], value: unknown): void {
  if (rest.length > 0) set(json[key] as Json, rest, value);
  else if (value === undefined) delete json[key];
  else json[key] = value;
}

/** The same text as in the file, for a test that edits it. */
export const textOf = (victim: Victim, file: string): string =>
  readFileSync(path.join(victim.design, file), 'utf8');
