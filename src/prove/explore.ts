import type { Interval } from '../fixed/interval.js';
import type { Bit, Bits, Netlist } from '../netlist/types.js';
import type { Algebra } from './algebra.js';
import { Cone } from './cone.js';
import { C0, C1, type Code, CX, type Form, type InputAtom } from './forms.js';
import { Rebuilder } from './rebuild.js';

/** A place where samples pass: a bus with its handshake, of a port or between two layers. */
export interface CutPoint {
  /** For reports: the layer that the bus carries, `input` or `output`. */
  readonly name: string;
  readonly data: Bits;
  readonly valid: Bit;
  readonly ready: Bit;
}

/** What lies between two cut points. */
export interface Segment {
  readonly input: CutPoint;
  readonly output: CutPoint;
  /** What the input bus carries, in symbols with the codes that it can have. */
  readonly inputs: readonly InputField[];
}

/** A field of the input bus: its code is offset + Σ weight × symbol. */
export interface InputField {
  readonly unit: number;
  readonly lsb: number;
  readonly width: number;
  readonly offset: number;
  readonly terms: readonly SymbolTerm[];
  /** The codes that it can have. */
  readonly range: Interval;
  /** Its bits, lowest first, where these are the symbols. */
  readonly bits?: readonly (InputSymbol | 0 | 1)[];
}

export interface SymbolTerm {
  readonly symbol: InputSymbol;
  readonly weight: number;
}

/** A number that a field, or several on the same nets, is made from. */
export interface InputSymbol {
  readonly number: number;
  readonly low: number;
  readonly high: number;
}

/** A symbol's value in sample number `sample`. */
export function symbolForm({ number, low, high }: InputSymbol, sample: number, algebra: Algebra): Form {
  return algebra.input(sample, number, BigInt(low), BigInt(high));
}

/** The code of a field of sample number `sample`. */
export function fieldForm({ offset, terms, range }: InputField, sample: number, algebra: Algebra): Form {
  const form = terms.reduce(
    (sum, { symbol, weight }) =>
      algebra.add(sum, algebra.scale(symbolForm(symbol, sample, algebra), BigInt(weight))),
    algebra.constant(BigInt(offset)),
  );
  // One symbol has its bounds already.
  return terms.length < 2 ? form : algebra.bounded(form, BigInt(range.low), BigInt(range.high));
}

/** The bits of a field of sample number `sample`, lowest first. */
export function fieldBits(field: InputField, sample: number, algebra: Algebra): Code[] {
  if (field.bits === undefined) return algebra.word(fieldForm(field, sample, algebra), field.width);
  return field.bits.map((bit) =>
    typeof bit === 'number' ? bit : algebra.bit(symbolForm(bit, sample, algebra), 0),
  );
}

export interface Exploration {
  /** All values that the output bus has while it is valid, in the symbols of the oldest sample in flight. */
  readonly outputs: readonly (readonly Code[])[];
  readonly states: number;
  readonly steps: number;
  /** The first rule that a reachable state breaks. */
  readonly broken?: BrokenRule;
}

export interface BrokenRule {
  readonly rule: string;
  /** Net to lead to the cell. */
  readonly bit: Bit;
}

/** Before the first sample; as long as the co-simulation resets. */
const RESET_CYCLES = 8;
/** More samples than any design holds. */
const MOST_SAMPLES = 64;
const MOST_STATES = 200_000;

interface Node {
  codes: Code[];
  readonly count: number;
  readonly pending: boolean;
  readonly held: boolean;
  queued: boolean;
  /** Per way to go (see {@link WAYS}): the node it leads to and whether a sample left. */
  readonly ways: Map<number, { readonly to: Node; readonly popped: boolean }>;
}

/**
 * All states that a segment can come to, whatever the streams at its two ends do. Control is concrete and tells states
 * apart; data are symbols, and where two ways to one state differ in a bit of data, that bit is unknown from then on.
 * So finitely many states stand for runs of any length, with stalls in any cycle.
 */
export class Explorer {
  private readonly cone: Cone;
  private readonly nodes = new Map<string, Node>();
  private readonly queue: Node[] = [];
  private readonly outputs = new Map<string, readonly Code[]>();
  private readonly forget: Rebuilder;
  private steps = 0;
  private broken: BrokenRule | undefined;

  constructor(
    private readonly netlist: Netlist,
    private readonly segment: Segment,
    private readonly algebra: Algebra,
  ) {
    const { input, output } = segment;
    const cuts = new Set([...input.data, input.valid, output.ready].filter((bit) => bit >= 0));
    this.cone = new Cone(netlist, cuts, [...output.data, output.valid, input.ready], algebra);
    // The oldest sample has left: its symbols mean nothing any more, and the others move up.
    this.forget = new Rebuilder(algebra, (terms) => {
      let sum: Form | undefined = algebra.constant(0n);
      for (const { atom, coefficient } of terms) {
        const { sample, unit, low, high } = atom as InputAtom;
        if (sample === 0 || sum === undefined) return undefined;
        sum = algebra.add(sum, algebra.scale(algebra.input(sample - 1, unit, low, high), coefficient));
      }
      return sum;
    });
  }

  explore(): Exploration {
    this.visit(this.reset(), 0, false, false);
    while (this.queue.length > 0 && this.broken === undefined) {
      const node = this.queue.pop() as Node;
      node.queued = false;
      for (const offered of node.pending ? [1] : [0, 1]) {
        for (const ready of [0, 1]) this.step(node, offered as 0 | 1, ready as 0 | 1);
      }
    }
    if (this.broken === undefined) this.checkProgress();
    const { nodes, steps, broken } = this;
    const result = { outputs: [...this.outputs.values()], states: nodes.size, steps };
    return broken === undefined ? result : { ...result, broken };
  }

  private reset(): Code[] {
    const { cone, segment } = this;
    const inputs = this.inputs(
      C0,
      segment.input.data.map(() => CX),
      C0,
      CX,
    );
    let state = cone.initialState();
    for (let cycle = 0; cycle < RESET_CYCLES; cycle++) {
      cone.settle(state, inputs);
      state = cone.next();
    }
    cone.settle(state, inputs);
    if (cone.value(segment.output.valid) !== C0) {
      this.fail('the output may be valid in reset', segment.output.valid);
    }
    return state;
  }

  private inputs(resetn: Code, data: readonly Code[], valid: Code, ready: Code): Map<Bit, Code> {
    const { input, output } = this.segment;
    const map = new Map<Bit, Code>();
    for (const bit of this.netlist.inputs.get('aresetn') ?? []) map.set(bit, resetn);
    input.data.forEach((bit, index) => {
      map.set(bit, data[index]);
    });
    map.set(input.valid, valid);
    return map.set(output.ready, ready);
  }

  /** The bus with sample number `sample` on it; bits of no field are unknown. */
  private sampleData(sample: number): Code[] {
    const { input, inputs } = this.segment;
    const data = Array<Code>(input.data.length).fill(CX);
    for (const field of inputs) {
      fieldBits(field, sample, this.algebra).forEach((bit, k) => {
        data[field.lsb + k] = bit;
      });
    }
    return data;
  }

  private step(node: Node, offered: 0 | 1, ready: 0 | 1): void {
    if (this.broken !== undefined) return;
    this.steps += 1;
    const { cone } = this;
    const { input, output } = this.segment;
    const data = offered === 1 ? this.sampleData(node.count) : input.data.map(() => CX);
    cone.settle(node.codes, this.inputs(C1, data, offered, ready));
    const taken = offered === 1 ? cone.value(input.ready) : C0;
    const valid = cone.value(output.valid);
    const popped = valid === C1 && ready === 1;
    this.checkRules(node, { offered, taken, valid, popped });
    if (this.broken !== undefined) return;
    if (valid === C1) this.noteOutput(output.data.map(cone.value));
    const next = cone.next();
    const codes = popped ? next.map((code) => this.forget.code(code)) : next;
    const count = node.count + taken - (popped ? 1 : 0);
    const to = this.visit(codes, count, offered === 1 && taken === C0, valid === C1 && ready === 0);
    node.ways.set(2 * offered + ready, { to, popped });
  }

  private checkRules(
    { count, held }: Node,
    { offered, taken, valid, popped }: { offered: number; taken: Code; valid: Code; popped: boolean },
  ): void {
    const { input, output } = this.segment;
    const rules: [boolean, string, Bit][] = [
      [taken > C1, 'whether a sample is taken hangs on data or on an unknown value', input.ready],
      [valid > C1, 'whether the output is valid hangs on data or on an unknown value', output.valid],
      [held && valid === C0, 'the output is withdrawn while it waits', output.valid],
      [valid === C1 && count + offered === 0, 'an output that belongs to no sample', output.valid],
      [popped && count + taken === 0, 'an output of a sample that is not taken yet', output.valid],
      [count + taken > MOST_SAMPLES, 'more and more samples go in and none comes out', output.valid],
    ];
    for (const [isBroken, rule, bit] of rules) if (isBroken) this.fail(rule, bit);
  }

  private noteOutput(codes: readonly Code[]): void {
    this.outputs.set(codes.join(','), codes);
  }

  private visit(codes: Code[], count: number, pending: boolean, held: boolean): Node {
    const key = `${codes.map((code) => (code <= C1 ? code : '-')).join('')} ${pending} ${held}`;
    const known = this.nodes.get(key);
    if (known === undefined) return this.enter(key, codes, { count, pending, held });
    // What control does next is the same, so as many samples come out: with more or fewer in flight that is wrong.
    if (known.count !== count) {
      const [fewer, more] = known.count < count ? [known.count, count] : [count, known.count];
      const rule = `a sample is lost or comes out twice: one state has ${fewer} in flight, or ${more}`;
      this.fail(rule, this.segment.output.valid);
      return known;
    }
    const joined = known.codes.map((code, at) => (this.algebra.same(code, codes[at]) ? code : CX));
    if (joined.some((code, at) => code !== known.codes[at])) {
      known.codes = joined;
      this.enqueue(known);
    }
    return known;
  }

  private enter(key: string, codes: Code[], flight: Pick<Node, 'count' | 'pending' | 'held'>): Node {
    const node: Node = { codes, ...flight, queued: false, ways: new Map() };
    this.nodes.set(key, node);
    this.enqueue(node);
    if (this.nodes.size > MOST_STATES) {
      this.fail(`more than ${MOST_STATES} states`, this.segment.output.valid);
    }
    return node;
  }

  private enqueue(node: Node): void {
    if (node.queued) return;
    node.queued = true;
    this.queue.push(node);
  }

  /** From every state a sample comes out when both streams go on, and the last one also when no other follows. */
  private checkProgress(): void {
    for (const follow of [true, false]) {
      const good = new Set<Node>();
      for (const start of this.nodes.values()) {
        const path = new Set<Node>();
        let node = start;
        while (!good.has(node)) {
          if (!follow && node.count === 0 && !node.pending) break;
          const way = node.ways.get(follow || node.pending ? 3 : 1);
          if (way === undefined || path.has(node)) {
            this.fail('the design can come to a standstill', this.segment.output.valid);
            return;
          }
          path.add(node);
          if (way.popped) break;
          node = way.to;
        }
        for (const seen of path) good.add(seen);
      }
    }
  }

  private fail(rule: string, bit: Bit): void {
    this.broken ??= { rule, bit };
  }
}
