import type { CodePlace } from '../../lower/types.js';
import type { CVector, Vectors } from './buffers.js';

/** Codes that come to lie elsewhere, and constants between them. */
export interface CMove {
  readonly kind: 'move';
  readonly name: string;
  readonly sources: readonly CVector[];
  readonly outputs: CVector;
  readonly copies: readonly Copy[];
  readonly constants: readonly Fill[];
}

/** Loops over codes of a source; without loops one code. */
export interface Copy {
  readonly source: number;
  readonly from: number;
  readonly to: number;
  /** The innermost first. */
  readonly loops: readonly Loop[];
}

export interface Loop {
  readonly count: number;
  readonly from: number;
  readonly to: number;
}

/** Places [to, to + count) of one constant. */
export interface Fill {
  readonly to: number;
  readonly count: number;
  readonly code: number;
}

/** @param codes of each place; undefined is a 0 */
export function moveOf(
  name: string,
  codes: readonly (CodePlace | { readonly constant: number } | undefined)[],
  vectors: Vectors,
  outputs: CVector,
): CMove {
  const nodes = [
    ...new Set(codes.flatMap((place) => (place !== undefined && 'node' in place ? [place.node] : []))),
  ];
  const copies: Copy[] = [];
  const constants: Fill[] = [];
  codes.forEach((place, to) => {
    if (place !== undefined && 'node' in place) {
      copies.push({ source: nodes.indexOf(place.node), from: place.code, to, loops: [] });
      return;
    }
    const code = place?.constant ?? 0;
    const last = constants.at(-1);
    if (last !== undefined && last.code === code && last.to + last.count === to) {
      constants[constants.length - 1] = { ...last, count: last.count + 1 };
    } else {
      constants.push({ to, count: 1, code });
    }
  });
  const sources = nodes.map((node) => vectors.of(node));
  return { kind: 'move', name, sources, outputs, copies: looped(copies), constants };
}

/** Neighbours that go on in even steps become one loop, as long as there are any. */
function looped(copies: readonly Copy[]): readonly Copy[] {
  const joined: Copy[] = [];
  for (let at = 0; at < copies.length; ) {
    const first = copies[at];
    let count = 1;
    const step = at + 1 < copies.length ? stepBetween(first, copies[at + 1]) : undefined;
    while (step !== undefined && at + count < copies.length) {
      const next = stepBetween(copies[at + count - 1], copies[at + count]);
      if (next === undefined || next.from !== step.from || next.to !== step.to) break;
      count += 1;
    }
    joined.push(
      count > 1 && step !== undefined ? { ...first, loops: [...first.loops, { count, ...step }] } : first,
    );
    at += count;
  }
  return joined.length < copies.length ? looped(joined) : copies;
}

function stepBetween(a: Copy, b: Copy): Omit<Loop, 'count'> | undefined {
  const isSame =
    a.source === b.source &&
    a.loops.length === b.loops.length &&
    a.loops.every((loop, at) => {
      const other = b.loops[at];
      return loop.count === other.count && loop.from === other.from && loop.to === other.to;
    });
  return isSame ? { from: b.from - a.from, to: b.to - a.to } : undefined;
}

/** More copies than these are looked up in a table. */
export const MOST_COPIES = 24;

/** Numbers that a move looks up: [from, to] of each copy of each source. */
export function moveTables({
  name,
  sources,
  copies,
}: CMove): { readonly name: string; readonly numbers: readonly number[] }[] {
  if (copies.length <= MOST_COPIES) return [];
  return sources.flatMap((_, source) => {
    const places = copies.flatMap((copy) => (copy.source === source ? spread(copy) : []));
    return [
      { name: `${name}_from${source}`, numbers: places.map(({ from }) => from) },
      { name: `${name}_to${source}`, numbers: places.map(({ to }) => to) },
    ];
  });
}

function spread({ from, to, loops }: Copy): { readonly from: number; readonly to: number }[] {
  let all = [{ from, to }];
  for (const loop of loops) {
    all = Array.from({ length: loop.count }, (_, at) =>
      all.map((place) => ({ from: place.from + at * loop.from, to: place.to + at * loop.to })),
    ).flat();
  }
  return all;
}
