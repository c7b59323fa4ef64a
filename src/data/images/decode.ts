import { problems } from '../problems.js';
import { type Bitmap, readBmp } from './bmp.js';

/** Pixels that a picture may have: what 8 bits a sample take 400 MB for. */
const MOST_PIXELS = 100_000_000;

export interface DecodeOptions {
  readonly color: 'rgb' | 'grey';
  /** Whether a picture is turned as its camera says (EXIF); Keras does not. */
  readonly orientation: 'apply' | 'ignore';
}

/** A picture as numbers, rows from the top, the channels of a pixel side by side. */
export interface Picture {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** Grey levels from 0 to 255; a grey one of colours is no whole number. */
  readonly levels: Float32Array;
  /** What was done to it beside reading. */
  readonly turned: boolean;
  readonly alphaDropped: boolean;
}

type Kind = 'jpeg' | 'png' | 'webp' | 'bmp';

/** What a file is by its first bytes. */
function kindOf(bytes: Uint8Array): Kind | undefined {
  const begins = (text: string, at = 0) =>
    [...text].every((character, index) => bytes[at + index] === character.charCodeAt(0));
  if (begins('\xff\xd8\xff')) return 'jpeg';
  if (begins('\x89PNG\r\n\x1a\n')) return 'png';
  if (begins('RIFF') && begins('WEBP', 8)) return 'webp';
  if (begins('BM')) return 'bmp';
  return undefined;
}

/** Whether the name says that the file is a picture that {@link decodePicture} reads. */
export const isPictureName = (name: string): boolean => /\.(?:jpe?g|png|webp|bmp)$/i.test(name);

/**
 * Reads a picture, recognised by its content.
 *
 * @throws data/image-broken, data/image-too-large, data/image-reader
 */
export async function decodePicture(
  bytes: Uint8Array,
  file: string,
  options: DecodeOptions,
): Promise<Picture> {
  const kind = kindOf(bytes);
  if (kind === undefined) throw problems.imageBroken(file, describe(bytes));
  if (kind === 'bmp') return pictureOf(readBmp(bytes, file, MOST_PIXELS), options, false);
  const { default: sharp } = await import('sharp').catch(() => {
    throw problems.imageReader();
  });
  const settings = { failOn: 'warning', limitInputPixels: false } as const;
  const read = async <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: Error) => {
      throw problems.imageBroken(file, error.message.split('\n')[0]);
    });
  const { width, height, orientation = 1 } = await read(sharp(bytes, settings).metadata());
  if (width * height > MOST_PIXELS) throw problems.imageTooLarge(file, width, height, MOST_PIXELS);
  const turned = options.orientation === 'apply' && orientation !== 1;
  const source = sharp(bytes, settings);
  const upright = turned ? source.autoOrient() : source;
  const { data, info } = await read(
    upright.toColourspace('srgb').raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true }),
  );
  const bitmap = { ...info, samples: new Uint8Array(data.buffer, data.byteOffset, data.length) };
  return pictureOf(bitmap, options, turned);
}

const describe = (bytes: Uint8Array): string =>
  bytes.length === 0
    ? 'an empty file'
    : `bytes that begin with ${Buffer.from(bytes.subarray(0, 8)).toString('hex')}`;

interface Samples extends Omit<Bitmap, 'channels'> {
  readonly channels: number;
}

/** What is transparent shows the colours below it, as in TensorFlow's `decode_image(channels=3)`. */
function pictureOf(
  { width, height, channels, samples }: Samples,
  { color }: DecodeOptions,
  turned: boolean,
): Picture {
  const count = width * height;
  const isColoured = channels >= 3;
  const made = color === 'rgb' ? 3 : 1;
  const levels = new Float32Array(count * made);
  for (let pixel = 0; pixel < count; pixel++) {
    const at = pixel * channels;
    const [red, green, blue] = isColoured
      ? [samples[at], samples[at + 1], samples[at + 2]]
      : [samples[at], samples[at], samples[at]];
    if (color === 'rgb') levels.set([red, green, blue], pixel * 3);
    else levels[pixel] = isColoured ? greyOf(red, green, blue) : red;
  }
  return { width, height, channels: made, levels, turned, alphaDropped: channels === 2 || channels === 4 };
}

/** As TensorFlow's `rgb_to_grayscale`, not rounded. A grey picture stays what it is. */
const greyOf = (red: number, green: number, blue: number): number =>
  red === green && green === blue ? red : 0.2989 * red + 0.587 * green + 0.114 * blue;
