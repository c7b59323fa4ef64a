import { z } from 'zod';
import { fitShape } from '../../../core/shape.js';
import { type Format, printFormat } from '../../../fixed/format.js';
import type { FloatActivation } from '../../../float/activation.js';
import type { FloatConv2d } from '../../../float/layers/conv2d.js';
import type { FloatDense } from '../../../float/layers/dense.js';
import { type FloatTensor, mapped } from '../../../float/tensor.js';
import type { FloatLayer } from '../../../float/types.js';
import type { Move } from '../../../network/layers/move.js';
import { printShape, sizeOf } from '../../../network/tensor.js';
import { problems } from '../../problems.js';
import type { StatedFormats } from '../formats.js';
import { Identifiers } from '../identifiers.js';
import type { ImportNote } from '../importer.js';
import { type ActivationPlace, activationOf } from './activations.js';
import { quantizerSpec } from './quantizers/spec.js';
import { WEIGHT_QUANTIZERS } from './quantizers/weights.js';
import type { KerasLayer } from './topology.js';
import { type KerasValue, storedShape } from './value.js';
import type { KerasWeights } from './weights.js';

/** More values than that no tensor of a small network has. */
const MOST_VALUES = 2 ** 24;

/** Which of Keras' definitions hold: a few functions changed with version 3. */
export type KerasGeneration = 2 | 3;

export type LayerFormats = NonNullable<StatedFormats['layers']>[string];

/** A layer but for its name and what it reads. */
export type NewLayer = Omit<FloatLayer, 'name' | 'from'> & Record<string, unknown>;

const POLICY = z.looseObject({
  class_name: z.string().regex(/^Quantized\w*DTypePolicy$/),
  config: z.looseObject({ name: z.string() }),
});

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

/** A layer that is called on tensors, and what stands in its configuration. */
export class Call implements ActivationPlace {
  readonly where: string;
  readonly label: string;
  /** Formats of the layer that is added next. */
  private pending: LayerFormats = {};

  constructor(
    readonly layer: KerasLayer,
    readonly inputs: readonly KerasValue[],
    readonly conversion: Conversion,
    private readonly weights: KerasWeights,
    /** Whether what it gives is what the network gives, and nothing else reads it. */
    readonly isEnd: boolean,
  ) {
    this.label = `${layer.name} (${layer.className})`;
    this.where = `${conversion.file}, layer ${this.label}`;
  }

  get input(): KerasValue {
    if (this.inputs.length === 1) return this.inputs[0];
    throw problems.importFile(this.where, `${this.inputs.length} tensors`, 'one to read');
  }

  /** The input with so many axes. */
  inputOf(rank: number): KerasValue {
    const { input } = this;
    if (input.shape.length === rank) return input;
    const hint = 'a Reshape or a Flatten before it makes another shape';
    return this.refuse(`a tensor of ${printShape(input.shape)}`, `${rank} axes beside the batch`, hint);
  }

  /** The members of its configuration that count, or of a part of it. @throws exchange/import-attribute */
  config<T>(shape: z.ZodType<T>, part: unknown = this.layer.config): T {
    return fitShape(shape, part, this.where, problems.importAttribute);
  }

  /**
   * Its variables: by their names where the file tells them, else by their order.
   *
   * @param names as Keras orders them; where versions differ one for each
   * @throws exchange/import-weights
   */
  variables(names: readonly (readonly string[])[]): FloatTensor[] {
    this.checkPolicy();
    const stored = this.weights.of(this.layer);
    return names.map((alike, at) => {
      const named = stored.find(({ name }) => name !== undefined && alike.includes(name));
      const counted = stored[at]?.name === undefined ? stored[at] : undefined;
      const variable = named ?? counted;
      if (variable === undefined) {
        const got = stored.length === 0 ? 'no weights' : `no ${alike[0]} among its weights`;
        throw problems.importWeights(this.where, got, names.map(([name]) => name).join(', '));
      }
      return this.finite(variable.read(), alike[0]);
    });
  }

  /** The same, each of the shape that the configuration says. */
  shaped(wanted: Readonly<Record<string, readonly number[]>>, other: Readonly<Record<string, string>> = {}) {
    const names = Object.keys(wanted);
    const tensors = this.variables(names.map((name) => [name, ...(name in other ? [other[name]] : [])]));
    tensors.forEach(({ shape }, at) => {
      const name = names[at];
      if (printShape(shape) === printShape(wanted[name])) return;
      throw problems.importWeights(
        this.where,
        `${name} of ${printShape(shape)}`,
        `${printShape(wanted[name])}, as the layers say`,
      );
    });
    return tensors.map((tensor, at) => this.quantized(tensor, names[at]));
  }

  /** The weights that the layer computes with, where a quantizer makes others of those that were trained. */
  private quantized(tensor: FloatTensor, name: string): FloatTensor {
    const given = this.layer.config[QUANTIZERS[name]];
    if (given === undefined || given === null) return tensor;
    const spec = quantizerSpec(given);
    const known = Object.keys(WEIGHT_QUANTIZERS);
    if (spec === undefined || !known.includes(spec.name)) {
      throw problems.importQuantizer(this.where, name, spec?.name ?? JSON.stringify(given), known);
    }
    const { values, formats } = WEIGHT_QUANTIZERS[spec.name](spec.config, tensor, this);
    const member = name === 'bias' ? 'bias' : 'weights';
    if (formats !== undefined) {
      const all = name === 'depthwise_kernel' ? forEachChannel(formats, tensor) : formats;
      this.pending = { ...this.pending, [member]: all.map(printFormat) };
    }
    return { ...tensor, values };
  }

  /** Integer weights of Keras itself are scaled by what each sample needs, which no hardware of fixed formats does. */
  private checkPolicy(): void {
    const policy = POLICY.safeParse(this.layer.config.dtype);
    if (!policy.success) return;
    const hint = 'save the model before model.quantize()';
    this.refuse(`weights of the policy ${policy.data.config.name}`, 'weights in floating point', hint);
  }

  private finite(tensor: FloatTensor, name: string): FloatTensor {
    const odd = tensor.values.find((value) => !Number.isFinite(value));
    if (odd !== undefined) throw problems.importNotFinite(`${this.where}, ${name}`, odd);
    return tensor;
  }

  /** A layer of the float network on what this one reads, or on something else. */
  add(layer: NewLayer, shape: readonly number[], from = this.inputs, name = this.layer.name): KerasValue {
    if (sizeOf({ shape }) > MOST_VALUES) {
      this.refuse(`a tensor of ${printShape(shape)}`, `at most ${MOST_VALUES} values`);
    }
    const added = this.conversion.add(layer, name, from);
    if (Object.keys(this.pending).length > 0) this.conversion.formats[added] = this.pending;
    this.pending = {};
    this.note('kept', added);
    return { layer: added, shape };
  }

  /** The same values, because nothing is done to them when the network is used. */
  passed(reason: string): KerasValue {
    this.note('dropped', reason);
    return this.input;
  }

  /** What each value times a factor of its channel is, by a layer of its own. */
  perChannel(factors: Float64Array, activation: FloatActivation, name = this.layer.name): KerasValue {
    const { shape } = this.input;
    const channels = factors.length;
    const common = { bias: new Float64Array(channels), activation };
    const diagonal = () =>
      Float64Array.from({ length: channels ** 2 }, (_, at) =>
        at % (channels + 1) === 0 ? factors[at / (channels + 1)] : 0,
      );
    const layer: NewLayer =
      shape.length === 1
        ? { kind: 'dense', kernel: { shape: [channels, channels], values: diagonal() }, ...common }
        : {
            kind: 'conv2d',
            kernel: { shape: [1, 1, 1, channels], values: factors },
            strides: [1, 1],
            padding: 'valid',
            dilation: [1, 1],
            groups: channels,
            ...common,
          };
    const added = this.add(layer, shape, this.inputs, name);
    this.conversion.formats[added.layer] = { weights: ONE_BIT, bias: ONE_BIT, output: 'exact' };
    return added;
  }

  /** The input, which has the format that a quantizer of it says. */
  inputQuantized(given: unknown): KerasValue {
    this.activated(given, this.input.shape);
    this.conversion.inputFormat = this.pending.output === 'exact' ? undefined : this.pending.output;
    this.pending = {};
    return this.passed('it is the format of the input');
  }

  note(what: ImportNote['what'], into: string): void {
    this.conversion.notes.push({ from: this.label, what, into });
  }

  /** @param shape of what is activated @throws exchange/import-attribute */
  activated(given: unknown, shape: readonly number[]): FloatActivation {
    const { activation, head, format } = activationOf(given, shape, this);
    if (format !== undefined) {
      this.pending = { ...this.pending, output: { format: printFormat(format), ...AS_QKERAS } };
    }
    if (head === undefined) return activation;
    this.conversion.head = head;
    this.note('dropped', `the class is the same without it (head ${head})`);
    return activation;
  }

  refuse(got: string, wanted: string, hint?: string): never {
    throw problems.importAttribute(this.where, got, wanted, hint);
  }
}

/** Formats of a depthwise kernel's last axis, for what every channel gives: as many again for each channel. */
const forEachChannel = (formats: readonly Format[], { shape }: FloatTensor): Format[] =>
  Array.from({ length: shape[shape.length - 2] }, () => formats).flat();

/** Where a layer's configuration says how its variables are quantized. */
const QUANTIZERS: Readonly<Record<string, string>> = {
  kernel: 'kernel_quantizer',
  depthwise_kernel: 'depthwise_quantizer',
  bias: 'bias_quantizer',
};
/** Of factors that are 1 or 0. */
const ONE_BIT = 'ufixed<1,1>';
const AS_QKERAS = { rounding: 'RND_CONV', overflow: 'SAT' } as const;

/** Tells what a class of layers makes of what it reads. */
export type LayerClass = (call: Call) => KerasValue;

/** Members that stand beside others, which change nothing here. */
export const members = <S extends z.ZodRawShape>(shape: S) => z.looseObject(shape);
