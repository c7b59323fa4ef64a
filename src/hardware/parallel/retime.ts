import { FlowNetwork } from './max-flow.js';

/** A value of a layer, or one that the layer reads, as the placing of registers sees it. */
export interface TimedNode {
  /** The first stage in which it can be. */
  readonly stage: number;
  /** Whether it stays there: what comes in. */
  readonly fixed: boolean;
  /** Bits that a register of it has. */
  readonly bits: number;
  readonly readers: readonly number[];
  /** Nodes so far ahead that they cannot be in the same stage. */
  readonly later: readonly number[];
  /** Whether it must be there at the end of the last stage. */
  readonly isResult: boolean;
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
  const source = 2 * nodes.length;
  const sink = source + 1;
  const flow = new FlowNetwork(sink + 1, source, sink);
  const all = Number.POSITIVE_INFINITY;
  nodes.forEach(({ fixed, bits, readers, later, isResult }, node) => {
    const end = lastRead(nodes[node], stages, last);
    // A node that is made later is kept shorter, unless one that reads it last is made later too.
    flow.connect(source, node, bits);
    flow.connect(nodes.length + node, sink, bits);
    if (fixed || stages[node] >= last) flow.connect(node, sink, all);
    if (isResult && stages[node] === last) flow.connect(node, sink, all);
    for (const reader of readers) {
      if (stages[reader] === stages[node]) flow.connect(node, reader, all);
      if (stages[reader] === end) flow.connect(reader, nodes.length + node, all);
    }
    for (const other of later) if (stages[other] === stages[node] + 1) flow.connect(node, other, all);
  });
  const side = flow.sourceSide();
  return nodes.map((_, node) => side[node]);
}

function lastRead({ readers, isResult }: TimedNode, stages: readonly number[], last: number): number {
  if (isResult) return last;
  return readers.reduce((end, reader) => Math.max(end, stages[reader]), 0);
}
