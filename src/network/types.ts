import type { Format } from '../fixed/format.js';
import type { Requantize } from '../fixed/requantize.js';
import type { DenseLayer } from './layers/dense.js';
import type { MapShape } from './tensor.js';

/** What every layer has. Each kind adds its own members, in its file under `layers/`, and answers for them there. */
export interface Layer {
  /** The name of one of `layers/index.ts`'s list. */
  readonly kind: string;
  readonly name: string;
  /** Names of what it reads, `input` being the network's input; without it, the layer before. */
  readonly from?: readonly string[];
}

/**
 * The waist: a network of whole numbers, complete. Its meaning is defined by the reference model
 * (`reference.ts`) and by nothing else. Per-unit lists always have one item per unit here; the JSON form
 * (`json.ts`) writes one item for all where they are equal.
 */
export interface QuantizedNetwork {
  readonly name: string;
  readonly input: InputPort;
  /** At least one, in an order in which each reads only what stands before it; the last one is the output. */
  readonly layers: readonly Layer[];
  readonly head: Head;
  /** Names of the classes, by class number; empty when nobody gave any. */
  readonly labels: readonly string[];
  /** What it was made from: a name of a source → its SHA-256, or a plain statement such as a seed. */
  readonly provenance: Readonly<Record<string, string>>;
}

/** A chain of dense layers: what training here gives, and weights without a topology. */
export interface DenseNetwork extends QuantizedNetwork {
  readonly layers: readonly DenseLayer[];
}

export interface InputPort {
  /** One format per input unit, in raster order; those of one channel of a map are one format. */
  readonly formats: readonly Format[];
  /** `[height, width, channels]` of a map; absent for a list of units. */
  readonly shape?: MapShape;
  /** One name per input unit; empty when nobody gave any. */
  readonly names: readonly string[];
  /** How raw features become codes, for whoever feeds the hardware; absent when unknown. */
  readonly encoder?: Encoder;
}

/**
 * MinMax scaling, then rounding half up and saturation into the input's format:
 * value = (feature − minimum) / (maximum − minimum); a feature with maximum = minimum gives value 0.
 */
export interface Encoder {
  readonly kind: 'minmax';
  readonly minimum: readonly number[];
  readonly maximum: readonly number[];
  /** How a picture becomes the features, grey levels from 0 to 255; absent where they come from elsewhere. */
  readonly picture?: PictureSteps;
}

/** A picture is brought to the size of the input by bilinear interpolation, as `tf.image.resize` does. */
export interface PictureSteps {
  /** Whether a place looks at all that it covers, or at the two nearest on each axis. */
  readonly antialias: boolean;
}

/**
 * What the last layer's codes say. `values`: nothing beyond themselves. `binary`: one unit, the class is 1 when
 * its code is above 0 (sigmoid above one half). `argmax`: the class is the unit with the largest value, the
 * first of equals.
 */
export type Head =
  | { readonly kind: 'values' }
  | { readonly kind: 'binary'; readonly probability?: ProbabilityTable }
  | { readonly kind: 'argmax' };

/** The logit is requantized to `index`; `codes[index − lowest index]` is the probability's code in `format`. */
export interface ProbabilityTable {
  readonly index: Requantize;
  readonly format: Format;
  readonly codes: readonly number[];
}

/** What the reference model says of one sample. */
export interface Outcome {
  /** The output codes of every layer, the last one's included. */
  readonly layers: readonly (readonly number[])[];
  /** The last layer's codes: the logits. */
  readonly outputs: readonly number[];
  /** Absent for the head `values`. */
  readonly class?: number;
  /** Code of the probability of class 1; absent without a table. */
  readonly probability?: number;
}
