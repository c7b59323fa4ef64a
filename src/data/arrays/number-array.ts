/** Numbers of any shape, the last axis running fastest. */
export interface NumberArray {
  readonly shape: readonly number[];
  readonly values: Uint8Array | Float32Array | Float64Array;
}

/** An array and how a person names it. */
export interface PlacedArray {
  readonly place: string;
  readonly array: NumberArray;
}
