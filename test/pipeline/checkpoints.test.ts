import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { checkpointsIn } from '../../src/pipeline/checkpoints.js';
import { newFolder, runCliIn, SMALL_MODEL, smallModel, startCli } from '../support/cli.js';

const KEY = 'a'.repeat(64);
const RUN = ['run', 'models/small', '--until', 'prune'];
const MODEL = SMALL_MODEL.replace('epochs: 4', 'epochs: 400');

const productOf = (folder: string, stage: string) =>
  readFileSync(path.join(folder, 'build', 'small', stage, 'trained.json'), 'utf8');

it('lets a run that was killed in its training go on there, to the same bytes', async () => {
  const whole = smallModel(MODEL);
  await runCliIn(whole, ...RUN);
  const folder = smallModel(MODEL);
  const laidDown = path.join(folder, 'build', '.cache', 'training', 'small', 'train');
  const { child, ended } = startCli(folder, RUN);
  // Whole by the time it has its name.
  const isLaidDown = () =>
    existsSync(laidDown) && readdirSync(laidDown).some((name) => name.endsWith('.bin'));
  const watch = setInterval(() => isLaidDown() && child.kill('SIGKILL'), 1);
  expect((await ended).status).toBeNull();
  clearInterval(watch);
  expect(isLaidDown()).toBe(true);
  expect((await runCliIn(folder, ...RUN)).status).toBe(0);
  for (const stage of ['train', 'prune']) expect(productOf(folder, stage)).toBe(productOf(whole, stage));
  expect(readdirSync(path.dirname(laidDown))).toEqual([]);
});

it('reads what was written for the same stage, whole, and nothing else', () => {
  const folder = newFolder('checkpoints');
  const state = new Uint8Array([4, 5, 6]);
  const checkpoints = checkpointsIn(folder, KEY);
  expect(checkpoints.read('training base')).toBeUndefined();
  checkpoints.write('training base', state);
  expect(Array.from(checkpoints.read('training base') as Uint8Array)).toEqual([4, 5, 6]);
  expect(checkpoints.read('training scratch')).toBeUndefined();
  expect(checkpointsIn(folder, 'b'.repeat(64)).read('training base')).toBeUndefined();
  const [name] = readdirSync(folder);
  const file = path.join(folder, name);
  writeFileSync(file, readFileSync(file).subarray(0, -1));
  expect(checkpoints.read('training base')).toBeUndefined();
});
