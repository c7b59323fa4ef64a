// Writes a picture as a BMP file of 24 bits a pixel.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const HEADERS = 54;

/** @param colour of a pixel, [red, green, blue] from 0 to 255; rows count from the top */
export function writeBmp(file, size, colour) {
  const stride = Math.ceil((size * 3) / 4) * 4;
  const bytes = Buffer.alloc(HEADERS + stride * size);
  bytes.write('BM');
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(HEADERS, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(size, 18);
  bytes.writeInt32LE(-size, 22); // from the top
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const levels = colour(row, column).map((level) => Math.min(Math.max(Math.round(level), 0), 255));
      bytes.set(levels.reverse(), HEADERS + row * stride + column * 3);
    }
  }
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}
