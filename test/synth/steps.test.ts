import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { problems } from '../../src/netlist/problems.js';
import type { Yosys, YosysJob } from '../../src/netlist/yosys-job.js';
import { Steps } from '../../src/synth/steps.js';

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-steps-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Answers with the script, or fails where the script says so; `seen` has the jobs. */
function fakeYosys(seen: YosysJob[], version = 'Yosys 0'): Yosys {
  return {
    kind: 'native',
    version,
    async run(job) {
      seen.push(job);
      if (job.script === 'slow') throw problems.yosysTimeout(job.task, job.timeoutSeconds);
      return { files: new Map(job.outputs.map((name) => [name, `${name} of ${job.script}`])), log: '' };
    },
  };
}

const step = (script: string, text = 'module a; endmodule') => {
  return { task: 'synthesising mine', script, files: new Map([['a.v', text]]), output: 'out.il' };
};

describe('steps of a synthesis', () => {
  it('are kept until the report stands, and gone on with by the same bytes alone', async () => {
    const seen: YosysJob[] = [];
    const first = new Steps(fakeYosys(seen), 100, folder);
    expect(await first.run(step('read'))).toBe('out.il of read');
    await expect(first.run(step('slow'))).rejects.toThrow(
      'yosys, synthesising mine: got no end after 100 s, wanted an end within the time-out (raise it with --timeout SECONDS) [netlist/yosys-timeout]',
    );
    expect(readdirSync(folder)).toHaveLength(1);
    seen.length = 0;
    const second = new Steps(fakeYosys(seen), 100, folder);
    expect(await second.run(step('read'))).toBe('out.il of read');
    expect(seen).toEqual([]);
    await second.run(step('read', 'module b; endmodule'));
    await new Steps(fakeYosys(seen, 'Yosys 1'), 100, folder).run(step('read'));
    expect(seen).toHaveLength(2);
    second.forget();
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('have one time-out together', async () => {
    const seen: YosysJob[] = [];
    const steps = new Steps(fakeYosys(seen), 100, undefined);
    await steps.run(step('read'));
    await steps.run(step('map'));
    expect(seen[1].timeoutSeconds).toBeLessThan(seen[0].timeoutSeconds);
  });
});
