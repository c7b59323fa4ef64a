import type { InputBeats } from '../../hardware/input-beats.js';
import type { Part } from '../../hardware/part.js';
import { problems } from '../../hardware/problems.js';
import { dealInterval, dealLanes } from '../../hardware/serial/deal.js';
import { withDeepFifos, withFifos } from '../../hardware/window/fifos.js';
import { planMaps } from '../../hardware/window/plan.js';
import { withPorts } from '../../hardware/window/port.js';
import { groupTiming, placesAtPace } from '../../hardware/window/schedule.js';
import type { MapGroup, PlanBody } from '../../hardware/window/types.js';
import type { LoweredNetwork } from '../../lower/types.js';
import { type LaneOptions, type SerialBody, serialBody } from './body.js';

/** Layers of a network, and how its inputs come in. */
interface Source {
  readonly lowered: LoweredNetwork;
  readonly part: Part;
  readonly input: InputBeats;
}

const groupsOf = ({ lowered, part, input }: Source, planBody: PlanBody<SerialBody>): MapGroup<SerialBody>[] =>
  withPorts(planMaps(lowered, part, planBody, 'left'), input);

/** Groups whose layers have so many lanes. */
export const mapsOnLanes = (source: Source, lanes: number, options: LaneOptions): MapGroup<SerialBody>[] =>
  groupsOf(source, (position, codes) =>
    serialBody(position, codes, (_, lengths) => dealLanes(lengths, lanes), options),
  ).map((group) => withFifos(group));

/**
 * Groups whose layers have as few lanes as take a map in so many cycles. Windows that are filled, and layers that wait for
 * each other, take cycles beside the steps of the positions, so that these are given fewer until all fit.
 *
 * @param place where the configuration says the interval
 * @throws hardware/interval where no number of lanes reaches it
 */
export function mapsWithin(
  source: Source,
  interval: number,
  options: LaneOptions,
  place: string,
): MapGroup<SerialBody>[] {
  const one = groupsOf(source, (position, codes) =>
    serialBody(position, codes, (_, lengths) => dealLanes(lengths, 1), options),
  );
  const cells = one.flatMap(({ stages }) => stages.flatMap(({ x, positions }) => [x.shape, positions]));
  const most = Math.max(0, ...cells.map(([rows, columns]) => rows * columns));
  if (interval < most) throw problems.intervalOfMaps(place, interval, most);
  for (let rest = interval; ; ) {
    const groups = groupsOf(source, (position, codes, positions) => {
      const steps = Math.max(1, Math.floor(rest / positions));
      return serialBody(position, codes, (_, lengths) => dealInterval(lengths, steps), options);
    });
    const isKept = (group: MapGroup) => placesAtPace(withDeepFifos(group), interval) !== undefined;
    if (groups.every(isKept)) return groups.map((group) => withFifos(group, interval));
    const isShortest = groups.every(({ stages }) => stages.every(({ body }) => stepsOf(body) === 1));
    const longest = Math.max(...groups.map((group) => groupTiming(withDeepFifos(group)).interval));
    if (isShortest) throw problems.intervalOfMaps(place, interval, longest);
    rest = Math.min(rest - 1, Math.floor((rest * interval) / longest));
  }
}

const stepsOf = ({ layer }: SerialBody): number => (layer.kind === 'lanes' ? layer.steps : 1);
