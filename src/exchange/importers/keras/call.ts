import { z } from 'zod';
import { fitShape } from '../../../core/shape.js';
import { type Format, printFormat } from '../../../fixed/format.js';
import type { FloatActivation } from '../../../float/activation.js';
import type { FloatTensor } from '../../../float/tensor.js';
import { printShape, sizeOf } from '../../../network/tensor.js';
import { problems } from '../../problems.js';
import type { ImportNote } from '../importer.js';
import { type ActivationPlace, activationOf } from './activations.js';
import { affinely, type Conversion, exactWeights, type LayerFormats, type NewLayer } from './conversion.js';
import type { Affine } from './quantizers/activations.js';
import { quantizerSpec } from './quantizers/spec.js';
import { WEIGHT_QUANTIZERS } from './quantizers/weights.js';
import type { KerasLayer } from './topology.js';
import type { KerasValue } from './value.js';
import type { KerasWeights } from './weights.js';

/** More values than that no tensor of a small network has. */
const MOST_VALUES = 2 ** 24;

const POLICY = z.looseObject({
  class_name: z.string().regex(/^Quantized\w*DTypePolicy$/),
  config: z.looseObject({ name: z.string() }),
});

/** A layer that is called on tensors, and what stands in its configuration. */
export class Call implements ActivationPlace {
  readonly where: string;
  readonly label: string;
  /** Formats of the outputs of the layer that is added next. */
  private output: LayerFormats['output'];
  /** What is done to its sums before its activation, and to its values once they are rounded. */
  private before: Affine | undefined;
  private behind: FloatActivation | undefined;
  /** Formats of variables that a quantizer makes. */
  private readonly exact: Record<string, readonly string[]> = {};

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

  /** The same, each of the shape that the configuration says, and as its quantizer makes it. */
  shaped(
    wanted: Readonly<Record<string, readonly number[]>>,
    other: Readonly<Record<string, string>> = {},
  ): FloatTensor[] {
    const names = Object.keys(wanted);
    return this.trained(wanted, other).map((tensor, at) => this.quantized(tensor, names[at]));
  }

  /** The same before any quantizer. */
  trained(
    wanted: Readonly<Record<string, readonly number[]>>,
    other: Readonly<Record<string, string>> = {},
  ): FloatTensor[] {
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
    return tensors;
  }

  /** The weights that the layer computes with, where a quantizer makes others of those that were trained. */
  quantized(tensor: FloatTensor, name: string): FloatTensor {
    const given = this.layer.config[QUANTIZERS[name]];
    if (given === undefined || given === null) return tensor;
    const spec = quantizerSpec(given);
    const known = Object.keys(WEIGHT_QUANTIZERS);
    if (spec === undefined || !known.includes(spec.name)) {
      throw problems.importQuantizer(this.where, name, spec?.name ?? JSON.stringify(given), known);
    }
    const { values, formats } = WEIGHT_QUANTIZERS[spec.name](spec.config, tensor, this);
    if (formats !== undefined) {
      const all = name === 'depthwise_kernel' ? forEachChannel(formats, tensor) : formats;
      this.exact[name] = all.map(printFormat);
    }
    return { ...tensor, values };
  }

  /** Whether a quantizer says what a variable's formats are. */
  isQuantized(variable: string): boolean {
    return this.exact[variable] !== undefined;
  }

  /** A number of the configuration as its quantizer makes it. */
  numberQuantized(value: number, given: unknown, what: string): number {
    const spec = quantizerSpec(given);
    const known = Object.keys(WEIGHT_QUANTIZERS);
    if (spec === undefined || !known.includes(spec.name)) {
      throw problems.importQuantizer(this.where, what, spec?.name ?? JSON.stringify(given), known);
    }
    if (typeof spec.config.alpha === 'string')
      this.refuse(`alpha ${spec.config.alpha} of ${what}`, 'a number');
    return WEIGHT_QUANTIZERS[spec.name](spec.config, { shape: [1], values: Float64Array.of(value) }, this)
      .values[0];
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

  /**
   * A layer of the float network on what this one reads, or on something else.
   *
   * @param variables of Keras' that its weights and biases are
   */
  add(
    layer: NewLayer,
    shape: readonly number[],
    from = this.inputs,
    name = this.layer.name,
    variables: readonly string[] = ['kernel', 'depthwise_kernel', 'bias'],
  ): KerasValue {
    if (sizeOf({ shape }) > MOST_VALUES) {
      this.refuse(`a tensor of ${printShape(shape)}`, `at most ${MOST_VALUES} values`);
    }
    const { output, before, behind } = this;
    [this.output, this.before, this.behind] = [undefined, undefined, undefined];
    const made = before === undefined ? layer : affinely(layer, before);
    const added = this.conversion.add(made, name, from);
    const formats = {
      ...this.formatsOf(made, variables, before),
      ...(output === undefined ? {} : { output }),
    };
    if (Object.keys(formats).length > 0) this.conversion.formats[added] = formats;
    this.note('kept', added);
    const value = { layer: added, shape };
    if (behind === undefined) return value;
    const ones = new Float64Array(shape[shape.length - 1]).fill(1);
    this.output = output;
    return this.perChannel(ones, behind, `${name}_limited`, value);
  }

  /** Of weights and biases, where quantizers of the file say them. */
  private formatsOf(layer: NewLayer, variables: readonly string[], before: Affine | undefined): LayerFormats {
    const stated = variables.filter((name) => this.exact[name] !== undefined);
    if (before !== undefined && stated.some((name) => name !== 'bias')) return exactWeights(layer);
    return Object.fromEntries(
      stated.map((name) => [name === 'bias' ? name : 'weights', this.exact[name]]),
    ) as LayerFormats;
  }

  /** The same values, because nothing is done to them when the network is used. */
  passed(reason: string): KerasValue {
    this.note('dropped', reason);
    return this.input;
  }

  /** What each value times a factor of its channel is, and a number more, by a layer of its own. */
  perChannel(
    factors: Float64Array,
    activation: FloatActivation,
    name = this.layer.name,
    from = this.input,
    bias = new Float64Array(factors.length),
  ): KerasValue {
    const { shape } = from;
    const channels = factors.length;
    const common = { bias, activation };
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
    const added = this.add(layer, shape, [from], name, []);
    const exact: LayerFormats = { weights: formatOfAll(factors), bias: formatOfAll(bias), output: 'exact' };
    this.conversion.formats[added.layer] = { ...exact, ...this.conversion.formats[added.layer] };
    return added;
  }

  /** An activation behind a layer, where it has nothing of its own that is done to sums before. */
  activation(activation: FloatActivation, from = this.input): KerasValue {
    if (activation === 'linear') return from;
    const { before, conversion } = this;
    const channels = from.shape[from.shape.length - 1];
    const host = conversion.hostOf(from);
    if (
      before !== undefined &&
      host?.activation === 'linear' &&
      conversion.formats[host.name]?.output === undefined
    ) {
      this.before = undefined;
      conversion.rescaled(host, before);
    } else if (before !== undefined) {
      this.before = undefined;
      const [factors, offsets] = [before.factor, before.offset].map((one) =>
        new Float64Array(channels).fill(one),
      );
      if (conversion.isScaled(from)) {
        return this.add({ kind: 'scale', factors, offsets, activation }, from.shape, [from]);
      }
      conversion.exactly(from);
      return this.perChannel(factors, activation, this.layer.name, from, offsets);
    }
    if (from.isRounded)
      return this.perChannel(new Float64Array(channels).fill(1), activation, this.layer.name, from);
    return this.add({ kind: 'activation', activation }, from.shape, [from]);
  }

  /** Whether an activation that was read does nothing but round. */
  get onlyRounds(): boolean {
    return this.output !== undefined && this.before === undefined && this.behind === undefined;
  }

  /** The input, which has the format that a quantizer of it says. */
  inputQuantized(): KerasValue {
    this.conversion.inputFormat = this.output === 'exact' ? undefined : this.output;
    this.output = undefined;
    return this.passed('it is the format of the input');
  }

  note(what: ImportNote['what'], into: string): void {
    this.conversion.notes.push({ from: this.label, what, into });
  }

  /** @param shape of what is activated @throws exchange/import-attribute */
  activated(given: unknown, shape: readonly number[]): FloatActivation {
    const { activation, head, format, before, behind } = activationOf(given, shape, this);
    if (format !== undefined) this.output = { format: printFormat(format), ...AS_QKERAS };
    [this.before, this.behind] = [before, behind];
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
  pointwise_kernel: 'pointwise_quantizer',
  bias: 'bias_quantizer',
  gamma: 'gamma_quantizer',
  beta: 'beta_quantizer',
  moving_mean: 'mean_quantizer',
  moving_variance: 'variance_quantizer',
};
const AS_QKERAS = { rounding: 'RND_CONV', overflow: 'SAT' } as const;

/** Of factors that are one power of two, or 0. */
const formatOfAll = (values: Float64Array): string =>
  printFormat({ signed: false, width: 1, integer: 1 + Math.log2(Math.max(...values) || 1) });

/** Tells what a class of layers makes of what it reads. */
export type LayerClass = (call: Call) => KerasValue;

/** Members that stand beside others, which change nothing here. */
export const members = <S extends z.ZodRawShape>(shape: S) => z.looseObject(shape);

/** True or false, which some programs write as numbers. */
export const FLAG = z.union([z.boolean(), z.literal([0, 1]).transform(Boolean)], 'true or false');
