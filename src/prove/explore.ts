import type { Interval } from '../fixed/interval.js';
import type { Bit, Bits, Netlist } from '../netlist/types.js';
import type { Algebra } from './algebra.js';
import { type Changed, Cone, controlKey, type State } from './cone.js';
import { C0, C1, type Code, CX, type Form, type InputAtom } from './forms.js';
import { Rebuilder } from './rebuild.js';
import type { Watch } from './watch.js';

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
  /** Names of memories that were read or written where no concrete address says: all of it is unknown. */
  readonly vague: readonly string[];
  /** The first rule that a reachable state breaks. */
  readonly broken?: BrokenRule;
  /** Stopped before all states were visited. */
  readonly unfinished?: true;
}

export interface BrokenRule {
  readonly rule: string;
  /** Net to lead to the cell. */
  readonly bit: Bit;
}

/** More samples than any design holds. */
const MOST_SAMPLES = 64;
const MOST_STATES = 200_000;

interface Node {
  state: State;
  readonly count: number;
  /** When the output must be valid, since it was in a cycle before and was not taken. */
  held: Held;
  queued: boolean;
  /** Per way to go on while the output is not valid though there is a sample to come out: where it leads. */
  readonly waiting: Map<number, Node>;
}

/** Whatever comes, only while a sample is offered (that one was offered then, and stays), or it need not be valid. */
type Held = 'always' | 'offered' | 'no';
const HELD: readonly Held[] = ['no', 'offered', 'always'];

/** What the two streams do in a cycle. Neighbours differ in one of them, so that less is to be computed again. */
const WAYS = [
  { offered: 0, ready: 0 },
  { offered: 0, ready: 1 },
  { offered: 1, ready: 1 },
  { offered: 1, ready: 0 },
] as const;
type Way = (typeof WAYS)[number];

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
  private readonly samples: (readonly Code[])[] = [];
  private readonly nothing: readonly Code[];
  private readonly forget: Rebuilder;
  private readonly forgotten: Changed = { words: new Map(), contents: new Map() };
  private lastOutput: readonly Code[] = [];
  private steps = 0;
  private broken: BrokenRule | undefined;

  constructor(
    private readonly netlist: Netlist,
    private readonly segment: Segment,
    private readonly algebra: Algebra,
    private readonly watch: Watch,
  ) {
    const { input, output } = segment;
    const cuts = new Set([...input.data, input.valid, output.ready].filter((bit) => bit >= 0));
    this.cone = new Cone(netlist, cuts, [...output.data, output.valid, input.ready], algebra);
    this.nothing = input.data.map(() => CX);
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
    this.visit(this.reset(), 0, 'no');
    let unfinished = false;
    while (this.queue.length > 0 && this.broken === undefined && !unfinished) {
      const node = this.queue.pop() as Node;
      node.queued = false;
      const valid = WAYS.map((way) => this.step(node, way));
      // Neighbours of one `offered`.
      if (valid[0] !== valid[1] || valid[2] !== valid[3]) {
        this.fail('whether the output is valid hangs on ready', this.segment.output.valid);
      }
      this.watch.tell(this.nodes.size, 0);
      unfinished = this.queue.length > 0 && this.watch.isOver();
    }
    if (this.broken === undefined && !unfinished) this.checkProgress();
    const { nodes, steps, broken } = this;
    const vague = [...this.cone.vague];
    const result = { outputs: [...this.outputs.values()], states: nodes.size, steps, vague };
    if (broken !== undefined) return { ...result, broken };
    return unfinished ? { ...result, unfinished: true } : result;
  }

  /** After one cycle of reset from any state, and with that after every longer reset, whatever the streams do in it. */
  private reset(): State {
    const { cone, segment } = this;
    this.give(C0, this.nothing, CX, CX);
    cone.settle(cone.unknownState());
    const state = cone.next();
    cone.settle(state);
    // What is read or written where before a reset does not count.
    cone.vague.clear();
    const { valid } = segment.output;
    // Between layers valid may pass without a register.
    const isPort = this.netlist.outputs.get('m_axis_tvalid')?.includes(valid) === true;
    if (isPort && cone.value(valid) !== C0) this.fail('the output may be valid in reset', valid);
    return state;
  }

  private give(resetn: Code, data: readonly Code[], valid: Code, ready: Code): void {
    const { cone, netlist, segment } = this;
    cone.give(netlist.inputs.get('aresetn') ?? [], [resetn]);
    cone.give(segment.input.data, data);
    cone.give([segment.input.valid], [valid]);
    cone.give([segment.output.ready], [ready]);
  }

  /** The bus with sample number `sample` on it; bits of no field are unknown. */
  private sampleData(sample: number): readonly Code[] {
    this.samples[sample] ??= this.makeSample(sample);
    return this.samples[sample];
  }

  private makeSample(sample: number): Code[] {
    const data = [...this.nothing];
    for (const field of this.segment.inputs) {
      fieldBits(field, sample, this.algebra).forEach((bit, k) => {
        data[field.lsb + k] = bit;
      });
    }
    return data;
  }

  /** @returns whether the output is valid */
  private step(node: Node, way: Way): Code {
    this.steps += 1;
    const { cone } = this;
    const { input, output } = this.segment;
    const { offered, ready } = way;
    this.give(C1, offered === 1 ? this.sampleData(node.count) : this.nothing, offered, ready);
    cone.settle(node.state);
    const taken = offered === 1 ? cone.value(input.ready) : C0;
    const valid = cone.value(output.valid);
    const popped = valid === C1 && ready === 1;
    this.checkRules(node, { offered, taken, valid, popped });
    if (this.broken !== undefined) return valid;
    if (valid === C1) this.noteOutput(output.data.map(cone.value));
    const next = cone.next();
    const state = popped ? cone.changed(next, (code) => this.forget.code(code), this.forgotten) : next;
    const count = node.count + taken - (popped ? 1 : 0);
    const waits = valid === C1 && ready === 0;
    const to = this.visit(state, count, !waits ? 'no' : offered > taken ? 'offered' : 'always');
    if (valid === C0 && node.count + offered > 0) node.waiting.set(2 * offered + ready, to);
    return valid;
  }

  private checkRules(
    { count, held }: Node,
    { offered, taken, valid, popped }: { offered: number; taken: Code; valid: Code; popped: boolean },
  ): void {
    const { input, output } = this.segment;
    const mustBeValid = held === 'always' || (held === 'offered' && offered === 1);
    const rules: [boolean, string, Bit][] = [
      [taken > C1, 'whether a sample is taken hangs on data or on an unknown value', input.ready],
      [valid > C1, 'whether the output is valid hangs on data or on an unknown value', output.valid],
      [mustBeValid && valid === C0, 'the output is withdrawn while it waits', output.valid],
      [valid === C1 && count + offered === 0, 'an output that belongs to no sample', output.valid],
      [popped && count + taken === 0, 'an output of a sample that is not taken yet', output.valid],
      [count + taken > MOST_SAMPLES, 'more and more samples go in and none comes out', output.valid],
    ];
    for (const [isBroken, rule, bit] of rules) if (isBroken) this.fail(rule, bit);
  }

  private noteOutput(codes: readonly Code[]): void {
    if (codes.every((code, at) => code === this.lastOutput[at])) return;
    this.lastOutput = codes;
    this.outputs.set(codes.join(','), codes);
  }

  private visit(state: State, count: number, held: Held): Node {
    const key = controlKey(state);
    const known = this.nodes.get(key);
    if (known === undefined) return this.enter(key, { state, count, held });
    // What control does next is the same, so as many samples come out: with more or fewer in flight that is wrong.
    if (known.count !== count) {
      const [fewer, more] = known.count < count ? [known.count, count] : [count, known.count];
      const rule = `a sample is lost or comes out twice: one state has ${fewer} in flight, or ${more}`;
      this.fail(rule, this.segment.output.valid);
      return known;
    }
    const joined = this.cone.joined(known.state, state);
    const isStricter = HELD.indexOf(held) > HELD.indexOf(known.held);
    const isNew = isStricter || joined !== known.state;
    known.state = joined;
    if (isStricter) known.held = held;
    if (isNew) this.enqueue(known);
    return known;
  }

  private enter(key: string, found: Pick<Node, 'state' | 'count' | 'held'>): Node {
    const node: Node = { ...found, queued: false, waiting: new Map() };
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

  /**
   * While there is a sample to come out, the output becomes valid, whatever the two streams do: a run in which it never
   * does would come round to a state that it was in. So no output waits for ready, and no two can wait for each other.
   */
  private checkProgress(): void {
    const open = new Set<Node>();
    const done = new Set<Node>();
    for (const start of this.nodes.values()) {
      const path: { readonly node: Node; readonly ways: Iterator<Node> }[] = [];
      const follow = (node: Node) => {
        open.add(node);
        path.push({ node, ways: node.waiting.values() });
      };
      if (!done.has(start)) follow(start);
      while (path.length > 0) {
        const { node, ways } = path[path.length - 1];
        const { value: to, done: isLast } = ways.next();
        if (isLast === true) {
          open.delete(node);
          done.add(node);
          path.pop();
        } else if (open.has(to)) {
          this.fail('the design can come to a standstill', this.segment.output.valid);
          return;
        } else if (!done.has(to)) {
          follow(to);
        }
      }
    }
  }

  private fail(rule: string, bit: Bit): void {
    this.broken ??= { rule, bit };
  }
}
