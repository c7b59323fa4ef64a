import type { Bit } from '../netlist/types.js';
import { C0, C1, type Code } from './forms.js';
import { brokenMarkRule, givesEarly } from './marks.js';
import type { Cycle, Place, Way } from './protocol.js';
import { type BrokenRule, firstBroken } from './rule.js';
import type { Segment } from './segment.js';

/** More samples than any design holds. */
const MOST_SAMPLES = 300;

/** Where a segment's streams are when a cycle begins. */
export interface Situation {
  readonly place: Place;
  /** Whole samples in flight; what comes in belongs to the next one. */
  readonly count: number;
  /** A bit for each offer with which the output must be valid, since it was in a cycle before and was not taken. */
  readonly held: number;
}

/**
 * The first rule of the streams that a segment breaks in a cycle.
 *
 * @param value of a net
 */
export function brokenRule(
  segment: Segment,
  situation: Situation,
  way: Way,
  cycle: Cycle,
  value: (bit: Bit) => Code,
): BrokenRule | undefined {
  const { input, output } = segment;
  const { role, taken, valid } = cycle;
  const { place } = situation;
  return (
    brokenHandshake(segment, situation, way, cycle) ??
    (valid === C1 ? brokenLast(output, place, value) : undefined) ??
    brokenLength(input, role === 'wrong' ? taken : C0, value) ??
    brokenMarkRule(segment, place, way.offer, cycle, value)
  );
}

function brokenHandshake(
  segment: Segment,
  { place, count, held }: Situation,
  { number }: Way,
  { role, taken, valid, popped, released }: Cycle,
): BrokenRule | undefined {
  const { input, output, takesAlone } = segment;
  const mustBeValid = (held & (1 << number)) !== 0;
  // Of a sample that nothing drops, outputs may come before all of it has come in.
  const isEarly = givesEarly(segment) && place.taken > 0;
  const ends = role === 'end' || (givesEarly(segment) && (role === 'more' || role === 'wrong'));
  const inside = count + (isEarly || ends || place.unmarked ? 1 : 0);
  const isTaken = isEarly || place.unmarked || (ends && taken === C1);
  return firstBroken([
    [taken > C1, 'whether a sample is taken hangs on data or on an unknown value', input.ready],
    [valid > C1, 'whether the output is valid hangs on data or on an unknown value', output.valid],
    [released > C1, 'whether a sample is released hangs on data or on an unknown value', input.ready],
    [released === C1 && place.held === 0, 'a sample is released that is not there', input.ready],
    [mustBeValid && valid === C0, 'the output is withdrawn while it waits', output.valid],
    [valid === C1 && inside === 0, 'an output that belongs to no sample', output.valid],
    [popped && count + (isTaken ? 1 : 0) === 0, 'an output of a sample that is not taken yet', output.valid],
    [
      takesAlone === true && role !== undefined && count === 0 && taken === C0,
      'a sample is not taken though there is none inside',
      input.ready,
    ],
    [count + taken > MOST_SAMPLES, 'more and more samples go in and none comes out', output.valid],
  ]);
}

/** The last beat of a sample is marked, and no other. */
function brokenLast(
  { last, beats }: Segment['output'],
  { given }: Place,
  value: (bit: Bit) => Code,
): BrokenRule | undefined {
  if (last === undefined) return undefined;
  const rule = `beat ${given} of ${beats} is not marked as the last one when it is, or is when it is not`;
  return firstBroken([[value(last) !== (given === beats - 1 ? C1 : C0), rule, last]]);
}

function brokenLength(
  { error }: Segment['input'],
  wanted: Code,
  value: (bit: Bit) => Code,
): BrokenRule | undefined {
  if (error === undefined) return undefined;
  const rule = 'a sample of another length is not told once, when that is known';
  return firstBroken([[value(error) !== wanted, rule, error]]);
}
