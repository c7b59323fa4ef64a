import { FlowNetwork } from './max-flow.js';

/** A value of a layer, or one that the layer reads, as the placing of registers sees it. */
export interface TimedNode {
  /** The first stage in which it can be. */
  readonly stage: number;
  /** Whether it has to stay there, as the layer's inputs do. */
  readonly fixed: boolean;
  readonly readers: readonly number[];
  /** Its bits, grouped by their readers. Registers keep a bit from this node's stage to the stage of its last reader. */
  readonly kept: readonly KeptBits[];
  /** Nodes that need a later stage, because the path to them is too long for one. */
  readonly later: readonly number[];
}

export interface KeptBits {
  readonly bits: number;
  readonly readers: readonly number[];
  /** Whether they must be there at the end of the last stage. */
  readonly areResults: boolean;
}

/**
 * Stages for all nodes, such that registers have the fewest bits: a value is kept from the stage in which it is made
 * to the last one that reads it.
 *
 * The bits are an L♮-convex function of the stages (Murota, 2003): from the earliest stages, the best set of nodes to
 * be moved one stage on is a minimum cut, and when no set is left that saves bits, none better exists.
 *
 * @param last the last stage
 */
export function fewestRegisters(nodes: readonly TimedNode[], last: number): number[] {
  const stages = nodes.map(({ stage }) => stage);
  for (let round = 0; round < last; round++) {
    const moved = bestMove(nodes, stages, last);
    if (!moved.includes(true)) break;
    moved.forEach((isMoved, node) => {
      if (isMoved) stages[node] += 1;
    });
  }
  return stages;
}

/** The set of nodes that saves most when all of it is made one stage later. */
function bestMove(nodes: readonly TimedNode[], stages: readonly number[], last: number): boolean[] {
  const kept = nodes.flatMap((node, number) => node.kept.map((bits) => ({ ...bits, number })));
  const source = nodes.length + kept.length;
  const sink = source + 1;
  const flow = new FlowNetwork(sink + 1, source, sink);
  const all = Number.POSITIVE_INFINITY;
  nodes.forEach(({ fixed, readers, later }, node) => {
    if (fixed || stages[node] >= last) flow.connect(node, sink, all);
    for (const reader of readers) if (stages[reader] === stages[node]) flow.connect(node, reader, all);
    for (const other of later) if (stages[other] === stages[node] + 1) flow.connect(node, other, all);
  });
  // A bit that is made later needs fewer registers, unless its last reader becomes later as well.
  kept.forEach(({ bits, readers, areResults, number }, at) => {
    const end = areResults ? last : readers.reduce((most, reader) => Math.max(most, stages[reader]), 0);
    flow.connect(source, number, bits);
    flow.connect(nodes.length + at, sink, bits);
    for (const reader of readers) if (stages[reader] === end) flow.connect(reader, nodes.length + at, all);
  });
  const side = flow.sourceSide();
  return nodes.map((_, node) => side[node]);
}
