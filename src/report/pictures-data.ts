/** A map of one channel or three as it is drawn: bytes in the order [row][column][channel]. */
export interface DrawnMap {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly levels: Uint8Array;
}

/** What a run on pictures has to show. */
export interface PicturesReport {
  /** Of every class some of the test pictures. */
  readonly samples: readonly { readonly name: string; readonly pictures: readonly DrawnMap[] }[];
  /** Test pictures that the integer network takes for others, the surest mistakes first. */
  readonly confused: readonly ConfusedPicture[];
  /** Of the first layer with weights over the picture: one map for each channel given; 0 is the middle grey. */
  readonly kernels?: { readonly layer: string; readonly float: DrawnMap[]; readonly integer: DrawnMap[] };
  /** What the layers that give maps make of a test picture, in floating point and in integers, a map for each channel. */
  readonly features: {
    readonly name: string;
    readonly picture: DrawnMap;
    readonly layers: readonly {
      readonly layer: string;
      readonly shape: readonly number[];
      readonly float: readonly DrawnMap[];
      readonly integer: readonly DrawnMap[];
    }[];
  };
}

export interface ConfusedPicture {
  readonly picture: DrawnMap;
  readonly name: string;
  /** The likeliest classes and their probabilities, the first the network's answer. */
  readonly answers: readonly { readonly name: string; readonly probability: number }[];
}
