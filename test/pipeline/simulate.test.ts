import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { compileWeights } from '../../src/pipeline/compile.js';
import { compileConfig } from '../../src/pipeline/compile-config.js';
import { writeDesign } from '../../src/pipeline/output-folder.js';
import { simulatePlace } from '../../src/pipeline/simulate.js';
import { newFolder } from '../support/cli.js';

const folder = newFolder('simulate-data');
const place = path.join(folder, 'design');
const file = (name: string, text: string): string => {
  const made = path.join(folder, name);
  writeFileSync(made, text);
  return made;
};

/** Class 1, `right`, exactly where y > x. */
beforeAll(() => {
  mkdirSync(path.join(folder, 'w'));
  file('w/w1.csv', '-1\n1\n');
  file('w/b1.csv', '0\n');
  const rows = Array.from({ length: 40 }, (_, at) => [at % 8, at % 5, at % 5 > at % 8 ? 'right' : 'left']);
  const calibration = file('rows.csv', ['x,y,side', ...rows.map((row) => row.join(','))].join('\n'));
  const config = compileConfig(undefined, {});
  const weights = [path.join(folder, 'w')];
  writeDesign(place, compileWeights({ weights, name: 'net', config, calibration, label: 'side' }).files);
});

const simulated = (data: string) =>
  simulatePlace({
    place,
    data,
    label: 'side',
    engine: 'embedded',
    random: 1,
    threads: 0,
    build: path.join(folder, 'build'),
    onProgress: () => {},
  });

it('runs a user’s table on a design, columns by name, and measures it beside the weights', async () => {
  const data = file('test.csv', 'side,note,y,x\nright,1,3,1\nleft,2,0,6\nright,3,0,5\nleft,4,2,2\n');
  const { evaluation, record } = await simulated(data);
  expect(record.passed).toBe(true);
  expect(record.segments.find(({ kind }) => kind === 'data')?.count).toBe(4);
  expect(evaluation).toMatchObject({
    file: data,
    samples: 4,
    label: 'side',
    agreement: 1,
    difference: null,
    integer: {
      kind: 'classes',
      accuracy: 0.75,
      confusion: [
        [2, 0],
        [1, 1],
      ],
      classes: [{ name: 'left' }, { name: 'right' }],
    },
    float: { accuracy: 0.75 },
  });
}, 60_000);

it('refuses a label that the network does not know', async () => {
  const data = file('odd.csv', 'x,y,side\n1,2,up\n');
  await expect(simulated(data)).rejects.toMatchObject({ code: 'data/unknown-label' });
});

it('does without weights that are not those of the network', async () => {
  appendFileSync(path.join(place, 'float.json'), ' ');
  const data = file('again.csv', 'x,y\n1,2\n');
  const { evaluation } = await simulatePlace({
    place,
    data,
    engine: 'embedded',
    random: 1,
    threads: 0,
    build: path.join(folder, 'build'),
    onProgress: () => {},
  });
  expect(evaluation).toEqual({
    file: data,
    samples: 1,
    label: null,
    integer: null,
    float: null,
    agreement: null,
    difference: null,
  });
}, 60_000);
