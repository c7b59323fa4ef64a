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

/** Into how many words the codes under its window are cut for an operand memory; 0: they are taken at once. */
export const wordsUnder = ({ body: { control } }: MapStage): number =>
  control.kind === 'lanes' && control.operands !== undefined && control.operands.words > 1
    ? control.operands.words
    : 0;

export const cellBits = ({ slots }: Cells): number => busWidth(slots);

export const cellsOf = ([rows, columns]: readonly number[]): number => rows * columns;
