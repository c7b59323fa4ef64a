import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Manifest } from '../../../src/emit/manifest.js';
import { runLine, verilateRandomLine } from '../../support/uart-line.js';

const DIVIDER = 8;
const TIMEOUT = 20 * 10 * DIVIDER;
/** Random bytes between the frames; `npm run bench -- links` has a million. */
const GARBAGE = 20_000;

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-uart-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a design on a serial line', () => {
  let manifest: Manifest;
  beforeAll(() => {
    manifest = verilateRandomLine(folder, DIVIDER, TIMEOUT);
  });

  it('answers every good frame right and no other, whatever else is on the line', () => {
    const run = { divider: DIVIDER, timeout: TIMEOUT, garbage: GARBAGE, seed: 1 };
    const { good, answered, identity, garbage, negative } = runLine(folder, manifest, run);
    // Second frames are answered too, unless they come too early.
    expect(answered + identity).toBeGreaterThanOrEqual(good);
    expect(identity).toBeGreaterThan(0);
    expect(good).toBeGreaterThan(GARBAGE / 100);
    expect(garbage).toBeGreaterThanOrEqual(GARBAGE);
    // A wrong CRC, a wrong length, a frame that is cut off, one too early: all have been seen.
    for (const count of negative) expect(count).toBeGreaterThan(0);
  });
});
