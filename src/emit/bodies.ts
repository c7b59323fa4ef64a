import { existsSync } from 'node:fs';
import path from 'node:path';
import { readText } from '../core/files.js';
import { sha256 } from '../core/hash.js';
import type { Body, DesignFolder } from './read-design.js';

export const AS_EMITTED: Body = { name: 'as emitted', parameters: {} };

const MODELS_FOLDER = path.join(import.meta.dirname, '..', '..', 'sim', 'models');

/** What the design's Verilog is built as. */
export const bodyOf = ({ body = AS_EMITTED }: Pick<DesignFolder, 'body'>): Body => body;

/**
 * The design with each of the bodies that its manifest names beside the emitted one: the top module's parameters as a
 * chip family has them, and with the design's files a model of ours of the family's primitives.
 */
export function withVendorBodies<T extends DesignFolder>(design: T): T[] {
  return Object.entries(design.manifest.synthesis?.parameters ?? {}).map(([family, parameters]) => {
    const name = Object.entries(parameters)
      .map(([parameter, value]) => `${parameter}=${value}`)
      .join(' ');
    const place = path.join(MODELS_FOLDER, `${family}.v`);
    const built = { ...design, body: { name, parameters } };
    return existsSync(place) ? withSource(built, `models/${family}.v`, readText(place)) : built;
  });
}

/** Whether a file of a body is a model of ours, as it is shipped. */
export function isModel(file: string, text: string): boolean {
  const place = path.join(MODELS_FOLDER, path.basename(file));
  return path.dirname(file) === 'models' && existsSync(place) && readText(place) === text;
}

function withSource<T extends DesignFolder>(design: T, file: string, text: string): T {
  const { manifest, files, hashes } = design;
  const record = { file, sha256: sha256(text) };
  return {
    ...design,
    manifest: { ...manifest, sources: [...manifest.sources, record] },
    files: new Map([...files, [file, text]]),
    hashes: new Map([...hashes, [file, record.sha256]]),
  };
}
