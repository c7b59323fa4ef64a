import {
  type Bit,
  type Bits,
  type CombinationalCell,
  type Control,
  inputBits,
  isNet,
  type MuxCell,
  type RegisterCell,
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
  const drivers = new Map<Bit, CombinationalCell>();
  for (const cell of cells) drivers.set(cell.y[0], cell);
  const choiceBefore = (word: Bits): MuxCell | undefined => {
    const cell = drivers.get(word[0]);
    return cell?.kind === 'mux' && isSame(cell.y, word) ? cell : undefined;
  };
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

const isSame = (a: Bits, b: Bits): boolean =>
  a.length === b.length && a.every((bit, index) => bit === b[index]);

/** The cells that an output, a register or one of the named nets hangs on. */
export function cellsThatCount(
  cells: readonly CombinationalCell[],
  registers: readonly RegisterCell[],
  named: Bits,
): CombinationalCell[] {
  const drivers = new Map<Bit, CombinationalCell>();
  for (const cell of cells) for (const bit of cell.y) drivers.set(bit, cell);
  const reached = new Set<CombinationalCell>();
  const open = [...named, ...registers.flatMap(inputBits)];
  while (open.length > 0) {
    const cell = drivers.get(open.pop() as Bit);
    if (cell === undefined || reached.has(cell)) continue;
    reached.add(cell);
    for (const bit of inputBits(cell)) open.push(bit);
  }
  return cells.filter((cell) => reached.has(cell));
}
