import { present } from '../core/objects.js';
import { rangeOf } from '../fixed/format.js';
import type { Interval } from '../fixed/interval.js';
import type { AffineLayer, AffineNetwork } from '../network/affine.js';
import { INPUT } from '../network/graph.js';
import type { CellStream } from './cell-stream.js';

/** Neighbouring layers of a network that one engine builds, and what comes in to them. */
export interface Part {
  readonly network: AffineNetwork;
  /** Its layers are [first, end) of the network's. */
  readonly first: number;
  readonly end: number;
  /** Of the bus into it by slot: what it holds, and what it is called. */
  readonly codes: readonly Interval[];
  readonly names: readonly string[];
  /** The same codes cell by cell, where a group of maps before it can hand them on so. */
  readonly cells?: CellStream;
}

/** The part that begins with the network's first layer: its slots hold the inputs that are read. */
export function firstPart(network: AffineNetwork, end: number): Part {
  const read = network.inputs.flatMap((input, number) => (input.read ? [{ ...input, number }] : []));
  return {
    network,
    first: 0,
    end,
    codes: read.map(({ format }) => rangeOf(format)),
    names: read.map(({ number }) => `${INPUT}${number}`),
  };
}

/** The part behind another one, which hands on such codes. */
export const partBehind = (
  network: AffineNetwork,
  first: number,
  end: number,
  codes: readonly Interval[],
  cells?: CellStream,
): Part => ({
  network,
  first,
  end,
  codes,
  names: slotNames(network.layers[first - 1]),
  ...present({ cells }),
});

/** What the slots of a bus are called that carries a layer's codes. */
export const slotNames = ({ name, rows }: AffineLayer): string[] =>
  rows.map(({ unit }) => `${name}_unit${unit}`);

/** What a layer hands on, by slot. */
export const codesOf = ({ rows }: AffineLayer): Interval[] => rows.map(({ output }) => output);

export const layersOf = ({ network, first, end }: Part): readonly AffineLayer[] =>
  network.layers.slice(first, end);

/** The slot of the bus into a layer in which the row finds what it reads as `input`: the network's inputs keep their numbers. */
export function slotsOf({ inputs }: AffineNetwork, layer: number): (input: number) => number {
  if (layer > 0) return (row) => row;
  const slots = new Map<number, number>();
  inputs.forEach(({ read }, input) => {
    if (read) slots.set(input, slots.size);
  });
  return (input) => slots.get(input) as number;
}
