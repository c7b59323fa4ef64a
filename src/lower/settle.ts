import { assertNever } from '../core/assert.js';
import { present } from '../core/objects.js';
import type { Format } from '../fixed/format.js';
import { isPoint } from '../fixed/interval.js';
import { inputTensor, placeLayers } from '../network/graph.js';
import { codeFormats } from '../network/tensor.js';
import type { QuantizedNetwork } from '../network/types.js';
import type { RawNode, RawRead } from './raw.js';
import {
  type ChannelPlace,
  type CodePlace,
  INPUT_NODE,
  type LoweredNetwork,
  type LoweredNode,
  type LoweredOutput,
  type Reads,
} from './types.js';
import { NOWHERE, positionsIn, type View } from './views.js';

/** Drops what nobody reads, and numbers what is left. */
export function settle(network: QuantizedNetwork, nodes: readonly RawNode[], output: View): LoweredNetwork {
  const placed = placeLayers(network);
  const formats = codeFormats(placed[placed.length - 1].output);
  const outputs = formats.map((format, at) => outputOf(nodes, output, at, format));
  const { formats: inputFormats } = network.input;
  const [rows, columns] = positionsIn(inputTensor(network).shape);
  const live = findLive(nodes, outputs, inputFormats.length, inputFormats.length / (rows * columns));
  const numbering = new Numbering(nodes, live.nodes);
  return {
    name: network.name,
    inputs: network.input.formats.map((format, input) => {
      return { format, name: network.input.names[input], read: live.inputs[input] };
    }),
    inputPositions: positionsIn(inputTensor(network).shape),
    nodes: nodes.flatMap((node, number) => {
      return live.nodes[number].some(Boolean) ? [settleNode(node, live.nodes[number], numbering)] : [];
    }),
    outputs: outputs.map((one) => (one.kind === 'code' ? { ...one, ...numbering.code(one) } : one)),
    head: network.head,
  };
}

/** What an output is, by the numbers of raw nodes. */
function outputOf(nodes: readonly RawNode[], view: View, at: number, format: Format): LoweredOutput {
  const node = view.nodes[at];
  const code = view.codes[at];
  if (node === NOWHERE) return { kind: 'constant', code: 0, format };
  if (node === INPUT_NODE) return { kind: 'code', node, code, format };
  const { codes, channels } = nodes[node];
  const channel = codes[code % channels];
  return isPoint(channel)
    ? { kind: 'constant', code: channel.low, format }
    : { kind: 'code', node, code, format };
}

interface Live {
  readonly inputs: readonly boolean[];
  /** Per node and channel. */
  readonly nodes: readonly (readonly boolean[])[];
}

/** From the outputs back; of the inputs code by code, of nodes by channels. */
function findLive(
  nodes: readonly RawNode[],
  outputs: readonly LoweredOutput[],
  inputCount: number,
  inputChannels: number,
): Live {
  const inputs = Array<boolean>(inputCount).fill(false);
  const live = nodes.map(({ channels }) => Array<boolean>(channels).fill(false));
  const markCode = ({ node, code }: CodePlace) => {
    if (node === INPUT_NODE) inputs[code] = true;
    else live[node][code % nodes[node].channels] = true;
  };
  const markChannel = ({ node, channel }: ChannelPlace) => {
    if (node === INPUT_NODE) for (let at = channel; at < inputCount; at += inputChannels) inputs[at] = true;
    else live[node][channel] = true;
  };
  for (const one of outputs) if (one.kind === 'code') markCode(one);
  for (let number = nodes.length - 1; number >= 0; number--) {
    const { computed, channels } = nodes[number];
    const isOver = computed.kind !== 'move' && computed.over !== undefined;
    readsOf(nodes[number]).forEach((reads, row) => {
      if (!live[number][row % channels]) return;
      for (const { node, at } of reads) {
        if (!isOver) markCode({ node, code: at });
        else markChannel({ node, channel: at });
      }
    });
  }
  return { inputs, nodes: live };
}

function readsOf({ computed }: RawNode): (readonly RawRead[])[] {
  switch (computed.kind) {
    case 'sums':
      return computed.rows.map(({ terms }) => terms);
    case 'max':
      return computed.rows.map(({ reads }) => reads);
    case 'move':
      return computed.from.map((place) => (place === undefined ? [] : [place]));
    default:
      return assertNever(computed);
  }
}

/** The numbers of live nodes and channels. */
class Numbering {
  private readonly nodes: number[] = [];
  private readonly channels: number[][] = [];
  private readonly counts: number[] = [];

  constructor(
    private readonly raw: readonly RawNode[],
    live: readonly (readonly boolean[])[],
  ) {
    let next = 0;
    for (const flags of live) {
      let channel = 0;
      this.channels.push(flags.map((flag) => (flag ? channel++ : -1)));
      this.counts.push(channel);
      this.nodes.push(channel > 0 ? next++ : -1);
    }
  }

  code({ node, code }: CodePlace): CodePlace {
    if (node === INPUT_NODE) return { node, code };
    const { channels } = this.raw[node];
    const position = Math.floor(code / channels);
    return {
      node: this.nodes[node],
      code: position * this.counts[node] + this.channels[node][code % channels],
    };
  }

  channel({ node, channel }: ChannelPlace): ChannelPlace {
    if (node === INPUT_NODE) return { node, channel };
    return { node: this.nodes[node], channel: this.channels[node][channel] };
  }
}

function settleNode(node: RawNode, live: readonly boolean[], numbering: Numbering): LoweredNode {
  const { name, positions, formats, codes, computed } = node;
  const channels = formats.flatMap((format, unit) =>
    live[unit] ? [{ unit, format, codes: codes[unit] }] : [],
  );
  const facts = { name, positions, channels, units: node.channels };
  const isLive = (_: unknown, row: number) => live[row % node.channels];
  switch (computed.kind) {
    case 'move': {
      const from = computed.from
        .filter(isLive)
        .map((place) =>
          place === undefined ? undefined : numbering.code({ node: place.node, code: place.at }),
        );
      return { ...facts, kind: 'move', from };
    }
    case 'sums': {
      const rows = computed.rows.filter(isLive);
      const reads = new ReadNumbers(
        numbering,
        computed.over,
        rows.flatMap(({ terms }) => terms),
      );
      return {
        ...facts,
        kind: 'sums',
        reads: reads.reads,
        denseTerms: computed.denseTerms,
        rows: rows.map(({ terms, ...row }) => ({
          ...row,
          terms: terms.map((term) => ({ input: reads.number(term), weight: term.weight })),
        })),
      };
    }
    case 'max': {
      const rows = computed.rows.filter(isLive);
      const reads = new ReadNumbers(
        numbering,
        computed.over,
        rows.flatMap((row) => row.reads),
      );
      return {
        ...facts,
        kind: 'max',
        reads: reads.reads,
        rows: rows.map(({ reads: read, ...row }) => ({
          ...row,
          inputs: read.map((one) => reads.number(one)),
        })),
      };
    }
    default:
      return assertNever(computed);
  }
}

type Over = { readonly over?: Extract<RawNode['computed'], { kind: 'sums' }>['over'] }['over'];

/** What the rows of a node read, each once, in order, and its numbers. */
class ReadNumbers {
  readonly reads: Reads;
  private readonly numbers = new Map<string, number>();

  constructor(numbering: Numbering, over: Over, all: readonly RawRead[]) {
    const places = new Map(all.map((read) => [keyOf(read), read]));
    const sorted = [...places.values()].sort(inOrder);
    sorted.forEach((read, number) => {
      this.numbers.set(keyOf(read), number);
    });
    this.reads =
      over === undefined
        ? { kind: 'codes', codes: sorted.map(({ node, at }) => numbering.code({ node, code: at })) }
        : {
            kind: 'window',
            ...over,
            channels: sorted.map(({ node, at, zone }) => ({
              ...numbering.channel({ node, channel: at }),
              ...present({ zone }),
            })),
          };
  }

  number(read: RawRead): number {
    return read.tap * this.numbers.size + (this.numbers.get(keyOf(read)) as number);
  }
}

const inOrder = (a: RawRead, b: RawRead): number =>
  a.node - b.node || a.at - b.at || (a.zone ?? 0) - (b.zone ?? 0);

const keyOf = ({ node, at, zone }: RawRead): string => `${node} ${at} ${zone}`;
