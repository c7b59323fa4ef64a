import { hull, type Interval, point } from '../../fixed/interval.js';
import type { CodePlace, MaxNode, Reads, SumsNode } from '../../lower/types.js';
import { type Extent, OUTSIDE, placesAlong, tapsOf, type Window } from '../../network/window.js';
import type { CVector, Vectors } from './buffers.js';
import type { SharedFinish } from './finish.js';
import { accumulatorType, Finishes } from './sums.js';
import { computeType, type IntegerType } from './types.js';

/** Units that are computed at every position of a window over maps. */
export interface CWindow {
  readonly kind: 'window';
  readonly name: string;
  readonly window: Window;
  /** Rows and columns of the maps that it reads. */
  readonly shape: Extent;
  readonly positions: Extent;
  readonly sources: readonly CVector[];
  readonly outputs: CVector;
  readonly compute: IntegerType;
  readonly finishes: readonly SharedFinish[];
  readonly units: readonly WindowUnit[];
  /** Products of all positions, zeros included; 0 where the units are the largest of codes. */
  readonly denseTerms: number;
}

export interface WindowUnit {
  /** Number of the finish in {@link CWindow.finishes}; undefined where it is the largest of codes. */
  readonly finish: number | undefined;
  /** Where a sum begins, or the least that the largest can be. */
  readonly start: number;
  /** Per source, per tap. */
  readonly taps: readonly (readonly (readonly WindowTerm[])[])[];
}

export interface WindowTerm {
  /** Number of the channel in the source. */
  readonly channel: number;
  readonly weight: number;
}

export function windowOf(
  node: SumsNode | MaxNode,
  { window, shape, channels }: Extract<Reads, { kind: 'window' }>,
  vectors: Vectors,
  outputs: CVector,
  codesOf: (place: CodePlace) => Interval,
): CWindow {
  const nodes = [...new Set(channels.map((place) => place.node))];
  const sources = nodes.map((one) => vectors.of(one));
  const isPadded = hasOutside(window, shape);
  const read = channels.map(({ node: one, channel }) => codesOf({ node: one, code: channel }));
  const under = Array.from({ length: tapsOf(window) }, () =>
    read.map((codes) => (isPadded && node.kind === 'sums' ? hull(codes, point(0)) : codes)),
  ).flat();
  const tapsFor = (terms: readonly { readonly input: number; readonly weight: number }[]) =>
    nodes.map((one) =>
      Array.from({ length: tapsOf(window) }, (_, tap) =>
        terms.flatMap(({ input, weight }) => {
          const place = channels[input % channels.length];
          const isHere = Math.floor(input / channels.length) === tap && place.node === one;
          return isHere ? [{ channel: place.channel, weight }] : [];
        }),
      ),
    );
  const facts = {
    kind: 'window',
    name: node.name,
    window,
    shape,
    positions: node.positions,
    sources,
    outputs,
  } as const;
  if (node.kind === 'max') {
    const starts = node.rows.map(({ least, codes }) => least ?? codes.low);
    return {
      ...facts,
      compute: computeType([...under, ...starts.map(point)].reduce(hull)),
      finishes: [],
      units: node.rows.map(({ inputs }, unit) => ({
        finish: undefined,
        start: starts[unit],
        taps: tapsFor(inputs.map((input) => ({ input, weight: 1 }))),
      })),
      denseTerms: 0,
    };
  }
  const finishes = new Finishes();
  const units = node.rows.map((row) => ({
    finish: finishes.number(row),
    start: row.bias,
    taps: tapsFor(row.terms),
  }));
  return {
    ...facts,
    compute: accumulatorType(node.rows, under, finishes.all),
    finishes: finishes.all,
    units,
    denseTerms: node.denseTerms,
  };
}

/** Whether some tap lies outside at some position. */
export const hasOutside = (window: Window, shape: Extent): boolean =>
  ([0, 1] as const).some((axis) => outsideAlong(window, shape, axis));

export const outsideAlong = (window: Window, [height, width]: Extent, axis: 0 | 1): boolean =>
  placesAlong(window, [height, width, 1], axis).some((taps) => taps.includes(OUTSIDE));

/** At how many positions each tap lies inside. */
export function tapUses({ window, shape: [height, width] }: Pick<CWindow, 'window' | 'shape'>): number[] {
  const inside = ([0, 1] as const).map((axis) => {
    const places = placesAlong(window, [height, width, 1], axis);
    return Array.from(
      { length: window.size[axis] },
      (_, tap) => places.filter((taps) => taps[tap] !== OUTSIDE).length,
    );
  });
  return inside[0].flatMap((rows) => inside[1].map((columns) => rows * columns));
}

/** Products of all positions; those with what lies outside are left out. */
export function windowProducts(window: CWindow): number {
  const uses = tapUses(window);
  return window.units.reduce(
    (sum, { taps }) =>
      sum +
      taps.reduce(
        (all, perTap) => all + perTap.reduce((some, terms, tap) => some + terms.length * uses[tap], 0),
        0,
      ),
    0,
  );
}
