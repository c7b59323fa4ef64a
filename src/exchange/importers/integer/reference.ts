import { floatKindOf } from '../../../float/layers/index.js';
import type { FloatLayer } from '../../../float/types.js';
import { INPUT } from '../../../network/graph.js';
import { roundHalfAway, roundHalfEven } from '../../tflite/numbers.js';
import type { MarkedNetwork } from './lower.js';
import { isLookup, isQuantize, isRead, isSign, type MarkRounding } from './marks.js';

/** Values, and the codes that stand for them where a mark has just made some. */
interface Given {
  readonly shape: readonly number[];
  readonly values: Float64Array;
  readonly codes?: Float64Array;
}

/**
 * A marked network in doubles, mark by mark as the file's own definitions have it: what the layers of whole numbers are
 * compared with.
 *
 * @returns for one sample the values at every mark, by the tensor's name
 */
export function markedModel({
  layers,
  stored,
}: Pick<MarkedNetwork, 'layers' | 'stored'>): (
  features: readonly number[],
) => ReadonlyMap<string, Float64Array> {
  return (features) => {
    const given = new Map<string, Given>([[INPUT, { shape: stored, values: Float64Array.from(features) }]]);
    const tensors = new Map<string, Float64Array>();
    for (const layer of layers) {
      const read = (layer.from ?? []).map((name) => given.get(name) as Given);
      const made = valuesOf(layer, read);
      given.set(layer.name, made);
      if ('tensor' in layer) tensors.set(layer.tensor as string, made.values);
    }
    const last = layers[layers.length - 1];
    return tensors.set(last.name, (given.get(last.name) as Given).values);
  };
}

const ROUNDINGS: Readonly<Record<MarkRounding, (value: number) => number>> = {
  TRN: Math.floor,
  RND: (value) => Math.floor(value + 0.5),
  RND_CONV: roundHalfEven,
  AWAY: roundHalfAway,
};

function valuesOf(layer: FloatLayer, read: readonly Given[]): Given {
  const [{ shape, values, codes: before }] = read;
  if (isQuantize(layer)) {
    const { scale, zeroPoint, low, high, rounding = 'RND_CONV' } = layer;
    const round = ROUNDINGS[rounding];
    const codes = values.map((value) => Math.min(Math.max(round(value / scale) + zeroPoint, low), high));
    return { shape, codes, values: codes.map((code) => scale * (code - zeroPoint)) };
  }
  if (isRead(layer)) {
    const codes = before ?? values;
    return { shape, codes, values: codes.map((code) => layer.scale * (code - layer.zeroPoint)) };
  }
  if (isLookup(layer)) return { shape, values: values.map((place) => layer.numbers[place]) };
  if (isSign(layer))
    return { shape, values: values.map((value) => (value < 0 ? -layer.scale : layer.scale)) };
  const kind = floatKindOf(layer);
  const shapes = read.map((one) => one.shape);
  const run = kind.forward(layer, shapes);
  const moves = ['move', 'max_pool', 'upsample', 'concat'].includes(layer.kind);
  const moved = moves && read.every((one) => one.codes !== undefined);
  return {
    shape: kind.shape(layer, shapes, layer.name),
    values: run(
      read.map((one) => one.values),
      1,
    ),
    ...(moved
      ? {
          codes: run(
            read.map((one) => one.codes as Float64Array),
            1,
          ),
        }
      : {}),
  };
}
