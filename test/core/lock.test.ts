import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lutimesSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claim } from '../../src/core/lock.js';
import { ourMark } from '../../src/core/process-mark.js';
import { workerFile } from '../../src/core/threads.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'espalier-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const NAME = '.lock';
const [pid, start, place] = ourMark().split('-');
const lay = (mark: string, nonce = '0'.repeat(16), name = NAME) =>
  symlinkSync(`${mark}.${nonce}`, path.join(folder, name));
/** Who has the lock, if not we; whoever gets it gives it back. */
const holder = () => {
  const claimed = claim(folder, NAME);
  if ('holder' in claimed) return claimed.holder;
  claimed.release();
  expect(readdirSync(folder)).toEqual([]);
  return undefined;
};

/** A process that claims when its stdin says so, tells what came of it, and has what it got until stdin ends. */
function starter(): { claim(): Promise<string>; kill(): Promise<void>; end(): Promise<void> } {
  const script = `
    import { claim } from ${JSON.stringify(workerFile('core/lock'))};
    process.stdin.once('data', () => {
      const claimed = claim(${JSON.stringify(folder)}, ${JSON.stringify(NAME)});
      console.log('release' in claimed ? 'mine' : 'busy');
    });
    console.log('ready');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = child.stdout.setEncoding('utf8')[Symbol.asyncIterator]();
  const line = async () => String((await lines.next()).value).trim();
  const ready = line();
  const exit = once(child, 'exit');
  return {
    async claim() {
      await ready;
      child.stdin.write('go\n');
      return line();
    },
    async kill() {
      child.kill('SIGKILL');
      await exit;
    },
    async end() {
      child.stdin.end();
      await exit;
    },
  };
}

describe('a lock', () => {
  it('is had once, and again when it was given back', () => {
    const first = claim(folder, NAME);
    expect(holder()).toBe(process.pid);
    if ('release' in first) first.release();
    expect(holder()).toBeUndefined();
  });

  it('of a killed process passes to exactly one of many that ask, time after time', async () => {
    for (let round = 0; round < 12; round++) {
      const dead = starter();
      expect(await dead.claim()).toBe('mine');
      await dead.kill();
      const starters = Array.from({ length: 6 }, starter);
      const answers = await Promise.all(starters.map((one) => one.claim()));
      expect(answers.sort()).toEqual(['busy', 'busy', 'busy', 'busy', 'busy', 'mine']);
      // Every second time the winner is killed too, so that there is a chain to take over.
      await Promise.all(starters.map((one) => (round % 2 === 0 ? one.end() : one.kill())));
    }
    expect(holder()).toBeUndefined();
  });

  it('of a living process is respected, and given back when that ends', async () => {
    const other = starter();
    expect(await other.claim()).toBe('mine');
    expect(holder()).toBeGreaterThan(0);
    await other.end();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('of a dead process is not had by another that has its number now', () => {
    lay(`${pid}-${Number(start) - 1}-${place}`);
    expect(holder()).toBeUndefined();
    lay(`${process.ppid}-1-${place}`);
    expect(holder()).toBeUndefined();
  });

  it('of process 1 of another container is had while that gives signs of life', () => {
    lay('1-55-0123abcd');
    expect(holder()).toBe(1);
    const past = new Date(Date.now() - 120_000);
    lutimesSync(path.join(folder, NAME), past, past);
    expect(holder()).toBeUndefined();
  });

  it('is followed through takeovers to the last, and void leftovers are swept', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((digit) => digit.repeat(16));
    lay(`4194305-1-${place}`, a);
    lay(`4194306-1-${place}`, b, `${NAME}.${a}`);
    lay(ourMark(), c, `${NAME}.${b}`);
    expect(holder()).toBe(process.pid);
    rmSync(path.join(folder, NAME));
    lay(`4194305-1-${place}`, c, `${NAME}.${a}x`);
    rmSync(path.join(folder, `${NAME}.${b}`));
    expect(holder()).toBeUndefined();
  });

  it('is none where a file of somebody else has its name', () => {
    const file = path.join(folder, NAME);
    writeFileSync(file, 'mine');
    expect(holder).toThrow(
      `${file}: got something that Espalier did not write, wanted a name that is free: what was not written by ` +
        'Espalier is never replaced (move it away, or choose another place for the output) [file/foreign]',
    );
  });
});
