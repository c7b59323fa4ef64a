import type { Netlist } from '../netlist/types.js';
import type { SegmentProof } from './proof.js';
import { proveSegment } from './prove-segment.js';
import type { ProofSegment } from './segments.js';
import type { NetworkSpec } from './spec.js';

/** Plain data, so that it can go to another thread. */
export interface SegmentTask {
  readonly netlist: Netlist;
  readonly spec: NetworkSpec;
  readonly piece: ProofSegment;
}

export interface TimedSegment {
  readonly segment: SegmentProof;
  readonly seconds: number;
}

export function proveTimed({ netlist, spec, piece }: SegmentTask): TimedSegment {
  const start = performance.now();
  const segment = proveSegment(netlist, spec, piece);
  return { segment, seconds: (performance.now() - start) / 1000 };
}
