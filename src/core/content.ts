import { createHash } from 'node:crypto';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { sha256 } from './hash.js';

/** Bytes that are made piece by piece, the same each time that they are asked for: more than memory may hold. */
export interface Pieces {
  readonly pieces: () => Iterable<Uint8Array>;
}

/** What a file has or shall have. */
export type Content = string | Uint8Array | Pieces;

const isWhole = (content: Content): content is string | Uint8Array =>
  typeof content === 'string' || content instanceof Uint8Array;

/** SHA-256 of what a file of this content has, as 64 hexadecimal digits. */
export function hashOfContent(content: Content): string {
  if (isWhole(content)) return sha256(content);
  const hash = createHash('sha256');
  for (const piece of content.pieces()) hash.update(piece);
  return hash.digest('hex');
}

/** Writes a file, over one that is there. */
export function writeContent(file: string, content: Content): void {
  if (isWhole(content)) {
    writeFileSync(file, content);
    return;
  }
  const handle = openSync(file, 'w');
  try {
    for (const piece of content.pieces()) writeFileSync(handle, piece);
  } finally {
    closeSync(handle);
  }
}
