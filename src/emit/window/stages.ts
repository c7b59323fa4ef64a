import { busWidth } from '../../hardware/slots.js';
import type { Cells } from '../../hardware/window/cells.js';
import type { MapStage } from '../../hardware/window/types.js';
import type { StreamNames } from '../handshakes.js';
import type { BodyModule, PlannedBody } from './body.js';

/** One stage with its names. */
export interface NamedStage {
  readonly stage: MapStage<PlannedBody>;
  readonly stem: string;
  readonly module: BodyModule;
  /** Cells that can wait before it; 0: no FIFO is there. */
  readonly queue: number;
  /** Where its cells leave. */
  readonly cell: StreamNames;
}

export const cellBits = ({ slots }: Cells): number => busWidth(slots);

export const cellsOf = ([rows, columns]: readonly number[]): number => rows * columns;
