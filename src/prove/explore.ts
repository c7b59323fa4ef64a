import type { Bit, Bits, Netlist } from '../netlist/types.js';
import type { Algebra } from './algebra.js';
import { brokenRule, type Situation } from './check-rules.js';
import { hasCircle } from './circle.js';
import { Cone } from './cone.js';
import { type Forgetting, forgetting } from './forgetting.js';
import { C0, C1, type Code, CX } from './forms.js';
import { fieldBits } from './input-symbols.js';
import { isComplete, looksBehind, marksGiven, marksMade } from './marks.js';
import { PageSink, PageSource } from './pages.js';
import {
  afterEnd,
  afterGiven,
  afterMarked,
  afterMarkTaken,
  afterReleased,
  afterTaken,
  afterTold,
  type Cycle,
  type Place,
  placeKey,
  roleOf,
  START,
  turned,
  type Way,
  waysOf,
} from './protocol.js';
import type { BrokenRule } from './rule.js';
import { lastOf, type Segment, validOf } from './segment.js';
import { controlKey, type State } from './states.js';
import type { Watch } from './watch.js';

export interface Exploration {
  /** Per beat of a sample all values that the output bus has while it is valid, in the symbols of the oldest sample in flight. */
  readonly outputs: readonly (readonly (readonly Code[])[])[];
  readonly states: number;
  readonly steps: number;
  /** Names of memories that were read or written where no concrete address says: all of it is unknown. */
  readonly vague: readonly string[];
  /** The first rule that a reachable state breaks. */
  readonly broken?: BrokenRule;
  /** Stopped before all states were visited. */
  readonly unfinished?: true;
}

/** Half a million take about 3 GB. */
const MOST_STATES = 500_000;
const ANY_OFFER = -1;

interface Node extends Situation {
  state: State;
  held: number;
  queued: boolean;
  /** Per way to go on while the output is not valid though there is a sample to come out: where it leads. */
  readonly waiting: Map<Way, Node>;
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
  private readonly ways: readonly Way[];
  private readonly outputs: readonly Map<string, readonly Code[]>[];
  /** Per sample its beats. */
  private readonly samples: (readonly (readonly Code[])[])[] = [];
  private readonly nothing: readonly Code[];
  private readonly resetn: Bits;
  private readonly oldest: Forgetting;
  /** By the number of the sample that is dropped. */
  private readonly dropped: Forgetting[] = [];
  private readonly source: PageSource | undefined;
  private readonly sink: PageSink | undefined;
  private readonly marksComeBehind: boolean;
  private readonly lastOutput: (readonly Code[])[] = [];
  /** What was visited last: several ways often lead to one state. */
  private latest: { readonly state: State; readonly key: string; readonly node: Node } | undefined;
  private steps = 0;
  private broken: BrokenRule | undefined;

  constructor(
    private readonly netlist: Netlist,
    private readonly segment: Segment,
    private readonly algebra: Algebra,
    private readonly watch: Watch,
  ) {
    const { input, output } = segment;
    const cuts = new Set(
      [...input.data, ...validOf(input), ...lastOf(input), output.ready, ...marksGiven(segment)].filter(
        (bit) => bit >= 0,
      ),
    );
    const data = output.pages === undefined ? output.data : [];
    const error = input.error === undefined ? [] : [input.error];
    const ends = [...validOf(output), ...lastOf(output), input.ready];
    const sinks = [...data, ...ends, ...error, ...marksMade(segment)];
    this.cone = new Cone(netlist, cuts, sinks, algebra, {
      given: input.pages?.memories ?? [],
      asked: output.pages?.memories ?? [],
    });
    this.source = input.pages && new PageSource(input.pages, this.cone, (sample) => this.beatData(sample, 0));
    this.sink = output.pages && new PageSink(output.pages, this.cone);
    this.marksComeBehind = looksBehind(segment);
    this.nothing = input.data.map(() => CX);
    this.resetn = netlist.inputs.get('aresetn') ?? [];
    this.ways = waysOf(input, output);
    this.outputs = Array.from({ length: output.beats }, () => new Map());
    // The oldest sample has left: its symbols mean nothing any more, and the others move up.
    this.oldest = forgetting(algebra, ({ sample, unit, low, high }) =>
      sample === 0 ? undefined : algebra.input(sample - 1, unit, low, high),
    );
  }

  explore(): Exploration {
    this.visit(this.reset(), START, 0, 0);
    let unfinished = false;
    // There and back: the next state begins with the offer that this one ends with.
    let [ways, back]: (readonly Way[])[] = [this.ways, [...this.ways].reverse()];
    while (this.queue.length > 0 && this.broken === undefined && !unfinished) {
      const node = this.queue.pop() as Node;
      node.queued = false;
      const valid = ways.map((way) => (this.isPossible(node, way) ? this.step(node, way) : undefined));
      [ways, back] = [back, ways];
      // Neighbours of one offer.
      const other = (at: number) => valid[at ^ 1];
      if (valid.some((code, at) => code !== undefined && code !== (other(at) ?? code))) {
        this.fail('whether the output is valid hangs on ready', this.segment.output.valid);
      }
      this.watch.tell(this.nodes.size, 0);
      unfinished = this.queue.length > 0 && this.watch.isOver();
    }
    // While there is a sample to come out, the output becomes valid, whatever the two streams do: so no output waits for
    // ready, and no two can wait for each other.
    if (this.broken === undefined && !unfinished && hasCircle(this.nodes.values())) {
      this.fail('the design can come to a standstill', this.segment.output.valid);
    }
    const { nodes, steps, broken } = this;
    const vague = [...this.cone.vague];
    const result = {
      outputs: this.outputs.map((beat) => [...beat.values()]),
      states: nodes.size,
      steps,
      vague,
    };
    if (broken !== undefined) return { ...result, broken };
    return unfinished ? { ...result, unfinished: true } : result;
  }

  /** There are no more samples than pages, and only one that is there is released. */
  private isPossible({ place, count }: Node, { offer, ready }: Way): boolean {
    const { input, output } = this.segment;
    if (input.pages !== undefined && offer.offered === 1 && place.held === input.pages.pages) return false;
    return output.pages === undefined || ready === 0 || count > 0;
  }

  /** After one cycle of reset from any state, and with that after every longer reset, whatever the streams do in it. */
  private reset(): State {
    const { cone, segment } = this;
    this.give(C0, this.nothing, CX, CX, CX);
    cone.give(marksGiven(segment), [CX, CX]);
    this.source?.giveNothing();
    cone.settle(cone.states.unknown());
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

  private giveMarks({ offer: { spoilt }, markReady }: Way): void {
    const { input } = this.segment;
    const bits = marksGiven(this.segment);
    const offered: readonly Code[] = spoilt === undefined ? [C0, CX] : [C1, spoilt];
    this.cone.give(bits, input.marks === undefined ? bits.map(() => markReady) : offered);
  }

  private give(resetn: Code, data: readonly Code[], valid: Code, last: Code, ready: Code): void {
    const { cone, resetn: reset } = this;
    const { input, output } = this.segment;
    cone.give(reset, [resetn]);
    if (input.pages === undefined) {
      cone.giveBus(input.data, data);
      cone.give([input.valid], [valid]);
    }
    cone.give(lastOf(input), [last]);
    cone.give([output.ready], [ready]);
  }

  /** The bus with a beat of sample number `sample` on it; bits of no field are unknown. */
  private beatData(sample: number, beat: number): readonly Code[] {
    // All outputs of a sample have come out, and some of it is still to come in.
    if (sample < 0) return this.nothing;
    this.samples[sample] ??= this.makeSample(sample);
    return this.samples[sample][beat];
  }

  private makeSample(sample: number): readonly (readonly Code[])[] {
    const { data, beats } = this.segment.input;
    const codes = Array<Code>(data.length * beats).fill(CX);
    for (const field of this.segment.inputs) {
      fieldBits(field, sample, this.algebra).forEach((bit, k) => {
        codes[field.lsb + k] = bit;
      });
    }
    return Array.from({ length: beats }, (_, beat) =>
      codes.slice(beat * data.length, (beat + 1) * data.length),
    );
  }

  /** @returns whether the output is valid */
  private step(node: Node, way: Way): Code {
    this.steps += 1;
    const { cone } = this;
    const { input, output } = this.segment;
    const { offer, ready } = way;
    const role = offer.offered === 1 ? roleOf(node.place, offer, input, this.marksComeBehind) : undefined;
    // Of what is dropped nothing is known, so that nothing can hang on it.
    const isGood = role === 'more' || role === 'end';
    const data = isGood ? this.beatData(node.count, node.place.taken) : this.nothing;
    this.give(C1, data, offer.offered, offer.last, ready);
    this.giveMarks(way);
    this.source?.give(node.place, node.count, offer.offered);
    cone.settle(node.state);
    const answer = cone.value(input.ready);
    // What lies in a page is there for the taking.
    const taken = role === undefined ? C0 : this.source === undefined ? answer : C1;
    const released = this.source === undefined ? C0 : answer;
    const valid =
      this.sink === undefined
        ? cone.value(output.valid)
        : this.fullness(node, this.arrives(node, way, { role, taken }));
    const marked = output.marks === undefined ? C0 : cone.value(output.marks.valid);
    const cycle: Cycle = { role, taken, valid, popped: valid === C1 && ready === 1, released, marked };
    this.broken ??= brokenRule(this.segment, node, way, cycle, cone.value);
    if (this.broken !== undefined) return valid;
    const isSpoilt = node.place.spoilt[0] === '1' || (node.place.spoilt === '' && role === 'wrong');
    if (!isSpoilt) this.noteOutputs(node, valid);
    const to = this.follow(node, way, cycle);
    if (this.isWaiting(node, way, cycle)) node.waiting.set(way, to);
    return valid;
  }

  /** Whether there is one whole sample more from this cycle on. */
  private arrives({ place }: Node, { offer }: Way, beat: Pick<Cycle, 'role' | 'taken'>): boolean {
    return isComplete(place, beat) && (!this.marksComeBehind || offer.spoilt === 0);
  }

  /** Whether something has to come yet, though nobody else is to blame. */
  private isWaiting(
    { count, place }: Node,
    { offer, markReady }: Way,
    { role, taken, valid, marked }: Cycle,
  ): boolean {
    if (marked === C1 && markReady === 0) return false;
    if (place.marks !== '' && marked === C0) return true;
    const isDropped = this.marksComeBehind && role === 'end' && offer.spoilt === 1;
    const isGood = role === 'more' || (role === 'end' && !isDropped);
    const comes = role !== undefined && role !== 'unmarked' && (taken === C0 || isGood);
    return valid === C0 && (count > 0 || comes);
  }

  /** Whether there is a sample in a page; pages tell exactly that. */
  private fullness({ count, place }: Node, arrives: boolean): Code {
    const held = count + (arrives ? 1 : 0);
    if (this.sink?.isTold({ count: held, page: place.page }) === false) {
      this.fail('pages are told to be full that are not, or are not told', this.segment.output.valid);
    }
    return held > 0 ? C1 : C0;
  }

  private noteOutputs({ state, place, count }: Node, valid: Code): void {
    if (this.sink === undefined) {
      if (valid === C1) this.noteOutput(place.given, this.segment.output.data.map(this.cone.value));
      return;
    }
    this.sink.look(state, { count, page: place.page }, (sample, codes) => {
      const { rebuilder } = this.oldest;
      this.noteOutput(0, sample === 0 ? codes : codes.map((code) => rebuilder.code(code)));
    });
  }

  /** The state after a cycle. */
  private follow(node: Node, way: Way, { role, taken, valid, popped, released, marked }: Cycle): Node {
    const { cone } = this;
    const { number, offer, ready, markReady } = way;
    const { input, output } = this.segment;
    let { place } = node;
    let state = cone.next();
    let { count } = node;
    if (role !== undefined && taken === C1) {
      // Of a sample that turned out to be wrong nothing counts any more.
      if (role === 'wrong' && place.taken > 0) state = this.forgotten(state, this.drop(count));
      const isWhole = role === 'end' || (role === 'wrong' && output.marks !== undefined);
      if (isWhole && !this.marksComeBehind) count += 1;
      place = input.pages === undefined ? afterTaken(place, offer, role) : afterTold(place);
      if (isWhole && output.marks !== undefined) place = afterEnd(place, role === 'wrong');
    }
    if (this.marksComeBehind && isComplete(node.place, { role, taken })) {
      place = { ...place, unmarked: offer.spoilt === undefined };
      if (offer.spoilt === 0) count += 1;
      if (offer.spoilt === 1) state = this.forgotten(state, this.drop(count));
    }
    if (marked === C1 && markReady === 1) place = afterMarkTaken(place);
    if (input.pages !== undefined && released === C1) place = afterReleased(place, input.pages);
    if (popped) {
      place = afterGiven(place, output);
      if (output.pages !== undefined) place = turned(place, output.pages.pages);
      if (place.given === 0) {
        if (output.marks !== undefined) place = afterMarked(place);
        state = this.forgotten(state, this.oldest);
        count -= 1;
      }
    }
    const isKept = role !== undefined && taken === C0;
    const waits = valid === C1 && ready === 0;
    // A beat that was not taken is offered on; otherwise the source does what it wants.
    const held = !waits ? 0 : isKept ? 1 << number : ANY_OFFER;
    return this.visit(state, place, count, held);
  }

  /** Forgets a sample that was not whole. */
  private drop(number: number): Forgetting {
    const { algebra } = this;
    this.dropped[number] ??= forgetting(algebra, ({ sample, unit, low, high }) =>
      sample === number ? undefined : algebra.input(sample, unit, low, high),
    );
    return this.dropped[number];
  }

  private forgotten(state: State, { rebuilder, known }: Forgetting): State {
    return this.cone.states.changed(state, (code) => rebuilder.code(code), known);
  }

  private noteOutput(beat: number, codes: readonly Code[]): void {
    const last = this.lastOutput[beat];
    if (last !== undefined && codes.every((code, at) => code === last[at])) return;
    this.lastOutput[beat] = codes;
    this.outputs[beat].set(codes.join(','), codes);
  }

  private visit(state: State, place: Place, count: number, held: number): Node {
    const { latest } = this;
    const isLatest = latest?.state === state && placeKey(latest.node.place) === placeKey(place);
    const { node: known, key } = isLatest ? latest : this.find(state, place);
    if (known === undefined) return this.enter(key, { state, place, count, held });
    this.latest = { state, key, node: known };
    // What control does next is the same, so as many samples come out: with more or fewer in flight that is wrong.
    if (known.count !== count) {
      const [fewer, more] = known.count < count ? [known.count, count] : [count, known.count];
      const rule = `a sample is lost or comes out twice: one state has ${fewer} in flight, or ${more}`;
      this.fail(rule, this.segment.output.valid);
      return known;
    }
    const joined = isLatest ? known.state : this.cone.states.joined(known.state, state);
    const isStricter = (held & ~known.held) !== 0;
    const isNew = isStricter || joined !== known.state;
    known.state = joined;
    known.held |= held;
    if (isNew) this.enqueue(known);
    return known;
  }

  private find(state: State, place: Place): { readonly key: string; readonly node: Node | undefined } {
    const key = `${placeKey(place)};${controlKey(state)}`;
    return { key, node: this.nodes.get(key) };
  }

  private enter(key: string, found: Pick<Node, 'state' | 'place' | 'count' | 'held'>): Node {
    const node: Node = { ...found, queued: false, waiting: new Map() };
    this.nodes.set(key, node);
    this.latest = { state: found.state, key, node };
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

  private fail(rule: string, bit: Bit): void {
    this.broken ??= { rule, bit };
  }
}
