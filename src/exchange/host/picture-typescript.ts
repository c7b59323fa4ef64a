import type { PictureFacts } from './tables.js';

/** The function that encodes a picture, without dependencies. */
export function pictureInTypeScript({ height, width, channels, antialias }: PictureFacts): string {
  return `
export const PICTURE_HEIGHT = ${height};
export const PICTURE_WIDTH = ${width};
export const PICTURE_CHANNELS = ${channels};

interface Span {
  readonly first: number;
  readonly weights: Float32Array;
}

${antialias ? COVERED : NEAREST}
function weigh(weights: Float32Array, level: (tap: number) => number): number {
  let sum = 0;
  weights.forEach((weight, tap) => {
    sum = Math.fround(sum + Math.fround(weight * level(tap)));
  });
  return sum;
}

${channels === 3 ? COLOURS : GREY}
/**
 * The input codes of a picture of 8 bits a sample, rows from the top, the channels of a pixel side by side.
 *
 * @param channels 1: grey, 2: grey and alpha, 3: RGB, 4: RGBA
 * @throws RangeError for lengths that do not fit
 */
export function encodePicture(samples: Uint8Array | Uint8ClampedArray, height: number, width: number, channels: number): number[] {
  if (!(height >= 1 && width >= 1 && channels >= 1 && channels <= 4) || samples.length !== height * width * channels) {
    throw new RangeError(\`got \${samples.length} samples of \${height} x \${width} x \${channels}, wanted a picture\`);
  }
  const columns = Array.from({ length: PICTURE_WIDTH }, (_, place) => spanOf(place, width, PICTURE_WIDTH));
  const narrow = new Float32Array(height * PICTURE_WIDTH * PICTURE_CHANNELS);
  for (let row = 0; row < height; row++) {
    columns.forEach(({ first, weights }, column) => {
      for (let channel = 0; channel < PICTURE_CHANNELS; channel++) {
        const level = (tap: number) => levelAt(samples, (row * width + first + tap) * channels, channels, channel);
        narrow[(row * PICTURE_WIDTH + column) * PICTURE_CHANNELS + channel] = weigh(weights, level);
      }
    });
  }
  const features: number[] = [];
  for (let place = 0; place < PICTURE_HEIGHT; place++) {
    const { first, weights } = spanOf(place, height, PICTURE_HEIGHT);
    for (let at = 0; at < PICTURE_WIDTH * PICTURE_CHANNELS; at++) {
      const level = weigh(weights, (tap) => narrow[(first + tap) * PICTURE_WIDTH * PICTURE_CHANNELS + at]);
      features.push(Math.round(Math.min(Math.max(level, 0), 255) * 256) / 256); // eight bits behind the point
    }
  }
  return encode(features);
}
`;
}

const NEAREST = `/** The two places on either side; beyond the edge the edge itself. */
function spanOf(place: number, from: number, to: number): Span {
  const scale = Math.fround(from / to);
  const at = Math.fround(Math.fround(Math.fround(place + 0.5) * scale) - 0.5);
  const below = Math.floor(at);
  const first = Math.min(Math.max(below, 0), from - 1);
  const share = Math.fround(at - below);
  return { first, weights: Math.min(below + 1, from - 1) > first ? Float32Array.of(1 - share, share) : Float32Array.of(1) };
}
`;

const COVERED = `/** A triangle as wide as the place covers, its weights made to sum to 1. */
function spanOf(place: number, from: number, to: number): Span {
  const scale = from / to;
  const radius = Math.max(scale, 1);
  const centre = (place + 0.5) * scale;
  const first = Math.max(0, Math.ceil(centre - radius - 0.5));
  const last = Math.min(from - 1, Math.floor(centre + radius - 0.5));
  const raw = Array.from({ length: last - first + 1 }, (_, tap) => Math.max(0, 1 - Math.abs((first + tap + 0.5 - centre) / radius)));
  const sum = raw.reduce((total, weight) => total + weight, 0);
  return { first, weights: Float32Array.from(raw, (weight) => weight / sum) };
}
`;

const COLOURS = `function levelAt(samples: ArrayLike<number>, at: number, channels: number, channel: number): number {
  return samples[channels < 3 ? at : at + channel];
}
`;

const GREY = `function levelAt(samples: ArrayLike<number>, at: number, channels: number, _channel: number): number {
  const [red, green, blue] = channels < 3 ? [samples[at], samples[at], samples[at]] : [samples[at], samples[at + 1], samples[at + 2]];
  return red === green && green === blue ? red : Math.fround(0.2989 * red + 0.587 * green + 0.114 * blue);
}
`;
