import type { FloatActivation } from '../../float/activation.js';
import { placeFloatLayers } from '../../float/graph.js';
import type { FloatAdd } from '../../float/layers/add.js';
import type { FloatAveragePool } from '../../float/layers/average-pool.js';
import type { Shape } from '../../float/layers/kind.js';
import type { FloatMaxPool } from '../../float/layers/max-pool.js';
import type { FloatMove } from '../../float/layers/move.js';
import { type FloatWindow, windowOn } from '../../float/layers/parts.js';
import type { FloatScale } from '../../float/layers/scale.js';
import type { FloatLayer, FloatNetwork } from '../../float/types.js';
import { clip } from '../../network/activation.js';
import { readBy } from '../../network/graph.js';
import type { MapShape } from '../../network/tensor.js';
import { positionsOf, type Window } from '../../network/window.js';
import { ACTIVATION } from './schema.js';

/**
 * The same network of layers that TFLite has operators for: what no operator has inside stands behind it as a layer of
 * its own, under the name of the layer that it was part of.
 */
export function spread(network: FloatNetwork): FloatNetwork {
  const layers = placeFloatLayers(network).flatMap(({ layer, inputs }, index) =>
    parted({ ...layer, from: readBy(network, index) }).flatMap((part) => pieces(part, inputs)),
  );
  return { ...network, layers };
}

/** A name that no layer of anybody's has. */
const inside = (name: string, part: string) => `${name}/${part}`;

/** The layer with what is fused into it, and the rest of its activation behind it. */
function parted(layer: FloatLayer): FloatLayer[] {
  const { activation } = layer as { readonly activation?: FloatActivation };
  if (activation === undefined) return [layer];
  const { fused, rest } = partsOf(plainest(activation));
  if (rest === undefined) return [{ ...layer, activation: fused } as FloatLayer];
  const sum = inside(layer.name, 'sum');
  return [
    { ...layer, name: sum, activation: fused } as FloatLayer,
    { kind: 'activation', name: layer.name, from: [sum], activation: rest } as FloatLayer,
  ];
}

/** The same function by its plainest name. */
function plainest(activation: FloatActivation): FloatActivation {
  if (typeof activation === 'string') return activation;
  if (activation.kind === 'leaky_relu')
    return { kind: 'slopes', slopes: [activation.multiplier / 2 ** activation.shift] };
  if (activation.kind === 'clamp' && activation.low === 0)
    return activation.high === undefined ? 'relu' : (clip(activation.high) as FloatActivation);
  if (activation.kind !== 'slopes') return activation;
  const [slope, ...others] = activation.slopes;
  if (others.some((other) => other !== slope)) return activation;
  if (slope === 0) return 'relu';
  return slope === 1 ? 'linear' : { kind: 'slopes', slopes: [slope] };
}

function partsOf(activation: FloatActivation): {
  readonly fused: FloatActivation;
  readonly rest?: FloatActivation;
} {
  if (fusedNumber(activation) !== undefined) return { fused: activation };
  if (typeof activation === 'object' && activation.kind === 'clip')
    return { fused: 'relu', rest: { kind: 'clamp', high: activation.bound } };
  return { fused: 'linear', rest: activation };
}

/** The number of an activation that operators have inside; undefined for others. */
export function fusedNumber(activation: FloatActivation): number | undefined {
  if (activation === 'linear') return ACTIVATION.none;
  if (activation === 'relu') return ACTIVATION.relu;
  if (activation.kind === 'clip' && activation.bound === 6) return ACTIVATION.relu6;
  const isOne = activation.kind === 'clamp' && activation.low === -1 && activation.high === 1;
  return isOne ? ACTIVATION.reluN1To1 : undefined;
}

function pieces(layer: FloatLayer, inputs: readonly Shape[]): FloatLayer[] {
  switch (layer.kind) {
    case 'add':
      return sumsOfTwo(layer as FloatAdd, inputs[0]);
    case 'average_pool':
      return plainPools(layer as FloatAveragePool, inputs[0]);
    default:
      return [layer];
  }
}

/** Terms with a plus first, and then one by one; where there are none, the first times −1. */
function sumsOfTwo({ name, from = [], signs, activation }: FloatAdd, shape: Shape): FloatLayer[] {
  const [first, ...others] = from
    .map((read, at) => ({ read, sign: signs[at] }))
    .toSorted((one, other) => other.sign - one.sign);
  const layers: FloatLayer[] =
    first.sign === 1 ? [] : [negative(inside(name, 'negative'), first.read, shape)];
  others.forEach(({ read, sign }, at) => {
    const isLast = at === others.length - 1;
    const sum: FloatAdd = {
      kind: 'add',
      name: isLast ? name : inside(name, `${at + 1}`),
      from: [layers.at(-1)?.name ?? first.read, read],
      signs: [1, sign],
      activation: isLast ? activation : 'linear',
    };
    layers.push(sum);
  });
  return layers;
}

function negative(name: string, read: string, shape: Shape): FloatScale {
  const channels = shape[shape.length - 1];
  return {
    kind: 'scale',
    name,
    from: [read],
    factors: new Float64Array(channels).fill(-1),
    offsets: new Float64Array(channels),
    activation: 'linear',
  };
}

/**
 * Means that leave out another padding than TFLite's own: those at every cell, of which a box is cut out and every so
 * many are taken, by a pool of one cell. As it is where the window would have to begin further outside.
 */
function plainPools(layer: FloatAveragePool, shape: Shape): FloatLayer[] {
  const { name, window: size, strides, padding, countPadding } = layer;
  if (countPadding || namedPadding({ size, strides, padding }, shape) !== undefined) return [layer];
  const dense = { ...layer, strides: [1, 1], padding: 'same' } as const;
  const box = boxOf(windowOn({ size, strides, padding }, shape), windowOn({ ...dense, size }, shape), shape);
  if (box === undefined) return [layer];
  const [every, part] = [inside(name, 'every'), inside(name, 'part')];
  const means: FloatAveragePool = { ...dense, name: every };
  const crop: FloatMove = { kind: 'move', name: part, from: [every], move: { kind: 'crop', ...box } };
  if (strides.join() === '1,1') return [means, { ...crop, name }];
  const pick: FloatMaxPool = {
    kind: 'max_pool',
    name,
    from: [part],
    window: [1, 1],
    strides,
    padding: 'valid',
  };
  return [means, crop, pick];
}

/** From the first to the last position of a window among those of one of every cell. */
function boxOf(window: Window, every: Window, shape: Shape) {
  const positions = positionsOf(window, shape as MapShape);
  const begin = ([0, 1] as const).map((axis) => every.padding[2 * axis] - window.padding[2 * axis]);
  const end = ([0, 1] as const).map((axis) => begin[axis] + (positions[axis] - 1) * window.strides[axis] + 1);
  const isInside = begin.every((cell) => cell >= 0) && end.every((cell, axis) => cell <= shape[axis]);
  return isInside ? { begin: [...begin, 0], end: [...end, shape[2]] } : undefined;
}

/** TFLite's name for a padding; undefined where it has none. */
export function namedPadding(window: FloatWindow, shape: Shape): 'valid' | 'same' | undefined {
  const cells = (padding: FloatWindow['padding']) => windowOn({ ...window, padding }, shape).padding.join();
  return (['valid', 'same'] as const).find((one) => cells(one) === cells(window.padding));
}
