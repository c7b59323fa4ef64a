import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { newFolder, runCliIn, startCli } from '../support/cli.js';
import { npyFile } from '../support/numpy.js';

const SAMPLES = 24;
const CONFIG = `data: { file: data.csv, label: y, shape: [4, 4, 1], split: { method: stratified, seed: 1, test: 0.25 } }
training: { epochs: 1 }
deploy: distilled
layers: [{ conv: 2, padding: same }, { flatten: true }, { dense: 3 }]
`;
const WHOLE = '[{ flatten: true }, { dense: 3 }]';

/** What a student cannot be, or cannot be taught: [what, layers, teacher, message]. */
const CASES: readonly [string, string, string, string][] = [
  [
    'logits of another count',
    WHOLE,
    '{ logits: few.npy }',
    `error learn/teacher
  where   few.npy
  got     logits of 20 samples
  wanted  24, one for each sample of the data in their order, or 18, one for each that is trained on`,
  ],
  [
    'logits of other classes',
    WHOLE,
    '{ logits: four.npy }',
    `error learn/teacher
  where   four.npy
  got     an array of 24x4
  wanted  samples x 3, a logit for each class in the order 0, 1, 2`,
  ],
  [
    'logits in another order',
    WHOLE,
    '{ logits: turned.npy }',
    `error learn/teacher-order
  where   turned.npy
  got     logits that are right in 0.0 % of the samples, where chance has 33.3 %
  wanted  a teacher that knows these samples
  hint    are its samples in the order of the data, and its classes numbered as there?`,
  ],
  [
    'a window that leaves nothing',
    '[{ conv: 2, stride: 2 }, { maxPool: 2 }, { flatten: true }, { dense: 3 }]',
    '{ logits: good.npy }',
    `error network/window
  where   distillation.layers[1] (maxPool1)
  got     a window that covers 2x2 cells, on a map of 1x1, padding included
  wanted  a window that fits on the padded map`,
  ],
  [
    'layers that do not chain',
    '[{ conv: 2, name: a }, { conv: 2, padding: same, name: b, from: input }, { add: [a, b] }, { flatten: true }, { dense: 3 }]',
    '{ logits: good.npy }',
    `error float/shape
  where   distillation.layers[2] (add1)
  got     tensors of 2x2x2 and 4x4x2
  wanted  tensors of one shape`,
  ],
  [
    'a student of other classes',
    '[{ flatten: true }, { dense: 4 }]',
    '{ logits: good.npy }',
    `error learn/layers
  where   distillation.layers
  got     4 outputs
  wanted  3, one per class`,
  ],
];

describe('a student that cannot be', () => {
  let folder: string;
  beforeAll(() => {
    folder = newFolder('students');
    const rows = Array.from({ length: SAMPLES }, (_, row) => row % 3);
    const names = Array.from({ length: 16 }, (_, at) => `p${at}`);
    const values = (label: number, row: number) => names.map((_, at) => ((at * 5 + row) % 7) + 3 * label);
    const csv = [[...names, 'y'], ...rows.map((label, row) => [...values(label, row), label])];
    writeFileSync(path.join(folder, 'data.csv'), `${csv.map((cells) => cells.join(',')).join('\n')}\n`);
    const lay = (name: string, count: number, classes: number, turn: number) => {
      const logits = Array.from({ length: count }, (_, row) =>
        Array.from({ length: classes }, (_, at) => (at === (row + turn) % 3 ? 5 : 0)),
      );
      writeFileSync(
        path.join(folder, `${name}.npy`),
        npyFile({ shape: [count, classes], values: logits.flat() }),
      );
    };
    lay('good', SAMPLES, 3, 0);
    lay('few', 20, 3, 0);
    lay('four', SAMPLES, 4, 0);
    lay('turned', SAMPLES, 3, 1);
  });

  it.each(CASES)('is refused before anything is trained: %s', async (_, layers, teacher, message) => {
    const student = `distillation: { epochs: 1, teacher: ${teacher}, layers: ${layers} }\n`;
    writeFileSync(path.join(folder, 'espalier.yaml'), `name: pupil\n${CONFIG}${student}`);
    const { status, stderr } = await runCliIn(folder, 'run', '--quiet', '--until', 'distill');
    expect([status, stderr.trim()]).toEqual([1, message]);
  });
});

describe('memory that does not suffice for a batch', () => {
  it('is told with a batch that may fit, and nothing is left of the training', async () => {
    const folder = newFolder('memory');
    const names = Array.from({ length: 256 }, (_, at) => `p${at}`);
    const rows = Array.from({ length: 240 }, (_, row) => [...names.map((_, at) => (at * row) % 7), row % 3]);
    const csv = [[...names, 'y'], ...rows].map((cells) => cells.join(','));
    writeFileSync(path.join(folder, 'data.csv'), `${csv.join('\n')}\n`);
    writeFileSync(
      path.join(folder, 'espalier.yaml'),
      `name: pupil
data: { file: data.csv, label: y, shape: [16, 16, 1], split: { method: stratified, seed: 1, test: 0.25 } }
training: { epochs: 1, batchSize: 180 }
layers: [{ conv: 32, padding: same }, { conv: 32, padding: same }, { flatten: true }, { dense: 3 }]
`,
    );
    // 24 MB in place of the 4 GB that WebAssembly has at most.
    const command = ['run', '--quiet', '--until', 'train'];
    const { status, stderr } = await startCli(folder, command, {}, ['--wasm-max-mem-pages=384']).ended;
    expect([status, stderr.trim()]).toEqual([
      1,
      `error learn/memory
  where   training base
  got     too little memory for a batch of 180
  wanted  a batch of at most 90
  hint    batchSize: 90`,
    ]);
    expect(existsSync(path.join(folder, 'build', 'pupil', 'train'))).toBe(false);
  });
});
