import { backend_util, type NamedAttrMap, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Call } from './call.js';
import type { Address } from './machine.js';
import type { Grid, Tap, Windows } from './window.js';

/** A shape of TensorFlow.js' for images: [image][y][x][channel]. */
export type Shape4 = [number, number, number, number];

export type Geometry = ReturnType<typeof backend_util.computeConv2DInfo>;

type Four = Parameters<typeof backend_util.computeConv2DInfo>;

/** Sizes, strides and padding of a convolution; `dimRoundingMode` and the like as its attributes say. */
export function geometryOf(
  input: readonly number[],
  filter: readonly number[],
  attributes: NamedAttrMap,
  depthwise = false,
): Geometry {
  const {
    strides,
    dilations = 1,
    pad,
    dimRoundingMode,
    dataFormat = 'NHWC',
  } = attributes as Record<string, never>;
  const format = backend_util.convertConv2DDataFormat(dataFormat as 'NHWC');
  if (format !== 'channelsLast') throw new Error('channels must be the last axis');
  const shapes = [input as Four[0], filter as Four[1]] as const;
  return backend_util.computeConv2DInfo(
    ...shapes,
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    depthwise,
    format,
  );
}

/** The same of a pool. */
export function poolGeometryOf(input: TensorInfo, attributes: NamedAttrMap): Geometry {
  const { filterSize, strides, pad, dimRoundingMode } = attributes as Record<string, never>;
  return backend_util.computePool2DInfo(input.shape as Shape4, filterSize, strides, 1, pad, dimRoundingMode);
}

/** The taps of a window of input pixels, row by row. */
export const forwardTaps = (geometry: Geometry): Tap[] => {
  const { filterHeight, filterWidth, dilationHeight, dilationWidth, padInfo } = geometry;
  return product(filterHeight, filterWidth).map(({ y, x }) => ({
    y: y * dilationHeight - padInfo.top,
    x: x * dilationWidth - padInfo.left,
  }));
};

const product = (height: number, width: number): Tap[] =>
  Array.from({ length: height * width }, (_, at) => ({ y: Math.floor(at / width), x: at % width }));

/** Windows of input pixels, one for each output pixel, which is their row. */
export function forwardWindows(
  call: Call,
  geometry: Geometry,
  source: Address,
  rows: Address,
  { columns = geometry.outChannels, channels = geometry.inChannels } = {},
): Windows {
  const { batchSize, inHeight, inWidth, outHeight, outWidth, strideHeight, strideWidth } = geometry;
  const grid: Grid = { height: outHeight, width: outWidth };
  return {
    images: batchSize,
    source,
    height: inHeight,
    width: inWidth,
    channels,
    ...call.taps(forwardTaps(geometry), channels),
    grid,
    stride: { y: strideHeight, x: strideWidth },
    rows: { at: rows, ...grid, columns, first: { y: 0, x: 0 }, step: { y: 1, x: 1 } },
  };
}

/** Windows of output pixels for some of the input pixels, and which of the kernel's positions their taps are. */
export interface BackwardWindows {
  readonly windows: Windows;
  readonly positions: readonly number[];
}

/**
 * Windows of output pixels, one for each input pixel, which is their row. Only outputs whose distance is a multiple
 * of the stride read an input; so inputs fall into classes by their place modulo the stride, each with its own taps.
 */
export function backwardWindows(
  call: Call,
  geometry: Geometry,
  source: Address,
  rows: Address,
  { columns = geometry.inChannels, channels = geometry.outChannels } = {},
): BackwardWindows[] {
  const { batchSize, inHeight, inWidth, outHeight, outWidth, strideHeight, strideWidth } = geometry;
  return product(Math.min(strideHeight, inHeight), Math.min(strideWidth, inWidth)).map((first) => {
    const { taps, positions } = backwardTaps(geometry, first);
    const windows = {
      images: batchSize,
      source,
      height: outHeight,
      width: outWidth,
      channels,
      ...call.taps(taps, channels),
      grid: {
        height: Math.ceil((inHeight - first.y) / strideHeight),
        width: Math.ceil((inWidth - first.x) / strideWidth),
      },
      stride: { y: 1, x: 1 },
      rows: {
        at: rows,
        height: inHeight,
        width: inWidth,
        columns,
        first,
        step: { y: strideHeight, x: strideWidth },
      },
    };
    return { windows, positions };
  });
}

/** Output = (input + padding − position × dilation) / stride, where that is a whole number. */
function backwardTaps(geometry: Geometry, first: Tap): { taps: Tap[]; positions: number[] } {
  const { strideHeight, strideWidth } = geometry;
  const taps: Tap[] = [];
  const positions: number[] = [];
  forwardTaps(geometry).forEach((tap, position) => {
    const [y, x] = [first.y - tap.y, first.x - tap.x];
    if (y % strideHeight !== 0 || x % strideWidth !== 0) return;
    taps.push({ y: y / strideHeight, x: x / strideWidth });
    positions.push(position);
  });
  return { taps, positions };
}
