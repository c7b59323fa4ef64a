import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { denseNetwork } from '../../bench/support/networks.js';
import { emitDesign } from '../../src/emit/design.js';
import { networkFromJson } from '../../src/network/json.js';
import { writeFolder } from '../support/write-folder.js';

/** `RENEW_SAMPLES=1 npx vitest run test/emit/sample.test.ts` writes what is emitted now; read the difference. */
const RENEW = process.env.RENEW_SAMPLES === '1';
const SAMPLE = path.join(import.meta.dirname, '..', 'samples', 'serial-3-2-1');
const GENERATOR = { version: '0.0.0', command: 'espalier compile test/samples/serial-3-2-1/network.json' };

/** All files but the copies of `rtl/`, as they stand there. */
function emitted(): Map<string, string> {
  const network = networkFromJson(readFileSync(path.join(SAMPLE, 'network.json'), 'utf8'));
  const files = emitDesign(network, { architecture: 'serial', lanes: { hidden: 2 } }, GENERATOR);
  return new Map([...files].filter(([file]) => !file.startsWith('rtl/espalier_')));
}

describe('the sample serial-3-2-1', () => {
  it('is emitted as reviewed', () => {
    const files = emitted();
    if (RENEW) writeFolder(SAMPLE, files);
    const there = readdirSync(SAMPLE, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(SAMPLE, path.join(entry.parentPath, entry.name)))
      .sort();
    expect([...files.keys()].sort()).toEqual(there);
    for (const [file, text] of files) {
      expect(text, file).toBe(readFileSync(path.join(SAMPLE, file), 'utf8'));
    }
  });
});

describe('the read-me of a design', () => {
  it('says that there is no TLAST, and which bus is too wide for stream IP', () => {
    const readMe = (inputs: number) => {
      const design = emitDesign(denseNetwork([inputs, 1], 1), { architecture: 'serial' }, GENERATOR);
      return design.get('README.md') as string;
    };
    expect(readMe(512)).toContain('there is no TLAST');
    expect(readMe(512)).not.toContain('more than 512');
    expect(readMe(513)).toContain('A bus of more than 512\nbytes fits no vendor');
  });
});
