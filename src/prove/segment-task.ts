import type { Netlist } from '../netlist/types.js';
import type { SegmentProof } from './proof.js';
import { proveSegment } from './prove-segment.js';
import type { ProofSegment } from './segments.js';
import type { NetworkSpec } from './spec.js';
import { type Scoreboard, watchFor } from './watch.js';

/** Plain data, so that it can go to another thread. */
export interface SegmentTask {
  readonly netlist: Netlist;
  readonly spec: NetworkSpec;
  readonly piece: ProofSegment;
  /** Its place on the board. */
  readonly number: number;
  readonly board: Scoreboard;
}

export interface TimedSegment {
  readonly segment: SegmentProof;
  readonly seconds: number;
}

/** @param onTell called when there is something new on the board */
export function proveTimed(
  { netlist, spec, piece, number, board }: SegmentTask,
  onTell?: () => void,
): TimedSegment {
  const start = performance.now();
  const segment = proveSegment(netlist, spec, piece, watchFor(board, number, onTell));
  return { segment, seconds: (performance.now() - start) / 1000 };
}
