// Makes bearings.csv: readings of a machine's vibration sensor, drawn at random by a fixed seed.
import { writeFileSync } from 'node:fs';
import path from 'node:path';

/** Mean of each reading by condition. */
const CONDITIONS = {
  sound: [0.4, 2.1, 35, 0.2],
  worn: [0.9, 3.0, 41, 0.5],
  broken: [1.8, 3.4, 52, 1.1],
};
/** Deviation of each reading. */
const SPREAD = [0.2, 0.4, 4, 0.18];

// Marsaglia's xorshift32; twelve uniform numbers make one about normal.
let state = 2463534242;
function uniform() {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) / 2 ** 32;
}
const normal = () => Array.from({ length: 12 }, uniform).reduce((sum, value) => sum + value, -6);

const rows = Array.from({ length: 300 }, (_, row) => {
  const [condition, means] = Object.entries(CONDITIONS)[row % 3];
  const readings = means.map((mean, at) => (mean + SPREAD[at] * normal()).toFixed(3));
  return [...readings, condition].join(',');
});
writeFileSync(
  path.join(import.meta.dirname, 'bearings.csv'),
  `${['rms', 'peak', 'temperature', 'noise', 'condition'].join(',')}\n${rows.join('\n')}\n`,
);
