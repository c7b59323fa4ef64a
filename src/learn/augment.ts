import type { Random } from '../core/random.js';
import { isMap } from '../network/tensor.js';
import { problems } from './problems.js';

/** Small changes of a picture that leave its class: every step sees other ones. */
export interface Augmentation {
  /** Cells by which a picture is moved at most, down, up, left or right; what comes in is 0. */
  readonly shift: number;
  /** Whether every second picture is a mirror image, left and right. */
  readonly flip: boolean;
}

/**
 * Changes the pictures of a batch.
 *
 * @param values [sample, …shape], changed in place
 * @throws learn/option where samples are no maps
 */
export function augment(
  values: Float32Array,
  shape: readonly number[],
  { shift, flip }: Augmentation,
  random: Random,
): void {
  if (!isMap(shape)) throw problems.learnOption('augment', { shift, flip }, 'samples that are maps');
  const [height, width, channels] = shape;
  const size = height * width * channels;
  const before = new Float32Array(size);
  for (let start = 0; start < values.length; start += size) {
    const picture = values.subarray(start, start + size);
    before.set(picture);
    const down = random.integer(-shift, shift);
    const across = random.integer(-shift, shift);
    const isMirrored = flip && random.integer(0, 1) === 1;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const from = [row - down, (isMirrored ? width - 1 - column : column) - across];
        const isInside = from[0] >= 0 && from[0] < height && from[1] >= 0 && from[1] < width;
        const at = (row * width + column) * channels;
        const source = (from[0] * width + from[1]) * channels;
        for (let channel = 0; channel < channels; channel++)
          picture[at + channel] = isInside ? before[source + channel] : 0;
      }
    }
  }
}
