/** Steps of the exact search before it settles for the best found. */
const SEARCH_STEPS = 50_000;

/**
 * Deals neurons out to lanes so that the longest lane is as short as can be found: longest first, each into the
 * shortest lane (Graham's LPT), then ever lower ceilings by a search that is exact but for a bound on its steps.
 * Deterministic.
 *
 * @param lengths words of each neuron
 * @returns neurons of each lane, the longest first; no lane is empty, so there may be fewer than asked for
 */
export function assignLanes(lengths: readonly number[], laneCount: number): number[][] {
  const order = longestFirstOrder(lengths);
  const count = Math.min(laneCount, lengths.length);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const floor = Math.max(Math.ceil(total / count), lengths[order[0]]);
  let best = longestFirst(lengths, order, count);
  while (longest(lengths, best) > floor) {
    const better = pack(lengths, order, count, longest(lengths, best) - 1);
    if (better === undefined) break;
    best = better;
  }
  return best.filter((lane) => lane.length > 0);
}

/** The same with a ceiling given: lanes of at most so many words, or undefined when none were found. */
export function packLanes(
  lengths: readonly number[],
  laneCount: number,
  ceiling: number,
): number[][] | undefined {
  return pack(lengths, longestFirstOrder(lengths), laneCount, ceiling)?.filter((lane) => lane.length > 0);
}

/** The words of the longest lane. */
export function longest(lengths: readonly number[], lanes: readonly number[][]): number {
  return Math.max(...lanes.map((lane) => lane.reduce((sum, neuron) => sum + lengths[neuron], 0)));
}

const longestFirstOrder = (lengths: readonly number[]): number[] =>
  lengths.map((_, neuron) => neuron).sort((a, b) => lengths[b] - lengths[a] || a - b);

function longestFirst(lengths: readonly number[], order: readonly number[], count: number): number[][] {
  const lanes: number[][] = Array.from({ length: count }, () => []);
  const loads = Array<number>(count).fill(0);
  for (const neuron of order) {
    const lane = loads.indexOf(Math.min(...loads));
    lanes[lane].push(neuron);
    loads[lane] += lengths[neuron];
  }
  return lanes;
}

/**
 * Lanes of at most `ceiling` words, or undefined when none were found. Depth first, every neuron into the fullest
 * lane that still takes it before the others; lanes of equal load are one choice.
 */
function pack(
  lengths: readonly number[],
  order: readonly number[],
  count: number,
  ceiling: number,
): number[][] | undefined {
  const lanes: number[][] = Array.from({ length: count }, () => []);
  const loads = Array<number>(count).fill(0);
  const choicesFor = (length: number) => {
    const seen = new Set<number>();
    const fitting = loads.flatMap((load, lane) => {
      if (load + length > ceiling || seen.has(load)) return [];
      seen.add(load);
      return [lane];
    });
    // Popped from the end: the fullest first.
    return fitting.sort((a, b) => loads[a] - loads[b] || b - a);
  };
  const placed: number[] = [];
  const choices = [choicesFor(lengths[order[0]])];
  for (let step = 0; choices.length > 0 && step < SEARCH_STEPS; step++) {
    const depth = choices.length - 1;
    const neuron = order[depth];
    if (placed.length > depth) {
      const lane = placed.pop() as number;
      lanes[lane].pop();
      loads[lane] -= lengths[neuron];
    }
    const lane = choices[depth].pop();
    if (lane === undefined) {
      choices.pop();
      continue;
    }
    placed.push(lane);
    lanes[lane].push(neuron);
    loads[lane] += lengths[neuron];
    if (placed.length === order.length) return lanes;
    choices.push(choicesFor(lengths[order[depth + 1]]));
  }
  return undefined;
}
