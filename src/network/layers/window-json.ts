import { z } from 'zod';
import type { Random } from '../../core/random.js';
import { problems } from '../problems.js';
import { isMap, type MapShape, printShape, type Tensor } from '../tensor.js';
import type { Padding, Window } from '../window.js';

/** Parts of the layers that move a window over a map: their members in JSON, what they read, random ones. */

/** More taps, strides or cells of padding make no sense for any map. */
const MOST = 2 ** 16;
export const PAIR_SHAPE = z.tuple([z.int().min(1).max(MOST), z.int().min(1).max(MOST)]);
const CELLS = z.int().min(0).max(MOST);
export const PADDING_SHAPE = z.tuple([CELLS, CELLS, CELLS, CELLS]);

/** @throws network/shape where the layer does not read one map */
export function mapRead(inputs: readonly Tensor[], where: string): MapShape {
  if (inputs.length !== 1) throw problems.networkShape(where, `${inputs.length} tensors`, 'one');
  const [{ shape }] = inputs;
  if (isMap(shape)) return shape;
  throw problems.networkShape(
    where,
    `a list of ${printShape(shape)} units`,
    'a map: a layer of kind move that reshapes to [height, width, channels] makes one of it',
  );
}

/** A small window that fits on a map; one of a pool never lies in the padding alone. */
export function randomWindow(random: Random, shape: MapShape, kind: 'pool' | 'convolution'): Window {
  const along = (axis: 0 | 1) => {
    const size = random.integer(1, random.pick([2, 3, 3, 5]));
    const dilation = kind === 'convolution' && size > 1 ? random.integer(1, 2) : 1;
    const reach = (size - 1) * dilation + 1;
    const most = kind === 'pool' ? reach - 1 : reach;
    const padding = [0, 0].map(() => Math.min(random.pick([0, 0, 1, 2]), most));
    const fits = reach <= shape[axis] + padding[0] + padding[1];
    const window = fits ? { size, dilation, padding } : { size: 1, dilation: 1, padding: [0, 0] };
    return { ...window, stride: random.integer(1, 2) };
  };
  const [down, across] = [along(0), along(1)];
  return {
    size: [down.size, across.size],
    strides: [down.stride, across.stride],
    dilation: [down.dilation, across.dilation],
    padding: [...down.padding, ...across.padding] as unknown as Padding,
  };
}
