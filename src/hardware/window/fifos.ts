import { groupTiming } from './schedule.js';
import type { MapGroup } from './types.js';

/** Cells of a FIFO, at most. */
const MOST_CELLS = 256;

/** A group with places between its stages for as many cells as can ever help. */
export const withDeepFifos = <Group extends MapGroup>(group: Group): Group => ({
  ...group,
  fifos: group.stages.map(
    (
      {
        x: {
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
  const intervalOf = (fifos: readonly number[]) => groupTiming({ ...group, fifos }).interval;
  const none = group.stages.map(() => 0);
  const deep = withDeepFifos(group).fifos as readonly number[];
  const wanted = Math.max(interval, intervalOf(deep));
  if (intervalOf(none) <= wanted) return group;
  const depths = [...deep];
  // The first ones first: behind a pool there are fewer cells to keep than before it.
  for (let at = 1; at < depths.length; at++) {
    // With so many cells it is fast enough, and with so many it is not.
    let [enough, few] = [depths[at], -1];
    while (enough - few > 1) {
      const tried = few === -1 ? 0 : Math.floor((enough + few) / 2);
      if (intervalOf(depths.with(at, tried)) <= wanted) enough = tried;
      else few = tried;
    }
    depths[at] = enough;
  }
  return { ...group, fifos: depths };
}
