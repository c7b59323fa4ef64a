import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ignoreProgress } from '../src/core/progress.js';
import { runModel } from '../src/pipeline/run.js';
import { type Bench, medianSeconds } from './support/bench.js';

/** What a run costs when nothing has changed, beside the first one, up to the Verilog. */
const bench: Bench = {
  title: 'Pipeline',
  async run() {
    const build = mkdtempSync(path.join(tmpdir(), 'espalier-bench-'));
    const run = () => runModel({ model: 'models/wdbc', build, until: 'design', onProgress: ignoreProgress });
    try {
      const first = await medianSeconds(1, run);
      const second = await medianSeconds(5, run);
      return [
        {
          workload: 'models/wdbc, data to Verilog',
          measure: 'seconds: unchanged / first run',
          ours: `${second.toFixed(2)} s`,
          other: `${first.toFixed(2)} s`,
          ratio: second / first,
          goal: { atMost: 0.1 },
        },
      ];
    } finally {
      rmSync(build, { recursive: true });
    }
  },
};

export default bench;
