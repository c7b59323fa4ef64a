import { z } from 'zod';
import { fitShape } from '../../../core/shape.js';
import type { FloatActivation } from '../../../float/activation.js';
import type { FloatTensor } from '../../../float/tensor.js';
import type { FloatLayer } from '../../../float/types.js';
import type { Move } from '../../../network/layers/move.js';
import { printShape, sizeOf } from '../../../network/tensor.js';
import { problems } from '../../problems.js';
import { Identifiers } from '../identifiers.js';
import type { ImportNote } from '../importer.js';
import { activationOf } from './activations.js';
import type { KerasLayer } from './topology.js';
import { type KerasValue, storedShape } from './value.js';
import type { KerasWeights } from './weights.js';

/** More values than that no tensor of a small network has. */
const MOST_VALUES = 2 ** 24;

/** Which of Keras' definitions hold: a few functions changed with version 3. */
export type KerasGeneration = 2 | 3;

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
export class Call {
  readonly where: string;
  readonly label: string;

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

  /** The members of its configuration that count. @throws exchange/import-attribute */
  config<T>(shape: z.ZodType<T>): T {
    return fitShape(shape, this.layer.config, this.where, problems.importAttribute);
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
    return tensors;
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
    this.note('kept', added);
    return { layer: added, shape };
  }

  /** The same values, because nothing is done to them when the network is used. */
  passed(reason: string): KerasValue {
    this.note('dropped', reason);
    return this.input;
  }

  note(what: ImportNote['what'], into: string): void {
    this.conversion.notes.push({ from: this.label, what, into });
  }

  /** @param shape of what is activated @throws exchange/import-attribute */
  activated(given: unknown, shape: readonly number[]): FloatActivation {
    const { activation, head } = activationOf(given, shape, this);
    if (head === undefined) return activation;
    this.conversion.head = head;
    this.note('dropped', `the class is the same without it (head ${head})`);
    return activation;
  }

  refuse(got: string, wanted: string, hint?: string): never {
    throw problems.importAttribute(this.where, got, wanted, hint);
  }
}

/** Tells what a class of layers makes of what it reads. */
export type LayerClass = (call: Call) => KerasValue;

/** Members that stand beside others, which change nothing here. */
export const members = <S extends z.ZodRawShape>(shape: S) => z.looseObject(shape);
