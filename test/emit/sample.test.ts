import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { denseNetwork } from '../../bench/support/networks.js';
import { emitDesign } from '../../src/emit/design.js';
import type { HardwareConfig } from '../../src/emit/hardware-config.js';
import { networkFromJson } from '../../src/network/json.js';
import { writeFolder } from '../support/write-folder.js';

/** `RENEW_SAMPLES=1 npx vitest run test/emit/sample.test.ts` writes what is emitted now; read the difference. */
const RENEW = process.env.RENEW_SAMPLES === '1';
const SAMPLES = path.join(import.meta.dirname, '..', 'samples');
const generatorOf = (sample: string) => ({
  version: '0.0.0',
  command: `espalier compile test/samples/${sample}/network.json`,
});

/** All files but the copies of `rtl/`, as they stand there. */
function emitted(sample: string, hardware: HardwareConfig): Map<string, string> {
  const network = networkFromJson(readFileSync(path.join(SAMPLES, sample, 'network.json'), 'utf8'));
  const files = emitDesign(network, hardware, generatorOf(sample));
  return new Map([...files].filter(([file]) => !file.startsWith('rtl/espalier_')));
}

describe.each([
  ['serial-3-2-1', { architecture: 'serial', layers: { hidden: { lanes: 2 } } }],
  ['parallel-4-3-2', { architecture: 'parallel', adderLevelsPerStage: 1, adderRows: 2 }],
] as const)('the sample %s', (sample, hardware) => {
  it('is emitted as reviewed', () => {
    const folder = path.join(SAMPLES, sample);
    const files = emitted(sample, hardware);
    if (RENEW) writeFolder(folder, files);
    const there = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
      .sort();
    expect([...files.keys()].sort()).toEqual(there);
    for (const [file, text] of files) {
      expect(text, file).toBe(readFileSync(path.join(folder, file), 'utf8'));
    }
  });
});

describe('the read-me of a design', () => {
  it('says what a beat is, and which bus is too wide for stream IP', () => {
    const readMe = (inputs: number, stream?: HardwareConfig['stream']) => {
      const hardware = { architecture: 'serial', ...(stream === undefined ? {} : { stream }) };
      return emitDesign(denseNetwork([inputs, 1], 1), hardware, generatorOf('dense')).get(
        'README.md',
      ) as string;
    };
    expect(readMe(512, { width: 'all' })).toContain(
      'A sample is\n1 beat of 4096 bits, its result 1 beat of 24 bits:',
    );
    expect(readMe(513, { width: 16 })).toContain(
      'A sample is\n257 beats of 16 bits, its result 2 beats of 16 bits:',
    );
    expect(readMe(513, { width: 16 })).toContain('| bits of the sample: beat k has bits 16k to 16k + 15 |');
    expect(readMe(513, { width: 16 })).not.toContain('more than 512');
    expect(readMe(512, { width: 'all' })).not.toContain('more than 512');
    expect(readMe(513, { width: 'all' })).toContain('A bus of more than 512\nbytes fits no vendor');
  });
});
