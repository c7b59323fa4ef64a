import type { Random } from '../../src/core/random.js';

/** What breaks readers: ends of things, signs, very large numbers, bytes of no text. */
const PIECES = [
  '"',
  "'",
  ',',
  ';',
  '\n',
  '\r',
  '\0',
  '-',
  '.',
  'e',
  '1e999',
  '[',
  ']',
  '{',
  '}',
  ':',
  '#',
  '&a',
  '*a',
  '\xff',
  'NaN',
];

/** A file's bytes with a few of them replaced, taken out, doubled, or something put between. */
export function mutated(bytes: Uint8Array, random: Random): Buffer {
  let changed = Buffer.from(bytes);
  for (let times = random.integer(1, 4); times > 0; times--) {
    const at = random.integer(0, changed.length);
    const length = random.integer(0, 6);
    const before = changed.subarray(0, at);
    const piece = Buffer.from(random.pick(PIECES), 'latin1');
    const after = [
      Buffer.concat([piece, changed.subarray(at)]),
      Buffer.concat([piece, changed.subarray(at + length)]),
      changed.subarray(at + length),
      Buffer.concat([changed.subarray(at, at + length), changed.subarray(at)]),
      Buffer.from([random.integer(0, 255), ...changed.subarray(at + 1)]),
    ];
    changed = Buffer.concat([before, random.pick(after)]);
  }
  return changed;
}

/** Lengths and offsets that break readers of binary files: the ends of their ranges. */
const EXTREMES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

/** The same for binary files: besides, bits that are turned, numbers of four bytes at their ends, and files that are cut off. */
export function spoilt(bytes: Uint8Array, random: Random): Buffer {
  if (random.integer(0, 2) === 0) return mutated(bytes, random);
  const changed = Buffer.from(bytes);
  for (let times = random.integer(1, 3); times > 0; times--) {
    const at = random.integer(0, changed.length - 1);
    if (random.integer(0, 2) > 0) changed[at] ^= 1 << random.integer(0, 7);
    else if (at + 4 <= changed.length) changed.writeUInt32LE(random.pick(EXTREMES), at);
  }
  return random.integer(0, 9) === 0 ? changed.subarray(0, random.integer(0, changed.length)) : changed;
}
