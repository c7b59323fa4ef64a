import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashOf } from '../../src/core/hash.js';
import { Random } from '../../src/core/random.js';
import { type MutationRecord, mutate } from '../../src/cosim/mutate.js';
import { emptyRom, mutateRom, mutateVerilog } from '../../src/cosim/mutations.js';
import { emitDesign } from '../../src/emit/design.js';
import { randomNetwork } from '../support/networks.js';
import { writeFolder } from '../support/write-folder.js';
import { CACHE, tinyDesign } from './fixture.js';

const isRom = ({ file }: { file: string }) => file.endsWith('.mem');

/** Every file of a folder and its contents. */
function contents(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return hashOf(
    files.map(({ parentPath, name }) => [name, readFileSync(path.join(parentPath, name), 'utf8')]),
  );
}

/** Of the hand-written design it is known which faults change nothing: products modulo 2^11 have no sign. */
function expectCaught({ survivors }: MutationRecord): void {
  const unexpected = survivors.filter(({ kind }) => kind !== '$signed becomes $unsigned');
  expect(unexpected).toEqual([]);
}

describe('mutation run', () => {
  it('catches every fault of the hand-written design that changes anything, with Icarus', async () => {
    const folder = tinyDesign();
    const before = contents(folder);
    const record = await mutate(folder, { engine: 'icarus', count: 30, cacheFolder: CACHE });
    expectCaught(record);
    expect(record.mutants).toHaveLength(30);
    expect(record.mutants[0]).toMatchObject({ kind: 'ROM emptied', file: 'rtl/tiny.mem' });
    expect(new Set(record.mutants.map(({ kind }) => kind)).size).toBeGreaterThan(10);
    // The design itself is not touched.
    expect(contents(folder)).toBe(before);
  });

  it('catches them with Verilator', async () => {
    const record = await mutate(tinyDesign(), { count: 9, seed: 3, random: 2_000, cacheFolder: CACHE });
    expectCaught(record);
    expect(record.mutants.filter(isRom).length).toBeGreaterThan(2);
    expect(record.mutants.filter(isRom).length).toBeLessThan(8);
  });

  it('is the same for the same seed, however many faults are tried at a time', async () => {
    const options = { engine: 'icarus', count: 6, seed: 9, cacheFolder: CACHE } as const;
    const withoutPaths = (record: MutationRecord) => record.mutants.map(({ caughtBy: _, ...fault }) => fault);
    const folder = tinyDesign();
    const oneByOne = withoutPaths(await mutate(folder, { ...options, threads: 0 }));
    expect(withoutPaths(await mutate(folder, { ...options, threads: 3 }))).toEqual(oneByOne);
  });

  it('shows faults in emitted designs: most by far are seen, and no emptied ROM survives', async () => {
    const network = randomNetwork(new Random(4, 'mutate'), { maxInputs: 8, maxUnits: 8, maxLayers: 2 });
    const folder = path.join(mkdtempSync(path.join(os.tmpdir(), 'espalier-test-')), 'design');
    const files = emitDesign(
      network,
      { architecture: 'serial', lanes: 2 },
      { version: '0', command: 'test' },
    );
    writeFolder(folder, files);
    const record = await mutate(folder, { engine: 'icarus', count: 30, random: 150, cacheFolder: CACHE });
    expect(record.mutants[0].caughtBy).toBeDefined();
    expect(record.mutants.filter(isRom).length).toBeGreaterThan(5);
    const faults = record.survivors.filter(({ sameCircuit }) => sameCircuit !== true);
    expect(faults.length).toBeLessThan(6);
    // What can be shown to be no fault at all, is.
    const judged = record.survivors.filter((mutant) => !isRom(mutant));
    for (const { sameCircuit } of judged) expect(typeof sameCircuit).toBe('boolean');
  });

  it('refuses a design that fails unbroken', async () => {
    const folder = tinyDesign([['- b', '+ b']]);
    await expect(mutate(folder, { engine: 'icarus', count: 3, cacheFolder: CACHE })).rejects.toThrow(
      'design tiny: got a failure without any mutation (layer at sample 0, cycle 11), wanted a design that ' +
        'simulates without differences (run `espalier simulate` first) [cosim/mutate-broken]',
    );
  });

  it('refuses a count that is none', async () => {
    await expect(mutate(tinyDesign(), { count: 0 })).rejects.toThrow(
      'mutants: got 0, wanted a whole number of at least 1 [cosim/option]',
    );
    await expect(mutate(tinyDesign(), { threads: -1 })).rejects.toThrow(
      'threads: got -1, wanted a whole number of at least 0 [cosim/option]',
    );
  });
});

describe('faults', () => {
  it('change one place of the Verilog that counts', () => {
    const text = [
      'module m;',
      "  // a + b is a comment, 4'd3 too",
      "  parameter P = 8'd1;",
      "  wire unused = &{1'b0, x};",
      '  initial $display("a + b");',
      '  // synthesis translate_off',
      '  assign z = a + b;',
      '  // synthesis translate_on',
      '  assign y = a + b;',
      'endmodule',
      '',
    ].join('\n');
    const { mutation, text: changed } = mutateVerilog('m.v', text, new Random(1))!;
    expect(mutation).toEqual({
      kind: '+ becomes -',
      file: 'm.v',
      line: 9,
      before: 'assign y = a + b;',
      after: 'assign y = a - b;',
    });
    expect(changed).toBe(text.replace('y = a + b', 'y = a - b'));
    expect(mutateVerilog('m.v', 'module m;\nendmodule\n', new Random(1))).toBeUndefined();
  });

  it('change one bit of a ROM word, or exchange two words, or empty it', () => {
    const random = new Random(1);
    const kinds = new Set<string>();
    for (let round = 0; round < 50; round++) {
      const { mutation, text } = mutateRom('r.mem', '1a\n0b\n1c\n', 5, random)!;
      kinds.add(mutation.kind.replace(/\d+/g, 'N'));
      const words = text.trimEnd().split('\n');
      const changed = words.filter((word, index) => word !== ['1a', '0b', '1c'][index]).length;
      expect(changed).toBe(mutation.kind.startsWith('ROM words') ? 2 : 1);
    }
    expect([...kinds].sort()).toEqual(['ROM bit N inverted', 'ROM words N and N exchanged']);
    expect(emptyRom('r.mem', '1a\n').text).toBe('');
  });
});
