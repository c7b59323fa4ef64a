// Makes the pictures of models/fashion from Fashion-MNIST: the first 5,000 of those to train on and the first 1,000 of
// those for tests, 28 x 28 pixels in 256 greys, as gzipped IDX files.
//
//   node scripts/make-fashion.mjs [--all] [FOLDER]
//
// Without a folder the files of Debian's package dataset-fashion-mnist are taken. With --all all 70,000 are kept.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

const COUNTS = { train: 5000, t10k: 1000 };
/** IDX: two zeros, the type of unsigned bytes, the number of axes; then the length of each. */
const MAGIC = { images: 0x803, labels: 0x801 };

function findFolder() {
  const listed = execFileSync('dpkg', ['-L', 'dataset-fashion-mnist'], { encoding: 'utf8' });
  const file = listed.split('\n').find((line) => line.endsWith('/train-images-idx3-ubyte.gz'));
  if (file === undefined)
    throw new Error('dataset-fashion-mnist has no train-images-idx3-ubyte.gz; give its folder');
  return path.dirname(file);
}

/** The first items of an IDX file. */
function firstOf(bytes, what, count) {
  const axes = what === 'images' ? 3 : 1;
  if (bytes.readUInt32BE(0) !== MAGIC[what]) throw new Error(`no IDX file of ${what}`);
  const lengths = Array.from({ length: axes }, (_, axis) => bytes.readUInt32BE(4 + 4 * axis));
  const header = 4 + 4 * axes;
  const size = lengths.slice(1).reduce((product, length) => product * length, 1);
  const kept = Buffer.from(bytes.subarray(0, header + count * size));
  kept.writeUInt32BE(count, 4);
  return kept;
}

const words = process.argv.slice(2);
const isAll = words.includes('--all');
const source = words.find((word) => !word.startsWith('--')) ?? findFolder();
const target = path.join(import.meta.dirname, '..', 'models', 'fashion');
for (const [part, count] of Object.entries(COUNTS)) {
  for (const [what, axes] of [
    ['images', 3],
    ['labels', 1],
  ]) {
    const name = `${part}-${what}-idx${axes}-ubyte.gz`;
    const bytes = gunzipSync(readFileSync(path.join(source, name)));
    const kept = isAll ? bytes : firstOf(bytes, what, count);
    writeFileSync(path.join(target, name), gzipSync(kept, { level: 9 }));
  }
}
