/** How a network's inputs come in, beat by beat. */
export interface InputBeats {
  /** Bits of a beat. */
  readonly width: number;
  readonly beats: number;
  /** Of the inputs that are read; bits of the sample as its beats make it. */
  readonly fields: readonly { readonly lsb: number; readonly width: number; readonly signed: boolean }[];
}
