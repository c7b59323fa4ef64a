import { clip } from '../network/activation.js';
import { readBy } from '../network/graph.js';
import { isMap } from '../network/tensor.js';
import { type FloatActivation, isRising } from './activation.js';
import { placeFloatLayers } from './graph.js';
import type { FloatActivationLayer } from './layers/activation-layer.js';
import { type FloatBatchNorm, scaleOfBatchNorm } from './layers/batch-norm.js';
import type { FloatConv2d } from './layers/conv2d.js';
import type { FloatDense } from './layers/dense.js';
import type { FloatMove } from './layers/move.js';
import { windowOn } from './layers/parts.js';
import type { FloatScale } from './layers/scale.js';
import { mapped } from './tensor.js';
import type { FloatLayer, FloatNetwork } from './types.js';

/** What became of a layer that stands in the folded network no more, or as another. */
export interface Folding {
  readonly layer: string;
  readonly kind: string;
  /** The layer that does it now; its own name where it became another kind. */
  readonly into: string;
}

export interface Folded {
  readonly network: FloatNetwork;
  readonly foldings: readonly Folding[];
  /** For each layer the one of the network before that gives the same values; a layer that is not here gives others. */
  readonly origins: ReadonlyMap<string, string>;
}

/**
 * The same network without the kinds that the integer network has not: batch norms and constants go into the weights
 * before or behind them, activations into the layer before; what cannot becomes a dense layer or a convolution of its
 * own. All but the doubles' own rounding is exact.
 */
export function foldNetwork(network: FloatNetwork): Folded {
  const foldings: Folding[] = [];
  let layers: readonly FloatLayer[] = named(network).map((layer) =>
    isBatchNorm(layer) ? scaleOfBatchNorm(layer) : layer,
  );
  let origins: ReadonlyMap<string, string> = new Map(layers.map(({ name }) => [name, name]));
  for (;;) {
    const step = nextStep({ ...network, layers });
    if (step === undefined) break;
    foldings.push(...step.foldings);
    layers = step.layers;
    origins = originsAfter(step, origins);
  }
  const kinds = new Map(network.layers.map(({ name, kind }) => [name, kind]));
  return {
    network: { ...network, layers: unnamed(layers) },
    foldings: foldings.map((one) => ({ ...one, kind: kinds.get(one.layer) ?? one.kind })),
    origins,
  };
}

interface Step {
  readonly layers: readonly FloatLayer[];
  readonly foldings: readonly Folding[];
  /** Of layers that give other values than before the one that gave them; undefined where none did. */
  readonly gives?: Readonly<Record<string, string | undefined>>;
}

function originsAfter({ layers, gives = {} }: Step, before: ReadonlyMap<string, string>) {
  return new Map(
    layers.flatMap(({ name }) => {
      const giver = Object.hasOwn(gives, name) ? gives[name] : name;
      const origin = giver === undefined ? undefined : before.get(giver);
      return origin === undefined ? [] : [[name, origin] as const];
    }),
  );
}

const isBatchNorm = (layer: FloatLayer): layer is FloatBatchNorm => layer.kind === 'batch_norm';
const isScale = (layer: FloatLayer): layer is FloatScale => layer.kind === 'scale';
const isActivation = (layer: FloatLayer): layer is FloatActivationLayer => layer.kind === 'activation';
const isWeighted = (layer: FloatLayer): layer is FloatDense | FloatConv2d =>
  layer.kind === 'dense' || layer.kind === 'conv2d';
const hasActivation = (layer: FloatLayer): layer is FloatLayer & { readonly activation: FloatActivation } =>
  'activation' in layer && !isActivation(layer);

/** Every layer says what it reads, so that others can come to stand between. */
const named = (network: FloatNetwork): FloatLayer[] =>
  network.layers.map((layer, index) => ({ ...layer, from: readBy(network, index) }));

/** Layers that read the one before say nothing of it. */
const unnamed = (layers: readonly FloatLayer[]): FloatLayer[] =>
  layers.map((layer, index) => {
    const before = index === 0 ? 'input' : layers[index - 1].name;
    if (layer.from?.length !== 1 || layer.from[0] !== before) return layer;
    const { from: _, ...rest } = layer;
    return rest;
  });

/** The first thing that can be folded. */
function nextStep(network: FloatNetwork): Step | undefined {
  const { layers } = network;
  const readers = (name: string) => layers.filter(({ from }) => from?.includes(name));
  for (const layer of layers) {
    if (!isScale(layer) && !isActivation(layer)) continue;
    const before = layers.find(({ name }) => name === layer.from?.[0]);
    const isAlone = before !== undefined && readers(before.name).length === 1;
    const merged = isAlone ? intoBefore(before, layer) : undefined;
    if (merged !== undefined && before !== undefined) return replaced(layers, layer, before, merged);
    if (isAlone && before !== undefined && mayPass(layer, before)) return swapped(layers, before, layer);
    const behind = isScale(layer) && intoBehind(network, layer, readers(layer.name));
    if (behind) return behind;
  }
  const left = layers.find((layer) => isScale(layer) || isActivation(layer));
  return left === undefined ? undefined : becomeWeights(network, left as FloatScale | FloatActivationLayer);
}

/** The layer before with what the scale or activation does to its values; undefined where it cannot take it. */
function intoBefore(before: FloatLayer, layer: FloatScale | FloatActivationLayer): FloatLayer | undefined {
  if (!hasActivation(before)) return undefined;
  if (isActivation(layer)) {
    const activation = joined(before.activation, layer.activation);
    return activation === undefined ? undefined : ({ ...before, activation } as FloatLayer);
  }
  if (before.activation !== 'linear') return undefined;
  const { factors, offsets, activation } = layer;
  const channels = factors.length;
  if (isWeighted(before)) {
    const kernel = mapped(before.kernel, (weight, at) => weight * factors[at % channels]);
    const bias = before.bias.map((value, unit) => value * factors[unit] + offsets[unit]);
    const merged: FloatDense | FloatConv2d = { ...before, kernel, bias, activation };
    return merged;
  }
  if (!isScale(before)) return undefined;
  const product = before.factors.map((factor, at) => factor * factors[at]);
  const sum = before.offsets.map((offset, at) => offset * factors[at] + offsets[at]);
  return { ...before, factors: product, offsets: sum, activation } as FloatLayer;
}

/** One activation that does what two do one after the other, if there is one. */
function joined(earlier: FloatActivation, later: FloatActivation): FloatActivation | undefined {
  if (earlier === 'linear') return later;
  const [first, second] = [limitsOf(earlier), limitsOf(later)];
  if (first === undefined || second === undefined) return undefined;
  const [low, high] = [Math.max(first.low, second.low), Math.min(first.high, second.high)];
  // Limits apart give one value for all.
  if (!(low < high)) return undefined;
  if (low === 0) return high === Number.POSITIVE_INFINITY ? 'relu' : clip(high);
  return {
    kind: 'clamp',
    ...(low === Number.NEGATIVE_INFINITY ? {} : { low }),
    ...(high === Number.POSITIVE_INFINITY ? {} : { high }),
  };
}

/** Between which ends an activation keeps its sums; undefined where it does something else. */
function limitsOf(activation: FloatActivation): { readonly low: number; readonly high: number } | undefined {
  const [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  if (activation === 'relu') return { low: 0, high };
  if (typeof activation === 'string') return undefined;
  if (activation.kind === 'clip') return { low: 0, high: activation.bound };
  return activation.kind === 'clamp' ? { low, high, ...activation } : undefined;
}

/** `layer` is gone, and `merged` stands in the place of the one before it, under the later one's name. */
function replaced(
  layers: readonly FloatLayer[],
  layer: FloatLayer,
  before: FloatLayer,
  merged: FloatLayer,
): Step {
  const renamed = (name: string) => (name === layer.name ? before.name : name);
  const kept = layers
    .filter((one) => one !== layer)
    .map((one) => (one === before ? merged : { ...one, from: one.from?.map(renamed) ?? [] }));
  return {
    layers: kept,
    foldings: [{ layer: layer.name, kind: layer.kind, into: before.name }],
    gives: { [before.name]: layer.name },
  };
}

/** Whether an activation behind a layer may stand before it: it chooses or moves values, and the activation keeps their order. */
function mayPass(layer: FloatScale | FloatActivationLayer, before: FloatLayer): boolean {
  if (!isActivation(layer) || !isRising(layer.activation)) return false;
  if (before.kind === 'max_pool' || before.kind === 'upsample') return true;
  const isMove = before.kind === 'move' && (before as FloatMove).move.kind === 'crop';
  const { activation } = layer;
  const isPerChannel =
    typeof activation === 'object' && activation.kind === 'slopes' && activation.slopes.length > 1;
  const isReshape = before.kind === 'move' && (before as FloatMove).move.kind === 'reshape';
  return isMove || (isReshape && !isPerChannel);
}

/** The two in the other order; each keeps its name. */
function swapped(layers: readonly FloatLayer[], before: FloatLayer, layer: FloatLayer): Step {
  const renamed = (name: string) => (name === layer.name ? before.name : name);
  const changed = layers.map((one): FloatLayer => {
    if (one === before) return { ...layer, from: before.from ?? [] };
    if (one === layer) return { ...before, from: [layer.name] };
    return { ...one, from: one.from?.map(renamed) ?? [] };
  });
  return {
    layers: changed,
    foldings: [],
    gives: { [before.name]: layer.name, [layer.name]: undefined },
  };
}

/** A scale without an activation into the weights of the one layer behind it; a padded map must not be moved by it. */
function intoBehind(
  network: FloatNetwork,
  layer: FloatScale,
  readers: readonly FloatLayer[],
): Step | undefined {
  const [behind] = readers;
  if (readers.length !== 1 || !isWeighted(behind) || layer.activation !== 'linear') return undefined;
  const { inputs } = placeFloatLayers(network).find((one) => one.layer.name === behind.name)!;
  if (behind.kind === 'conv2d' && layer.offsets.some((offset) => offset !== 0)) {
    const { kernel, ...rest } = behind;
    const window = windowOn({ ...rest, size: [kernel.shape[0], kernel.shape[1]] }, inputs[0]);
    if (window.padding.some((cells) => cells > 0)) return undefined;
  }
  const merged = scaledBefore(layer, behind);
  const layers = network.layers
    .filter((one) => one !== layer)
    .map((one) => (one === behind ? { ...merged, from: layer.from ?? [] } : one));
  return { layers, foldings: [{ layer: layer.name, kind: layer.kind, into: behind.name }] };
}

function scaledBefore(
  { factors, offsets }: FloatScale,
  behind: FloatDense | FloatConv2d,
): FloatDense | FloatConv2d {
  const units = behind.bias.length;
  const groups = behind.kind === 'conv2d' ? behind.groups : 1;
  const depth = behind.kernel.shape[behind.kernel.shape.length - 2];
  const channelRead = (at: number) => {
    const group = Math.floor((at % units) / (units / groups));
    return group * depth + (Math.floor(at / units) % depth);
  };
  const bias = behind.bias.slice();
  behind.kernel.values.forEach((weight, at) => {
    bias[at % units] += weight * offsets[channelRead(at)];
  });
  const kernel = mapped(behind.kernel, (weight, at) => weight * factors[channelRead(at)]);
  return { ...behind, kernel, bias };
}

/** What nobody could take: a product for each channel. */
function becomeWeights(network: FloatNetwork, left: FloatScale | FloatActivationLayer): Step {
  const { inputs } = placeFloatLayers(network).find(({ layer }) => layer === left)!;
  const [read] = inputs;
  const channels = read[read.length - 1];
  const factors = isScale(left) ? left.factors : new Float64Array(channels).fill(1);
  const bias = isScale(left) ? left.offsets : new Float64Array(channels);
  const common = { name: left.name, from: left.from ?? [], bias, activation: left.activation };
  const diagonal = Float64Array.from({ length: channels ** 2 }, (_, at) =>
    at % (channels + 1) === 0 ? factors[at / (channels + 1)] : 0,
  );
  const layer: FloatDense | FloatConv2d = isMap(read)
    ? {
        ...common,
        kind: 'conv2d',
        kernel: { shape: [1, 1, 1, channels], values: factors },
        strides: [1, 1],
        padding: 'valid',
        dilation: [1, 1],
        groups: channels,
      }
    : { ...common, kind: 'dense', kernel: { shape: [channels, channels], values: diagonal } };
  return {
    layers: network.layers.map((one): FloatLayer => (one === left ? layer : one)),
    foldings: [{ layer: left.name, kind: left.kind, into: left.name }],
  };
}
