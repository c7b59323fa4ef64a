import { Random } from '../core/random.js';
import { type CompiledNetlist, compileNetlist, fillWords } from './compile.js';
import { slotsFor } from './layout.js';
import { maskOf } from './limb.js';
import { withAlarm, withTaint } from './taint.js';
import { type Bits, type Netlist, type RegisterCell, UNDEFINED } from './types.js';

/** A compiled netlist beside one that also tells which of its nets are `x`, slower, and run only while some are. */
export interface Machine {
  readonly fast: CompiledNetlist;
  /** Has the names of `fast`, and for each the bits that are `x` under {@link unknownName}. */
  readonly exact: CompiledNetlist;
  /** Not 0 where `fast`, when it has settled, makes an `x` that lasts beyond the cycle or shows. */
  readonly alarm: Uint8Array;
  /** Back to the start; what the Verilog leaves open is random in `fast`, and `x` in `exact`. */
  restart(seed: number): void;
  /** Whether a register of `exact` holds an `x`. */
  holdsUnknown(): boolean;
  /** Gives `exact` the registers of `fast`, none of them `x`. */
  catchUp(): void;
}

const ALARM = 'alarm';

export const unknownName = (name: string): string => `unknown ${name}`;

/**
 * Compiles a netlist both ways.
 *
 * @param watched buses to be read, by names of the caller's
 */
export function compileMachine(netlist: Netlist, watched: ReadonlyMap<string, Bits> = new Map()): Machine {
  const watchful = withAlarm(netlist);
  const alarmed = new Map([...watched, [ALARM, [watchful.alarm]]]);
  const fast = compileNetlist(watchful.netlist, { watched: alarmed, unknown: 1 });
  // Both follow what is x in memories. Where both run, the exact one writes last, and all that the other does or more.
  const { contents } = fast;
  const tainted = withTaint(netlist);
  const unknown = [...netlist.outputs, ...watched].map(([name, bits]): [string, Bits] => [
    unknownName(name),
    tainted.of(bits),
  ]);
  const exactly = { watched: new Map([...watched, ...unknown]), unknown: 1, contents } as const;
  const exact = compileNetlist(tainted.netlist, exactly);
  return {
    fast,
    exact,
    alarm: fast.bytes(ALARM),
    restart(seed) {
      const random = new Random(seed, 'open registers');
      fast.restart();
      exact.restart();
      for (const register of netlist.registers) {
        const values = contentsOf(fast, register);
        openBits(register.initial).forEach((mask, l) => {
          values[l] |= random.uint32() & mask;
        });
        fast.load(register, values);
        exact.load(register, values);
      }
      for (const { name, width } of netlist.memories) {
        fillWords(contents.get(name) as Int32Array, width, () => random.uint32());
      }
    },
    holdsUnknown: () =>
      tainted.companions.some((register) => contentsOf(exact, register).some((limb) => limb !== 0)),
    catchUp() {
      for (const register of netlist.registers) exact.load(register, contentsOf(fast, register));
      for (const register of tainted.companions) {
        exact.load(register, Array(slotsFor(register.q.length)).fill(0));
      }
    },
  };
}

function contentsOf({ memory, slotOf }: CompiledNetlist, register: RegisterCell): Int32Array {
  const slot = slotOf(register);
  return memory.slice(slot, slot + slotsFor(register.q.length));
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
