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
import { evaluateCell, mux } from './symbolic-cells.js';

/** The contents of a cone's registers, one code per bit, register after register. */
export type State = readonly Code[];

/**
 * The part of a netlist that the given sinks hang on, with some nets cut loose: they are inputs of the cone, whatever
 * drives them. One clock cycle of it is evaluated in the algebra.
 */
export class Cone {
  readonly registers: readonly RegisterCell[];
  private readonly cells: readonly CombinationalCell[];
  private readonly cuts: ReadonlySet<Bit>;
  private readonly values: Code[];
  private readonly cache = new Map<CombinationalCell, Map<string, readonly Code[]>>();

  constructor(
    netlist: Netlist,
    cuts: ReadonlySet<Bit>,
    sinks: Bits,
    private readonly algebra: Algebra,
  ) {
    this.cuts = cuts;
    const drivers = new Map<Bit, CombinationalCell | RegisterCell>();
    for (const cell of netlist.cells) for (const bit of cell.y) drivers.set(bit, cell);
    for (const register of netlist.registers) for (const bit of register.q) drivers.set(bit, register);
    const reached = new Set<CombinationalCell | RegisterCell>();
    const open = [...sinks];
    while (open.length > 0) {
      const bit = open.pop() as Bit;
      const driver = drivers.get(bit);
      if (!isNet(bit) || cuts.has(bit) || driver === undefined || reached.has(driver)) continue;
      reached.add(driver);
      open.push(...inputBits(driver));
    }
    this.cells = netlist.cells.filter((cell) => reached.has(cell));
    this.registers = netlist.registers.filter((register) => reached.has(register));
    this.values = Array<Code>(netlist.netCount).fill(CX);
  }

  /** What the registers hold before the first clock edge. */
  initialState(): Code[] {
    return this.registers.flatMap(({ initial }) =>
      initial.map((bit) => (bit === ZERO ? C0 : bit === ONE ? C1 : CX)),
    );
  }

  /** Computes all nets of the cone from the registers and the inputs; nets not given are unknown. */
  settle(state: State, inputs: ReadonlyMap<Bit, Code>): void {
    const { values } = this;
    let at = 0;
    for (const { q } of this.registers) {
      for (const bit of q) {
        if (!this.cuts.has(bit)) values[bit] = state[at];
        at += 1;
      }
    }
    for (const bit of this.cuts) values[bit] = CX;
    for (const [bit, code] of inputs) if (isNet(bit)) values[bit] = code;
    for (const cell of this.cells) {
      const codes = this.evaluate(cell);
      cell.y.forEach((bit, index) => {
        if (!this.cuts.has(bit)) values[bit] = codes[index];
      });
    }
  }

  value = (bit: Bit): Code => (isNet(bit) ? this.values[bit] : bit === ZERO ? C0 : bit === ONE ? C1 : CX);

  /** The registers after a clock edge; needs {@link settle}. */
  next(): Code[] {
    const { algebra, value } = this;
    return this.registers.flatMap(({ d, q, enable, reset }) => {
      const active = (control: { readonly bit: Bit; readonly active: 0 | 1 }) =>
        control.active === 1 ? value(control.bit) : algebra.not(value(control.bit));
      const old = q.map(value);
      const loaded = () => d.map(value);
      const enabled = enable === undefined ? C1 : active(enable);
      const kept = enabled === C1 ? loaded() : enabled === C0 ? old : mux(enabled, old, loaded(), algebra);
      if (reset === undefined) return kept;
      const first = reset.needsEnable ? mux(enabled, [C0], [active(reset)], algebra)[0] : active(reset);
      return mux(first, kept, reset.value.map(value), algebra);
    });
  }

  /** Only cells whose evaluation is dear are remembered. */
  private evaluate(cell: CombinationalCell): readonly Code[] {
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

const DEAR = new Set(['$add', '$sub', '$neg', '$mul', '$lt', '$le', '$gt', '$ge', '$eq', '$ne']);

const isDear = (cell: CombinationalCell): boolean =>
  (cell.kind === 'unary' || cell.kind === 'binary') && DEAR.has(cell.operator);
