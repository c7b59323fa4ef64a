/*
 * tiny: raw features to input codes.
 *
 * Codes: ufixed<4,0>, value = code / 2^4.
 * MinMax scaling, rounding half up, saturation; a feature whose maximum is its minimum gives 0.
 * In IEEE double precision: a feature that was rounded to single precision can give another code.
 * Packed: a sample is 2 beats of 8 bits of the input stream, one after the other,
 * each with its lowest byte first; s_axis_tlast is 1 with the last beat alone.
 *
 * Made by Espalier 0.0.0: espalier export c
 */

export const FEATURES = 3;
export const NAMES: readonly string[] = [
  "radius",
  "texture",
  "constant",
];
const MINIMUM: readonly number[] = [ // gives 0
  -1.5,
  0.0,
  7.0,
];
const MAXIMUM: readonly number[] = [ // gives 1
  2.5,
  0.1,
  7.0,
];
const SCALE = 16.0; // codes per 1
const LOWEST = 0.0; // the smallest code
const HIGHEST = 15.0; // the largest code
export const BEATS = 2;
export const BEAT_BYTES = 1;
const LSB: readonly number[] = [ // lowest bit in the sample
  0, 4, 8,
];
const WIDTH: readonly number[] = [ // bits of the code
  4, 4, 4,
];

/**
 * The input codes of one sample of raw features.
 *
 * @throws RangeError for a wrong number of features and for one that is not a number
 */
export function encode(features: readonly number[]): number[] {
  if (features.length !== FEATURES) {
    throw new RangeError(`got ${features.length} features, wanted ${FEATURES}`);
  }
  return features.map((value, feature) => encodeOne(feature, value));
}

function encodeOne(feature: number, value: number): number {
  if (Number.isNaN(value)) {
    const name = NAMES.length > 0 ? ` (${NAMES[feature]})` : '';
    throw new RangeError(`feature ${feature}${name}: got NaN, wanted a number`);
  }
  const span = MAXIMUM[feature] - MINIMUM[feature];
  const scaled = span === 0 ? 0 : ((value - MINIMUM[feature]) / span) * SCALE;
  if (scaled >= HIGHEST) return HIGHEST;
  if (scaled <= LOWEST) return LOWEST;
  const floored = Math.floor(scaled) + 0; // never -0
  return scaled - floored >= 0.5 ? floored + 1 : floored;
}

/** The beats of a sample of codes, the first one first. */
export function pack(codes: readonly number[]): Uint8Array {
  const sample = new Uint8Array(BEATS * BEAT_BYTES);
  codes.forEach((code, feature) => {
    let rest = code;
    for (let bit = LSB[feature]; bit < LSB[feature] + WIDTH[feature]; bit++) {
      const odd = Math.abs(rest % 2);
      sample[Math.floor(bit / 8)] |= odd << (bit % 8);
      rest = (rest - odd) / 2;
    }
  });
  return sample;
}
