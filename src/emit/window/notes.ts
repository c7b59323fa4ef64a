import type { Slots } from '../../hardware/slots.js';
import type { GroupTiming } from '../../hardware/window/schedule.js';
import type { MapGroup, MapPort } from '../../hardware/window/types.js';
import { type AffineNetwork, termsOf } from '../../network/affine.js';
import { printShape } from '../../network/tensor.js';
import { count } from '../verilog.js';
import type { PlannedBody } from './body.js';
import type { Leaving } from './ends.js';
import type { NamedStage } from './stages.js';

interface GroupFacts {
  readonly stages: readonly NamedStage[];
  readonly y: Slots;
  readonly timing: GroupTiming;
  readonly network: AffineNetwork;
  readonly group: MapGroup<PlannedBody>;
  readonly leaves: Leaving;
}

/** A group's header: its layers, what it takes and gives, and its timing. */
export function groupNotes({ stages, y, timing, network, group, leaves }: GroupFacts): string[] {
  const { port } = group;
  return [
    ...stages.map(({ stage }, index) => {
      const { window, enters, times, zones, positions, y } = stage;
      const { terms, denseTerms } = termsOf(network.layers[group.first + index]);
      const weights = denseTerms === 0 ? '' : `, ${stage.terms} weights (${terms} of ${denseTerms} products)`;
      const moved = `${window.size.join('x')} window, strides ${window.strides.join('x')}, padding ${window.padding.join(' ')}`;
      const repeats = times === undefined ? '' : `each cell ${times.join('x')} times, `;
      const shared = zones === undefined ? '' : `each cell for its zone of ${zones.count}, `;
      return `${stage.name}  ${printShape([...enters.shape, enters.channels.length])} to ${printShape([...positions, y.channels.length])}: ${repeats}${shared}${moved}${weights}`;
    }),
    '',
    ...(port === undefined
      ? ['x_i holds a whole map; inside, a cell of it (all its channels) is a beat.']
      : portNotes(port)),
    ...givenNotes(stages[stages.length - 1], y, { isMarked: port !== undefined, leaves }),
    '',
    `Interval   ${count(timing.interval, 'cycle')} from one map to the next`,
    `Latency    ${count(timing.latency, 'cycle')} from ${port === undefined ? 'taking x_i' : 'the cycle in which the last beat of x_i could be taken'} to giving y_o`,
  ];
}

function portNotes({ beats, beatsPerWord, cellsPerWord }: MapPort): string[] {
  const cells = count(cellsPerWord, 'cell');
  return [
    `x_i is a beat of the input stream, of ${beats}: ${count(beatsPerWord, 'beat')} of it hold ${cells} (all channels of a place).`,
    'Cells go on as they come. A map of another length is filled up, and what is made of it is dropped.',
  ];
}

interface GivenFacts {
  readonly isMarked: boolean;
  readonly leaves: Leaving;
}

function givenNotes({ stage: { body } }: NamedStage, y: Slots, { isMarked, leaves }: GivenFacts): string[] {
  if (leaves === 'results') return ['y_o holds a code of a map, cell by cell, once all of it is there.'];
  if (leaves === 'maps')
    return [`y_o holds a whole map${isMarked ? ', of those that are not dropped' : ''}.`];
  const words = Math.ceil(body.y.count / y.count);
  return [
    words === 1
      ? 'y_o holds a cell of a map.'
      : `y_o holds ${count(y.count, 'code')} of a cell, which leaves in ${words} words.`,
    ...(isMarked ? ['A mark says of each map, in order, whether it is to be dropped.'] : []),
  ];
}
