import { sha256 } from '../core/hash.js';
import type { RomRecord } from './manifest.js';

/**
 * ROM images. Every word carries a marker, a 1 above its data: a ROM that was never loaded holds none, and
 * `rtl/espalier_rom.v` reports it, in simulation and on the chip.
 */
export interface RomImage {
  /** File name without folder and ending, such as `wdbc_hidden_lane0_weights`. */
  readonly name: string;
  /** Layer of the network, or `head`. */
  readonly layer: string;
  /** What its words are, such as `weights of lane 0`. */
  readonly purpose: string;
  /** Bits of a word's data, without the marker. */
  readonly width: number;
  /** The data, as unsigned numbers below 2^width. */
  readonly words: readonly bigint[];
}

/** The bits of a whole number in two's complement, as an unsigned number below 2^width. */
export function twosComplement(code: number, width: number): bigint {
  return BigInt.asUintN(width, BigInt(code));
}

/** The words as they stand in the files: the marker above the data. */
export function markedWords({ width, words }: RomImage): bigint[] {
  const marker = 1n << BigInt(width);
  return words.map((word) => marker | word);
}

/** Bits of a word in the files. */
export const markedWidth = ({ width }: RomImage): number => width + 1;

/**
 * What `espalier_rom` computes over its contents at the start of a simulation: for every word, its 32-bit parts
 * from the low end, rotate left by one and exclusive-or.
 */
export const romChecksum = (image: RomImage): number => checksumOf(markedWords(image), markedWidth(image));

/** The same as a constant of Verilog. */
export const checksumText = (image: RomImage): string =>
  `32'h${romChecksum(image).toString(16).padStart(8, '0')}`;

/** The same of the words of a file. */
export function checksumOf(words: readonly bigint[], width: number): number {
  const parts = Math.ceil(width / 32);
  let sum = 0;
  for (const word of words) {
    for (let part = 0; part < parts; part++) {
      const bits = Number((word >> BigInt(32 * part)) & 0xffffffffn);
      sum = ((sum << 1) | (sum >>> 31)) ^ bits;
    }
  }
  return sum >>> 0;
}

const hexWords = (image: RomImage): string[] => {
  const digits = Math.ceil(markedWidth(image) / 4);
  return markedWords(image).map((word) => word.toString(16).padStart(digits, '0'));
};

/** For Verilog's `$readmemh`: one word a line. */
export function printMem(image: RomImage): string {
  return `${hexWords(image).join('\n')}\n`;
}

/** The image that {@link printMem} printed. */
export function parseMem({ file, layer, purpose, width }: RomRecord, text: string): RomImage {
  const name = file.replace(/^.*\/|\.mem$/g, '');
  const mask = (1n << BigInt(width - 1)) - 1n;
  const words = text
    .trim()
    .split(/\s+/)
    .map((word) => BigInt(`0x${word}`) & mask);
  return { name, layer, purpose, width: width - 1, words };
}

/** Xilinx memory initialisation. */
export function printCoe(image: RomImage): string {
  const header = `; ${image.layer}: ${image.purpose}, ${image.words.length} x ${markedWidth(image)} bits`;
  const vector = hexWords(image).join(',\n');
  return `${header}\nmemory_initialization_radix=16;\nmemory_initialization_vector=\n${vector};\n`;
}

/** Intel memory initialisation. */
export function printMif(image: RomImage): string {
  const lines = hexWords(image).map((word, address) => `  ${address} : ${word};`);
  return [
    `-- ${image.layer}: ${image.purpose}`,
    `WIDTH=${markedWidth(image)};`,
    `DEPTH=${image.words.length};`,
    'ADDRESS_RADIX=UNS;',
    'DATA_RADIX=HEX;',
    'CONTENT BEGIN',
    ...lines,
    'END;',
    '',
  ].join('\n');
}

/** Where an image lies in a design's folder. */
export const romFile = ({ name }: RomImage): string => `rtl/${name}.mem`;

export function romRecord(rom: RomImage): RomRecord {
  return {
    file: romFile(rom),
    sha256: sha256(printMem(rom)),
    layer: rom.layer,
    purpose: rom.purpose,
    width: markedWidth(rom),
    depth: rom.words.length,
  };
}
