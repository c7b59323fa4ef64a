/** For each place given the first place read, and the weights of that one and those behind it. */
interface Spans {
  readonly starts: Int32Array;
  readonly weights: readonly Float32Array[];
}

/**
 * A picture in another size, as `tf.image.resize` with bilinear interpolation: pixel centres at halves, arithmetic of 32
 * bits. Without `antialias` a place given looks at the two nearest places read, however much smaller the picture becomes; with it, at
 * all that it covers.
 *
 * @param levels [height][width][channels]
 * @returns [to height][to width][channels]
 */
export function resizeBilinear(
  levels: Float32Array,
  from: { readonly height: number; readonly width: number; readonly channels: number },
  to: { readonly height: number; readonly width: number },
  antialias = false,
): Float32Array {
  if (from.height === to.height && from.width === to.width) return levels.slice();
  const spansOf = antialias ? coveredSpans : nearestSpans;
  const { channels } = from;
  const across = spansOf(from.width, to.width);
  const narrow = new Float32Array(from.height * to.width * channels);
  for (let y = 0; y < from.height; y++) {
    for (let x = 0; x < to.width; x++) {
      const source = (y * from.width + across.starts[x]) * channels;
      weigh(levels, source, channels, across.weights[x], narrow, (y * to.width + x) * channels, channels);
    }
  }
  const down = spansOf(from.height, to.height);
  const row = to.width * channels;
  const resized = new Float32Array(to.height * row);
  for (let y = 0; y < to.height; y++) {
    weigh(narrow, down.starts[y] * row, row, down.weights[y], resized, y * row, row);
  }
  return resized;
}

/** Sums runs of `count` numbers, `step` apart, each with its weight. */
function weigh(
  source: Float32Array,
  from: number,
  step: number,
  weights: Float32Array,
  target: Float32Array,
  to: number,
  count: number,
): void {
  for (let index = 0; index < count; index++) {
    let sum = 0;
    for (let tap = 0; tap < weights.length; tap++) {
      sum = Math.fround(sum + Math.fround(weights[tap] * source[from + tap * step + index]));
    }
    target[to + index] = sum;
  }
}

/** The two places on either side; beyond the edge the edge itself. */
function nearestSpans(from: number, to: number): Spans {
  const scale = Math.fround(from / to);
  const starts = new Int32Array(to);
  const weights = Array.from({ length: to }, (_, place) => {
    const at = Math.fround(Math.fround(Math.fround(place + 0.5) * scale) - 0.5);
    const below = Math.floor(at);
    const share = Math.fround(at - below);
    starts[place] = Math.min(Math.max(below, 0), from - 1);
    const last = Math.min(below + 1, from - 1);
    return last > starts[place] ? Float32Array.of(1 - share, share) : Float32Array.of(1);
  });
  return { starts, weights };
}

/** A triangle as wide as the place covers, its weights made to sum to 1. */
function coveredSpans(from: number, to: number): Spans {
  const scale = from / to;
  const radius = Math.max(scale, 1);
  const starts = new Int32Array(to);
  const weights = Array.from({ length: to }, (_, place) => {
    const centre = (place + 0.5) * scale;
    const first = Math.max(0, Math.ceil(centre - radius - 0.5));
    const last = Math.min(from - 1, Math.floor(centre + radius - 0.5));
    starts[place] = first;
    const raw = Array.from({ length: last - first + 1 }, (_, tap) =>
      Math.max(0, 1 - Math.abs((first + tap + 0.5 - centre) / radius)),
    );
    const sum = raw.reduce((total, weight) => total + weight, 0);
    return Float32Array.from(raw, (weight) => weight / sum);
  });
  return { starts, weights };
}
