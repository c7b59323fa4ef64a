import { addressExpression, type CodeContext, cellCode, limbsOf } from './cell-code.js';
import { Layout, slotsFor } from './layout.js';
import { type Frame, limbExpression, maskOf } from './limb.js';
import { RUNTIME } from './runtime.js';
import {
  type Bits,
  type CombinationalCell,
  type Control,
  type MemoryCell,
  type Netlist,
  ONE,
  type RegisterCell,
  ZERO,
} from './types.js';

/** A netlist as two functions on a memory of 32-bit slots. */
export interface CompiledNetlist {
  readonly memory: Int32Array;
  /** What the netlist's memories hold, by their names: words one after the other, each in slots of its own. */
  readonly contents: MemoryContents;
  /** Computes everything that hangs on inputs and registers. */
  settle(): void;
  /** A rising clock edge; needs {@link settle} before, and after. */
  clock(): void;
  /** An input port's or a watched bus's bytes, lowest first. Inputs may be written; unused bits must be 0. */
  bytes(name: string): Uint8Array;
  /** A register's word in {@link memory}. */
  slotOf(register: RegisterCell): number;
  /** Back to the start: registers at their first values, all else 0; memories that were given stay as they are. */
  restart(): void;
  /** Sets the registers' contents: also what they keep while they are not enabled. */
  load(register: RegisterCell, limbs: ArrayLike<number>): void;
}

export type MemoryContents = ReadonlyMap<string, Int32Array>;

/** Cells per generated function: engines give up on optimising much larger ones. */
const CELLS_PER_FUNCTION = 150;

export interface NetlistOptions {
  /** Buses to be read, by names of the caller's; output ports are watched under their own. */
  readonly watched?: ReadonlyMap<string, Bits>;
  /** What an `x` counts as, registers' first values apart: 0 unless stated. */
  readonly unknown?: 0 | 1;
  /** Memories that another compiled netlist has too. */
  readonly contents?: MemoryContents;
}

/** Compiles a netlist to JavaScript, two-state. Registers that the Verilog leaves open start at 0. */
export function compileNetlist(netlist: Netlist, options: NetlistOptions = {}): CompiledNetlist {
  const { watched = new Map(), unknown = 0, contents = new Map() } = options;
  return new Compiler(netlist, new Map([...netlist.outputs, ...watched]), unknown, contents).compile();
}

class Compiler {
  private readonly layout: Layout;
  private readonly tables: Int32Array[] = [];
  private readonly places = new Map<string, { readonly slot: number; readonly bytes: number }>();
  private readonly memories: ReadonlyMap<string, { readonly words: string; readonly cell: MemoryCell }>;
  private readonly contents: MemoryContents;
  private names = 0;

  constructor(
    private readonly netlist: Netlist,
    private readonly watched: ReadonlyMap<string, Bits>,
    private readonly unknown: 0 | 1,
    private readonly given: MemoryContents,
  ) {
    this.layout = new Layout(netlist);
    const { memories } = netlist;
    this.memories = new Map(memories.map((cell, index) => [cell.name, { words: `words${index}`, cell }]));
    this.contents = new Map(
      memories.map(({ name, depth, width }) => [
        name,
        given.get(name) ?? new Int32Array(depth * slotsFor(width)),
      ]),
    );
  }

  compile(): CompiledNetlist {
    const { netlist, layout } = this;
    for (const [name, bits] of netlist.inputs) this.locate(name, layout.wordOf(bits)?.slot as number, bits);
    const settling = chunks(netlist.cells, CELLS_PER_FUNCTION).map((cells) => this.settleFunction(cells));
    settling.push(this.watchFunction());
    const clocking = chunks(netlist.registers, CELLS_PER_FUNCTION).map((cells) => this.clockFunction(cells));
    if (netlist.memories.length > 0) clocking.push(this.writeFunction());
    const { registerSlots } = layout;
    const text = [
      '"use strict";',
      RUNTIME,
      `const [${this.tables.map((_, index) => `t${index}`).join(', ')}] = tables;`,
      `const [${[...this.memories.values()].map(({ words }) => words).join(', ')}] = memories;`,
      ...[...settling, ...clocking].map((body, index) => `function f${index}() {\n${body}\n}`),
      `function settle() { ${settling.map((_, index) => `f${index}();`).join(' ')} }`,
      `function clock() { ${clocking.map((_, index) => `f${settling.length + index}();`).join(' ')}`,
      `  m.copyWithin(0, ${registerSlots}, ${2 * registerSlots}); }`,
      'return { settle, clock };',
    ].join('\n');
    const memory = new Int32Array(layout.size);
    const make = new Function('m', 'tables', 'memories', 'fill', text);
    const fill = (words: Int32Array, width: number) => fillWords(words, width, () => -1);
    const { settle, clock } = make(memory, this.tables, [...this.contents.values()], fill);
    return this.wrap(memory, settle, clock);
  }

  private wrap(memory: Int32Array, settle: () => void, clock: () => void): CompiledNetlist {
    const { layout, places, contents, given } = this;
    const slotOf = (register: RegisterCell) => layout.words.get(register.q)?.slot as number;
    const compiled: CompiledNetlist = {
      memory,
      contents,
      settle,
      clock,
      bytes: (name) => {
        const { slot, bytes } = places.get(name) as { slot: number; bytes: number };
        return new Uint8Array(memory.buffer, 4 * slot, bytes);
      },
      slotOf,
      restart: () => {
        memory.fill(0);
        for (const { name, width, initial } of this.netlist.memories) {
          const words = contents.get(name) as Int32Array;
          if (!given.has(name)) fillWords(words, width, () => (initial === ONE ? -1 : 0));
        }
        for (const register of this.netlist.registers) {
          compiled.load(register, initialLimbs(register.initial));
        }
      },
      load: (register, limbs) => {
        const slot = slotOf(register);
        memory.set(limbs, slot);
        memory.set(limbs, slot + layout.registerSlots);
      },
    };
    compiled.restart();
    return compiled;
  }

  private locate(name: string, slot: number, bits: Bits): void {
    this.places.set(name, { slot, bytes: Math.ceil(bits.length / 8) });
  }

  private context(locals: ReadonlySet<number>): CodeContext {
    return {
      layout: this.layout,
      unknown: this.unknown,
      reference: (slot) => (locals.has(slot) ? `w${slot}` : `m[${slot}]`),
      scratch: (width) => this.layout.reserve(width).slot,
      table: (words) => `t${this.tables.push(words) - 1}`,
      memory: (name) => {
        const { words, cell } = this.memories.get(name) as { words: string; cell: MemoryCell };
        return { words, depth: cell.depth };
      },
      unique: (stem) => `${stem}_${this.names++}`,
    };
  }

  private settleFunction(cells: readonly CombinationalCell[]): string {
    const locals = new Set<number>();
    const context = this.context(locals);
    const lines: string[] = [];
    for (const cell of cells) {
      const { before, limbs } = cellCode(cell, context);
      const slot = this.layout.words.get(cell.y)?.slot as number;
      lines.push(...before);
      limbs.forEach((limb, l) => {
        lines.push(`const w${slot + l} = m[${slot + l}] = ${limb};`);
        locals.add(slot + l);
      });
    }
    return lines.join('\n');
  }

  /** Copies watched buses to places of their own. */
  private watchFunction(): string {
    const context = this.context(new Set());
    return [...this.watched]
      .flatMap(([name, bits]) => {
        const { slot } = this.layout.reserve(bits.length);
        this.locate(name, slot, bits);
        return limbsOf(bits, context).map((limb, l) => `m[${slot + l}] = ${limb};`);
      })
      .join('\n');
  }

  /** Writes the registers' next values; where nothing is written the old value stays. */
  private clockFunction(registers: readonly RegisterCell[]): string {
    const context = this.context(new Set());
    const { layout } = this;
    return registers
      .map(({ d, q, enable, reset }) => {
        const slot = (layout.words.get(q)?.slot as number) + layout.registerSlots;
        const store = (bits: Bits) =>
          limbsOf(bits, context)
            .map((limb, l) => `m[${slot + l}] = ${limb};`)
            .join(' ');
        const test = (control: Control) => activeTest(control, context);
        const enabled = enable === undefined ? store(d) : `if (${test(enable)}) { ${store(d)} }`;
        if (reset === undefined) return enabled;
        return `if (${test(reset)}) { ${store(reset.value)} } else ${enabled.startsWith('if') ? enabled : `{ ${enabled} }`}`;
      })
      .join('\n');
  }

  /** Writes the memories. No register reads them at the edge: what it takes over was computed before. */
  private writeFunction(): string {
    const context = this.context(new Set());
    return [...this.memories.values()]
      .map(({ words, cell }) => {
        const slots = slotsFor(cell.width);
        const data = limbsOf(cell.data, context);
        const stores = limbsOf(cell.enable, context).map((mask, l) => {
          const place = `${words}[at + ${l}]`;
          return `if ((mask = ${mask}) !== 0) ${place} = (${place} & ~mask) | (${data[l]} & mask);`;
        });
        const write = [
          `let mask, at = ${addressExpression(cell.address, context)};`,
          `if (at < ${cell.depth}) { at *= ${slots}; ${stores.join(' ')} }`,
        ].join(' ');
        if (cell.fill === ZERO) return `{ ${write} }`;
        const isFilled = `${limbExpression([cell.fill], context)} !== 0`;
        return `if (${isFilled}) fill(${words}, ${cell.width}); else { ${write} }`;
      })
      .join('\n');
  }
}

/** Sets words of so many bits, slot by slot. */
export function fillWords(words: Int32Array, width: number, next: () => number): void {
  const slots = slotsFor(width);
  for (let at = 0; at < words.length; at++) words[at] = next() & maskOf(width - 32 * (at % slots));
}

function activeTest({ bit, active }: Control, frame: Frame): string {
  return `${limbExpression([bit], frame)} === ${active}`;
}

/** Registers that the Verilog leaves open start at 0. */
function initialLimbs(initial: Bits): number[] {
  return Array.from({ length: slotsFor(initial.length) }, (_, l) =>
    initial
      .slice(32 * l, 32 * l + 32)
      .reduce((value, bit, at) => (bit === ONE ? value | (1 << at) : value), 0),
  );
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
