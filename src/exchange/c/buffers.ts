import { rangeOf } from '../../fixed/format.js';
import type { Interval } from '../../fixed/interval.js';
import { INPUT_NODE, type LoweredNetwork, type LoweredNode } from '../../lower/types.js';
import { type IntegerType, storageType } from './types.js';

/** An array of C. */
export interface CVector {
  readonly name: string;
  readonly type: IntegerType;
  readonly length: number;
}

/** Which arrays hold what. */
export interface Vectors {
  readonly output: CVector;
  readonly buffers: readonly CVector[];
  /** The node that writes the network's outputs where they belong; none where they are gathered afterwards. */
  readonly inPlace: number | undefined;
  /** Of a node's codes, or of the inputs. */
  of(node: number): CVector;
  /** Where codes of several nodes come together for one that lists what it reads. */
  gathered(node: number): CVector | undefined;
}

interface Need {
  readonly type: IntegerType;
  readonly length: number;
  /** Number of the node that writes it and of the last one that reads it. */
  readonly from: number;
  readonly to: number;
}

/** Codes stay where they are until their last reader has read them; later ones of the same type take their place. */
export function planVectors(lowered: LoweredNetwork): Vectors {
  const { nodes, inputs, outputs } = lowered;
  const input: CVector = {
    name: 'input',
    type: storageType(inputs.map(({ format }) => rangeOf(format))),
    length: inputs.length,
  };
  const output: CVector = {
    name: 'output',
    type: storageType(outputs.map(({ format }) => rangeOf(format))),
    length: outputs.length,
  };
  const inPlace = writesOutputs(lowered);
  const buffers = new Buffers();
  const gatherings = new Map<number, CVector>();
  const places = new Map<number, CVector>([[INPUT_NODE, input]]);
  const lastReader = lastReaders(lowered);
  nodes.forEach((node, number) => {
    const from = sourcesOf(node);
    if (node.kind !== 'move' && node.reads.kind === 'codes' && from.size > 1) {
      const codes = [...from].flatMap((source) => intervalsOf(lowered, source));
      const length = node.reads.codes.length;
      gatherings.set(number, buffers.take({ type: storageType(codes), length, from: number, to: number }));
    }
    const own = node.channels.map(({ codes }) => codes);
    const length = node.positions[0] * node.positions[1] * own.length;
    const need = { type: storageType(own), length, from: number, to: lastReader[number] };
    places.set(number, number === inPlace ? output : buffers.take(need));
  });
  return {
    output,
    buffers: buffers.all(),
    inPlace,
    of: (node) => places.get(node) as CVector,
    gathered: (node) => gatherings.get(node),
  };
}

function intervalsOf({ nodes, inputs }: LoweredNetwork, node: number): Interval[] {
  if (node === INPUT_NODE) return inputs.map(({ format }) => rangeOf(format));
  return nodes[node].channels.map(({ codes }) => codes);
}

function sourcesOf(node: LoweredNode): Set<number> {
  if (node.kind === 'move') return new Set(node.from.flatMap((place) => place?.node ?? []));
  const { reads } = node;
  return new Set((reads.kind === 'codes' ? reads.codes : reads.channels).map((place) => place.node));
}

/** What the outputs are gathered from is read behind all nodes. */
function lastReaders({ nodes, outputs }: LoweredNetwork): number[] {
  const last = nodes.map((_, number) => number);
  nodes.forEach((node, number) => {
    for (const source of sourcesOf(node)) if (source !== INPUT_NODE) last[source] = number;
  });
  for (const output of outputs) {
    if (output.kind === 'code' && output.node !== INPUT_NODE) last[output.node] = nodes.length;
  }
  return last;
}

/**
 * The last node, where it gives exactly the outputs in order, and nobody else reads it. Constants may stand between units that
 * are listed one by one.
 */
function writesOutputs({ nodes, outputs }: LoweredNetwork): number | undefined {
  const number = nodes.length - 1;
  if (number < 0) return undefined;
  const node = nodes[number];
  const computed = outputs.filter((output) => output.kind === 'code');
  const size = node.positions[0] * node.positions[1] * node.channels.length;
  const isWhole =
    computed.length === size && computed.every(({ node: own, code }, at) => own === number && code === at);
  const isListed = node.kind !== 'move' && node.reads.kind === 'codes';
  return isWhole && (isListed || computed.length === outputs.length) ? number : undefined;
}

/** Arrays that nodes use one after the other. */
class Buffers {
  private readonly slots: { type: IntegerType; length: number; until: number }[] = [];

  take({ type, length, from, to }: Need): CVector {
    const free = this.slots.filter((slot) => slot.type === type && slot.until < from);
    // The one that grows least.
    free.sort(
      (a, b) => Math.max(0, length - a.length) - Math.max(0, length - b.length) || a.length - b.length,
    );
    const slot = free[0] ?? this.add(type);
    slot.length = Math.max(slot.length, length);
    slot.until = to;
    return { name: `buffer${this.slots.indexOf(slot)}`, type, length };
  }

  all(): CVector[] {
    return this.slots.map(({ type, length }, number) => ({ name: `buffer${number}`, type, length }));
  }

  private add(type: IntegerType) {
    const slot = { type, length: 0, until: -1 };
    this.slots.push(slot);
    return slot;
  }
}
