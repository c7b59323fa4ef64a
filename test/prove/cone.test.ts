import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { readDesign } from '../../src/emit/read-design.js';
import { readNetlist } from '../../src/netlist/read.js';
import type { Netlist } from '../../src/netlist/types.js';
import { findYosys } from '../../src/netlist/yosys.js';
import { Algebra } from '../../src/prove/algebra.js';
import { Cone } from '../../src/prove/cone.js';
import { C0, C1, type Code, CX, type InputAtom } from '../../src/prove/forms.js';
import { CompiledFunction } from '../../src/prove/function.js';
import type { State } from '../../src/prove/states.js';
import { designToProve, RANDOM_ARCHITECTURES } from '../support/random-designs.js';
import { emitTo } from './designs.js';

const CYCLES = 60;

async function netlistOf(architecture: string, seed: number): Promise<Netlist> {
  const { network, hardware } = designToProve(architecture, seed);
  const options = { timeoutSeconds: 60 };
  return readNetlist(readDesign(emitTo(network, hardware)), await findYosys('native'), options);
}

/** A cone of the whole design, and its inputs. */
function whole(netlist: Netlist, algebra: Algebra) {
  const ports = [...netlist.inputs].filter(([name]) => name !== 'aclk').map(([, bits]) => bits);
  const sinks = [...netlist.outputs.values()].flat();
  return { ports, sinks, make: () => new Cone(netlist, new Set(ports.flat()), sinks, algebra) };
}

const SYMBOLS = [0, 1, 2, 3].map((unit) => ({ name: `in${unit}`, low: 0, high: 63 }));
const POINTS = 300;

/** One bit may have got two names on two ways: then it is the same for whatever the symbols are. */
function isSameFunction(algebra: Algebra, a: Code, b: Code, random: Random): boolean {
  if (a === CX || b === CX) return false;
  const both = new CompiledFunction([a, b], algebra, SYMBOLS, (terms) =>
    terms.map(({ atom, coefficient }) => ({ variable: SYMBOLS[(atom as InputAtom).unit], coefficient })),
  );
  return Array.from({ length: POINTS }).every(() => {
    const said = both.run(SYMBOLS.map(() => random.integer(0, 63)));
    return said === 0b00 || said === 0b11;
  });
}

describe.each(RANDOM_ARCHITECTURES)('a cone of a %s design', (architecture) => {
  it.each([1, 2, 3, 4])('that has seen other cycles gives what a new one gives: seed %i', async (seed) => {
    const random = new Random(seed, 'cone');
    const algebra = new Algebra();
    const { ports, sinks, make } = whole(await netlistOf(architecture, seed), algebra);
    const symbol = (): Code =>
      algebra.bit(algebra.input(0, random.integer(0, 3), 0n, 63n), random.integer(0, 5));
    const anyCode = (): Code => random.pick([C0, C1, CX, symbol()]);
    const used = make();
    const states: State[] = [used.states.unknown()];
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      // Mostly on from the last state, now and then from one before.
      const state = random.float() < 0.7 ? states[states.length - 1] : random.pick(states);
      const fresh = make();
      for (const bits of ports) {
        const isControl = bits.length === 1;
        const codes = bits.map(() => (isControl ? random.pick([C0, C1]) : anyCode()));
        for (const cone of [used, fresh]) cone.give(bits, codes);
      }
      for (const cone of [used, fresh]) cone.settle(state);
      const alike = (a: readonly Code[], b: readonly Code[]) =>
        a.every((code, at) => algebra.same(code, b[at]) || isSameFunction(algebra, code, b[at], random));
      expect(alike(sinks.map(used.value), sinks.map(fresh.value))).toBe(true);
      const [next, wanted] = [used.next(), fresh.next()];
      next.words.forEach(({ codes }, at) => {
        expect(alike(codes, wanted.words[at].codes)).toBe(true);
      });
      states.push(next);
    }
    states[0].words.forEach((_, at) => {
      const words = states.map((state) => state.words[at]);
      expect(new Set(words).size).toBe(new Set(words.map(({ codes }) => codes.join())).size);
    });
  });
});
