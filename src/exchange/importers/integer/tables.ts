import { type Codes, centred } from './codes.js';
import { type CodeReading, type LayerSink, single } from './layers.js';

const fround = Math.fround;

/** Functions of the file's own code, one for all channels or one for each, which give the file's own codes: tables of all of them. */
export function tabled(
  sink: LayerSink,
  name: string,
  read: CodeReading,
  functions: readonly ((code: number) => number)[],
  wanted: Codes,
): CodeReading {
  const { codes } = read;
  const output = centred(wanted);
  const answers = functions.map((codeOf) =>
    Array.from({ length: codes.high - codes.low + 1 }, (_, at) => {
      const code = Math.min(Math.max(codeOf(codes.low + at), output.low), output.high);
      return code - output.offset;
    }),
  );
  return single(sink, {
    name,
    // The table is asked for the file's own codes, which are few.
    read: { ...read, codes: { ...codes, zeroPoint: 0 } },
    weights: [1],
    output: { ...codes, zeroPoint: 0, offset: 0, fraction: 0 },
    scalings: [{ rounding: 'RND', scale: { multiplier: 1, shift: 0 } }],
    tables: { codes: answers, output },
  });
}

/**
 * The code of a function's value: worked out in single precision, and rounded to the nearest, halves away from zero.
 *
 * @param given what the codes mean that it is asked for
 */
export function curveCode(
  given: Codes,
  value: (real: number) => number,
  { scale, zeroPoint }: Codes,
): (code: number) => number {
  const inverse = fround(1 / scale);
  return (code) => {
    const real = fround(given.scale * (code - given.zeroPoint));
    const scaled = fround(fround(value(real)) * inverse);
    return Math.sign(scaled) * Math.round(Math.abs(scaled)) + zeroPoint;
  };
}
