import { choiceLuts, type DeviceCost, sumOf } from '../device-cost.js';
import type { Cells } from './cells.js';
import type { MapGroup, MapStage } from './types.js';

/** Words that a LUT's memory has. */
const LUT_WORDS = 64;
/** Counters of rows, columns and positions, and their comparisons. */
const CONTROL = { luts: 40, flipFlops: 40 };

/** What a group takes of a 7-series device beside its bodies: words of cells at both ends, lines and windows. */
export function windowsCost({ stages, port }: MapGroup): DeviceCost {
  const [first] = stages;
  const last = stages[stages.length - 1];
  const cell = ({ slots }: Cells) => slots.count * slots.width;
  const cells = ([rows, columns]: readonly number[]) => rows * columns;
  const spread = cell(first.x) * ((port?.cellsPerWord ?? cells(first.x.shape)) - 1);
  const gathered = port === undefined ? 0 : port.width * (port.beatsPerWord - 1);
  return sumOf([
    { luts: spread, flipFlops: spread + gathered },
    { luts: 0, flipFlops: cell(last.y) * cells(last.positions) },
    ...stages.map(windowCost),
  ]);
}

/** Rows of the map that are still needed in LUT memory, and registers with the codes under the window. */
function windowCost({ window, x }: MapStage): DeviceCost {
  const [rows, columns] = window.size;
  const cell = x.slots.count * x.slots.width;
  const lines = (rows - 1) * window.dilation[0];
  const isPadded = window.padding.some((cells) => cells > 0);
  const taps = rows * ((columns - 1) * window.dilation[1] + 1);
  const blocks = Math.ceil(x.shape[1] / LUT_WORDS);
  return sumOf([
    CONTROL,
    { luts: lines * cell * choiceLuts(blocks), lutRams: lines * cell * blocks },
    { luts: isPadded ? taps * cell : 0, flipFlops: taps * cell },
  ]);
}
