import { busWidth } from '../../hardware/slots.js';
import type { Cell, MapStage } from '../../hardware/window/plan.js';
import type { BodyModule, PlannedBody } from './body.js';

/** One stage with its names. */
export interface NamedStage {
  readonly stage: MapStage<PlannedBody>;
  readonly stem: string;
  readonly module: BodyModule;
  /** Cells that can wait before it; 0: no FIFO is there. */
  readonly queue: number;
}

export const cellBits = ({ slots }: Cell): number => busWidth(slots);

export const cellsOf = ([rows, columns]: readonly number[]): number => rows * columns;

/** The lowest bit of a unit's code among all cells of the map that a stage gives. */
export function placeOf({ stage }: NamedStage, unit: number): number {
  const { y } = stage.body;
  const slot = stage.y.channels.indexOf(unit % stage.given);
  return (Math.floor(unit / stage.given) * y.count + slot) * y.width;
}
