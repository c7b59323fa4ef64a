import { assertNever, invariant } from '../../core/assert.js';
import { type Format, signedWidth, unsignedWidth } from '../../fixed/format.js';
import type { Interval } from '../../fixed/interval.js';
import type { NamedValue } from '../../network/affine.js';

/**
 * The parallel form of a network: one circuit of word-level operations, every value once per clock.
 *
 * A value is a whole number. Its `range` holds every number it takes, and with it come its least width and sign: a
 * value whose range reaches below zero is a two's complement word, any other an unsigned one. Operations read values
 * with smaller numbers only. The operations' meaning is `interpret.ts`, their rules are `verify.ts`.
 */
export interface Circuit {
  readonly name: string;
  readonly inputs: readonly CircuitInput[];
  readonly layers: readonly CircuitLayer[];
  readonly values: readonly Value[];
  readonly outputs: readonly CircuitOutput[];
  /** The sums that adders of single bits have replaced. The Verilog names them in comments. */
  readonly sums?: readonly NamedSum[];
}

/** constant + Σ factor × atom, the atoms being what the layer reads and what it makes otherwise than by sums. */
export interface NamedSum {
  readonly layer: number;
  /** The name of the value that was the sum. */
  readonly name: string;
  readonly terms: readonly {
    readonly layer: number;
    readonly name: string;
    readonly factor: number;
  }[];
  readonly constant: number;
  /** Modulo 2^wrap, if given. */
  readonly wrap?: number;
  readonly range: Interval;
}

export interface CircuitInput {
  readonly format: Format;
  readonly name: string | undefined;
  /** Absent when nobody reads the input. */
  readonly value?: number;
}

/** A layer of the network: what becomes one module. */
export interface CircuitLayer {
  readonly name: string;
  /** Registers on every path from the layer before to this one's codes. */
  readonly latency: number;
  /** The codes that the layer hands on. */
  readonly units: readonly CircuitUnit[];
}

export interface CircuitUnit {
  readonly unit: number;
  /** Which unit of which layer of the network it is; another layer's is only handed on. */
  readonly origin: NamedValue;
  readonly value: number;
  readonly format: Format;
}

/** An output of the network; what the head makes of the outputs stands behind the circuit. */
export interface CircuitOutput {
  readonly unit: number;
  readonly value: number;
  readonly format: Format;
}

export interface Value {
  readonly operation: Operation;
  readonly range: Interval;
  /** Number of its layer; −1 for inputs. */
  readonly layer: number;
  /** What it is, such as `unit3_sum`; names it in the printed form and in the Verilog. */
  readonly name: string;
}

export type Operation =
  | { readonly kind: 'input'; readonly input: number }
  | { readonly kind: 'constant'; readonly code: number }
  /** constant + Σ ±value × 2^shift, reduced modulo 2^bits into the range where `wrap` is given. */
  | Sum
  /** weight × value, as a multiplication by a constant: what the naive form is made of. */
  | { readonly kind: 'product'; readonly value: number; readonly weight: number }
  | Adder
  /** The word whose bits are the pieces'; uncovered bits are 0; as signed as its range. */
  | { readonly kind: 'join'; readonly pieces: readonly BitSlice[] }
  /** floor(value × 2^left). */
  | { readonly kind: 'shift'; readonly value: number; readonly left: number }
  /** The value without its least bit's 1 where the `shift` low bits of `sum` are all 0: rounds a tie to even. */
  | { readonly kind: 'even'; readonly value: number; readonly sum: number; readonly shift: number }
  /** The largest of two. */
  | { readonly kind: 'max'; readonly values: readonly [number, number] }
  /** max(value, 0). */
  | { readonly kind: 'relu'; readonly value: number }
  /** The nearest number of the value's range. */
  | { readonly kind: 'clamp'; readonly value: number }
  /** The low bits of the value, as signed as the range. */
  | { readonly kind: 'wrap'; readonly value: number; readonly bits: number }
  /** codes[index], the index being the bits of the values, the first value's lowest. */
  | { readonly kind: 'table'; readonly values: readonly number[]; readonly codes: readonly number[] }
  /** The value one clock later. */
  | { readonly kind: 'register'; readonly value: number };

export type OperationOf<K extends Operation['kind']> = Extract<Operation, { kind: K }>;

export interface Sum {
  readonly kind: 'sum';
  readonly terms: readonly Term[];
  readonly constant: number;
  readonly wrap?: number;
}

/** ±value × 2^shift. */
export interface Term {
  readonly value: number;
  readonly shift: number;
  readonly negative: boolean;
}

/**
 * One carry chain of `columns` bits that adds up two or three rows, and carries into column 0: one LUT per column.
 * Two rows take one carry, three rows take two. The sum is exact: it has one or two bits more than there are columns.
 */
export interface Adder {
  readonly kind: 'adder';
  readonly columns: number;
  readonly rows: readonly (readonly BitSlice[])[];
  readonly carries: readonly BitSlice[];
}

/** Bits [from + count − 1 : from] of a value, perhaps inverted, standing at bit `at` of whoever reads them. */
export interface BitSlice {
  readonly value: number;
  readonly from: number;
  readonly count: number;
  readonly at: number;
  readonly inverted: boolean;
}

/** Single bits of values, lowest first, as the pieces of a word. */
export function packBits(bits: readonly { readonly value: number; readonly index: number }[]): BitSlice[] {
  const pieces: BitSlice[] = [];
  bits.forEach(({ value, index }, at) => {
    const last = pieces.at(-1);
    if (last !== undefined && last.value === value && last.from + last.count === index)
      pieces[pieces.length - 1] = { ...last, count: last.count + 1 };
    else pieces.push({ value, from: index, count: 1, at, inverted: false });
  });
  return pieces;
}

export const isSigned = (range: Interval): boolean => range.low < 0;

/** Bits of the narrowest word that holds the range; at least one. */
export function widthOf(range: Interval): number {
  return Math.max(1, isSigned(range) ? signedWidth(range) : unsignedWidth(range.high));
}

/** Whether the clamp's bounds are those of a word of its width. The upper bits then say whether a number is outside. */
export function isWordClamp(range: Interval, from: Interval): boolean {
  const width = widthOf(range);
  const low = isSigned(range) ? -(2 ** (width - 1)) : 0;
  const high = isSigned(range) ? 2 ** (width - 1) - 1 : 2 ** width - 1;
  return (from.low >= range.low || range.low === low) && (from.high <= range.high || range.high === high);
}

/** The values an operation reads, in its own order; a value as often as it is read. */
export function operandsOf(operation: Operation): number[] {
  switch (operation.kind) {
    case 'input':
    case 'constant':
      return [];
    case 'sum':
      return operation.terms.map(({ value }) => value);
    case 'adder': {
      const operands: number[] = [];
      for (const row of operation.rows) for (const { value } of row) operands.push(value);
      for (const { value } of operation.carries) operands.push(value);
      return operands;
    }
    case 'join':
      return operation.pieces.map(({ value }) => value);
    case 'even':
      return [operation.value, operation.sum];
    case 'max':
    case 'table':
      return [...operation.values];
    case 'product':
    case 'shift':
    case 'relu':
    case 'clamp':
    case 'wrap':
    case 'register':
      return [operation.value];
    default:
      return assertNever(operation);
  }
}

/** The operation with every value it reads replaced. */
export function mapOperands(operation: Operation, map: (value: number) => number): Operation {
  const piece = (item: BitSlice): BitSlice => ({ ...item, value: map(item.value) });
  switch (operation.kind) {
    case 'input':
    case 'constant':
      return operation;
    case 'sum':
      return { ...operation, terms: operation.terms.map((term) => ({ ...term, value: map(term.value) })) };
    case 'adder':
      return {
        ...operation,
        rows: operation.rows.map((row) => row.map(piece)),
        carries: operation.carries.map(piece),
      };
    case 'join':
      return { ...operation, pieces: operation.pieces.map(piece) };
    case 'even':
      return { ...operation, value: map(operation.value), sum: map(operation.sum) };
    case 'max': {
      const [a, b] = operation.values;
      return { ...operation, values: [map(a), map(b)] };
    }
    case 'table':
      return { ...operation, values: operation.values.map(map) };
    case 'product':
    case 'shift':
    case 'relu':
    case 'clamp':
    case 'wrap':
    case 'register':
      return { ...operation, value: map(operation.value) };
    default:
      return assertNever(operation);
  }
}

/** Makes a circuit's values in order. */
export class CircuitBuilder {
  readonly values: Value[] = [];
  private readonly constants = new Map<number, number>();

  add(operation: Operation, range: Interval, layer: number, name: string): number {
    invariant(range.low <= range.high, `${name} has an empty range`);
    this.values.push({ operation, range, layer, name });
    return this.values.length - 1;
  }

  constant(code: number): number {
    const known = this.constants.get(code);
    if (known !== undefined) return known;
    const value = this.add({ kind: 'constant', code }, { low: code, high: code }, -1, `constant_${code}`);
    this.constants.set(code, value);
    return value;
  }
}

/**
 * A circuit made from another, value by value: `replace` builds what stands for a value, its operation's operands
 * already being those of the new circuit, and returns its new number; undefined keeps the value as it is. `map` gives
 * the new number of any value that stands before.
 */
export function rewrite(
  circuit: Circuit,
  replace: (
    builder: CircuitBuilder,
    value: Value,
    number: number,
    map: (value: number) => number,
  ) => number | undefined,
): Circuit {
  const builder = new CircuitBuilder();
  const renumbered: number[] = [];
  const map = (value: number) => renumbered[value];
  circuit.values.forEach((old, number) => {
    const value = { ...old, operation: mapOperands(old.operation, map) };
    if (value.operation.kind === 'constant') {
      renumbered.push(builder.constant(value.operation.code));
      return;
    }
    const made = replace(builder, value, number, map);
    renumbered.push(made ?? builder.add(value.operation, value.range, value.layer, value.name));
  });
  return sweep(withValues(circuit, builder.values, map));
}

/** The circuit over other values, its ports mapped. */
export function withValues(
  circuit: Circuit,
  values: readonly Value[],
  map: (value: number) => number,
): Circuit {
  return {
    ...circuit,
    inputs: circuit.inputs.map((input) =>
      input.value === undefined ? input : { ...input, value: map(input.value) },
    ),
    layers: circuit.layers.map((layer) => ({
      ...layer,
      units: layer.units.map((unit) => ({ ...unit, value: map(unit.value) })),
    })),
    outputs: circuit.outputs.map((output) => ({ ...output, value: map(output.value) })),
    values,
  };
}

/** Drops what nobody reads; inputs and layers' units stay. */
export function sweep(circuit: Circuit): Circuit {
  const used = Array<boolean>(circuit.values.length).fill(false);
  for (const { value } of circuit.inputs) if (value !== undefined) used[value] = true;
  for (const { units } of circuit.layers) for (const { value } of units) used[value] = true;
  for (const { value } of circuit.outputs) used[value] = true;
  for (let number = used.length - 1; number >= 0; number--) {
    if (!used[number]) continue;
    for (const operand of operandsOf(circuit.values[number].operation)) used[operand] = true;
  }
  const position: number[] = [];
  let count = 0;
  for (const flag of used) position.push(flag ? count++ : -1);
  const map = (value: number) => position[value];
  const values = circuit.values
    .filter((_, number) => used[number])
    .map((value) => ({ ...value, operation: mapOperands(value.operation, map) }));
  return withValues(circuit, values, map);
}
