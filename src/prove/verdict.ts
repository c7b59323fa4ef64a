/** What came of one field of a bus. */
export type FieldVerdict =
  | { readonly kind: 'proved'; readonly method: Method; readonly points: number }
  | FieldDifference
  | { readonly kind: 'open'; readonly reason: string };

/** How: the same linear form; all values of one word; intervals of it; all values of a few inputs; orders. */
export type Method = 'identity' | 'exhaustion' | 'splitting' | 'orders';

export interface FieldDifference {
  readonly kind: 'differs';
  /** Values of the symbols of the bus before, by their numbers, for which the field is wrong. */
  readonly inputs: ReadonlyMap<number, number>;
  readonly expected: number;
  readonly got: number;
  /** Where the sum itself is wrong: unit, weight wanted, weight got. */
  readonly coefficients: readonly { readonly unit: number; readonly wanted: number; readonly got: number }[];
}

export interface FieldShape {
  readonly width: number;
  readonly signed: boolean;
}

export const wrap = (code: number, width: number): number => (code < 0 ? code + 2 ** width : code);

export const asSigned = (code: number, { width, signed }: FieldShape): number =>
  signed && code >= 2 ** (width - 1) ? code - 2 ** width : code;

export function holds(code: number, { width, signed }: FieldShape): boolean {
  const limit = 2 ** (signed ? width - 1 : width);
  return code >= (signed ? -limit : 0) && code < limit;
}
