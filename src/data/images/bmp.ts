import { problems } from '../problems.js';

/** Eight bits a sample, rows from the top, pixels in RGB or RGBA. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly samples: Uint8Array;
}

const FILE_HEADER = 14;
/** The fields of BITMAPINFOHEADER; later headers begin alike. */
const INFO_HEADER = 40;
const BI_RGB = 0;
const BI_BITFIELDS = 3;

/**
 * A BMP file of 1, 4, 8, 24 or 32 bits a pixel, not compressed.
 *
 * @param most pixels that a picture may have
 * @throws data/image-broken, data/image-too-large
 */
export function readBmp(bytes: Uint8Array, file: string, most: number): Bitmap {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const broken = (got: string) => problems.imageBroken(file, got);
  if (bytes.length < FILE_HEADER + INFO_HEADER) throw broken(`a BMP file of ${bytes.length} bytes`);
  const start = view.getUint32(10, true);
  const header = view.getUint32(14, true);
  const width = view.getInt32(18, true);
  const signedHeight = view.getInt32(22, true);
  const bits = view.getUint16(28, true);
  const compression = view.getUint32(30, true);
  const height = Math.abs(signedHeight);
  if (header < INFO_HEADER) throw broken(`a BMP header of ${header} bytes`);
  if (width < 1 || height < 1) throw broken(`a BMP picture of ${width} x ${height} pixels`);
  if (width * height > most) throw problems.imageTooLarge(file, width, height, most);
  const isPlain = compression === BI_RGB || (compression === BI_BITFIELDS && bits === 32);
  if (!isPlain) throw broken(`a BMP file with compression ${compression}`);
  if (![1, 4, 8, 24, 32].includes(bits)) throw broken(`a BMP file of ${bits} bits a pixel`);
  const stride = Math.ceil((width * bits) / 32) * 4;
  if (start + stride * height > bytes.length) {
    throw broken(`${bytes.length} bytes where the header says ${start + stride * height}`);
  }
  const samples = new Uint8Array(width * height * 3);
  const palette = bits <= 8 ? paletteOf(bytes, FILE_HEADER + header, start) : new Uint8Array();
  for (let y = 0; y < height; y++) {
    const row = start + stride * (signedHeight > 0 ? height - 1 - y : y);
    for (let x = 0; x < width; x++) {
      const [source, at] =
        bits > 8 ? [bytes, row + (x * bits) / 8] : [palette, 4 * indexAt(bytes, row, x, bits)];
      if (at + 2 >= source.length) throw broken('a colour that the palette does not have');
      // Blue stands first.
      for (let channel = 0; channel < 3; channel++) {
        samples[(y * width + x) * 3 + channel] = source[at + 2 - channel];
      }
    }
  }
  return { width, height, channels: 3, samples };
}

const paletteOf = (bytes: Uint8Array, from: number, end: number): Uint8Array =>
  bytes.subarray(from, Math.max(from, Math.min(end, from + 4 * 256)));

/** The leftmost pixel has the highest bits. */
function indexAt(bytes: Uint8Array, row: number, x: number, bits: number): number {
  const bit = x * bits;
  return (bytes[row + (bit >> 3)] >> (8 - bits - (bit & 7))) & (2 ** bits - 1);
}
