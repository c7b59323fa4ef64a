/** Along one axis, which places of a map cells have: cell i has the place floor((first + i × stride) / times). */
export interface Along {
  readonly first: number;
  readonly stride: number;
  /** Cells that one place has, where the map is repeated and every cell of that is taken. */
  readonly times: number;
}

/** Every place, once. */
export const EVERY_PLACE: Along = { first: 0, stride: 1, times: 1 };

export const placeAt = ({ first, stride, times }: Along, cell: number): number =>
  Math.floor((first + cell * stride) / times);

/** Only every so many cells, from one of them on. */
export const everyOf = ({ first, stride, times }: Along, from: number, step: number): Along =>
  reduced({ first: first + from * stride, stride: stride * step, times });

/** Every cell so many times; none where that is not cells of a map that is repeated more often. */
export function repeated({ first, stride, times }: Along, factor: number): Along | undefined {
  if (factor === 1) return { first, stride, times };
  return stride === 1 ? { first: first * factor, stride, times: times * factor } : undefined;
}

/** With as small numbers as say the same. */
function reduced({ first, stride, times }: Along): Along {
  const common = greatestCommon(stride, times);
  return { first: Math.floor(first / common), stride: stride / common, times: times / common };
}

const greatestCommon = (a: number, b: number): number => (b === 0 ? a : greatestCommon(b, a % b));
