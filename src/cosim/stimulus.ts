import { problems } from '../core/errors.js';
import { Random } from '../core/random.js';
import { rangeOf } from '../fixed/format.js';
import type { Interval } from '../fixed/interval.js';
import type { QuantizedNetwork } from '../network/types.js';

/** Samples of one origin, one after the other in the stimulus. */
export interface Segment {
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
  readonly seed: number;
}

export interface Stimulus {
  readonly segments: readonly Segment[];
  readonly count: number;
  /** The vectors in order, made one by one: they may be too many to keep. */
  vectors(): Iterable<readonly number[]>;
  /** Where a sample comes from, such as `data row 17` or `corner: input 3 at its maximum`. */
  origin(sample: number): string;
}

/**
 * Regression vectors, data rows, corners, random vectors, in this order.
 *
 * @throws cosim/row-width, network/code-out-of-range (by the reference model, when the vectors are run)
 */
export function makeStimulus(network: QuantizedNetwork, options: StimulusOptions): Stimulus {
  const inputs = network.input.formats.length;
  options.rows.forEach((row, index) => {
    if (row.length !== inputs) throw problems.cosimRowWidth(index, row.length, inputs);
  });
  const ranges = network.input.formats.map(rangeOf);
  const corners = makeCorners(ranges);
  const { regressions, rows, random } = options;
  const segments = layOut([
    ['regression', regressions.length],
    ['data', rows.length],
    ['corner', corners.length],
    ['random', random],
  ]);
  return {
    segments,
    count: regressions.length + rows.length + corners.length + random,
    *vectors() {
      yield* regressions;
      yield* rows;
      for (const corner of corners) yield corner.codes;
      yield* randomVectors(ranges, options);
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

function layOut(counts: readonly (readonly [Segment['kind'], number])[]): Segment[] {
  let start = 0;
  return counts.map(([kind, count]) => {
    const segment = { kind, start, count };
    start += count;
    return segment;
  });
}

/** The segment that a sample is of. */
export function segmentOf(segments: readonly Segment[], sample: number): Segment {
  return segments.find(({ start, count }) => sample >= start && sample < start + count) as Segment;
}

interface Corner {
  readonly name: string;
  readonly codes: readonly number[];
}

/** All at one end; each input alone at an end, the others at zero (or at their code nearest to it). */
function makeCorners(ranges: readonly Interval[]): Corner[] {
  const zeros = ranges.map(() => 0);
  const alone = (input: number, code: number) => zeros.with(input, code);
  return [
    { name: 'all inputs at their minimum', codes: ranges.map(({ low }) => low) },
    { name: 'all inputs at their maximum', codes: ranges.map(({ high }) => high) },
    { name: 'all inputs zero', codes: zeros },
    ...ranges.flatMap(({ low, high }, input) => [
      { name: `input ${input} at its minimum`, codes: alone(input, low) },
      { name: `input ${input} at its maximum`, codes: alone(input, high) },
    ]),
  ];
}

/**
 * Of four vectors about two are uniform over all codes, one has many inputs at an end or at zero, and one is a data
 * row with a few inputs changed (uniform where there are no rows).
 */
function* randomVectors(ranges: readonly Interval[], options: StimulusOptions): Generator<number[]> {
  const random = new Random(options.seed, 'stimulus');
  const uniform = ({ low, high }: Interval) => random.integer(low, high);
  const extreme = (range: Interval) => random.pick([range.low, range.high, 0, uniform(range)]);
  for (let count = 0; count < options.random; count++) {
    const style = random.integer(0, 3);
    if (style === 0) yield ranges.map(extreme);
    else if (style === 1 && options.rows.length > 0) {
      const row = random.pick(options.rows);
      yield ranges.map((range, input) => (random.integer(0, 7) === 0 ? uniform(range) : row[input]));
    } else yield ranges.map(uniform);
  }
}
