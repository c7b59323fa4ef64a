import { unzipSync, zipSync } from 'fflate';
import type { Random } from '../../src/core/random.js';
import { isZip } from '../../src/core/zip.js';
import { zipBomb } from './zip-bomb.js';

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
const EXTREMES = [
  0n,
  1n,
  0x7fn,
  0x80n,
  0xffn,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  2n ** 53n,
  2n ** 64n - 1n,
];

type Mutation = (bytes: Buffer, random: Random) => Buffer;

const inPlace =
  (change: (bytes: Buffer, at: number, random: Random) => void): Mutation =>
  (bytes, random) => {
    const changed = Buffer.from(bytes);
    if (changed.length > 0) change(changed, random.integer(0, changed.length - 1), random);
    return changed;
  };

const turnedBit = inPlace((bytes, at, random) => {
  bytes[at] ^= 1 << random.integer(0, 7);
});

/** A number of four or eight bytes, from either end. */
const extreme = inPlace((bytes, at, random) => {
  const size = random.pick([4, 8]);
  const value = BigInt.asUintN(8 * size, random.pick(EXTREMES));
  const digits = Buffer.from(value.toString(16).padStart(2 * size, '0'), 'hex');
  bytes.set((random.integer(0, 1) === 0 ? digits : digits.reverse()).subarray(0, bytes.length - at), at);
});

/** A number of protobuf, or a length before a text, that is far too large. */
const longNumber: Mutation = (bytes, random) => {
  const at = random.integer(0, bytes.length);
  const number = Buffer.from([...Array(random.integer(0, 9)).fill(0xff), 0x7f]);
  return Buffer.concat([bytes.subarray(0, at), number, bytes.subarray(at + random.integer(0, 2))]);
};

/** A piece of the file stands in another place, or there too: names come twice. */
const splice: Mutation = (bytes, random) => {
  const [from, to] = [random.integer(0, bytes.length), random.integer(0, bytes.length)];
  const piece = bytes.subarray(from, from + random.integer(1, 64));
  const over = random.integer(0, 1) === 0 ? piece.length : 0;
  return Buffer.concat([bytes.subarray(0, to), piece, bytes.subarray(to + over)]);
};

const cut: Mutation = (bytes, random) => bytes.subarray(0, random.integer(0, bytes.length));

/** Brackets, and messages of protobuf, each in another. */
const nest: Mutation = (bytes, random) => {
  const at = random.integer(0, bytes.length);
  const [open, close] = random.pick([
    ['[', ']'],
    ['{"a":', '}'],
    ['(', ')'],
    ['\x3a\x7f', ''],
    ['\x0a\x7f', ''],
  ] as const);
  const depth = random.pick([20, 200, 2000]);
  const nested = Buffer.from(open.repeat(depth) + close.repeat(depth), 'latin1');
  return Buffer.concat([bytes.subarray(0, at), nested, bytes.subarray(at)]);
};

/** The frequent ones stand here several times. */
const MUTATIONS: readonly Mutation[] = [
  ...[turnedBit, turnedBit, turnedBit, extreme, extreme, splice, splice],
  ...[longNumber, cut, nest, mutated, mutated],
];

/** The same for binary files; of a zip file either what lies in it is spoilt, or the file itself. */
export function spoilt(bytes: Uint8Array, random: Random): Buffer {
  if (isZip(bytes) && random.integer(0, 2) > 0) return spoiltMember(bytes, random);
  let changed: Buffer = Buffer.from(bytes);
  for (let times = random.integer(1, 3); times > 0; times--)
    changed = random.pick(MUTATIONS)(changed, random);
  return changed;
}

function spoiltMember(bytes: Uint8Array, random: Random): Buffer {
  const members = unzipSync(bytes);
  const name = random.pick(Object.keys(members));
  if (random.integer(0, 199) === 0) return zipBomb(members, name, random);
  return Buffer.from(zipSync({ ...members, [name]: spoilt(members[name], random) }, { level: 0 }));
}
