import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hashOfContent, writeContent } from '../../src/core/content.js';
import { hashOfFile, readPart } from '../../src/core/files.js';
import { addFile, ownershipOf } from '../../src/core/owned-folder.js';
import { messageOf } from '../support/messages.js';

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-content-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** More than a piece of what is read at a time. */
const bytes = Uint8Array.from({ length: 2 ** 20 + 5 }, (_, at) => (at * 7) % 251);
const inPieces = {
  *pieces() {
    for (let from = 0; from < bytes.length; from += 1000) yield bytes.subarray(from, from + 1000);
  },
};

describe('bytes that are made piece by piece', () => {
  const file = path.join(folder, 'pieces.bin');

  it('are written and hashed as the whole', () => {
    writeContent(file, inPieces);
    expect(Buffer.compare(readFileSync(file), bytes)).toBe(0);
    expect([hashOfContent(inPieces), hashOfFile(file)]).toEqual([hashOfContent(bytes), hashOfContent(bytes)]);
  });

  it('lie in our folders like others', () => {
    addFile(path.join(folder, 'own', 'pieces.bin'), inPieces);
    expect(ownershipOf(path.join(folder, 'own')).own).toEqual(['pieces.bin']);
  });

  it('are read in parts, and no further than they go', () => {
    expect(readPart(file, 2 ** 20, 5)).toEqual(bytes.slice(2 ** 20));
    expect(messageOf(() => readPart(file, 2 ** 20, 6))).toBe(
      `${file}: got 5 of 6 bytes from byte 1048576 on, wanted a readable file [file/unreadable]`,
    );
  });
});
