import type { ChannelPlace, LoweredNetwork, LoweredNode, Reads } from '../../src/lower/types.js';
import { finish } from '../../src/network/finish.js';
import { cellsUnder, type Extent, OUTSIDE } from '../../src/network/window.js';
import { zoneAt } from '../../src/network/zones.js';

/** The lowered network run node by node, independent of every engine: its outputs for one code per input. */
export function runGraph(
  { nodes, inputs: { length }, inputPositions, outputs }: LoweredNetwork,
  inputs: readonly number[],
  look: (node: LoweredNode, codes: readonly number[]) => void = () => {},
): number[] {
  const given: number[][] = [];
  const mapOf = (node: number): GivenMap => {
    const positions = node < 0 ? inputPositions : nodes[node].positions;
    const channels = node < 0 ? length / (positions[0] * positions[1]) : nodes[node].channels.length;
    return { codes: node < 0 ? inputs : given[node], positions, channels };
  };
  for (const node of nodes) {
    given.push(runNode(node, mapOf));
    look(node, given[given.length - 1]);
  }
  return outputs.map((output) =>
    output.kind === 'constant' ? output.code : mapOf(output.node).codes[output.code],
  );
}

interface GivenMap {
  readonly codes: readonly number[];
  readonly positions: Extent;
  readonly channels: number;
}

type MapOf = (node: number) => GivenMap;

function runNode(node: LoweredNode, mapOf: MapOf): number[] {
  if (node.kind === 'move') {
    return node.from.map((place) => (place === undefined ? 0 : mapOf(place.node).codes[place.code]));
  }
  const positions = readPositions(node.reads, mapOf);
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
function readPositions(reads: Reads, mapOf: MapOf): (number | undefined)[][] {
  if (reads.kind === 'codes') return [reads.codes.map(({ node, code }) => mapOf(node).codes[code])];
  const { window, shape, channels, zones } = reads;
  const [height, width] = shape;
  const cells = cellsUnder(window, [height, width, 1]);
  const taps = window.size[0] * window.size[1];
  return Array.from({ length: cells.length / taps }, (_, position) =>
    Array.from(cells.subarray(position * taps, (position + 1) * taps)).flatMap((cell) =>
      channels.map((place) => {
        const isOther =
          zones !== undefined &&
          place.zone !== undefined &&
          place.zone !== zoneAt(zones, [Math.floor(position / width), position % width]);
        return cell === OUTSIDE || isOther ? undefined : codeIn(mapOf(place.node), place, cell, shape);
      }),
    ),
  );
}

/** The code that a cell of a map has, which a node's may be made into by repeating its places. */
function codeIn(map: GivenMap, { channel }: ChannelPlace, cell: number, [height, width]: Extent): number {
  const [down, across] = [height / map.positions[0], width / map.positions[1]];
  const row = Math.floor(Math.floor(cell / width) / down);
  const column = Math.floor((cell % width) / across);
  return map.codes[(row * map.positions[1] + column) * map.channels + channel];
}
