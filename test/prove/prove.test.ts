import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/core/hash.js';
import { OVERFLOWS, type Overflow, ROUNDINGS } from '../../src/fixed/requantize.js';
import { designToProve, RANDOM_ARCHITECTURES } from '../support/random-designs.js';
import { complaints, edit, emitTo, proveFolder, smallNetwork } from './designs.js';

const FIRST = Number(process.env.SEED ?? 1);
const ROUNDS = Number(process.env.ROUNDS ?? 12);
const seeds = Array.from({ length: ROUNDS }, (_, index) => FIRST + index);
/** Refused once: gaps between sums, outputs that share nets, choices of few values, sums that wrap to a few bits, also of many values. */
const ONCE_REFUSED = [81, 161, 180, 204, 213, 323, 525];
/** Of any finish: sums of millions of values that wrap behind a ReLU, slopes that wrap, narrow limits that are seen late. */
const ONCE_ENDLESS: Readonly<Record<string, readonly number[]>> = {
  serial: [192, 1041],
  parallel: [70, 157],
};

describe.each(RANDOM_ARCHITECTURES)('%s designs of random networks', (architecture) => {
  it.each([...seeds, ...ONCE_REFUSED])('are proved: seed %i', async (seed) => {
    const { network, hardware } = designToProve(architecture, seed);
    const certificate = await proveFolder(emitTo(network, hardware));
    expect(complaints(certificate)).toEqual([]);
    expect(certificate.status).toBe('proved');
  });

  const withAnyFinish = [...seeds, ...(ONCE_ENDLESS[architecture] ?? [])];
  it.each(withAnyFinish)('are proved with any finish: seed %i', async (seed) => {
    const { network, hardware } = designToProve(architecture, seed, true);
    const certificate = await proveFolder(emitTo(network, hardware));
    expect(complaints(certificate)).toEqual([]);
    expect(certificate.status).toBe('proved');
  });
});

describe('the prover', () => {
  it.each([1, 2, 3, 'layer', 'none'])('proves a parallel design with registers at: %s', async (levels) => {
    const hardware = { architecture: 'parallel', adderLevelsPerStage: levels };
    const certificate = await proveFolder(emitTo(smallNetwork('argmax'), hardware));
    expect(complaints(certificate)).toEqual([]);
    expect(certificate.status).toBe('proved');
  });

  describe.each(ROUNDINGS)('where sums are too wide to run through, rounded by %s', (rounding) => {
    const wide = (architecture: string, overflow: Overflow = 'SAT'): string => {
      const network = smallNetwork('binary', { inputs: 3, weightBits: 16 });
      const [hidden, output] = network.layers;
      const formats = Array(3).fill({ signed: true, width: 16, integer: 1 });
      const format = { signed: false, width: 16, integer: 1 };
      const layers = [{ ...hidden, output: Array(4).fill({ format, rounding, overflow }) }, output];
      const input = { ...network.input, formats };
      return emitTo({ ...network, input, layers }, { architecture });
    };

    // Half to even in a bit heap is not decided yet.
    const architectures = rounding === 'RND_CONV' ? ['serial'] : ['serial', 'parallel'];
    it.each(architectures)('proves them in a few pieces, %s', async (architecture) => {
      const certificate = await proveFolder(wide(architecture));
      expect(complaints(certificate)).toEqual([]);
      const [, { fields }] = certificate.segments;
      for (const { outcome } of fields)
        expect(outcome).toMatchObject({ kind: 'proved', method: 'splitting' });
      expect(certificate.status).toBe('proved');
    });

    it('proves them where they wrap, in a few pieces', async () => {
      const certificate = await proveFolder(wide('serial', 'WRAP'));
      expect(complaints(certificate)).toEqual([]);
      for (const { outcome } of certificate.segments[1].fields) {
        expect(outcome).toMatchObject({ kind: 'proved', method: 'splitting' });
        expect((outcome as { points: number }).points).toBeLessThan(100);
      }
    });

    it.each(OVERFLOWS)('finds an input that is rounded wrongly, %s', async (overflow) => {
      const folder = wide('serial', overflow);
      edit(folder, 'rtl/espalier_requantize.v', (text) =>
        text.replaceAll('assign biased = scaled', '$& + ONE'),
      );
      expect((await proveFolder(folder)).status).toBe('refuted');
    });
  });

  describe.each([
    ['once', { multiplier: 1_288_490_189, shift: 40 }],
    ['twice', { multiplier: 1_288_490_189, shift: 40, twice: true }],
  ] as const)('where sums are scaled, rounded %s', (_, scale) => {
    const scaled = (architecture: string): string => {
      const network = smallNetwork('argmax', { inputs: 3, weightBits: 8 });
      const [hidden, output] = network.layers;
      const format = { signed: true, width: 8, integer: 8 };
      const outputs = Array(4).fill({ format, rounding: 'RND', overflow: 'SAT', scale });
      const layers = [{ ...hidden, activation: 'linear' as const, output: outputs }, output];
      const formats = Array(3).fill({ signed: true, width: 8, integer: 1 });
      return emitTo({ ...network, input: { ...network.input, formats }, layers }, { architecture });
    };

    it.each(['serial', 'parallel'])('proves them, %s', async (architecture) => {
      const certificate = await proveFolder(scaled(architecture));
      expect(complaints(certificate)).toEqual([]);
      expect(certificate.status).toBe('proved');
    });

    it.each([
      ['espalier_scale', "{1'b0, multiplier}", "{1'b0, multiplier} + 32'd8388608"],
      ['espalier_requantize', 'assign biased = scaled + HALF', 'assign biased = scaled'],
    ])('finds an error in %s', async (module, text, broken) => {
      const folder = scaled('serial');
      edit(folder, `rtl/${module}.v`, (given) => given.replaceAll(text, broken));
      expect((await proveFolder(folder)).status).toBe('refuted');
    });
  });

  it('proves every layer and the decision, and says of which files', async () => {
    const folder = emitTo(smallNetwork('argmax'), { architecture: 'serial' });
    const certificate = await proveFolder(folder);
    expect(
      certificate.segments.map(({ from, to, fields }) => [from, to, fields.map(({ field }) => field)]),
    ).toEqual([
      ['input', 'samples', [0, 1, 2, 3, 4, 5].map((unit) => `unit ${unit}`)],
      ['samples', 'hidden', ['unit 0', 'unit 1', 'unit 2', 'unit 3']],
      ['hidden', 'output operands', ['unit 0', 'unit 1', 'unit 2', 'unit 3']],
      ['output operands', 'output', ['unit 0', 'unit 1', 'unit 2']],
      ['output', 'output', ['unit 0', 'unit 1', 'unit 2', 'class', 'padding']],
    ]);
    expect(certificate.status).toBe('proved');
    for (const { file, sha256: hash } of certificate.files) {
      expect(hash).toBe(sha256(readFileSync(path.join(folder, file), 'utf8')));
    }
    expect(certificate.files.map(({ file }) => file)).toContain('rtl/tiny_head.v');
    expect(await proveFolder(folder)).toEqual(certificate);
  });

  it('finds a comparison that takes the second of equals', async () => {
    const folder = emitTo(smallNetwork('argmax'), { architecture: 'serial' });
    edit(folder, 'rtl/tiny_head.v', (text) => text.replace('value1 > value0', 'value1 >= value0'));
    const certificate = await proveFolder(folder);
    expect(complaints(certificate)).toEqual(['output class: it can be 1 while output 0 comes first']);
    expect(certificate.status).not.toBe('proved');
  });

  it('says of logic that it cannot decide that it is not proved', async () => {
    const folder = emitTo(smallNetwork('argmax'), { architecture: 'serial' });
    // No square is 3: the design is right, but no comparison of outputs says so.
    edit(folder, 'rtl/tiny_head.v', (text) =>
      text.replace('value1 > value0', '(value1 > value0) ^ (value0 * value0 == 3)'),
    );
    const certificate = await proveFolder(folder);
    expect(complaints(certificate)).toEqual([
      'output class: it hangs on more than comparisons of the outputs',
    ]);
    expect(certificate.status).toBe('not proved');
    expect(certificate.counterexample).toBeUndefined();
  });
});
