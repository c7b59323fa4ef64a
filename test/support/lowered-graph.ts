import type { LoweredNetwork, LoweredNode, Reads } from '../../src/lower/types.js';
import { finish } from '../../src/network/finish.js';
import { cellsUnder, OUTSIDE } from '../../src/network/window.js';

/** The lowered network run node by node, independent of every engine: its outputs for one code per input. */
export function runGraph(
  { nodes, outputs }: LoweredNetwork,
  inputs: readonly number[],
  look: (node: LoweredNode, codes: readonly number[]) => void = () => {},
): number[] {
  const given: number[][] = [];
  const codesOf = (node: number) => (node < 0 ? inputs : given[node]);
  const channelsOf = (node: number, cells: number) => codesOf(node).length / cells;
  for (const node of nodes) {
    given.push(runNode(node, codesOf, channelsOf));
    look(node, given[given.length - 1]);
  }
  return outputs.map((output) =>
    output.kind === 'constant' ? output.code : codesOf(output.node)[output.code],
  );
}

type CodesOf = (node: number) => readonly number[];

function runNode(
  node: LoweredNode,
  codesOf: CodesOf,
  channelsOf: (node: number, cells: number) => number,
): number[] {
  if (node.kind === 'move') {
    return node.from.map((place) => (place === undefined ? 0 : codesOf(place.node)[place.code]));
  }
  const positions = readPositions(node.reads, codesOf, channelsOf);
  return positions.flatMap((codes) => {
    if (node.kind === 'max') {
      return node.rows.map(({ inputs, least = Number.NEGATIVE_INFINITY }) =>
        Math.max(least, ...inputs.flatMap((input) => codes[input] ?? [])),
      );
    }
    return node.rows.map(({ terms, bias, finish: wanted }) =>
      finish(
        wanted,
        terms.reduce((sum, { input, weight }) => sum + weight * (codes[input] ?? 0), bias),
      ),
    );
  });
}

/** What the rows count, for every position; undefined lies outside. */
function readPositions(
  reads: Reads,
  codesOf: CodesOf,
  channelsOf: (node: number, cells: number) => number,
): (number | undefined)[][] {
  if (reads.kind === 'codes') return [reads.codes.map(({ node, code }) => codesOf(node)[code])];
  const { window, shape, channels } = reads;
  const [height, width] = shape;
  const cells = cellsUnder(window, [height, width, 1]);
  const taps = window.size[0] * window.size[1];
  return Array.from({ length: cells.length / taps }, (_, position) =>
    Array.from(cells.subarray(position * taps, (position + 1) * taps)).flatMap((cell) =>
      channels.map(({ node, channel }) => {
        return cell === OUTSIDE
          ? undefined
          : codesOf(node)[cell * channelsOf(node, height * width) + channel];
      }),
    ),
  );
}
