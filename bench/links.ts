import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runLine, verilateRandomLine } from '../test/support/uart-line.js';
import type { Bench, Ratio } from './support/bench.js';

const DIVIDER = 8;
const TIMEOUT = 20 * 10 * DIVIDER;
const GARBAGE = 1_000_000;

/** Good frames among a million bytes that are none, and all else that a line can bring. */
const bench: Bench = {
  title: 'A serial line (Verilator; a wrong answer, or none in time, ends it)',
  async run(onProgress) {
    const folder = mkdtempSync(path.join(tmpdir(), 'espalier-bench-'));
    try {
      onProgress({ task: 'garbage on a serial line', done: 0, total: 1 });
      return [answers(folder)];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

function answers(folder: string): Ratio {
  const manifest = verilateRandomLine(folder, DIVIDER, TIMEOUT);
  const run = { divider: DIVIDER, timeout: TIMEOUT, garbage: GARBAGE, seed: 1 };
  const { good, answered, identity, garbage } = runLine(folder, manifest, run);
  // Frames that were sent while another was in work may be answered too.
  const right = answered + identity;
  return {
    workload: `${garbage.toLocaleString('en-US')} random bytes between frames`,
    measure: 'right answers / good frames',
    ours: right.toLocaleString('en-US'),
    other: good.toLocaleString('en-US'),
    ratio: right / good,
    goal: { atLeast: 1 },
  };
}

export default bench;
