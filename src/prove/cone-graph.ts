import {
  type Bit,
  type Bits,
  type CombinationalCell,
  inputBits,
  isNet,
  type MemoryCell,
  type Netlist,
  type RegisterCell,
} from '../netlist/types.js';

/** What takes part in a cycle of a cone. */
export type ConeCell = CombinationalCell | RegisterCell | MemoryCell;

/** The parts behind what chooses, and behind each of the words that are chosen from. */
export interface Sources {
  readonly selects: Int32Array;
  readonly words: readonly Int32Array[];
}

/** Memories in place of nets: those whose words are given, whoever writes them, and those whose words are asked for. */
export interface MemoryCuts {
  readonly given: readonly string[];
  readonly asked: readonly string[];
}

/** What the sinks hang on, up to the cuts. */
export function reachedFrom(
  netlist: Netlist,
  cuts: ReadonlySet<Bit>,
  sinks: Bits,
  { given, asked }: MemoryCuts,
): Set<ConeCell> {
  const drivers = new Map<Bit, CombinationalCell | RegisterCell>();
  for (const cell of netlist.cells) for (const bit of cell.y) drivers.set(bit, cell);
  for (const register of netlist.registers) for (const bit of register.q) drivers.set(bit, register);
  const memories = new Map(netlist.memories.map((memory) => [memory.name, memory]));
  const reached = new Set<ConeCell>();
  const open = [...sinks];
  const reach = (part: ConeCell) => {
    if (reached.has(part)) return;
    reached.add(part);
    open.push(...inputBits(part));
    if (part.kind === 'memoryRead' && !given.includes(part.memory)) {
      reach(memories.get(part.memory) as MemoryCell);
    }
  };
  for (const name of asked) reach(memories.get(name) as MemoryCell);
  while (open.length > 0) {
    const bit = open.pop() as Bit;
    const driver = drivers.get(bit);
    if (isNet(bit) && !cuts.has(bit) && driver !== undefined) reach(driver);
  }
  return reached;
}

/** @param drivers per net the number of the cell that drives it, −1 where none does */
export function sourcesOf(part: ConeCell, drivers: Int32Array): Sources {
  const cellsBehind = (bits: Bits) =>
    Int32Array.from(new Set(bits.flatMap((bit) => (isNet(bit) && drivers[bit] >= 0 ? [drivers[bit]] : []))));
  switch (part.kind) {
    case 'mux':
      return { selects: cellsBehind([part.select]), words: [part.a, part.b].map(cellsBehind) };
    case 'parallelMux':
      return { selects: cellsBehind(part.selects), words: [part.a, ...part.cases].map(cellsBehind) };
    case 'register': {
      const controls = inputBits(part).slice(part.d.length);
      return { selects: cellsBehind(controls), words: [cellsBehind(part.d)] };
    }
    case 'memory':
      return {
        selects: cellsBehind(part.enable),
        words: [cellsBehind([...part.address, ...part.data])],
      };
    default:
      return { selects: cellsBehind(inputBits(part)), words: [] };
  }
}

/** Per net: the numbers of the parts that read it. */
export function readersOf(parts: readonly ConeCell[], netCount: number): Int32Array[] {
  const readers = Array.from({ length: netCount }, (): Set<number> => new Set());
  parts.forEach((part, at) => {
    for (const bit of inputBits(part)) if (isNet(bit)) readers[bit].add(at);
  });
  return readers.map((set) => Int32Array.from(set));
}
