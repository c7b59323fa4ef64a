import type { FloatLayer } from '../../../float/types.js';
import { INPUT } from '../../../network/graph.js';
import type { ScalingKernel } from '../../../network/real-scale.js';
import { printShape, sizeOf } from '../../../network/tensor.js';
import type { Layer } from '../../../network/types.js';
import type { Padding } from '../../../network/window.js';
import { problems } from '../../problems.js';
import { BUILTIN_OPERATOR } from '../../tflite/schema.js';
import { Identifiers } from '../identifiers.js';
import type { CodeMeaning, ImportNote } from '../importer.js';
import type { Codes } from '../integer/codes.js';
import type { CodeReading, LayerSink } from '../integer/layers.js';
import type { Table } from './flat.js';
import type { Model, OperatorEntry, Tensor } from './model.js';
import { checkType, codesOf, isInteger } from './quantization.js';

/** What a tensor stands for: constant numbers, or what a layer gives; or part of what several operators do together. */
export type Value = Constant | Activation | FunctionValue | Places | Bordered;

/** One number of another: of every value of a tensor. */
export type RealFunction = (value: number) => number;

/** What a tensor's values are, as a function of those of another. */
export interface FunctionOf {
  readonly of: Activation;
  readonly value: RealFunction;
  /** Operators that it is built of. */
  readonly size: number;
}

/** A function of what a layer gives that no layer does. */
export interface FunctionValue extends FunctionOf {
  readonly kind: 'function';
}

/** Codes as places in a list: the file's code and a constant, one for all or one for each channel. */
export interface Places {
  readonly kind: 'places';
  readonly of: Activation & CodeReading;
  readonly first: readonly number[];
}

/** What a layer gives, with cells round it that are never the largest. */
export interface Bordered {
  readonly kind: 'bordered';
  readonly of: Activation;
  readonly padding: Padding;
}

/** What they are, for errors. */
const KINDS: Readonly<Record<Value['kind'], string>> = {
  constant: 'constant numbers',
  activation: 'what a layer gives',
  function: 'part of a function that is no known activation',
  places: 'codes as whole numbers of 32 bits',
  bordered: 'padding with the least number',
};

export interface Constant {
  readonly kind: 'constant';
  readonly tensor: Tensor;
}

export interface Activation {
  readonly kind: 'activation';
  /** The layer that gives it, or the network's input. */
  readonly layer: string;
  /** As the file has it, without the batch. */
  readonly shape: readonly number[];
  /** As the layer gives it: `[units]` or `[height, width, channels]`, in the same order. */
  readonly stored: readonly number[];
  /** Of whole numbers; absent where they are values. */
  readonly codes?: Codes;
}

export const kindOf = ({ kind }: Value): string => KINDS[kind];

/** A list stays one; fewer axes than a map has are the last ones of a map. */
export const storedOf = (shape: readonly number[]): readonly number[] =>
  shape.length === 1 || shape.length === 3 ? shape : [1, ...shape];

/** The network while it grows, operator by operator. */
export class Conversion implements LayerSink {
  readonly layers: (FloatLayer | Layer)[] = [];
  readonly notes: ImportNote[] = [];
  readonly values = new Map<number, Value>();
  private readonly names = new Identifiers();
  /** What layers give, as functions of what others give. */
  readonly functions = new Map<string, FunctionOf>();
  head: 'binary' | 'argmax' | undefined;
  /** What the codes of each tensor mean. */
  readonly meanings: CodeMeaning[] = [];
  /** What those of the network's input mean, where it has such. */
  input: Codes | undefined;

  constructor(
    readonly file: string,
    readonly model: Model,
    /** How sums of whole numbers are scaled. */
    readonly kernel: ScalingKernel,
  ) {}

  add(
    layer: Omit<Layer, 'name'> & Record<string, unknown>,
    wanted: string,
    from: readonly { readonly layer: string }[],
  ): string {
    const name = this.names.next(wanted);
    this.layers.push({ ...layer, name, from: from.map((one) => one.layer) } as Layer);
    return name;
  }

  /** Whether a tensor leaves the network, at most as values in the place of its codes. */
  isEnd(number: number): boolean {
    const readers = this.model.operators.filter(({ inputs }) => inputs.includes(number));
    if (readers.length === 0) return number === this.model.output;
    const [{ builtin, outputs }] = readers;
    return readers.length === 1 && builtin === BUILTIN_OPERATOR.dequantize && this.isEnd(outputs[0]);
  }

  /** Says what a tensor stands for. */
  give(number: number, value: Value): void {
    this.values.set(number, value);
    if (value.kind !== 'activation' || value.codes === undefined) return;
    const { scale, zeroPoint, offset } = value.codes;
    const tensor = this.model.tensors[number].name;
    this.meanings.push({ tensor, number, layer: value.layer, scale, zeroPoint, offset });
    if (value.layer === INPUT) this.input ??= value.codes;
  }

  /** The layers that one depends on, itself among them: others have only shapes that were read, or nothing. */
  reachedFrom(output: string): (FloatLayer | Layer)[] {
    const needed = new Set([output]);
    for (const { name, from = [] } of this.layers.toReversed()) {
      if (needed.has(name)) for (const read of from) needed.add(read);
    }
    for (const { name } of this.layers) {
      if (!needed.has(name)) this.notes.push({ from: name, what: 'dropped', into: 'nobody reads it' });
    }
    return this.layers.filter(({ name }) => needed.has(name));
  }

  /** The same numbers in another shape. */
  reshaped(value: Activation, shape: readonly number[], where: string): Activation {
    if (shape.length > 3)
      throw problems.importAttribute(
        where,
        `the shape ${printShape(shape)}`,
        'at most three axes beside the batch',
      );
    const stored = storedOf(shape.length === 0 ? [1] : shape);
    if (stored.join() === value.stored.join()) return { ...value, shape };
    const move = { kind: 'move', move: { kind: 'reshape', shape: stored } };
    return { ...value, layer: this.add(move, `${value.layer}_move`, [value]), shape, stored };
  }
}

/** An operator, with what it reads, and what its options say. */
export class Node {
  readonly where: string;

  constructor(
    readonly entry: OperatorEntry,
    readonly operator: string,
    readonly conversion: Conversion,
  ) {
    this.where = `${conversion.file}, operator ${this.label} (${operator})`;
  }

  /** What a layer of it is called: fused operators have names of several. */
  get label(): string {
    return this.outputTensor.name.split(';')[0];
  }

  get outputTensor(): Tensor {
    return this.conversion.model.tensors[this.outputNumber];
  }

  get outputNumber(): number {
    const [number] = this.entry.outputs;
    if (number === undefined || this.entry.outputs.length !== 1)
      throw problems.importFile(
        `${this.conversion.file}, an operator ${this.operator}`,
        `${this.entry.outputs.length} outputs`,
        'one',
      );
    return number;
  }

  /** Whether it works in whole numbers. */
  get isInteger(): boolean {
    return isInteger(this.outputTensor);
  }

  /** What the codes that it gives mean, their zero at the real 0. */
  get outputCodes(): Codes {
    return codesOf(this.outputTensor, `${this.conversion.file}, tensor ${this.outputTensor.name}`);
  }

  option<T>(read: (options: Table) => T, usual: T): T {
    return this.entry.options === undefined ? usual : read(this.entry.options);
  }

  int8 = (field: number, usual = 0): number => this.option((table) => table.int8(field, usual), usual);
  int32 = (field: number, usual = 0): number => this.option((table) => table.int32(field, usual), usual);

  optional(at: number): Value | undefined {
    const number = this.entry.inputs[at];
    if (number === undefined || number === -1) return undefined;
    const value = this.conversion.values.get(number);
    if (value !== undefined) return value;
    const tensor = this.conversion.model.tensors[number];
    if (tensor.values !== undefined) return { kind: 'constant', tensor };
    const wanted = 'a tensor that an input, a constant or an operator before it gives';
    throw problems.importFile(
      this.where,
      `the tensor ${JSON.stringify(tensor.name)}`,
      wanted,
      'is there a cycle?',
    );
  }

  /** @throws exchange/import-file where the input is not there */
  input(at: number): Value {
    const value = this.optional(at);
    if (value !== undefined) return value;
    throw problems.importFile(this.where, `${this.entry.inputs.length} inputs`, `at least ${at + 1}`);
  }

  activation(at: number): Activation {
    const value = this.input(at);
    if (value.kind === 'activation') return value;
    throw problems.importFile(`${this.where}, input ${at}`, kindOf(value), KINDS.activation);
  }

  constant(at: number): Tensor {
    const value = this.input(at);
    if (value.kind === 'constant') return value.tensor;
    throw problems.importFile(`${this.where}, input ${at}`, kindOf(value), KINDS.constant);
  }

  optionalConstant(at: number): Tensor | undefined {
    return this.optional(at) === undefined ? undefined : this.constant(at);
  }

  /** Numbers of a constant input. */
  numbers(at: number): number[] {
    return Array.from(this.constant(at).values!());
  }

  /** What a layer gives, with the meaning of its codes. */
  reading(at: number): Activation & CodeReading {
    return this.integers(this.activation(at));
  }

  integers(value: Activation): Activation & CodeReading {
    const { codes } = value;
    if (codes !== undefined) return { ...value, codes };
    return this.refuse('values where its output has whole numbers', 'whole numbers too');
  }

  /** Says what the operator gives. */
  give(value: Value, note: Pick<ImportNote, 'what' | 'into'>): void {
    this.check(value);
    this.conversion.give(this.outputNumber, value);
    this.conversion.notes.push({ from: `${this.label} (${this.operator})`, ...note });
  }

  /** Takes what it reads in the place of what it gives: codes keep the meaning that they have before it. */
  drop(value: Activation, reason: string): void {
    this.check(value);
    this.conversion.values.set(this.outputNumber, value);
    this.conversion.notes.push({ from: `${this.label} (${this.operator})`, what: 'dropped', into: reason });
  }

  private check(value: Value): void {
    const { values, file, model } = this.conversion;
    if (value.kind === 'activation' && sizeOf(value) > MOST_VALUES)
      throw problems.importFile(
        this.where,
        `a tensor of ${printShape(value.shape)}`,
        `at most ${MOST_VALUES} values`,
      );
    const number = this.outputNumber;
    if (!values.has(number) && model.tensors[number].values === undefined) return;
    const where = `${file}, tensor ${this.outputTensor.name}`;
    throw problems.importFile(where, 'a second operator that gives it', 'one');
  }

  /** A layer that gives values, or codes where it says what they mean; gives its name. */
  layer(
    layer: Omit<FloatLayer, 'name'> & Record<string, unknown>,
    from: readonly Activation[],
    like: Omit<Activation, 'kind' | 'layer'>,
  ): string {
    const { shape, stored } = like;
    checkType(this.outputTensor, this.where);
    const codes = this.isInteger ? like.codes : undefined;
    if (codes === undefined && (this.isInteger || from.some((one) => one.codes !== undefined)))
      this.refuse('whole numbers and values', 'values, or whole numbers throughout');
    const name = this.conversion.add(layer, this.label, from);
    this.give(
      { kind: 'activation', layer: name, shape, stored, ...(codes === undefined ? {} : { codes }) },
      { what: 'kept', into: name },
    );
    return name;
  }

  /** What was built as layers of whole numbers. */
  giveReading({ layer, stored, codes }: CodeReading, shape: readonly number[] = stored): void {
    this.give({ kind: 'activation', layer, shape, stored, codes }, { what: 'kept', into: layer });
  }

  refuse(got: string, wanted: string, hint?: string): never {
    throw problems.importAttribute(this.where, got, wanted, hint);
  }
}

/** More values than that no tensor of a small network has. */
const MOST_VALUES = 2 ** 24;

/** What an operator makes of its inputs. */
export type Operator = (node: Node) => void;
