import { Random } from '../core/random.js';
import { rangeOf } from '../fixed/format.js';
import type { Interval } from '../fixed/interval.js';
import { problems } from './problems.js';
import type { QuantizedNetwork } from './types.js';

/** Samples of one origin, one after the other in the stimulus. */
export interface StimulusSegment {
  readonly kind: 'regression' | 'data' | 'corner' | 'random';
  readonly start: number;
  readonly count: number;
}

export interface StimulusOptions {
  /** Input codes of vectors that once failed. */
  readonly regressions: readonly (readonly number[])[];
  /** Input codes of the data's rows. */
  readonly rows: readonly (readonly number[])[];
  /** How many random vectors. */
  readonly random: number;
  /** So many inputs at most are tried alone at an end; default 128. Of more, these from the first to the last. */
  readonly alone?: number;
  readonly seed: number;
}

export interface Stimulus {
  /** What it was made from: plain data. */
  readonly options: StimulusOptions;
  readonly segments: readonly StimulusSegment[];
  readonly count: number;
  /** Samples [from, to) in order, made one by one: they may be too many to keep. */
  vectors(from: number, to: number): Iterable<readonly number[]>;
  /** Where a sample comes from, such as `data row 17` or `corner: input 3 at its maximum`. */
  origin(sample: number): string;
}

/**
 * Regression vectors, data rows, corners, random vectors, in this order.
 *
 * @throws network/row-width, network/code-out-of-range (by the reference model, when the vectors are run)
 */
export function makeStimulus(network: QuantizedNetwork, options: StimulusOptions): Stimulus {
  const inputs = network.input.formats.length;
  options.rows.forEach((row, index) => {
    if (row.length !== inputs) throw problems.stimulusRow(index, row.length, inputs);
  });
  const ranges = network.input.formats.map(rangeOf);
  const corners = makeCorners(ranges, options.alone ?? MOST_ALONE);
  const { regressions, rows, random } = options;
  const chosen = [...regressions, ...rows, ...corners.map(({ codes }) => codes)];
  const segments = layOut([
    ['regression', regressions.length],
    ['data', rows.length],
    ['corner', corners.length],
    ['random', random],
  ]);
  return {
    options,
    segments,
    count: chosen.length + random,
    *vectors(from, to) {
      yield* chosen.slice(from, to);
      const first = Math.max(0, from - chosen.length);
      yield* randomVectors(ranges, options, first, Math.min(to - chosen.length, random));
    },
    origin(sample) {
      const segment = segmentOf(segments, sample);
      const index = sample - segment.start;
      if (segment.kind === 'corner') return `corner: ${corners[index].name}`;
      if (segment.kind === 'data') return `data row ${index}`;
      return segment.kind === 'random' ? `random vector ${index}` : `regression vector ${index}`;
    },
  };
}

function layOut(counts: readonly (readonly [StimulusSegment['kind'], number])[]): StimulusSegment[] {
  let start = 0;
  return counts.map(([kind, count]) => {
    const segment = { kind, start, count };
    start += count;
    return segment;
  });
}

/** The segment that a sample is of. */
export function segmentOf(segments: readonly StimulusSegment[], sample: number): StimulusSegment {
  return segments.find(({ start, count }) => sample >= start && sample < start + count) as StimulusSegment;
}

interface Corner {
  readonly name: string;
  readonly codes: readonly number[];
}

export const MOST_ALONE = 128;

/** All at one end; inputs alone at an end, the others at zero (or at their code nearest to it). */
function makeCorners(ranges: readonly Interval[], most: number): Corner[] {
  const zeros = ranges.map(() => 0);
  const alone = (input: number, code: number) => zeros.with(input, code);
  const count = Math.min(ranges.length, most);
  const tried = Array.from({ length: count }, (_, index) =>
    count === 1 ? 0 : Math.round((index * (ranges.length - 1)) / (count - 1)),
  );
  return [
    { name: 'all inputs at their minimum', codes: ranges.map(({ low }) => low) },
    { name: 'all inputs at their maximum', codes: ranges.map(({ high }) => high) },
    { name: 'all inputs zero', codes: zeros },
    ...tried.flatMap((input) => [
      { name: `input ${input} at its minimum`, codes: alone(input, ranges[input].low) },
      { name: `input ${input} at its maximum`, codes: alone(input, ranges[input].high) },
    ]),
  ];
}

/** So many random vectors in a row come from one stream of random numbers, so that any of them is soon made. */
const STREAM = 1_000;

function* randomVectors(
  ranges: readonly Interval[],
  options: StimulusOptions,
  from: number,
  to: number,
): Generator<number[]> {
  for (let start = from - (from % STREAM); start < to; start += STREAM) {
    const random = new Random(options.seed, `stimulus ${start}`);
    for (let index = start; index < Math.min(start + STREAM, to); index++) {
      const codes = randomVector(ranges, options.rows, random);
      if (index >= from) yield codes;
    }
  }
}

/**
 * Of four vectors about two are uniform over all codes, one has many inputs at an end or at zero, and one is a data
 * row with a few inputs changed (uniform where there are no rows).
 */
function randomVector(ranges: readonly Interval[], rows: StimulusOptions['rows'], random: Random): number[] {
  const uniform = ({ low, high }: Interval) => random.integer(low, high);
  const style = random.integer(0, 3);
  if (style === 0) return ranges.map((range) => random.pick([range.low, range.high, 0, uniform(range)]));
  if (style > 1 || rows.length === 0) return ranges.map(uniform);
  const row = random.pick(rows);
  return ranges.map((range, input) => (random.integer(0, 7) === 0 ? uniform(range) : row[input]));
}
