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

/** Results of a cell: a state's neighbours need the same ones, those far behind it others. */
const MOST_KEPT = 1024;

/** Nothing that it reads has changed; something that it hangs on may have; something that it reads has. */
const [FRESH, DOUBTFUL, STALE] = [0, 1, 2];

/** The cells behind what chooses, and behind each of the words that are chosen from. */
interface Sources {
  readonly selects: Int32Array;
  readonly words: readonly Int32Array[];
}

/** What one register holds, a code per bit. Equal words of a register are one object, which all states share. */
export interface Word {
  readonly codes: readonly Code[];
  /** The same number for words of the register that have 0, 1 and something else in the same places. */
  readonly control: number;
}

/** The contents of a cone's registers. */
export type State = readonly Word[];

/**
 * The part of a netlist that the given sinks hang on, with some nets cut loose: they are inputs of the cone, whatever
 * drives them. One clock cycle of it is evaluated in the algebra: only what is asked for, and of that only what reads a
 * net that has changed since. Nobody asks for the word that a multiplexer does not choose, nor for what a register that is
 * not enabled does not take: so a serial layer's sums are rounded once they are complete.
 */
export class Cone {
  readonly registers: readonly RegisterCell[];
  private readonly cells: readonly CombinationalCell[];
  /** Per cell, and then per register: the nets that it drives, −1 for those that are cut. */
  private readonly driven: readonly (readonly Bit[])[];
  /** Per cell, and then per register: the cells that drive what it reads. */
  private readonly sources: readonly Sources[];
  /** Per net: the cell that drives it, −1 where none of the cone does. */
  private readonly drivers: Int32Array;
  /** Per net: the cells and registers that read it. */
  private readonly readers: readonly Int32Array[];
  private readonly values: Int32Array;
  /** Per cell, and then per register. */
  private readonly ages: Uint8Array;
  private readonly current: Word[] = [];
  private readonly following: Word[] = [];
  private readonly words: readonly WordTable[];
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
    this.drivers = new Int32Array(netlist.netCount).fill(-1);
    for (let at = 0; at < this.cells.length; at++) {
      for (const bit of this.driven[at]) if (bit >= 0) this.drivers[bit] = at;
    }
    const all = [...this.cells, ...this.registers];
    this.sources = all.map((driver) => sourcesOf(driver, this.drivers));
    this.readers = readersOf(all, netlist.netCount);
    this.values = new Int32Array(netlist.netCount).fill(CX);
    this.ages = new Uint8Array(outputs.length).fill(STALE);
    this.words = this.registers.map(() => new WordTable());
  }

  /** Registers of which nothing is known. */
  unknownState(): State {
    return this.registers.map(({ q }, at) => this.word(at, Array<Code>(q.length).fill(CX)));
  }

  /** What a register holds when its bits are these. */
  word(register: number, codes: readonly Code[]): Word {
    return this.words[register].word(codes);
  }

  /** Sets inputs of the cone; those that were never set are unknown. */
  give(bits: Bits, codes: readonly Code[]): void {
    bits.forEach((bit, at) => {
      if (isNet(bit)) this.write(bit, codes[at]);
    });
  }

  /** Puts the registers and the inputs that were given in their places. */
  settle(state: State): void {
    const { cells, current, driven } = this;
    state.forEach((word, at) => {
      if (word === current[at]) return;
      current[at] = word;
      this.age(cells.length + at);
      this.writeAll(driven[cells.length + at], word.codes);
    });
  }

  /** A net's value; needs {@link settle}. */
  value = (bit: Bit): Code => {
    if (isNet(bit) && this.drivers[bit] >= 0) this.refresh(this.drivers[bit]);
    return this.read(bit);
  };

  /** The registers after a clock edge; needs {@link settle}. */
  next(): State {
    const { cells, current, following, ages, sources } = this;
    this.registers.forEach((register, at) => {
      const own = cells.length + at;
      if (ages[own] === FRESH) return;
      const { selects, words } = sources[own];
      this.refreshAll(selects);
      if (this.enabled(register) !== C0) for (const word of words) this.refreshAll(word);
      const isStale = ages[own] === STALE;
      ages[own] = FRESH;
      if (!isStale) return;
      following[at] = this.word(at, this.clock(register, current[at].codes));
    });
    return [...following];
  }

  /** What a net had when it was last evaluated. */
  private read = (bit: Bit): Code =>
    isNet(bit) ? this.values[bit] : bit === ZERO ? C0 : bit === ONE ? C1 : CX;

  private isActive({ bit, active }: { readonly bit: Bit; readonly active: 0 | 1 }): Code {
    return active === 1 ? this.read(bit) : this.algebra.not(this.read(bit));
  }

  private enabled({ enable }: RegisterCell): Code {
    return enable === undefined ? C1 : this.isActive(enable);
  }

  private clock(register: RegisterCell, old: readonly Code[]): readonly Code[] {
    const { algebra, read } = this;
    const { d, reset } = register;
    const enabled = this.enabled(register);
    const kept =
      enabled === C0 ? old : enabled === C1 ? d.map(read) : mux(enabled, old, d.map(read), algebra);
    if (reset === undefined) return kept;
    const active = this.isActive(reset);
    return active === C0 ? kept : mux(active, kept, reset.value.map(read), algebra);
  }

  private writeAll(bits: readonly Bit[], codes: readonly Code[]): void {
    for (let at = 0; at < bits.length; at++) if (bits[at] >= 0) this.write(bits[at], codes[at]);
  }

  private write(bit: Bit, code: Code): void {
    if (this.values[bit] === code) return;
    this.values[bit] = code;
    for (const reader of this.readers[bit]) this.age(reader);
  }

  /** A net that the cell or register reads has changed: it is stale, and what hangs on it is in doubt. */
  private age(reader: number): void {
    const { ages, cells, driven, readers } = this;
    const open = ages[reader] === FRESH ? [reader] : [];
    while (open.length > 0) {
      const at = open.pop() as number;
      if (at < cells.length)
        for (const bit of driven[at])
          if (bit >= 0)
            for (const next of readers[bit]) {
              if (ages[next] !== FRESH) continue;
              ages[next] = DOUBTFUL;
              open.push(next);
            }
    }
    ages[reader] = STALE;
  }

  private refreshAll(cells: Int32Array): void {
    for (const at of cells) this.refresh(at);
  }

  /** Brings a cell's outputs up to date. */
  private refresh(at: number): void {
    const { ages, cells, driven } = this;
    if (ages[at] === FRESH) return;
    const cell = cells[at];
    const { selects, words } = this.sources[at];
    this.refreshAll(selects);
    const chosen = chosenWord(cell, this.read);
    if (chosen === undefined) for (const word of words) this.refreshAll(word);
    else this.refreshAll(words[chosen]);
    const isStale = ages[at] === STALE;
    ages[at] = FRESH;
    if (isStale) this.writeAll(driven[at], this.evaluate(cell));
  }

  /** Only cells whose evaluation is dear are remembered. */
  private evaluate(cell: CombinationalCell): readonly Code[] {
    const chosen = constantShift(cell, this.read, this.algebra);
    if (chosen !== undefined) return chosen;
    const inputs = inputBits(cell).map(this.read);
    if (!isDear(cell)) return evaluateCell(cell, inputs, this.algebra);
    const key = inputs.join(',');
    let known = this.cache.get(cell);
    if (known === undefined || known.size === MOST_KEPT) {
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

/** The words of one register, by a hash: the text of a long one would take more room than the word. */
class WordTable {
  private readonly buckets = new Map<number, Word[]>();
  private readonly controls = new Map<string, number>();

  word(codes: readonly Code[]): Word {
    const hash = codes.reduce((sum, code) => (Math.imul(sum, 31) + code) | 0, 0);
    const bucket = this.buckets.get(hash);
    const known = bucket?.find((word) => isEqual(word.codes, codes));
    if (known !== undefined) return known;
    const word = { codes, control: this.controlOf(codes) };
    if (bucket === undefined) this.buckets.set(hash, [word]);
    else bucket.push(word);
    return word;
  }

  private controlOf(codes: readonly Code[]): number {
    const key = codes.map((code) => (code <= C1 ? code : '-')).join('');
    const control = this.controls.get(key) ?? this.controls.size;
    this.controls.set(key, control);
    return control;
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

function sourcesOf(driver: Driver, drivers: Int32Array): Sources {
  const cellsBehind = (bits: Bits) =>
    Int32Array.from(new Set(bits.flatMap((bit) => (isNet(bit) && drivers[bit] >= 0 ? [drivers[bit]] : []))));
  switch (driver.kind) {
    case 'mux':
      return { selects: cellsBehind([driver.select]), words: [driver.a, driver.b].map(cellsBehind) };
    case 'parallelMux':
      return { selects: cellsBehind(driver.selects), words: [driver.a, ...driver.cases].map(cellsBehind) };
    case 'register': {
      const controls = inputBits(driver).slice(driver.d.length);
      return { selects: cellsBehind(controls), words: [cellsBehind(driver.d)] };
    }
    default:
      return { selects: cellsBehind(inputBits(driver)), words: [] };
  }
}

/** Which of its words a multiplexer gives, where that is known. */
function chosenWord(cell: CombinationalCell, read: (bit: Bit) => Code): number | undefined {
  if (cell.kind === 'mux') {
    const select = read(cell.select);
    return select <= C1 ? select : undefined;
  }
  if (cell.kind !== 'parallelMux') return undefined;
  const open = cell.selects.flatMap((bit, index) => (read(bit) === C0 ? [] : [index]));
  if (open.length === 0) return 0;
  return open.length === 1 && read(cell.selects[open[0]]) === C1 ? open[0] + 1 : undefined;
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
