/**
 * The emitted Verilog as Yosys reads it: one flat module of word-level cells on numbered one-bit nets. Nets from 0 on;
 * the constants are below. An `x` constant stands for a value that the Verilog leaves open.
 */
export type Bit = number;
/** Lowest bit first. */
export type Bits = readonly Bit[];

export const ZERO: Bit = -1;
export const ONE: Bit = -2;
export const UNDEFINED: Bit = -3;

export const isNet = (bit: Bit): boolean => bit >= 0;

/** File, relative to the design's folder, and line. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
}

interface CellBase {
  readonly name: string;
  /** Absent where Yosys lost it. */
  readonly place: SourcePlace | undefined;
}

export type UnaryOperator =
  | '$not'
  | '$pos'
  | '$neg'
  | '$reduce_and'
  | '$reduce_or'
  | '$reduce_bool'
  | '$reduce_xor'
  | '$reduce_xnor'
  | '$logic_not';

export type BinaryOperator =
  | '$and'
  | '$or'
  | '$xor'
  | '$xnor'
  | '$add'
  | '$sub'
  | '$mul'
  | '$shl'
  | '$sshl'
  | '$shr'
  | '$sshr'
  | '$shift'
  | '$shiftx'
  | '$lt'
  | '$le'
  | '$eq'
  | '$ne'
  | '$ge'
  | '$gt'
  | '$logic_and'
  | '$logic_or';

/** `signed` says how the operand is extended, and what a comparison or a right shift takes it for. */
export interface Operand {
  readonly bits: Bits;
  readonly signed: boolean;
}

export interface UnaryCell extends CellBase {
  readonly kind: 'unary';
  readonly operator: UnaryOperator;
  readonly a: Operand;
  readonly y: Bits;
}

export interface BinaryCell extends CellBase {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly a: Operand;
  readonly b: Operand;
  readonly y: Bits;
}

/** y = select ? b : a. */
export interface MuxCell extends CellBase {
  readonly kind: 'mux';
  readonly a: Bits;
  readonly b: Bits;
  readonly select: Bit;
  readonly y: Bits;
}

/** y = cases[i] for the one i whose select bit is 1, otherwise a; two at once give x. */
export interface ParallelMuxCell extends CellBase {
  readonly kind: 'parallelMux';
  readonly a: Bits;
  readonly cases: readonly Bits[];
  readonly selects: Bits;
  readonly y: Bits;
}

/** A ROM's port without register: y = words[address]; beyond the last word x. */
export interface RomCell extends CellBase {
  readonly kind: 'rom';
  readonly address: Bits;
  readonly y: Bits;
  /** Word by word, lowest bit first, 0, 1 or 2 for x. */
  readonly words: readonly Uint8Array[];
}

/** Where a memory that is written is read, without register: y = word `address`; beyond the last word x. */
export interface MemoryReadCell extends CellBase {
  readonly kind: 'memoryRead';
  /** Its name. */
  readonly memory: string;
  readonly address: Bits;
  readonly y: Bits;
}

/** What its inputs alone decide. */
export type LogicCell = UnaryCell | BinaryCell | MuxCell | ParallelMuxCell | RomCell;

/** What gives a value in the same cycle. */
export type CombinationalCell = LogicCell | MemoryReadCell;

/**
 * Words that are written. At the rising edge of the clock word `address` takes over those bits of `data` whose
 * bit of `enable` is 1; beyond the last word nothing is written.
 */
export interface MemoryCell extends CellBase {
  readonly kind: 'memory';
  readonly width: number;
  readonly depth: number;
  readonly address: Bits;
  readonly data: Bits;
  readonly enable: Bits;
  /** Where it is 1, every bit of every word becomes 1 instead. No memory of a design has that. */
  readonly fill: Bit;
  /** What every bit is before the first edge: {@link UNDEFINED} in a design. */
  readonly initial: Bit;
}

/** At the rising edge of the clock: q = reset ? resetValue : enable ? d : q. */
export interface RegisterCell extends CellBase {
  readonly kind: 'register';
  readonly d: Bits;
  readonly q: Bits;
  readonly enable: Control | undefined;
  readonly reset: (Control & { readonly value: Bits }) | undefined;
  /** Before the first edge, {@link UNDEFINED} where the Verilog does not say. */
  readonly initial: Bits;
}

/** A one-bit signal that acts when it has the value `active`. */
export interface Control {
  readonly bit: Bit;
  readonly active: 0 | 1;
}

export interface Netlist {
  readonly top: string;
  readonly netCount: number;
  readonly inputs: ReadonlyMap<string, Bits>;
  readonly outputs: ReadonlyMap<string, Bits>;
  /** Every signal that the Verilog names, those of instances as `instance.signal`. */
  readonly signals: ReadonlyMap<string, Bits>;
  /** In an order in which every cell comes after those that drive its inputs. */
  readonly cells: readonly CombinationalCell[];
  readonly registers: readonly RegisterCell[];
  readonly memories: readonly MemoryCell[];
}

/** All bits that a cell reads. */
export function inputBits(cell: CombinationalCell | RegisterCell | MemoryCell): Bit[] {
  switch (cell.kind) {
    case 'unary':
      return [...cell.a.bits];
    case 'binary':
      return [...cell.a.bits, ...cell.b.bits];
    case 'mux':
      return [...cell.a, ...cell.b, cell.select];
    case 'parallelMux':
      return [...cell.a, ...cell.cases.flat(), ...cell.selects];
    case 'rom':
    case 'memoryRead':
      return [...cell.address];
    case 'memory':
      return [...cell.address, ...cell.data, ...cell.enable, cell.fill];
    case 'register': {
      const controls = [cell.enable, cell.reset].flatMap((control) =>
        control === undefined ? [] : [control.bit],
      );
      return [...cell.d, ...controls];
    }
  }
}
