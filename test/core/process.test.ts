import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { withScratchFolder } from '../../src/core/early-exit.js';
import { runProcess } from '../../src/core/process.js';
import { ourMark, presenceOf } from '../../src/core/process-mark.js';
import { workerFile } from '../../src/core/threads.js';

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-process-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs lines of a module in a process of its own, with our functions at hand; waits for its end. */
const elsewhere = (lines: string, env: Record<string, string> = {}) => {
  const imports = `
    import { withScratchFolder } from ${JSON.stringify(workerFile('core/early-exit'))};
    import { runProcess } from ${JSON.stringify(workerFile('core/process'))};`;
  const script = imports + lines;
  return runProcess(process.execPath, ['--input-type=module', '-e', script], { env, timeoutSeconds: 60 });
};

describe('a program that is run', () => {
  it('gives its status and what it said', async () => {
    const result = await runProcess('sh', ['-c', 'echo out; echo err >&2; exit 3']);
    expect(result).toEqual({ status: 3, signal: null, timedOut: false, stdout: 'out\n', stderr: 'err\n' });
  });

  it('and is missing keeps nobody waiting', async () => {
    // The time limit is longer than the test's own: the process must end without it.
    const { status, timedOut, stdout } = await elsewhere(`
      const { status } = await runProcess('no-such-program', [], { timeoutSeconds: 3600 });
      console.log(status);`);
    expect({ status, timedOut, stdout }).toEqual({ status: 0, timedOut: false, stdout: 'undefined\n' });
  });

  it('ends when its time is up, with what it has started', async () => {
    const late = path.join(folder, 'late');
    const result = await runProcess('sh', ['-c', `(sleep 2; touch ${late}) & sleep 60`], {
      timeoutSeconds: 0.5,
    });
    expect(result).toMatchObject({ status: -1, signal: 'SIGKILL', timedOut: true });
    await setTimeout(2_500);
    expect(existsSync(late)).toBe(false);
  });

  it('ends when we do, with what it has started', async () => {
    const late = path.join(folder, 'orphan');
    const command = `(sleep 2; touch ${late}) & sleep 60`;
    await elsewhere(`
      runProcess('sh', ['-c', ${JSON.stringify(command)}]);
      setTimeout(() => process.exit(0), 300);`);
    await setTimeout(2_500);
    expect(existsSync(late)).toBe(false);
  });
});

describe('a process', () => {
  it('is told from others that had or have its number', () => {
    const [pid, start, place] = ourMark().split('-');
    expect(presenceOf(ourMark())).toBe('alive');
    expect(presenceOf(`${pid}-${start}0-${place}`)).toBe('gone');
    expect(presenceOf(`4194305-${start}-${place}`)).toBe('gone');
    expect(presenceOf(`${pid}-${start}-${place === '00000000' ? '1' : '0'.repeat(8)}`)).toBe('elsewhere');
  });
});

describe('a temporary folder', () => {
  it('is gone after the work, and after a failure', async () => {
    const places: string[] = [];
    const work = async (place: string) => {
      places.push(place);
      expect(existsSync(place)).toBe(true);
    };
    await withScratchFolder(work);
    const failing = withScratchFolder(async (place) => {
      await work(place);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(places.map((place) => existsSync(place))).toEqual([false, false]);
  });

  it('of a killed process is removed by the next one, that of a living one is not', async () => {
    const env = { TMPDIR: path.join(folder, 'tmp') };
    mkdirSync(env.TMPDIR);
    const file = path.join(folder, 'place');
    const keep = (then: string) => `
      import { writeFileSync } from 'node:fs';
      await withScratchFolder(async (place) => {
        writeFileSync(${JSON.stringify(file)}, place);
        ${then}
      });`;
    await elsewhere(keep("process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});"), env);
    const left = readFileSync(file, 'utf8');
    expect(existsSync(left)).toBe(true);
    const ours = path.join(env.TMPDIR, `espalier-${ourMark()}-abcdef`);
    const mine = path.join(env.TMPDIR, 'espalier-mine');
    for (const place of [ours, mine]) mkdirSync(place);
    await elsewhere(keep(''), env);
    expect([left, ours, mine].map((place) => existsSync(place))).toEqual([false, true, true]);
  });
});
