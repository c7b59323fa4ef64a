import { sameFinish } from '../network/finish.js';
import type { PlacedLayer } from '../network/graph.js';
import type { AffineRow, Lowering, MaxRow } from '../network/layers/kind.js';
import { isMap, sizeOf } from '../network/tensor.js';
import type { RawRead } from './raw.js';
import type { View } from './views.js';

/** The rows of one position, where those of every other one are the same with the codes of that position. */
export interface RepeatedBody {
  readonly rows: readonly AffineRow[] | readonly MaxRow[];
  readonly resolve: (input: number) => RawRead | undefined;
}

/** Such as the sum of two maps: each code from those at its own position. */
export function repeatedBody(
  lowered: Exclude<Lowering, { kind: 'wires' }>,
  views: readonly View[],
  { inputs, output }: PlacedLayer,
): RepeatedBody | undefined {
  const [rows, columns, channels] = output.shape;
  const isFit =
    isMap(output.shape) &&
    rows * columns > 1 &&
    inputs.every(({ shape }) => isMap(shape) && shape[0] === rows && shape[1] === columns) &&
    views.every((view) => view.channels !== undefined);
  if (!isFit) return undefined;
  const starts: number[] = [];
  let start = 0;
  for (const tensor of inputs) {
    starts.push(start);
    start += sizeOf(tensor);
  }
  const depths = inputs.map(({ shape }) => shape[2]);
  const tensorOf = (input: number) => starts.findLastIndex((begin) => input >= begin);
  const isFirst = (input: number) => input - starts[tensorOf(input)] < depths[tensorOf(input)];
  const moved = (input: number, position: number) => input + position * depths[tensorOf(input)];
  const body = lowered.rows.slice(0, channels);
  if (!body.every((row) => readsOf(row).every(isFirst))) return undefined;
  for (let at = channels; at < lowered.rows.length; at++) {
    const position = Math.floor(at / channels);
    if (!isSameRow(body[at % channels], lowered.rows[at], (input) => moved(input, position)))
      return undefined;
  }
  return {
    rows: body as RepeatedBody['rows'],
    resolve: (input) => {
      const tensor = tensorOf(input);
      const place = views[tensor].channels?.[input - starts[tensor]];
      return place === undefined ? undefined : { tap: 0, node: place.node, at: place.channel };
    },
  };
}

const readsOf = (row: AffineRow | MaxRow): readonly number[] =>
  'terms' in row ? row.terms.map(({ input }) => input) : row.inputs;

function isSameRow(
  first: AffineRow | MaxRow,
  other: AffineRow | MaxRow,
  moved: (input: number) => number,
): boolean {
  if ('terms' in first && 'terms' in other) {
    return (
      first.bias === other.bias &&
      first.fraction === other.fraction &&
      first.terms.length === other.terms.length &&
      sameFinish(first.finish, other.finish) &&
      first.terms.every(
        ({ input, weight }, at) =>
          other.terms[at].weight === weight && other.terms[at].input === moved(input),
      )
    );
  }
  if ('terms' in first || 'terms' in other) return false;
  return (
    first.least === other.least &&
    first.inputs.length === other.inputs.length &&
    first.inputs.every((input, at) => other.inputs[at] === moved(input))
  );
}
