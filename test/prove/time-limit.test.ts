import { describe, expect, it } from 'vitest';
import type { Progress } from '../../src/core/progress.js';
import { findYosys } from '../../src/netlist/yosys.js';
import { proveDesign } from '../../src/prove/prove.js';
import { CACHE, emitTo, smallNetwork } from './designs.js';

const OPTIONS = { timeoutSeconds: 60, cacheFolder: CACHE, useVerilator: false };

describe.each([0, 2])('a proof with %i threads', (threads) => {
  const folder = emitTo(smallNetwork('argmax'), { architecture: 'serial' });

  it('that has no time left is not proved, and says how far it came', async () => {
    const yosys = await findYosys('native');
    const { certificate } = await proveDesign(folder, yosys, { ...OPTIONS, threads, limitSeconds: 0 });
    expect(certificate.status).toBe('not proved');
    expect(certificate.counterexample).toBeUndefined();
    const [first, ...others] = certificate.segments;
    // Of one state the six ways to go on are known.
    const known = { states: 2, steps: 6 };
    expect(first).toEqual({ from: 'input', to: 'samples', ...known, unfinished: true, fields: [] });
    expect(others.map(({ to, unfinished }) => [to, unfinished])).toEqual([
      ['hidden', true],
      ['output operands', true],
      ['output', true],
      ['output', true],
    ]);
  });

  it('with time enough is proved, and said how far it was', async () => {
    const seen: Progress[] = [];
    const { certificate } = await proveDesign(folder, await findYosys('native'), {
      ...OPTIONS,
      threads,
      limitSeconds: 600,
      onProgress: (progress) => seen.push(progress),
    });
    expect(certificate.status).toBe('proved');
    expect(certificate.segments.some(({ unfinished }) => unfinished)).toBe(false);
    const done = seen.map((progress) => progress.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    const states = certificate.segments.reduce((sum, segment) => sum + segment.states, 0);
    expect(seen.at(-1)).toEqual({
      task: 'proving (percent)',
      done: 100,
      total: 100,
      note: `5 of 5 segments, ${states} states, 21 of 21 fields`,
    });
  });
});
