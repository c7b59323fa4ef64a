import { assignLanes, longest, packLanes } from './assign.js';

/** Words [from, to) of a neuron, which a lane walks in a row. */
export interface NeuronRun {
  readonly neuron: number;
  readonly from: number;
  readonly to: number;
  /** The words before it are the first run of the lane before, and its sum goes on from theirs. */
  readonly continues: boolean;
}

/** Of each lane its runs, in order. */
export type Deal = readonly (readonly NeuronRun[])[];

/** Neurons stay whole where every lane has work in such a share of the cycles. */
const WELL_USED = 0.95;

/**
 * Deals the words of neurons out to lanes. Where whole neurons leave lanes more than 5 % of the cycles without work,
 * neurons are cut, and a sample takes ceil(words / lanes) steps: no schedule has fewer. More than 19 words a lane thus
 * always give lanes work in at least 95 % of the cycles.
 *
 * @param lengths words of each neuron, at least one
 * @param laneCount lanes wanted; there are fewer where fewer need no more steps
 */
export function dealLanes(lengths: readonly number[], laneCount: number): Deal {
  const total = sum(lengths);
  const count = Math.min(laneCount, total);
  const fewest = Math.ceil(total / count);
  const whole = assignLanes(lengths, laneCount);
  const steps = longest(lengths, whole);
  if (steps === fewest || total >= WELL_USED * count * steps) return wholeRuns(lengths, whole);
  return cutRuns(lengths, fewest);
}

/** The same on the fewest lanes with which a sample takes at most `interval` steps. */
export function dealInterval(lengths: readonly number[], interval: number): Deal {
  const whole = packLanes(lengths, Math.ceil(sum(lengths) / interval), interval);
  return whole === undefined ? cutRuns(lengths, interval) : wholeRuns(lengths, whole);
}

const wholeRuns = (lengths: readonly number[], lanes: readonly (readonly number[])[]): NeuronRun[][] =>
  lanes.map((lane) => lane.map((neuron) => ({ neuron, from: 0, to: lengths[neuron], continues: false })));

/**
 * A neuron with more words than steps fills whole lanes, whose sums are added up in the end. What is left of it, and
 * every shorter neuron, stays whole or is cut once, between two neighbours: its first words begin the one lane and its
 * last words end the other. As it has fewer words than there are steps, the first part has ended when the second
 * begins, and the second goes on from its sum.
 */
function cutRuns(lengths: readonly number[], steps: number): NeuronRun[][] {
  const lanes: NeuronRun[][] = [];
  const rest: NeuronRun[] = [];
  lengths.forEach((length, neuron) => {
    const full = length - (length % steps);
    for (let from = 0; from < full; from += steps) {
      lanes.push([{ neuron, from, to: from + steps, continues: false }]);
    }
    if (full < length) rest.push({ neuron, from: full, to: length, continues: false });
  });
  rest.sort((a, b) => lengthOf(b) - lengthOf(a) || a.neuron - b.neuron);
  const restLength = sum(rest.map(lengthOf));
  const idle = Math.ceil(restLength / steps) * steps - restLength;
  return [...lanes, ...fillLanes(rest, steps, idle).reverse()];
}

/**
 * @param runs shorter than `steps`, the longest first
 * @param idle steps of all lanes together that may stay empty
 */
function fillLanes(runs: readonly NeuronRun[], steps: number, idle: number): NeuronRun[][] {
  const waiting = [...runs];
  const lanes: NeuronRun[][] = [];
  let begun: NeuronRun | undefined;
  while (begun !== undefined || waiting.length > 0) {
    const lane: NeuronRun[] = begun === undefined ? [] : [begun];
    begun = undefined;
    let room = steps - sum(lane.map(lengthOf));
    for (let at = 0; at < waiting.length; ) {
      if (lengthOf(waiting[at]) > room) {
        at++;
        continue;
      }
      const [run] = waiting.splice(at, 1);
      lane.push(run);
      room -= lengthOf(run);
    }
    if (waiting.length > 0 && room > idle) {
      const [run] = waiting.splice(0, 1);
      begun = { ...run, to: run.to - room };
      lane.push({ ...run, from: begun.to, continues: true });
    } else {
      idle -= room;
    }
    lanes.push(lane);
  }
  return lanes;
}

const lengthOf = ({ from, to }: NeuronRun): number => to - from;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
