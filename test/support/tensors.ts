/** Tensors as definitions in tests read and make them: numbers in the order of the last axis first. */
export interface Values {
  readonly dims: readonly number[];
  readonly values: readonly number[];
}

export const sizeOf = (dims: readonly number[]): number => dims.reduce((size, length) => size * length, 1);

/** Where the number with this index lies. */
export function placeOf(index: number, dims: readonly number[]): number[] {
  const place: number[] = [];
  let rest = index;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    place[axis] = rest % dims[axis];
    rest = Math.floor(rest / dims[axis]);
  }
  return place;
}

export const placesOf = (dims: readonly number[]): number[][] =>
  Array.from({ length: sizeOf(dims) }, (_, index) => placeOf(index, dims));

/** A tensor of what stands at each place. */
export const tensorOf = (dims: readonly number[], at: (place: readonly number[]) => number): Values => ({
  dims,
  values: placesOf(dims).map(at),
});

/** What stands at a place, where axes are counted from the end and those of length 1 stand for any. */
export function valueAt({ dims, values }: Values, place: readonly number[]): number {
  const own = place.slice(place.length - dims.length);
  return values[own.reduce((index, at, axis) => index * dims[axis] + (dims[axis] === 1 ? 0 : at), 0)];
}

/** To the nearest whole number, halves to the even one. */
export function even(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}

export const clamp = (value: number, [low, high]: readonly number[]): number =>
  Math.min(Math.max(value, low), high);

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
