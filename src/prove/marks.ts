import type { Bit, Bits } from '../netlist/types.js';
import { C0, C1, type Code } from './forms.js';
import type { BeatOffer, Cycle, Place } from './protocol.js';
import { type BrokenRule, firstBroken, type Rule } from './rule.js';
import type { Segment } from './segment.js';

/** More samples than a group of layers works on at a time. */
const MOST_MARKS = 8;

/** Nets of marks that are driven: whether one is there and what it says, or whether one is taken. */
export function marksGiven({ input, output }: Segment): Bits {
  if (input.marks !== undefined) return [input.marks.valid, input.marks.spoilt];
  return output.marks === undefined ? [] : [output.marks.ready];
}

/** Those that are read. */
export function marksMade({ input, output }: Segment): Bits {
  if (input.marks !== undefined) return [input.marks.ready];
  return output.marks === undefined ? [] : [output.marks.valid, output.marks.spoilt];
}

/** Whether samples come in before their marks, which are looked at where they lie. */
export const looksBehind = ({ input, output }: Segment): boolean =>
  input.marks !== undefined && output.pages !== undefined;

/** Whether in this cycle all of a sample has come in that has no mark yet, or had come in before. */
export const isComplete = ({ unmarked }: Place, { role, taken }: Pick<Cycle, 'role' | 'taken'>): boolean =>
  unmarked || (role === 'end' && taken === C1);

/** Whether beats may come out before all of a sample has come in: of samples that nothing drops, or that go on all the same. */
export const givesEarly = ({ input, output }: Segment): boolean =>
  input.last === undefined || output.marks !== undefined;

/**
 * Rules of marks: each goes with its sample, and says whether that one is spoilt.
 *
 * @param value of a net
 * @returns the one that is broken, and a net to lead to the cell
 */
export function brokenMarkRule(
  segment: Segment,
  place: Place,
  { spoilt }: BeatOffer,
  cycle: Cycle,
  value: (bit: Bit) => Code,
): BrokenRule | undefined {
  const { input, output } = segment;
  const { role, taken, popped, marked } = cycle;
  const rules: Rule[] = [];
  if (input.marks !== undefined) {
    const { ready } = input.marks;
    const isTaken = looksBehind(segment)
      ? isComplete(place, cycle)
      : (role === 'end' || role === 'spoilt') && taken === C1;
    const wanted = isTaken ? C1 : C0;
    rules.push(
      [
        role === 'unmarked' && taken !== C0,
        looksBehind(segment)
          ? 'a sample is taken before it is known whether the one before it is whole'
          : 'a sample is taken before it is known whether it is whole',
        ready,
      ],
      [spoilt !== undefined && value(ready) !== wanted, 'a mark is not taken with its sample', ready],
    );
  }
  if (output.marks !== undefined) {
    const { valid, spoilt: bit } = output.marks;
    const isKnown = place.spoilt !== '' || ((role === 'end' || role === 'wrong') && taken === C1);
    const leaves = popped && place.given === output.beats - 1;
    const wanted = place.marks[0] === '1' ? C1 : C0;
    rules.push(
      [marked > C1, 'whether there is a mark hangs on data or on an unknown value', valid],
      [leaves && !isKnown, "a sample's last beat goes on before its length is known", output.valid],
      [place.marks.length > MOST_MARKS, 'more and more samples go on whose marks do not come', valid],
      [marked === C1 && place.marks === '', 'a mark that belongs to no sample', valid],
      [marked === C1 && value(bit) !== wanted, 'a mark does not say whether its sample is spoilt', bit],
    );
  }
  return firstBroken(rules);
}
