// Makes models/wdbc/data.csv and the expected split beside it from scikit-learn's own files.
//
//   node scripts/make-wdbc.mjs [breast_cancer.csv]
//
// Without a path the file is looked for in Debian's python3-sklearn packages. That file has neither column names nor
// the patients' numbers: the names are the Kaggle file's, and there is no `id` column.
// The split comes from train_test_split itself; PYTHON names an interpreter that has scikit-learn.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const MEASURES = [
  'radius',
  'texture',
  'perimeter',
  'area',
  'smoothness',
  'compactness',
  'concavity',
  'concave points',
  'symmetry',
  'fractal_dimension',
];
const FEATURES = ['mean', 'se', 'worst'].flatMap((statistic) =>
  MEASURES.map((measure) => `${measure}_${statistic}`),
);
const DIAGNOSES = { 0: 'M', 1: 'B' };
const SEED = 42;
const PYTHON = process.env.PYTHON ?? '/usr/bin/python3';

const run = (command, args) => execFileSync(command, args, { encoding: 'utf8' });

function findSource() {
  const file = run('dpkg', ['-L', 'python3-sklearn-lib', 'python3-sklearn'])
    .split('\n')
    .find((line) => line.endsWith('/sklearn/datasets/data/breast_cancer.csv'));
  if (file === undefined) throw new Error('python3-sklearn has no breast_cancer.csv; give its path');
  return file;
}

function toKaggleForm(text) {
  const [first, ...rows] = text.trim().split(/\r?\n/);
  if (first !== `${rows.length},30,malignant,benign`) throw new Error(`unexpected first line: ${first}`);
  const lines = rows.map((row) => {
    const cells = row.split(',');
    return [DIAGNOSES[cells.pop()], ...cells].join(',');
  });
  return `${[`diagnosis,${FEATURES.join(',')}`, ...lines].join('\n')}\n`;
}

function splitOf(count) {
  const program = [
    'from sklearn.model_selection import train_test_split',
    `for part in train_test_split(range(${count}), test_size=0.25, random_state=${SEED}):`,
    '    print(*part)',
  ].join('\n');
  const [train, test] = run(PYTHON, ['-c', program]).trim().split('\n');
  return { train, test };
}

const folder = path.join(import.meta.dirname, '..', 'models', 'wdbc');
const table = toKaggleForm(readFileSync(process.argv[2] ?? findSource(), 'utf8'));
writeFileSync(path.join(folder, 'data.csv'), table);
const split = splitOf(table.trim().split('\n').length - 1);
for (const [part, rows] of Object.entries(split)) {
  writeFileSync(
    path.join(folder, `split-sklearn-seed${SEED}-${part}.txt`),
    `${rows.replaceAll(' ', '\n')}\n`,
  );
}
