import type { FloatMove } from '../../../float/layers/move.js';
import type { FloatLayer } from '../../../float/types.js';
import type { Move } from '../../../network/layers/move.js';
import { printShape, sizeOf } from '../../../network/tensor.js';
import { problems } from '../../problems.js';
import { Identifiers } from '../identifiers.js';
import type { ImportNote } from '../importer.js';
import type { AttributeProto, NodeProto, TensorProto } from './schema.js';
import { type ExternalFiles, readTensor } from './tensor.js';
import { type Activation, CHANNELS_FIRST, type Constant, type OnnxValue } from './value.js';

/** More values than that no tensor of a small network has. */
const MOST_VALUES = 2 ** 24;

/** The float network while it grows, node by node. */
export class Conversion {
  readonly layers: FloatLayer[] = [];
  readonly notes: ImportNote[] = [];
  readonly names = new Identifiers();
  readonly values = new Map<string, OnnxValue>();
  /** What leaves the graph, by its name there. */
  head: 'binary' | 'argmax' | undefined;

  constructor(
    readonly file: string,
    readonly opset: number,
    /** Names that the graph gives. */
    readonly outputs: ReadonlySet<string>,
    /** How many nodes read each name. */
    readonly readers: ReadonlyMap<string, number>,
    private readonly beside: ExternalFiles,
  ) {}

  /** A constant among a node's attributes. */
  constant(proto: TensorProto, where: string): Constant {
    return { kind: 'constant', ...readTensor(proto, where, this.beside) };
  }

  /** Adds a layer on what it reads. */
  add(
    layer: Omit<FloatLayer, 'name'> & Record<string, unknown>,
    wanted: string,
    from: readonly Activation[],
  ): string {
    const name = this.names.next(wanted);
    this.layers.push({ ...layer, name, from: from.map((one) => one.layer) } as FloatLayer);
    return name;
  }

  /** The same values, where the axes lie in other places. */
  placed(value: Activation, places: readonly number[]): Activation {
    if (places.every((place, axis) => place === value.places[axis])) return value;
    const axes = axesFor(value, places);
    const stored = axes.map((axis) => value.stored[axis]);
    const move: Move = isOrdered(value, axes)
      ? { kind: 'reshape', shape: stored }
      : { kind: 'permute', axes };
    return this.moved(value, move, { shape: value.shape, stored, places });
  }

  /** Another shape of the same numbers, in ONNX's order. */
  reshaped(value: Activation, shape: readonly number[], where: string): Activation {
    const plain = shape.length === 0 ? [1] : shape;
    if (plain.length > 3) {
      throw problems.importAttribute(
        where,
        `the shape ${printShape(plain)}`,
        'at most three axes beside the batch',
      );
    }
    if (printShape(plain) === printShape(value.shape)) return value;
    const order = value.shape.length === 2 ? [1, 2] : [...value.shape.keys()];
    // Where only axes of length 1 lie elsewhere, the numbers lie in ONNX's order already.
    const raster = isOrdered(value, axesFor(value, order)) ? value : this.placed(value, order);
    const stored = plain.length === 2 ? [1, ...plain] : plain;
    const places = plain.length === 2 ? [1, 2] : [...plain.keys()];
    if (printShape(stored) === printShape(raster.stored)) return { ...raster, shape: plain, places };
    return this.moved(raster, { kind: 'reshape', shape: stored }, { shape: plain, stored, places });
  }

  /** A map with its channels last, or a list. */
  channelsLast(value: Activation): Activation {
    return this.placed(value, CHANNELS_FIRST[value.shape.length]);
  }

  moved(value: Activation, move: Move, to: Pick<Activation, 'shape' | 'stored' | 'places'>): Activation {
    const layer: Omit<FloatMove, 'name'> = { kind: 'move', move };
    return { kind: 'activation', layer: this.add({ ...layer }, `${value.layer}_move`, [value]), ...to };
  }
}

/** For each stored axis the one that comes there when ONNX's axes come to lie in these places. */
function axesFor({ stored, places: now }: Activation, then: readonly number[]): number[] {
  const all = (list: readonly number[]) => [
    ...list,
    ...[...stored.keys()].filter((at) => !list.includes(at)),
  ];
  const [before, after] = [all(now), all(then)];
  return [...stored.keys()].map((at) => before[after.indexOf(at)]);
}

/** Whether no number moves. */
function isOrdered({ stored }: Activation, axes: readonly number[]): boolean {
  const long = (list: readonly number[]) => list.filter((axis) => stored[axis] > 1).join();
  return long(axes) === long([...axes.keys()]);
}

/** A node, with what it reads, and what its attributes say. */
export class Node {
  readonly where: string;
  readonly operator: string;
  private readonly attributes: ReadonlyMap<string, AttributeProto>;

  constructor(
    readonly proto: NodeProto,
    readonly conversion: Conversion,
    number: number,
    /** What the file calls it, where it is written in other operators. */
    private readonly shown = proto.opType ?? '',
  ) {
    this.operator = proto.opType ?? '';
    const label = proto.name || proto.output[0] || `number ${number}`;
    this.where = `${conversion.file}, node ${label} (${shown})`;
    this.attributes = new Map(proto.attribute.map((one) => [one.name ?? '', one]));
  }

  /** What a layer of it is called. */
  get label(): string {
    return this.proto.name || this.proto.output[0] || this.operator;
  }

  has(name: string): boolean {
    return this.attributes.has(name);
  }

  int(name: string, usual: number): number {
    return this.attributes.get(name)?.i ?? (this.has(name) ? 0 : usual);
  }

  float(name: string, usual: number): number {
    return this.attributes.get(name)?.f ?? (this.has(name) ? 0 : usual);
  }

  text(name: string, usual: string): string {
    return this.attributes.get(name)?.s ?? usual;
  }

  ints(name: string): readonly number[] | undefined {
    return this.attributes.get(name)?.ints;
  }

  floats(name: string): readonly number[] | undefined {
    return this.attributes.get(name)?.floats;
  }

  tensor(name: string): Constant | undefined {
    const proto = this.attributes.get(name)?.t;
    if (proto === undefined) return undefined;
    return this.conversion.constant(proto, `${this.where}, ${name}`);
  }

  /** @throws exchange/import-file where the input is not there */
  input(at: number): OnnxValue {
    const value = this.optional(at);
    if (value !== undefined) return value;
    throw problems.importFile(this.where, `${this.proto.input.length} inputs`, `at least ${at + 1}`);
  }

  optional(at: number): OnnxValue | undefined {
    const name = this.proto.input[at];
    if (name === undefined || name === '') return undefined;
    const value = this.conversion.values.get(name);
    if (value !== undefined) return value;
    const wanted = 'a name that an input, a constant or a node before it gives';
    throw problems.importFile(this.where, `the input ${JSON.stringify(name)}`, wanted, 'is there a cycle?');
  }

  get inputs(): OnnxValue[] {
    return this.proto.input.flatMap((_, at) => this.optional(at) ?? []);
  }

  activation(at: number): Activation {
    const value = this.input(at);
    if (value.kind === 'activation') return value;
    throw problems.importFile(`${this.where}, input ${at}`, 'constant numbers', 'what a layer gives');
  }

  constant(at: number): Constant {
    const value = this.input(at);
    if (value.kind === 'constant') return value;
    throw problems.importFile(`${this.where}, input ${at}`, 'what a layer gives', 'constant numbers');
  }

  optionalConstant(at: number): Constant | undefined {
    return this.optional(at) === undefined ? undefined : this.constant(at);
  }

  /** Numbers of an input, or of the attribute that older opsets have in its place. */
  listOf(at: number, attribute: string): readonly number[] | undefined {
    const given = this.optionalConstant(at);
    return given === undefined ? this.ints(attribute) : Array.from(given.values);
  }

  /** Says what the node gives. */
  give(value: OnnxValue, note?: Pick<ImportNote, 'what' | 'into'>): void {
    if (sizeOf(value) > MOST_VALUES) {
      throw problems.importFile(
        this.where,
        `a tensor of ${printShape(value.shape)}`,
        `at most ${MOST_VALUES} values`,
      );
    }
    const [name] = this.proto.output;
    if (name === undefined || this.conversion.values.has(name)) {
      throw problems.importFile(this.where, `the output ${JSON.stringify(name ?? '')}`, 'a name of its own');
    }
    this.conversion.values.set(name, value);
    if (note !== undefined) this.conversion.notes.push({ from: `${this.label} (${this.shown})`, ...note });
  }

  /** A layer on what it reads; the values lie as in `like`, or as a channel-first tensor's. */
  layer(
    layer: Omit<FloatLayer, 'name'> & Record<string, unknown>,
    from: readonly Activation[],
    like: Pick<Activation, 'shape' | 'stored' | 'places'>,
  ): void {
    const name = this.conversion.add(layer, this.label, from);
    const { shape, stored, places } = like;
    this.give({ kind: 'activation', layer: name, shape, stored, places }, { what: 'kept', into: name });
  }

  refuse(got: string, wanted: string, hint?: string): never {
    throw problems.importAttribute(this.where, got, wanted, hint);
  }
}

/** Tells what an operator makes of its inputs. */
export type Operator = (node: Node) => void;
