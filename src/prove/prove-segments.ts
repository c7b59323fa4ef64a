import { setFlagsFromString } from 'node:v8';
import type { OnProgress } from '../core/progress.js';
import { atATime, inThreads } from '../core/threads.js';
import type { Timing } from '../emit/manifest.js';
import type { Netlist } from '../netlist/types.js';
import type { SegmentProof } from './proof.js';
import { proveTimed, type SegmentTask, type TimedSegment } from './segment-task.js';
import type { ProofSegment } from './segments.js';
import type { NetworkSpec } from './spec.js';
import { countsOf, makeScoreboard, type Scoreboard } from './watch.js';

/** How often the board of the threads is read. */
const LOOK_MS = 500;
/** After the deadline a thread in the middle of one long comparison is ended. */
const GRACE_MS = 5000;
/**
 * A segment keeps most of what it makes, and the garbage between two collections comes on top: a heap may grow by this
 * much until the next one. V8 alone lets it grow fourfold, which saves a twentieth of the time.
 */
const HEAP_GROWTH_PERCENT = 60;
/** Visiting the states takes most of the time; the rest goes to the fields. */
const STATES_SHARE = 0.8;

export interface Segments {
  readonly netlist: Netlist;
  readonly spec: NetworkSpec;
  readonly pieces: readonly ProofSegment[];
  /** How many states a segment comes to is guessed from how many cycles its layer takes. */
  readonly timing: Timing;
}

interface SegmentsOptions {
  readonly threads?: number;
  readonly deadline?: number | undefined;
  readonly onProgress?: OnProgress;
}

/** Proves all segments, several at a time; those that are not done at the deadline say how far they came. */
export async function proveSegments(
  { netlist, spec, pieces, timing }: Segments,
  { threads, deadline, onProgress }: SegmentsOptions,
): Promise<TimedSegment[]> {
  const counts = makeScoreboard(pieces.length);
  const board: Scoreboard = deadline === undefined ? { counts } : { counts, deadline };
  const tasks = pieces.map(
    (piece, number): SegmentTask => ({ netlist, spec: piece.part?.spec ?? spec, piece, number, board }),
  );
  const work = pieces.map((piece) => workOf(piece, timing));
  const done = new Map<number, TimedSegment>();
  const report = () => onProgress?.(progressOf(work, board, done));
  report();
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);
  if (threads === 0) {
    return tasks.map((task) => {
      const timed = proveTimed(task, report);
      done.set(task.number, timed);
      report();
      return timed;
    });
  }
  const looking = setInterval(report, LOOK_MS);
  try {
    await inThreads<SegmentTask, TimedSegment>('prove/segment-worker', tasks, atATime(threads), {
      onResult: (timed, { number }) => {
        done.set(number, timed);
        report();
      },
      ...(deadline === undefined ? {} : { endAt: deadline + GRACE_MS }),
    });
  } finally {
    clearInterval(looking);
  }
  return tasks.map(
    ({ piece, number }) => done.get(number) ?? { segment: cutShort(piece, board, number), seconds: 0 },
  );
}

interface Work {
  readonly states: number;
  readonly fields: number;
}

function workOf({ layerBehind, fields, part }: ProofSegment, { layers }: Timing): Work {
  const layer = part === undefined ? layerBehind : part.layerBefore + 1;
  return { states: 20 + 1.05 * (layers[layer]?.interval ?? 1), fields: fields.length };
}

function progressOf(work: readonly Work[], board: Scoreboard, done: ReadonlyMap<number, unknown>) {
  let share = 0;
  let all = 0;
  const sums = { states: 0, fields: 0 };
  work.forEach(({ states, fields }, number) => {
    const counts = countsOf(board, number);
    const visited = counts.fields > 0 ? 1 : Math.min(1, counts.states / states);
    const compared = counts.fields / Math.max(1, fields);
    const own = STATES_SHARE * visited + (1 - STATES_SHARE) * compared;
    share += (done.has(number) ? 1 : own) * states;
    all += states;
    sums.states += counts.states;
    sums.fields += done.has(number) ? fields : counts.fields;
  });
  const fields = work.reduce((sum, own) => sum + own.fields, 0);
  return {
    task: 'proving (percent)',
    done: done.size === work.length ? 100 : Math.floor((100 * share) / all),
    total: 100,
    note: `${done.size} of ${work.length} segments, ${sums.states.toLocaleString('en-US')} states, ${sums.fields} of ${fields} fields`,
  };
}

/** A segment whose thread was ended. */
function cutShort({ input, output }: ProofSegment, board: Scoreboard, number: number): SegmentProof {
  const { states } = countsOf(board, number);
  return { from: input.name, to: output.name, states, steps: 0, unfinished: true, fields: [] };
}
