import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/cli.js';

const EXAMPLES = path.join(ROOT, 'examples');

/** The commands of a read-me, in order. */
const commandsOf = (example: string): string[] =>
  [
    ...readFileSync(path.join(EXAMPLES, example, 'README.md'), 'utf8').matchAll(/^```sh\n([\s\S]*?)^```$/gm),
  ].flatMap(([, block]) => block.trim().split('\n'));

/** A folder as a fresh clone is: the examples, the package, and nothing built. */
function freshFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'examples-'));
  symlinkSync(EXAMPLES, path.join(folder, 'examples'));
  mkdirSync(path.join(folder, 'node_modules', '.bin'), { recursive: true });
  symlinkSync(ROOT, path.join(folder, 'node_modules', 'espalier'));
  mkdirSync(path.join(folder, 'build'));
  return folder;
}

describe('examples/', () => {
  it.each(readdirSync(EXAMPLES))('%s does what its read-me says', { timeout: 300_000 }, (example) => {
    const commands = commandsOf(example);
    expect(commands.length).toBeGreaterThan(0);
    const cwd = freshFolder();
    const main = path.join(ROOT, 'dist', 'cli', 'main.js');
    for (const command of commands) {
      const line = command.replace(/^npx espalier/, `"${process.execPath}" "${main}"`);
      const { status, stdout, stderr } = spawnSync('bash', ['-c', line], { cwd, encoding: 'utf8' });
      expect([command, status, status === 0 ? '' : stdout + stderr]).toEqual([command, 0, '']);
    }
  });
});
