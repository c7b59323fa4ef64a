import {
  type Bit,
  type Bits,
  type CombinationalCell,
  type Control,
  inputBits,
  isNet,
  type MemoryCell,
  type MemoryReadCell,
  type MuxCell,
  ONE,
  type RegisterCell,
  ZERO,
} from './types.js';

/**
 * Registers with the choices before their inputs as their controls: a reset where an input of the design chooses a
 * constant, an enable where the choice is between another word and their own. The netlist says the same, and is
 * quicker to compute.
 */
export function inferControls(
  registers: readonly RegisterCell[],
  cells: readonly CombinationalCell[],
  inputs: ReadonlySet<Bit>,
): RegisterCell[] {
  const drivers = driversOf(cells);
  const choiceBefore = choicesBefore(drivers);
  /** The input that a choice hangs on, itself or inverted. */
  const inputControl = (select: Bit): Control | undefined => {
    if (inputs.has(select)) return { bit: select, active: 1 };
    const cell = drivers.get(select);
    const inverts = cell?.kind === 'unary' && (cell.operator === '$logic_not' || cell.operator === '$not');
    if (!inverts || cell.a.bits.length !== 1 || !inputs.has(cell.a.bits[0])) return undefined;
    return { bit: cell.a.bits[0], active: 0 };
  };
  const withReset = (register: RegisterCell): RegisterCell => {
    const choice = choiceBefore(register.d);
    const control = choice && inputControl(choice.select);
    if (choice === undefined || control === undefined || choice.b.some(isNet)) return register;
    const reset = { ...control, value: choice.b };
    return { ...register, d: choice.a, reset };
  };
  const withEnable = (register: RegisterCell): RegisterCell => {
    const choice = choiceBefore(register.d);
    if (choice === undefined) return register;
    const { a, b, select } = choice;
    if (isSame(a, register.q)) return { ...register, d: b, enable: { bit: select, active: 1 } };
    if (isSame(b, register.q)) return { ...register, d: a, enable: { bit: select, active: 0 } };
    return register;
  };
  return registers.map((register) => withEnable(withReset(register)));
}

/**
 * Memories without the choices of what is written where while nothing is written: each statement that writes has one
 * before its address and its data, and `x` beside them. Where one choice enables all bits, it is itself the enable.
 */
export function inferWrites(
  memories: readonly MemoryCell[],
  cells: readonly CombinationalCell[],
): MemoryCell[] {
  const choiceBefore = choicesBefore(driversOf(cells));
  const isAll = (word: Bits, value: Bit) => word.every((bit) => bit === value);
  return memories.map((memory) => {
    const taken = (word: Bits, { select }: MuxCell, from: 'a' | 'b'): Bits => {
      const choice = choiceBefore(word);
      return choice?.select === select ? choice[from] : word;
    };
    let { address, data, enable } = memory;
    let before = enable;
    for (let choice = choiceBefore(before); choice !== undefined; choice = choiceBefore(before)) {
      const from = isAll(choice.a, ZERO) ? 'b' : isAll(choice.b, ZERO) ? 'a' : undefined;
      if (from === undefined) break;
      address = taken(address, choice, from);
      data = taken(data, choice, from);
      if (before === enable && from === 'b' && isAll(choice.b, ONE)) {
        enable = enable.map(() => (choice as MuxCell).select);
      }
      before = choice[from];
    }
    return { ...memory, address, data, enable };
  });
}

function driversOf(cells: readonly CombinationalCell[]): ReadonlyMap<Bit, CombinationalCell> {
  return new Map(cells.map((cell) => [cell.y[0], cell]));
}

const choicesBefore =
  (drivers: ReadonlyMap<Bit, CombinationalCell>) =>
  (word: Bits): MuxCell | undefined => {
    const cell = drivers.get(word[0]);
    return cell?.kind === 'mux' && isSame(cell.y, word) ? cell : undefined;
  };

const isSame = (a: Bits, b: Bits): boolean =>
  a.length === b.length && a.every((bit, index) => bit === b[index]);

interface Parts {
  readonly cells: readonly CombinationalCell[];
  readonly registers: readonly RegisterCell[];
  readonly memories: readonly MemoryCell[];
}

/** What the named nets hang on. Where a memory is written Yosys leaves registers that nothing reads. */
export function whatCounts({ cells, registers, memories }: Parts, named: Bits): Parts {
  type Part = CombinationalCell | RegisterCell | MemoryCell;
  const drivers = new Map<Bit, CombinationalCell | RegisterCell>();
  for (const cell of cells) for (const bit of cell.y) drivers.set(bit, cell);
  for (const register of registers) for (const bit of register.q) drivers.set(bit, register);
  const byName = new Map(memories.map((memory) => [memory.name, memory]));
  const behind = ({ memory }: MemoryReadCell) => byName.get(memory) as MemoryCell;
  const reached = new Set<Part>();
  const open = [...named];
  const reach = (part: Part) => {
    if (reached.has(part)) return;
    reached.add(part);
    open.push(...inputBits(part));
    if (part.kind === 'memoryRead') reach(behind(part));
  };
  while (open.length > 0) {
    const driver = drivers.get(open.pop() as Bit);
    if (driver !== undefined) reach(driver);
  }
  const isReached = (part: Part) => reached.has(part);
  return {
    cells: cells.filter(isReached),
    registers: registers.filter(isReached),
    memories: memories.filter(isReached),
  };
}
