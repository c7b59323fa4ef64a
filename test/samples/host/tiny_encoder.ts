/*
 * tiny: raw features to input codes.
 *
 * Codes: ufixed<4,0>, value = code / 2^4.
 * MinMax scaling, rounding half up, saturation; a feature whose maximum is its minimum gives 0.
 * In IEEE double precision: a feature that was rounded to single precision can give another code.
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
