// Makes models/digits/data.csv from scikit-learn's digits: 1,797 handwritten digits of 8 x 8 pixels in 17 greys.
//
//   node scripts/make-digits.mjs [digits.csv.gz]
//
// Without a path the file is looked for in Debian's python3-sklearn packages. It has no header: the names, pixel ROW
// COLUMN and digit, are ours. The order of the rows stays.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

const SIZE = 8;
const SAMPLES = 1797;

function findSource() {
  const listed = execFileSync('dpkg', ['-L', 'python3-sklearn-lib', 'python3-sklearn'], { encoding: 'utf8' });
  const file = listed.split('\n').find((line) => line.endsWith('/sklearn/datasets/data/digits.csv.gz'));
  if (file === undefined) throw new Error('python3-sklearn has no digits.csv.gz; give its path');
  return file;
}

const rows = gunzipSync(readFileSync(process.argv[2] ?? findSource()))
  .toString()
  .trim()
  .split(/\r?\n/);
const odd = rows.findIndex((row) => row.split(',').length !== SIZE * SIZE + 1);
if (rows.length !== SAMPLES || odd >= 0)
  throw new Error(`unexpected rows: ${rows.length}, the first odd one ${odd}`);
const names = Array.from({ length: SIZE * SIZE }, (_, at) => `pixel ${Math.floor(at / SIZE)} ${at % SIZE}`);
const place = path.join(import.meta.dirname, '..', 'models', 'digits', 'data.csv');
writeFileSync(place, `${[[...names, 'digit'].join(','), ...rows].join('\n')}\n`);
