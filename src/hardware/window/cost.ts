import { bitsFor } from '../../fixed/format.js';
import { OUTSIDE, placesAlong } from '../../network/window.js';
import { type DeviceCost, lutMemory, sumOf } from '../device-cost.js';
import { busWidth } from '../slots.js';
import type { Cells } from './cells.js';
import type { MapGroup, MapStage } from './types.js';

type PartCost = Partial<DeviceCost>;

/** For a bit of a window's four counters: their next numbers, and their comparisons. */
const COUNTER_LUTS = 7;
/** For a bit of the counters of what repeats cells. */
const REPEAT_LUTS = 2;
/** What fills up maps that are too short, marks them, and drops them in the end. */
const FRAMES = { luts: 30, flipFlops: 15 };

/** Words up to which a FIFO is a shift register, a LUT a bit. */
export const MOST_SHIFTED = 32;
/** Words of which Yosys makes no shift register. */
const FEW_WORDS = 2;

/** What a group takes of a 7-series device beside its bodies: words of cells at both ends, lines, windows and FIFOs. */
export function windowsCost({ stages, port, fifos = [], cellWords }: MapGroup): DeviceCost {
  const [first] = stages;
  const last = stages[stages.length - 1];
  const cells = cellsOf(last.positions);
  return sumOf([
    spreadCost(cellBits(first.enters), port?.cellsPerWord ?? cellsOf(first.enters.shape)),
    port === undefined ? {} : gatherCost(port.width, port.beatsPerWord),
    port === undefined ? {} : FRAMES,
    // Where maps are marked, the last cell waits with the others; cells that go on as they come wait in who takes them.
    cellWords === undefined ? gatherCost(busWidth(last.body.y), port === undefined ? cells : cells + 1) : {},
    ...stages.map(repeatCost),
    ...stages.map(zonesCost),
    ...stages.map(windowCost),
    ...stages.map(({ enters }, at) => fifoCost(cellBits(enters), fifos[at] ?? 0)),
  ]);
}

/** Pages of an output map, and what reads them: from this many bits on in block RAM. */
export function storeCost(width: number, cells: number): PartCost {
  const depth = 2 ** (bitsFor(cells) + 1);
  const memory =
    depth * width < BLOCK_BITS
      ? { lutRams: lutMemory(depth, width) }
      : { blockRams: Math.max(Math.ceil(width / WIDEST), Math.ceil((depth * width) / RAM_BITS)) };
  return { luts: STORE_LUTS + width, flipFlops: STORE_LUTS + width, ...memory };
}

const BLOCK_BITS = 4096;
/** Of a block RAM where it is widest, and in all. */
const WIDEST = 72;
const RAM_BITS = 36 * 1024;
/** Of its counters and pages. */
const STORE_LUTS = 30;

const cellBits = ({ slots }: Cells): number => busWidth(slots);

const cellsOf = ([rows, columns]: readonly number[]): number => rows * columns;

/** Words taken apart: all but the first one wait in registers that move up. */
const spreadCost = (width: number, words: number): PartCost =>
  words === 1 ? {} : { luts: width * words + 6, flipFlops: width * (words - 1) + bitsFor(words) };

/** Words put together: all but the last one wait. */
const gatherCost = (width: number, words: number): PartCost =>
  words === 1 ? {} : { luts: 8, flipFlops: width * (words - 1) + bitsFor(words) };

/** What repeats cells: a row of them in LUT memory, or a cell in a register, and a choice a bit where it is read again. */
function repeatCost({ enters, times }: MapStage): PartCost {
  if (times === undefined) return {};
  const [, columns] = enters.shape;
  const width = cellBits(enters);
  const bits = 2 * bitsFor(Math.max(...times)) + bitsFor(columns);
  const control = { luts: REPEAT_LUTS * bits, flipFlops: bits };
  const line =
    times[0] === 1 || columns === 1 ? { flipFlops: width } : { lutRams: lutMemory(columns, width) };
  return sumOf([control, { luts: width }, line]);
}

/** A position's zone, by its row and column, and for each zone the cell or 0. */
function zonesCost({ enters, zones }: MapStage): PartCost {
  if (zones === undefined) return {};
  const [rows, columns] = enters.shape;
  const bits = bitsFor(rows) + bitsFor(columns);
  const bands = zones.begins[0].length + zones.begins[1].length;
  return { luts: REPEAT_LUTS * bits + bands + zones.count * (1 + cellBits(enters)), flipFlops: bits };
}

/** Rows of the map that are still needed in LUT memory, cells beside one another in registers; padding is a choice a bit. */
function windowCost({ window, x, positions }: MapStage): DeviceCost {
  const cell = cellBits(x);
  const [reachDown, reachAcross] = ([0, 1] as const).map(
    (axis) => (window.size[axis] - 1) * window.dilation[axis] + 1,
  );
  const lines = (reachDown - 1) * cell;
  const [, columns] = x.shape;
  const bits = bitsFor(Math.max(...x.shape, ...positions) + 2);
  return sumOf([
    { luts: COUNTER_LUTS * bits, flipFlops: 4 * bits + 3 },
    { luts: paddedTaps(window, x.shape) * cell, flipFlops: (reachAcross - 1) * reachDown * cell },
    columns === 1 ? { flipFlops: lines } : { lutRams: lines === 0 ? 0 : lutMemory(columns, lines) },
  ]);
}

/** Taps that lie in the padding at some position. */
function paddedTaps(window: MapStage['window'], shape: Cells['shape']): number {
  const inside = ([0, 1] as const).map((axis) => {
    const places = placesAlong(window, shape, axis);
    return Array.from({ length: window.size[axis] }, (_, tap) => tap).filter((tap) =>
      places.every((taps) => taps[tap] !== OUTSIDE),
    ).length;
  });
  return cellsOf(window.size) - inside[0] * inside[1];
}

/** Where cells wait. */
function fifoCost(width: number, depth: number): PartCost {
  if (depth === 0) return {};
  const control = { luts: 12, flipFlops: bitsFor(depth) + 1 };
  if (depth <= FEW_WORDS) {
    return { luts: control.luts + width * (depth - 1), flipFlops: control.flipFlops + width * depth };
  }
  if (depth <= MOST_SHIFTED) return { ...control, lutRams: width };
  return {
    luts: 3 * control.luts,
    flipFlops: 3 * control.flipFlops,
    lutRams: lutMemory(depth, width),
  };
}
