import {
  type Bit,
  type Bits,
  type CombinationalCell,
  inputBits,
  isNet,
  type LogicCell,
  type MemoryCell,
  type MemoryReadCell,
  type Netlist,
  ONE,
  type RegisterCell,
  ZERO,
} from '../netlist/types.js';
import type { Algebra } from './algebra.js';
import { type MemoryCuts, reachedFrom, readersOf, type Sources, sourcesOf } from './cone-graph.js';
import type { Contents, ContentsTable, StoredWord } from './contents.js';
import { C0, C1, type Code, CX } from './forms.js';
import { type State, States } from './states.js';
import { constantShift, evaluateCell, mux } from './symbolic-cells.js';

/** How many results are remembered for a cell. Neighbouring states need the same results, distant states others. */
const MOST_KEPT = 1024;

/** How far a cell is up to date: nothing it reads has changed, something upstream may have changed, or an input has. */
const [FRESH, DOUBTFUL, STALE] = [0, 1, 2];

/**
 * The part of a netlist that the given sinks hang on, with some nets cut loose: they are inputs of the cone, whatever
 * drives them. One clock cycle of it is evaluated in the algebra: only what is asked for, and of that only what reads a
 * net that has changed since. Nobody asks for the word that a multiplexer does not choose, nor for what a register that is
 * not enabled does not take: so a serial layer's sums are rounded once they are complete.
 */
export class Cone {
  /** Names of the memories that are read or written where no concrete address says. */
  readonly vague = new Set<string>();
  readonly states: States;
  private readonly registers: readonly RegisterCell[];
  private readonly memories: readonly MemoryCell[];
  /** Whether somebody else has the words of a memory: it is no part of a state. */
  private readonly isGiven: (memory: MemoryCell) => boolean;
  private readonly cells: readonly CombinationalCell[];
  /** Per cell, and then per register: the nets that it drives, −1 for those that are cut. */
  private readonly driven: readonly (readonly Bit[])[];
  /** Per cell, then per register, then per memory: the cells that drive what it reads. */
  private readonly sources: readonly Sources[];
  /** Per net: the cell that drives it, −1 where none of the cone does. */
  private readonly drivers: Int32Array;
  /** Per net: the cells, registers and memories that read it. */
  private readonly readers: readonly Int32Array[];
  /** Per memory: the cells that read its contents. */
  private readonly portsOf: readonly (readonly number[])[];
  private readonly values: Int32Array;
  /** What is on buses. */
  private readonly given = new Map<Bits, readonly Code[]>();
  /** Per cell, then per register, then per memory. */
  private readonly ages: Uint8Array;
  private readonly current: StoredWord[] = [];
  private readonly following: StoredWord[] = [];
  /** What {@link next} gave last. */
  private last: State | undefined;
  private readonly currentContents: Contents[] = [];
  private readonly followingContents: Contents[] = [];
  private readonly cache = new Map<LogicCell, Map<string, readonly Code[]>>();

  constructor(
    netlist: Netlist,
    cuts: ReadonlySet<Bit>,
    sinks: Bits,
    private readonly algebra: Algebra,
    memoryCuts: MemoryCuts = { given: [], asked: [] },
  ) {
    const reached = reachedFrom(netlist, cuts, sinks, memoryCuts);
    this.isGiven = ({ name }) => memoryCuts.given.includes(name);
    this.cells = netlist.cells.filter((cell) => reached.has(cell));
    this.registers = netlist.registers.filter((register) => reached.has(register));
    this.memories = netlist.memories.filter((memory) => reached.has(memory) || this.isGiven(memory));
    const outputs = [...this.cells.map(({ y }) => y), ...this.registers.map(({ q }) => q)];
    this.driven = outputs.map((bits) => bits.map((bit) => (cuts.has(bit) ? -1 : bit)));
    this.drivers = new Int32Array(netlist.netCount).fill(-1);
    for (let at = 0; at < this.cells.length; at++) {
      for (const bit of this.driven[at]) if (bit >= 0) this.drivers[bit] = at;
    }
    const all = [...this.cells, ...this.registers, ...this.memories];
    this.sources = all.map((part) => sourcesOf(part, this.drivers));
    this.readers = readersOf(all, netlist.netCount);
    this.values = new Int32Array(netlist.netCount).fill(CX);
    this.ages = new Uint8Array(all.length).fill(STALE);
    this.portsOf = this.memories.map(({ name }) =>
      this.cells.flatMap((cell, at) => (cell.kind === 'memoryRead' && cell.memory === name ? [at] : [])),
    );
    this.states = new States(this.registers, this.memories, algebra);
    this.states.contents.forEach(({ unknown }, at) => {
      if (this.isGiven(this.memories[at])) this.followingContents[at] = unknown;
    });
  }

  /** Sets inputs of the cone; those that were never set are unknown. */
  give(bits: Bits, codes: readonly Code[]): void {
    bits.forEach((bit, at) => {
      if (isNet(bit)) this.write(bit, codes[at]);
    });
  }

  /** The same for a bus, which may be wide: what is on it already is not looked at again. */
  giveBus(bits: Bits, codes: readonly Code[]): void {
    if (this.given.get(bits) === codes) return;
    this.given.set(bits, codes);
    this.give(bits, codes);
  }

  /** The contents of a memory with these words at their addresses, and of all others nothing known. */
  contentsOf(name: string, words: ReadonlyMap<number, readonly Code[]>): Contents {
    const table = this.states.contents[this.memoryAt(name)];
    let contents = table.unknown;
    for (const [address, codes] of words) contents = table.write(contents, address, codes);
    return contents;
  }

  /** Sets what a given memory has. */
  giveContents(name: string, contents: Contents): void {
    const at = this.memoryAt(name);
    if (this.currentContents[at] === contents) return;
    this.currentContents[at] = contents;
    for (const port of this.portsOf[at]) this.age(port);
  }

  /** One of the equal parts of a memory, the same object for the same words. */
  pageOf({ contents }: State, name: string, pages: number, page: number): Contents {
    const at = this.memoryAt(name);
    return this.states.contents[at].part(contents[at], pages, page);
  }

  /** The words of a part, one behind the other. */
  codesIn = (name: string, part: Contents): Code[] => this.states.contents[this.memoryAt(name)].codesIn(part);

  private memoryAt(name: string): number {
    return this.memories.findIndex((memory) => memory.name === name);
  }

  /** Puts the registers and the inputs that were given in their places. */
  settle(state: State): void {
    const { cells, registers, current, currentContents, driven } = this;
    state.words.forEach((word, at) => {
      if (word === current[at]) return;
      current[at] = word;
      this.age(cells.length + at);
      this.writeAll(driven[cells.length + at], word.codes);
    });
    state.contents.forEach((held, at) => {
      if (held === currentContents[at] || this.isGiven(this.memories[at])) return;
      currentContents[at] = held;
      this.age(cells.length + registers.length + at);
      for (const port of this.portsOf[at]) this.age(port);
    });
  }

  /** A net's value; needs {@link settle}. */
  value = (bit: Bit): Code => {
    if (isNet(bit) && this.drivers[bit] >= 0) this.refresh(this.drivers[bit]);
    return this.read(bit);
  };

  /** Registers and memories after a clock edge; needs {@link settle}. The same object as before where all is the same. */
  next(): State {
    const { cells, current, following, currentContents, followingContents } = this;
    let last = this.last;
    this.registers.forEach((register, at) => {
      if (!this.isOutdated(cells.length + at, () => this.enabled(register) !== C0)) return;
      const word = this.states.words[at].word(this.clock(register, current[at].codes));
      if (word !== following[at]) last = undefined;
      following[at] = word;
    });
    const first = cells.length + this.registers.length;
    this.memories.forEach((memory, at) => {
      if (this.isGiven(memory)) return;
      const isWritten = () => memory.enable.some((bit) => this.read(bit) !== C0);
      if (!this.isOutdated(first + at, isWritten)) return;
      const held = this.written(memory, this.states.contents[at], currentContents[at]);
      if (held !== followingContents[at]) last = undefined;
      followingContents[at] = held;
    });
    this.last = last ?? { words: [...following], contents: [...followingContents] };
    return this.last;
  }

  /** Updates what a register or a memory reads, its data only if it takes them. Says whether it has to be computed. */
  private isOutdated(own: number, takes: () => boolean): boolean {
    const { ages } = this;
    if (ages[own] === FRESH) return false;
    const { selects, words } = this.sources[own];
    this.refreshAll(selects);
    if (takes()) for (const word of words) this.refreshAll(word);
    const isStale = ages[own] === STALE;
    ages[own] = FRESH;
    return isStale;
  }

  /** A memory after a clock edge. A write beyond its end does nothing; a write to an unknown address makes all unknown. */
  private written(
    { name, address, data, enable, depth }: MemoryCell,
    table: ContentsTable,
    old: Contents,
  ): Contents {
    const { algebra } = this;
    const enables = enable.map(this.read);
    if (enables.every((code) => code === C0)) return old;
    const at = addressOf(address.map(this.read));
    if (at === undefined) {
      this.vague.add(name);
      return table.unknown;
    }
    if (at >= depth) return old;
    const before = table.read(old, at).codes;
    const word = data.map(this.read);
    const [first] = enables;
    const codes = enables.every((code) => code === first)
      ? mux(first, before, word, algebra)
      : before.flatMap((code, k) => mux(enables[k], [code], [word[k]], algebra));
    return table.write(old, at, codes);
  }

  /** The word that a memory's port gives. */
  private readMemory({ memory, address, y }: MemoryReadCell): readonly Code[] {
    const index = this.memoryAt(memory);
    const at = addressOf(address.map(this.read));
    if (at === undefined) this.vague.add(memory);
    if (at === undefined || at >= this.memories[index].depth) return y.map(() => CX);
    return this.states.contents[index].read(this.currentContents[index], at).codes;
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
    if (ages[reader] === STALE) return;
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
    if (cell.kind === 'memoryRead') return this.readMemory(cell);
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

/** Where a memory is read or written; undefined where that hangs on data or on an unknown value. */
function addressOf(codes: readonly Code[]): number | undefined {
  if (codes.some((code) => code > C1)) return undefined;
  return codes.reduceRight((value, code) => 2 * value + code, 0);
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

const DEAR = new Set(['$add', '$sub', '$neg', '$mul', '$lt', '$le', '$gt', '$ge', '$eq', '$ne']);

const isDear = (cell: LogicCell): boolean =>
  (cell.kind === 'unary' || cell.kind === 'binary') && DEAR.has(cell.operator);
