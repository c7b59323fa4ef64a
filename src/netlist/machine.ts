import { Random } from '../core/random.js';
import { type CompiledNetlist, type CompileOptions, compileNetlist } from './compile.js';
import { slotsFor } from './layout.js';
import { maskOf } from './limb.js';
import { type Bits, type Netlist, type RegisterCell, UNDEFINED } from './types.js';

/**
 * Twins that find out whether something hangs on a value that the Verilog leaves open: they start with other values
 * in the registers without a first value, and take another bit for every `x`. An output that depends on such a value
 * differs between them.
 */
export interface Twins {
  /** The one whose outputs count. */
  readonly first: CompiledNetlist;
  readonly others: readonly CompiledNetlist[];
}

/**
 * Compiles a netlist three times. The first value of an open register bit is random in the first and the last twin,
 * and inverted in the second: what depends on one bit always shows, what depends on several shows by chance.
 */
export function compileTwins(netlist: Netlist, options: CompileOptions, seed: number): Twins {
  const [first, inverse, other] = ([0, 1, 1] as const).map((unknown) =>
    compileNetlist(netlist, { ...options, unknown }),
  );
  const random = new Random(seed, 'open registers');
  for (const register of netlist.registers) {
    const open = openBits(register.initial);
    const slot = first.slotOf(register);
    const given = [...first.memory.subarray(slot, slot + open.length)];
    const values = open.map((mask) => random.uint32() & mask);
    first.load(
      register,
      given.map((limb, l) => limb | values[l]),
    );
    inverse.load(
      register,
      given.map((limb, l) => limb | (~values[l] & open[l])),
    );
    other.load(
      register,
      given.map((limb, l) => limb | (random.uint32() & open[l])),
    );
  }
  return { first, others: [inverse, other] };
}

/** Which bits the Verilog leaves open, as masks of 32. */
function openBits(initial: Bits): number[] {
  return Array.from({ length: slotsFor(initial.length) }, (_, l) => {
    const bits = initial.slice(32 * l, 32 * l + 32);
    return (
      bits.reduce((mask, bit, at) => (bit === UNDEFINED ? mask | (1 << at) : mask), 0) & maskOf(bits.length)
    );
  });
}

/** Whether all registers of two twins are equal. */
export function sameRegisters(
  a: CompiledNetlist,
  b: CompiledNetlist,
  registers: readonly RegisterCell[],
): boolean {
  return registers.every((register) => {
    const slot = a.slotOf(register);
    for (let l = 0; l < slotsFor(register.q.length); l++) {
      if (a.memory[slot + l] !== b.memory[slot + l]) return false;
    }
    return true;
  });
}
