import { describe, expect, it } from 'vitest';
import { countOperations, estimateMemory } from '../../../src/exchange/c/cost.js';
import { measureMemory } from '../../../src/exchange/c/measure.js';
import { sampleNetwork } from './sample.js';

const HOST = { command: 'gcc', options: [] };
const NOBODY = { command: 'no-such-compiler', options: [] };

describe('the cost of the exported C', () => {
  it('counts what one inference does', () => {
    // hidden: 3 products (weights 3; -2, 5), 2 halves that round; logit: 2 products (-7, 6), exact.
    const additions = 3 + 2 + 2;
    const sparse = { loads: 3 * 3 + 2 * 2, stores: 2 };
    const full = { loads: 2 * 2 + 1, stores: 1 };
    expect(countOperations(sampleNetwork(), 'tables')).toEqual({
      multiplies: 5,
      additions,
      loads: sparse.loads + full.loads,
      stores: sparse.stores + full.stores,
    });
    // Without the product by -2, which is a shift.
    expect(countOperations(sampleNetwork(), 'unrolled')).toEqual({
      multiplies: 4,
      additions,
      loads: 5,
      stores: 3,
    });
  });

  it('measures an object file, and says with which compiler', async () => {
    const measured = await measureMemory(sampleNetwork(), 'tables', [NOBODY, HOST]);
    expect(measured.basis).toBe('measured');
    expect(measured.compiler).toBe('gcc -std=c99 -Os -fno-asynchronous-unwind-tables');
    // The tables alone have 23 bytes.
    expect(measured.flash).toBeGreaterThan(100);
    expect(measured.flash).toBeLessThan(1000);
    expect(measured.ram).toBeGreaterThanOrEqual(2);
    expect(measured.ram).toBeLessThan(500);
  });

  it('estimates where there is no compiler, and says so', async () => {
    const estimated = await measureMemory(sampleNetwork(), 'tables', [NOBODY]);
    expect(estimated).toEqual(estimateMemory(sampleNetwork(), 'tables'));
    expect(estimated.basis).toBe('estimated');
    expect(estimated.compiler).toBeUndefined();
    // Code for another processor differs; the order of magnitude must not.
    const measured = await measureMemory(sampleNetwork(), 'tables', [HOST]);
    expect(estimated.flash / measured.flash).toBeGreaterThan(0.4);
    expect(estimated.flash / measured.flash).toBeLessThan(2.5);
  });
});
