import {
  type Bit,
  type Bits,
  type CombinationalCell,
  inputBits,
  isNet,
  type Netlist,
  ONE,
  type RegisterCell,
  ZERO,
} from '../netlist/types.js';
import type { Algebra } from './algebra.js';
import { C0, C1, type Code, CX } from './forms.js';
import { constantShift, evaluateCell, mux } from './symbolic-cells.js';

/** What one register holds, a code per bit. States share words: what does not change is one object. */
export interface Word {
  readonly codes: readonly Code[];
  /** The same number for words of the register that have 0, 1 and something else in the same places. */
  readonly control: number;
}

/** The contents of a cone's registers. */
export type State = readonly Word[];

/**
 * The part of a netlist that the given sinks hang on, with some nets cut loose: they are inputs of the cone, whatever
 * drives them. One clock cycle of it is evaluated in the algebra; only what hangs on a net that has changed since the
 * cycle before is evaluated again.
 */
export class Cone {
  readonly registers: readonly RegisterCell[];
  private readonly cells: readonly CombinationalCell[];
  /** Per cell, and then per register: the nets that it drives, −1 for those that are cut. */
  private readonly driven: readonly (readonly Bit[])[];
  /** Per net: the cells and registers that read it. */
  private readonly readers: readonly Int32Array[];
  private readonly values: Int32Array;
  /** Per cell, and then per register: whether a net that it reads has changed since it was evaluated. */
  private readonly stale: Uint8Array;
  private readonly current: Word[] = [];
  private readonly following: Word[] = [];
  private readonly controls: Map<string, number>[];
  private readonly cache = new Map<CombinationalCell, Map<string, readonly Code[]>>();

  constructor(
    netlist: Netlist,
    cuts: ReadonlySet<Bit>,
    sinks: Bits,
    private readonly algebra: Algebra,
  ) {
    const reached = reachedFrom(netlist, cuts, sinks);
    this.cells = netlist.cells.filter((cell) => reached.has(cell));
    this.registers = netlist.registers.filter((register) => reached.has(register));
    const outputs = [...this.cells.map(({ y }) => y), ...this.registers.map(({ q }) => q)];
    this.driven = outputs.map((bits) => bits.map((bit) => (cuts.has(bit) ? -1 : bit)));
    this.readers = readersOf([...this.cells, ...this.registers], netlist.netCount);
    this.values = new Int32Array(netlist.netCount).fill(CX);
    this.stale = new Uint8Array(outputs.length).fill(1);
    this.controls = this.registers.map(() => new Map());
  }

  /** Registers of which nothing is known. */
  unknownState(): State {
    return this.registers.map(({ q }, at) => this.word(at, Array<Code>(q.length).fill(CX)));
  }

  /** Another state with the same control, or less of it. */
  word(register: number, codes: readonly Code[]): Word {
    const known = this.controls[register];
    const key = codes.map((code) => (code <= C1 ? code : '-')).join('');
    const control = known.get(key) ?? known.size;
    known.set(key, control);
    return { codes, control };
  }

  /** Sets inputs of the cone; those that were never set are unknown. */
  give(bits: Bits, codes: readonly Code[]): void {
    bits.forEach((bit, at) => {
      if (isNet(bit)) this.write(bit, codes[at]);
    });
  }

  /** Computes all nets of the cone from the registers and the inputs. */
  settle(state: State): void {
    const { cells, current, driven, stale } = this;
    state.forEach((word, at) => {
      if (word === current[at]) return;
      current[at] = word;
      stale[cells.length + at] = 1;
      this.writeAll(driven[cells.length + at], word.codes);
    });
    for (let at = 0; at < cells.length; at++) {
      if (stale[at] === 0) continue;
      stale[at] = 0;
      this.writeAll(driven[at], this.evaluate(cells[at]));
    }
  }

  value = (bit: Bit): Code => (isNet(bit) ? this.values[bit] : bit === ZERO ? C0 : bit === ONE ? C1 : CX);

  /** The registers after a clock edge; needs {@link settle}. */
  next(): State {
    const { cells, current, following, stale } = this;
    this.registers.forEach((register, at) => {
      if (stale[cells.length + at] === 0) return;
      stale[cells.length + at] = 0;
      const codes = this.clock(register, current[at].codes);
      const same = [current[at], following[at]].find(
        (word) => word !== undefined && isEqual(word.codes, codes),
      );
      following[at] = same ?? this.word(at, codes);
    });
    return [...following];
  }

  private clock({ d, enable, reset }: RegisterCell, old: readonly Code[]): readonly Code[] {
    const { algebra, value } = this;
    const active = (control: { readonly bit: Bit; readonly active: 0 | 1 }) =>
      control.active === 1 ? value(control.bit) : algebra.not(value(control.bit));
    const enabled = enable === undefined ? C1 : active(enable);
    const kept =
      enabled === C0 ? old : enabled === C1 ? d.map(value) : mux(enabled, old, d.map(value), algebra);
    if (reset === undefined) return kept;
    const first = reset.needsEnable ? mux(enabled, [C0], [active(reset)], algebra)[0] : active(reset);
    return first === C0 ? kept : mux(first, kept, reset.value.map(value), algebra);
  }

  private writeAll(bits: readonly Bit[], codes: readonly Code[]): void {
    for (let at = 0; at < bits.length; at++) if (bits[at] >= 0) this.write(bits[at], codes[at]);
  }

  private write(bit: Bit, code: Code): void {
    if (this.values[bit] === code) return;
    this.values[bit] = code;
    for (const reader of this.readers[bit]) this.stale[reader] = 1;
  }

  /** Only cells whose evaluation is dear are remembered. */
  private evaluate(cell: CombinationalCell): readonly Code[] {
    const chosen = constantShift(cell, this.value, this.algebra);
    if (chosen !== undefined) return chosen;
    const inputs = inputBits(cell).map(this.value);
    if (!isDear(cell)) return evaluateCell(cell, inputs, this.algebra);
    const key = inputs.join(',');
    let known = this.cache.get(cell);
    if (known === undefined) {
      known = new Map();
      this.cache.set(cell, known);
    }
    let codes = known.get(key);
    if (codes === undefined) {
      codes = evaluateCell(cell, inputs, this.algebra);
      known.set(key, codes);
    }
    return codes;
  }
}

type Driver = CombinationalCell | RegisterCell;

/** What the sinks hang on, up to the cuts. */
function reachedFrom(netlist: Netlist, cuts: ReadonlySet<Bit>, sinks: Bits): Set<Driver> {
  const drivers = new Map<Bit, Driver>();
  for (const cell of netlist.cells) for (const bit of cell.y) drivers.set(bit, cell);
  for (const register of netlist.registers) for (const bit of register.q) drivers.set(bit, register);
  const reached = new Set<Driver>();
  const open = [...sinks];
  while (open.length > 0) {
    const bit = open.pop() as Bit;
    const driver = drivers.get(bit);
    if (!isNet(bit) || cuts.has(bit) || driver === undefined || reached.has(driver)) continue;
    reached.add(driver);
    open.push(...inputBits(driver));
  }
  return reached;
}

function readersOf(drivers: readonly Driver[], netCount: number): Int32Array[] {
  const readers = Array.from({ length: netCount }, (): Set<number> => new Set());
  drivers.forEach((driver, at) => {
    for (const bit of inputBits(driver)) if (isNet(bit)) readers[bit].add(at);
  });
  return readers.map((set) => Int32Array.from(set));
}

const isEqual = (a: readonly Code[], b: readonly Code[]): boolean => {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
};

const DEAR = new Set(['$add', '$sub', '$neg', '$mul', '$lt', '$le', '$gt', '$ge', '$eq', '$ne']);

const isDear = (cell: CombinationalCell): boolean =>
  (cell.kind === 'unary' || cell.kind === 'binary') && DEAR.has(cell.operator);
