import { groupTiming, placesAtPace } from './schedule.js';
import type { MapGroup } from './types.js';

/** Cells of a FIFO, at most. */
const MOST_CELLS = 256;

/** A group with places between its stages for as many cells as can ever help. */
export const withDeepFifos = <Group extends MapGroup>(
  group: Group,
): Group & { readonly fifos: readonly number[] } => ({
  ...group,
  fifos: group.stages.map(
    (
      {
        enters: {
          shape: [rows, columns],
        },
      },
      index,
    ) => (index === 0 ? 0 : Math.min(MOST_CELLS, rows * columns)),
  ),
});

/**
 * A group with FIFOs between stages that work in bursts, such as before and behind a pool, where without them it takes
 * longer from map to map; each as deep as it must be for that, and with one cell less it would take longer.
 *
 * @param interval that is enough; absent: the best
 */
export function withFifos<Group extends MapGroup>(group: Group, interval = 0): Group {
  const deep = withDeepFifos(group);
  const pace = interval === 0 ? groupTiming(deep).interval : interval;
  const placesFor = (fifos: readonly number[]) => placesAtPace({ ...group, fifos }, pace);
  if (placesFor(group.stages.map(() => 0)) !== undefined) return group;
  let depths = placesFor(deep.fifos) ?? deep.fifos;
  // The first ones first: behind a pool there are fewer cells to keep than before it.
  for (let at = 1; at < depths.length; at++) {
    // Fewer are too few; what waits where maps are early is seldom far above what has to.
    let few = -1;
    let less = 1;
    while (depths[at] - few > 1) {
      const tried = Math.max(depths[at] - less, Math.floor((depths[at] + few) / 2));
      const places = placesFor(depths.with(at, tried));
      less = places === undefined ? depths[at] : 2 * less;
      if (places === undefined) few = tried;
      else depths = places;
    }
  }
  return { ...group, fifos: depths };
}
