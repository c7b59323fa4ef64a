import { crc32, deflateSync } from 'node:zlib';
import type { DrawnMap } from './pictures-data.js';

/** Transparent pixels between the maps of a sheet. */
const GAP = 1;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Maps of one size beside and below each other. */
export interface Sheet {
  readonly width: number;
  readonly height: number;
  /** The file, as an address that a page can hold. */
  readonly address: string;
}

/** @param maps of one size, one at least; @param columns of the sheet */
export function sheetOf(maps: readonly DrawnMap[], columns: number): Sheet {
  const [{ height, width }] = maps;
  const across = Math.min(columns, maps.length);
  const down = Math.ceil(maps.length / across);
  const size = { width: across * (width + GAP) - GAP, height: down * (height + GAP) - GAP };
  const pixels = new Uint8Array(size.width * size.height * 4);
  maps.forEach(({ channels, levels }, number) => {
    const left = (number % across) * (width + GAP);
    const top = Math.floor(number / across) * (height + GAP);
    for (let at = 0; at < height * width; at++) {
      const place = (top + Math.floor(at / width)) * size.width + left + (at % width);
      for (let channel = 0; channel < 3; channel++)
        pixels[place * 4 + channel] = levels[at * channels + (channels === 3 ? channel : 0)];
      pixels[place * 4 + 3] = 255;
    }
  });
  return { ...size, address: `data:image/png;base64,${pngOf(pixels, size).toString('base64')}` };
}

/** A PNG file of 8 bits a sample. @param pixels red, green, blue and opacity, rows from the top */
function pngOf(
  pixels: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const row = width * 4;
  // Before each row stands its filter: none.
  const rows = Buffer.alloc(height * (row + 1));
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * row, (y + 1) * row), y * (row + 1) + 1);
  const parts = [
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([SIGNATURE, ...parts]);
}

function chunk(kind: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(kind, 'latin1'), content]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(content.length, 0);
  ends.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)]);
}
