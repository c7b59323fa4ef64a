/** What every layer has. Each kind adds its own members, in its file under `layers/`, and answers for them there. */
export interface FloatLayer {
  /** The name of one of `layers/index.ts`'s list. */
  readonly kind: string;
  readonly name: string;
  /** Names of what it reads, `input` being the network's input; without it, the layer before. */
  readonly from?: readonly string[];
}

/**
 * A network in floating point, as plain data: what training leaves behind, what weight CSVs and other people's files
 * are read into, and what quantization starts from. The last layer gives logits; what follows from them (sigmoid,
 * softmax) is the head's matter.
 */
export interface FloatNetwork {
  readonly name: string;
  readonly input: {
    /** `[units]`, or `[height, width, channels]` of a map. */
    readonly shape: readonly number[];
  };
  /** At least one, in an order in which each reads only what stands before it; the last one is the output. */
  readonly layers: readonly FloatLayer[];
  /** `binary`: one logit, class 1 above 0; `argmax`: one logit per class; `values`: regression. */
  readonly head: 'binary' | 'argmax' | 'values';
}
