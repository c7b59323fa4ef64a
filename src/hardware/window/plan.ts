import { rangeOf } from '../../fixed/format.js';
import { hull, type Interval, point } from '../../fixed/interval.js';
import { INPUT_NODE, type LoweredNetwork, type LoweredNode } from '../../lower/types.js';
import type { AffineLayer, AffineNetwork } from '../../network/affine.js';
import { INPUT } from '../../network/graph.js';
import { layersOf, type Part } from '../part.js';
import {
  type CellChannel,
  type Cells,
  cellsFor,
  eachCode,
  keyOfValue,
  ownChannel,
  repeatedChannel,
  sourceOf,
} from './cells.js';
import { planStage } from './stage.js';
import type { MapBody, MapGroup, MapNode, MapStage, PlanBody } from './types.js';

/**
 * The groups of a part, made of neighbouring layers that read what is in the cells before them.
 *
 * @param lowered the network that the part's is made of
 * @param sumsOfWholeMaps `taken`: as windows with a single position; `left`: to who has a whole map in a memory
 */
export function planMaps<Body extends MapBody>(
  lowered: LoweredNetwork,
  part: Part,
  planBody: PlanBody<Body>,
  sumsOfWholeMaps: 'taken' | 'left',
): MapGroup<Body>[] {
  const { network, first, end } = part;
  const wanted = wantedChannels(lowered);
  const groups: MapGroup<Body>[] = [];
  let open: { first: number; stages: MapStage<Body>[] } | undefined;
  const close = (last: number) => {
    if (open !== undefined) groups.push({ ...open, last });
    open = undefined;
  };
  layersOf(part).forEach((layer, at) => {
    const index = first + at;
    const number = nodeOf(lowered, layer.name);
    const node = lowered.nodes[number];
    const carried = wanted.behind(number);
    const isLeft = sumsOfWholeMaps === 'left' && carried.length === 0 && isSumOfMap(node);
    const stageBehind = (before: Cells | undefined) =>
      before === undefined || isLeft || !isOverMap(node)
        ? undefined
        : planStage({ lowered, number, node, layer, carried }, before, planBody);
    const next = stageBehind(open?.stages.at(-1)?.y);
    if (next !== undefined) {
      open?.stages.push(next);
      return;
    }
    close(index - 1);
    if (!isOverMap(node)) return;
    const alone = stageBehind(cellsBefore(lowered, network, index, node, wanted.before(number)));
    if (alone !== undefined) open = { first: index, stages: [alone] };
  });
  close(end - 1);
  return groups;
}

/** The node that computes a layer. */
const nodeOf = ({ nodes }: LoweredNetwork, layer: string): number =>
  nodes.findIndex(({ name, kind }) => name === layer && kind !== 'move');

/** Whether a layer may stand in a group. */
export const isOverMaps = (lowered: LoweredNetwork, layer: string): boolean =>
  isOverMap(lowered.nodes[nodeOf(lowered, layer)]);

/** A map of one cell is a list of units. */
const isOverMap = (node: LoweredNode | undefined): node is MapNode =>
  node !== undefined &&
  node.kind !== 'move' &&
  node.reads.kind === 'window' &&
  node.reads.shape[0] * node.reads.shape[1] > 1;

const isSumOfMap = (node: LoweredNode | undefined): boolean =>
  node?.kind === 'sums' && node.positions[0] * node.positions[1] === 1;

type Place = Pick<CellChannel, 'node' | 'channel'>;

/** Which channels are on their way to a reader when a node is reached, and behind it. */
function wantedChannels(lowered: LoweredNetwork) {
  const lastReaders = new Map<string, Place & { reader: number }>();
  const note = (node: number, channel: number, reader: number) => {
    lastReaders.set(`${node} ${channel}`, { node, channel, reader });
  };
  const channelOf = (node: number, code: number) =>
    code % (node === INPUT_NODE ? sourceOf(lowered, node).units : lowered.nodes[node].channels.length);
  const noteCode = ({ node, code }: { node: number; code: number }, reader: number) =>
    note(node, channelOf(node, code), reader);
  lowered.nodes.forEach((node, reader) => {
    if (node.kind === 'move') {
      for (const place of node.from) if (place !== undefined) noteCode(place, reader);
    } else if (node.reads.kind === 'codes') {
      for (const place of node.reads.codes) noteCode(place, reader);
    } else {
      for (const { node: source, channel } of node.reads.channels) note(source, channel, reader);
    }
  });
  for (const output of lowered.outputs) {
    if (output.kind === 'code') noteCode(output, lowered.nodes.length);
  }
  const all = [...lastReaders.values()].sort((a, b) => a.node - b.node || a.channel - b.channel);
  return {
    before: (number: number): Place[] => all.filter(({ node, reader }) => node < number && reader >= number),
    behind: (number: number): Place[] => all.filter(({ node, reader }) => node < number && reader > number),
  };
}

/**
 * The cells of the maps that a group reads first: every code of them must be on the bus before it, or be a constant. None
 * where one is missing, as what nobody reads is: it would give codes that the network does not have.
 */
function cellsBefore(
  lowered: LoweredNetwork,
  network: AffineNetwork,
  index: number,
  { reads: { shape } }: MapNode,
  wanted: readonly Place[],
): Cells | undefined {
  const maps = wanted.map(({ node }) => sourceOf(lowered, node).positions);
  const isAlike = maps.every((map) => map[0] === maps[0][0] && map[1] === maps[0][1]);
  // Maps of one size are repeated behind the group's input; others before it, by wires.
  const cells = isAlike && maps.length > 0 ? maps[0] : shape;
  const channels = wanted.flatMap(({ node, channel }, at) => {
    return repeatedChannel(ownChannel(lowered, node, channel), maps[at], cells) ?? [];
  });
  if (channels.length < wanted.length) return undefined;
  const given = index === 0 ? inputCodes(network) : layerCodes(network.layers[index - 1]);
  const codes: Interval[] = [];
  let isWhole = true;
  eachCode(cellsFor(cells, channels, []), (value, _, slot) => {
    const code = given.get(keyOfValue(value));
    if (code === undefined) isWhole = false;
    else codes[slot] = codes[slot] === undefined ? code : hull(codes[slot], code);
  });
  return isWhole && channels.length > 0 ? cellsFor(cells, channels, codes) : undefined;
}

/** Of the inputs all are there, read or not. */
const inputCodes = ({ inputs }: AffineNetwork): Map<string, Interval> =>
  new Map(inputs.map(({ format }, unit) => [keyOfValue({ layer: INPUT, unit }), rangeOf(format)]));

const layerCodes = ({ name, rows, constants }: AffineLayer): Map<string, Interval> =>
  new Map([
    ...rows.map(({ value, output }): [string, Interval] => [keyOfValue(value), output]),
    ...constants.map(({ unit, code }): [string, Interval] => [
      keyOfValue({ layer: name, unit }),
      point(code),
    ]),
  ]);
