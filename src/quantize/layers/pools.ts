import type { Format } from '../../fixed/format.js';
import type { FloatAveragePool } from '../../float/layers/average-pool.js';
import type { FloatMaxPool } from '../../float/layers/max-pool.js';
import { windowOn } from '../../float/layers/parts.js';
import type { AveragePoolLayer } from '../../network/layers/average-pool.js';
import type { MaxPoolLayer } from '../../network/layers/max-pool.js';
import type { Extent, Padding } from '../../network/window.js';
import { formatForRange } from '../options.js';
import { finishOf } from './finish.js';
import type { QuantizeContext, QuantizeKind } from './kind.js';

type Pool = Pick<FloatMaxPool, 'window' | 'strides' | 'padding'>;

const paddingOf = ({ window, strides, padding }: Pool, { inputs }: QuantizeContext): Padding =>
  windowOn({ size: window, strides, padding }, inputs[0].shape).padding;

export const maxPool: QuantizeKind<FloatMaxPool> = {
  kind: 'max_pool',
  moves: false,
  quantize: (layer, context): MaxPoolLayer => {
    const { name, window, strides } = layer;
    return { kind: 'max_pool', name, window, strides, padding: paddingOf(layer, context) };
  },
};

/** Bits of what a sum is multiplied with where its count is no power of two. */
const RECIPROCAL_BITS = 16;

/** One bit says 1/count where that is a power of two and the same everywhere. */
function reciprocal([down, across]: Extent, padding: Padding, countPadding: boolean): Format {
  const count = down * across;
  const isSame = countPadding || padding.every((cells) => cells === 0);
  const fraction = Math.log2(count);
  if (isSame && Number.isInteger(fraction)) return { signed: false, width: 1, integer: 1 - fraction };
  return formatForRange(0, isSame ? 1 / count : 1, RECIPROCAL_BITS, 0.5);
}

export const averagePool: QuantizeKind<FloatAveragePool> = {
  kind: 'average_pool',
  moves: false,
  quantize: (layer, context): AveragePoolLayer => {
    const { name, window, strides, countPadding } = layer;
    const padding = paddingOf(layer, context);
    const [, , channels] = context.inputs[0].shape;
    return {
      kind: 'average_pool',
      name,
      channels,
      window,
      strides,
      padding,
      countPadding,
      reciprocal: reciprocal(window, padding, countPadding),
      ...finishOf(layer, channels, context),
    };
  },
};
