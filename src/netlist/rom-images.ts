import path from 'node:path';
import { sha256 } from '../core/hash.js';
import type { Manifest, RomRecord } from '../emit/manifest.js';
import { checksumOf } from '../emit/rom.js';
import { describeCell } from './cells.js';
import { problems } from './problems.js';
import type { RomCell } from './types.js';

/** A ROM image as its file says. */
export interface Image {
  /** Without folder. */
  readonly name: string;
  readonly words: readonly bigint[];
  /** What the Verilog says of it, for a simulator to check; absent where the image is not as it was emitted. */
  readonly checksum: number | undefined;
}

/**
 * The ROM images of a design: one hexadecimal word a line, as many as the manifest says and no wider. Addresses,
 * comments and digits that stand for `x` are not read.
 *
 * @param files of the design, path → text
 * @throws netlist/rom
 */
export function readImages({ roms }: Manifest, files: ReadonlyMap<string, string>): Image[] {
  return roms.map((rom) => readImage(rom, files.get(rom.file) as string));
}

function readImage({ file, width, depth, sha256: emitted }: RomRecord, text: string): Image {
  const name = path.posix.basename(file);
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  const words = lines.map((line, index) => {
    const word = /^[0-9a-f]+$/.test(line) ? BigInt(`0x${line}`) : -1n;
    if (word >= 0n && word < 1n << BigInt(width)) return word;
    throw problems.romText(`${file}:${index + 1}`, line.slice(0, 40), `a hexadecimal word of ${width} bits`);
  });
  if (words.length === depth) {
    return { name, words, checksum: sha256(text) === emitted ? checksumOf(words, width) : undefined };
  }
  throw problems.romText(file, `${words.length} words`, `${depth}, as the manifest says`);
}

/** Checks that every ROM holds the words of one of the images, all of them. @throws netlist/rom */
export function checkRoms(roms: readonly RomCell[], images: readonly Image[]): void {
  const known = new Set(images.map(({ words }) => words.join()));
  for (const rom of roms) {
    if (known.has(wordsOf(rom).join())) continue;
    throw problems.romText(
      describeCell(rom),
      'a ROM whose words are those of no image of the manifest',
      'the words of one image, all of them',
    );
  }
}

/** −1 for a word with an `x`. */
function wordsOf({ words }: RomCell): bigint[] {
  return words.map((word) =>
    word.includes(2) ? -1n : word.reduceRight((value, digit) => (value << 1n) | BigInt(digit), 0n),
  );
}
