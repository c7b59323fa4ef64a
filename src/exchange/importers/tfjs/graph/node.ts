import type { FloatTensor } from '../../../../float/tensor.js';
import { sizeOf } from '../../../../network/tensor.js';
import { problems } from '../../../problems.js';
import { type Conversion, Node } from '../../onnx/conversion.js';
import { OPERATORS as ONNX } from '../../onnx/operators/index.js';
import type { AttributeProto } from '../../onnx/schema.js';
import { type Activation, type Constant, constant, type OnnxValue } from '../../onnx/value.js';
import { type GraphEntry, textOf } from './schema.js';

/** Attributes of ONNX's operators: a whole number, a text, numbers, or a real number. */
export type Attributes = Readonly<
  Record<string, number | string | readonly number[] | { readonly real: number }>
>;

/** A tensor without what says which of a node's outputs it is. */
export const plainName = (reference: string): string => reference.replace(/^\^/, '').replace(/:\d+$/, '');

/**
 * A node of a graph model, whose operator is written in those of ONNX. What layers give stands in ONNX's order of axes,
 * channels first: `shape` is turned, and no number moves by it.
 */
export class GraphNode {
  readonly where: string;
  readonly inputs: readonly string[];
  private parts = 0;

  constructor(
    readonly entry: GraphEntry,
    readonly conversion: Conversion,
  ) {
    this.where = `${conversion.file}, node ${entry.name} (${entry.op})`;
    this.inputs = entry.input.filter((name) => !name.startsWith('^'));
    const other = this.inputs.find((name) => /:[1-9]\d*$/.test(name));
    if (other !== undefined) this.refuse(`the tensor ${other}`, 'the first output of a node');
  }

  get name(): string {
    return this.entry.name;
  }

  text(attribute: string, usual: string): string {
    const given = this.entry.attr[attribute]?.s;
    return given === undefined ? usual : textOf(given);
  }
  int(attribute: string, usual: number): number {
    return this.entry.attr[attribute]?.i ?? usual;
  }
  real(attribute: string, usual: number): number {
    return this.entry.attr[attribute]?.f ?? usual;
  }
  flag(attribute: string, usual = false): boolean {
    return this.entry.attr[attribute]?.b ?? usual;
  }
  ints(attribute: string): readonly number[] {
    return this.entry.attr[attribute]?.list?.i ?? [];
  }
  texts(attribute: string): readonly string[] {
    return (this.entry.attr[attribute]?.list?.s ?? []).map(textOf);
  }

  /** The name of what stands at an input. @throws exchange/import-file */
  input(at: number): string {
    const name = this.inputs[at];
    if (name !== undefined) return plainName(name);
    throw problems.importFile(this.where, `${this.inputs.length} inputs`, `at least ${at + 1}`);
  }

  value(at: number): OnnxValue {
    return this.valueOf(this.input(at));
  }

  valueOf(name: string): OnnxValue {
    const value = this.conversion.values.get(name);
    if (value !== undefined) return value;
    throw problems.importFile(this.where, `the input ${JSON.stringify(name)}`, 'what a node before it gives');
  }

  activation(at: number): Activation {
    const value = this.value(at);
    if (value.kind === 'activation') return value;
    throw problems.importFile(`${this.where}, input ${at}`, 'constant numbers', 'what a layer gives');
  }

  constant(at: number): Constant {
    const value = this.value(at);
    if (value.kind === 'constant') return value;
    throw problems.importFile(`${this.where}, input ${at}`, 'what a layer gives', 'constant numbers');
  }

  numbers(at: number): number[] {
    return Array.from(this.constant(at).values);
  }

  /** A name for something on the way. */
  private fresh(): string {
    this.parts += 1;
    return `${this.name}:${this.parts}:`;
  }

  /** Numbers under a name of their own. */
  numbersAs(shape: readonly number[], values: Iterable<number>): string {
    return this.placed(constant(shape, values));
  }

  placed(value: OnnxValue): string {
    const name = this.fresh();
    this.conversion.values.set(name, value);
    return name;
  }

  /** Runs an operator of ONNX; what it gives has a name of its own. */
  part(operator: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.run(operator, inputs, attributes, this.fresh());
  }

  /** The same, where what it gives is what the node gives. */
  end(operator: string, inputs: readonly string[], attributes: Attributes = {}): void {
    this.run(operator, inputs, attributes, this.name);
  }

  private run(operator: string, input: readonly string[], attributes: Attributes, output: string): string {
    const attribute = Object.entries(attributes).map(([name, given]): AttributeProto => {
      const lists = { ints: [], floats: [] };
      if (typeof given === 'number') return { name, ...lists, i: given };
      if (typeof given === 'string') return { name, ...lists, s: given };
      return 'real' in given ? { name, ...lists, f: given.real } : { name, ...lists, ints: given };
    });
    const proto = { input, output: [output], name: this.name, opType: operator, attribute };
    ONNX[operator](new Node(proto, this.conversion, 0, this.entry.op));
    return output;
  }

  give(value: OnnxValue): void {
    this.conversion.values.set(this.name, value);
  }

  /** With the axes as TensorFlow has them: channels last. */
  channelsLast(name: string): string {
    return this.placed(channelsLast(this.valueOf(name)));
  }

  /** What an operator gave whose axes are in that order is what the node gives. */
  giveChannelsLast(name: string): void {
    const value = this.valueOf(name);
    const back = (axes: readonly number[]) => [...axes.slice(-1), ...axes.slice(0, -1)];
    this.give(value.kind === 'constant' ? value : turned(value, back));
  }

  /** A constant that is spread over what a layer gives, its axes in ONNX's order. */
  spread(given: Constant, over: Activation): string {
    const rank = over.shape.length;
    if (rank === 1 || given.shape.length === 0) return this.placed(given);
    if (given.shape.length > rank + 1)
      this.refuse(`a constant of ${given.shape.length} axes`, `at most ${rank + 1}`);
    const whole = [...Array<number>(rank + 1 - given.shape.length).fill(1), ...given.shape];
    const isOfChannels = whole.slice(0, -1).every((length) => length === 1);
    if (!isOfChannels && sizeOf({ shape: whole }) > 1) {
      this.refuse(`a constant of ${given.shape.join(' x ')}`, 'one number, or one per channel');
    }
    const [last] = whole.slice(-1);
    return this.numbersAs([last, ...Array<number>(rank - 1).fill(1)], given.values);
  }

  refuse(got: string, wanted: string, hint?: string): never {
    throw problems.importAttribute(this.where, got, wanted, hint);
  }
}

/** The same values with the axes as TensorFlow has them. */
export const channelsLast = (value: OnnxValue): OnnxValue =>
  value.kind === 'constant' ? value : turned(value, (axes) => [...axes.slice(1), ...axes.slice(0, 1)]);

function turned(value: Activation, turn: (axes: readonly number[]) => readonly number[]): Activation {
  const axes = turn([...value.shape.keys()]);
  return {
    ...value,
    shape: axes.map((axis) => value.shape[axis]),
    places: axes.map((axis) => value.places[axis]),
  };
}

/** What an operator of a graph model makes of its inputs. */
export type GraphOperator = (node: GraphNode) => void;

/** A tensor of the manifest. */
export const constantOf = ({ shape, values }: FloatTensor): Constant => constant(shape, values);
