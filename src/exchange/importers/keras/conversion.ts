import { printFormat } from '../../../fixed/format.js';
import type { FloatConv2d } from '../../../float/layers/conv2d.js';
import type { FloatDense } from '../../../float/layers/dense.js';
import { mapped } from '../../../float/tensor.js';
import type { FloatLayer } from '../../../float/types.js';
import { INPUT } from '../../../network/graph.js';
import type { Move } from '../../../network/layers/move.js';
import { printShape } from '../../../network/tensor.js';
import type { StatedFormats } from '../formats.js';
import { Identifiers } from '../identifiers.js';
import type { ImportNote } from '../importer.js';
import type { Affine } from './quantizers/activations.js';
import { exactFormats } from './quantizers/weights.js';
import { type KerasValue, storedShape } from './value.js';

/** Which of Keras' definitions hold: a few functions changed with version 3. */
export type KerasGeneration = 2 | 3;

export type LayerFormats = NonNullable<StatedFormats['layers']>[string];

/** A layer but for its name and what it reads. */
export type NewLayer = Omit<FloatLayer, 'name' | 'from'> & Record<string, unknown>;

/** The float network while it grows, call by call. */
export class Conversion {
  readonly layers: FloatLayer[] = [];
  readonly notes: ImportNote[] = [];
  /** What the file states of number formats, by layers. */
  readonly formats: Record<string, LayerFormats> = {};
  inputFormat: StatedFormats['input'];
  private readonly names = new Identifiers();
  head: 'binary' | 'argmax' | undefined;

  constructor(
    readonly file: string,
    readonly generation: KerasGeneration,
  ) {}

  add(layer: NewLayer, wanted: string, from: readonly KerasValue[]): string {
    const name = this.names.next(wanted);
    this.layers.push({ ...layer, name, from: from.map((one) => one.layer) });
    return name;
  }

  /** Whether a value is the network's input, whose format nothing has stated, and which one layer reads. */
  isOpenInput({ layer, isShared }: KerasValue): boolean {
    return layer === INPUT && isShared !== true && this.inputFormat === undefined;
  }

  /** The layer that gives a value, and may be told to round it: it has weights, and nothing else reads or rounds it. */
  hostOf({ layer: name, isShared, isRounded }: KerasValue): (FloatDense | FloatConv2d) | undefined {
    if (isShared || isRounded) return undefined;
    const host = this.layers.find((layer) => layer.name === name);
    if (host?.kind !== 'dense' && host?.kind !== 'conv2d') return undefined;
    return host as FloatDense | FloatConv2d;
  }

  /** The layer, but that it gives nothing but 0 in some of its channels. */
  silenced(host: FloatDense | FloatConv2d, isSilent: (channel: number) => boolean): FloatDense | FloatConv2d {
    const channels = host.bias.length;
    const kernel = mapped(host.kernel, (weight, at) => (isSilent(at % channels) ? 0 : weight));
    const silent = { ...host, kernel, bias: host.bias.map((value, at) => (isSilent(at) ? 0 : value)) };
    this.layers[this.layers.indexOf(host)] = silent;
    return silent;
  }

  /** Does to a layer's sums what is linear: its weights and biases are others, which new formats hold. */
  rescaled(host: FloatDense | FloatConv2d, affine: Affine): void {
    const layer = affinely(host, affine);
    this.layers[this.layers.indexOf(host)] = layer;
    const stated = this.formats[host.name];
    if (stated?.weights !== undefined) this.formats[host.name] = { ...stated, ...exactWeights(layer) };
  }

  /** Has formats hold the weights of the layer that gives a value. */
  statesWeights({ layer: name }: KerasValue): void {
    const layer = this.layers.find((one) => one.name === name) as unknown as NewLayer;
    this.formats[name] = { ...this.formats[name], ...exactWeights(layer) };
  }

  /** Whether a value is what constants make of a layer's: these go into the weights before them. */
  isScaled({ layer: name }: KerasValue): boolean {
    const kind = this.layers.find((one) => one.name === name)?.kind;
    return kind === 'batch_norm' || kind === 'scale';
  }

  /** Has a layer give its sums as they are, where nothing is said of its outputs. */
  exactly({ layer: name }: KerasValue): void {
    const layer = this.layers.find((one) => one.name === name) as
      | { readonly activation?: unknown }
      | undefined;
    if (layer?.activation !== 'linear' || this.formats[name]?.output !== undefined) return;
    this.formats[name] = { ...this.formats[name], output: 'exact' };
  }

  /** The same values in another order or shape. @param shape as Keras has it */
  moved(value: KerasValue, move: Move, shape: readonly number[], wanted: string): KerasValue {
    return { layer: this.add({ kind: 'move', move }, wanted, [value]), shape };
  }

  /** The same values in the same order. */
  reshaped(value: KerasValue, shape: readonly number[], wanted: string): KerasValue {
    const stored = storedShape(shape);
    if (printShape(stored) === printShape(storedShape(value.shape))) return { ...value, shape };
    return this.moved(value, { kind: 'reshape', shape: stored }, shape, wanted);
  }
}

/** Formats of weights and biases that hold them as they are. */
export function exactWeights(layer: NewLayer | FloatDense | FloatConv2d): LayerFormats {
  const { kernel, bias } = layer as FloatDense | FloatConv2d;
  const [weights, biases] = [kernel, { shape: [bias.length], values: bias }].map(exactFormats);
  return {
    ...(weights === undefined ? {} : { weights: weights.map(printFormat) }),
    ...(biases === undefined ? {} : { bias: biases.map(printFormat) }),
  };
}

/** A layer of weights that does to its sums what is linear. */
export function affinely<L extends NewLayer | FloatDense | FloatConv2d>(
  layer: L,
  { factor, offset }: Affine,
): L {
  const { kernel, bias } = layer as unknown as FloatDense | FloatConv2d;
  return {
    ...layer,
    kernel: mapped(kernel, (weight) => weight * factor),
    bias: bias.map((value) => value * factor + offset),
  };
}
