import { bitsFor } from '../../fixed/format.js';
import {
  choiceLuts,
  type DeviceCost,
  type Multipliers,
  productCost,
  romCost,
  sumOf,
} from '../device-cost.js';
import { circuitCost } from '../parallel/cost.js';
import { levelsBetweenRegisters } from '../parallel/delay.js';
import { codeFormat, type Requantizer } from '../requantizer.js';
import { costOfMemory } from './operand-cost.js';
import type { Bypass, Lane, SerialLayer, SerialStage } from './plan.js';

/** Of a lane's control, and of the sequencer: they hardly differ from layer to layer. */
const LANE_CONTROL = { luts: 8, flipFlops: 8 };
const SEQUENCER_LUTS = 18;

/**
 * What a layer takes of a 7-series device. The numbers behind it were measured with Yosys on seeded layers; of these it is
 * off by a tenth or so.
 */
export function stageCost(stage: SerialStage, multipliers: Multipliers): DeviceCost {
  if (stage.kind === 'circuit') {
    const { luts, flipFlops } = circuitCost(stage.circuit);
    return sumOf([{ luts, flipFlops }]);
  }
  const { x, y, computed, steps, pipeline, lanes, joins, sumWidth, bypass, operands, givesWords } = stage;
  return sumOf([
    { luts: SEQUENCER_LUTS, flipFlops: bitsFor(steps) + 2 * pipeline + 1 },
    operands === undefined ? { flipFlops: x.count * x.width } : costOfMemory(stage, operands),
    // Of all results each is written by itself.
    givesWords === undefined ? { luts: computed, flipFlops: computed * y.width } : {},
    ...lanes.map((lane) => laneCost(stage, lane, multipliers)),
    ...joins.map(({ parts }) => {
      const added = sumWidth * (parts.length - 1);
      return { luts: added, flipFlops: added };
    }),
    ...joins.map(({ row }) => finishCost(stage, [row], multipliers)),
    ...(bypass === undefined ? [] : [bypassCost(bypass)]),
  ]);
}

/** A product of adders has as many as its shorter word has bits, but all their carries run at once. */
const PRODUCT_LEVELS = 2;

/** Adders that the longest path between two registers of a layer is as long as, about: those of the sum, or of a product. */
export function stageLevels(stage: SerialStage, multipliers: Multipliers): number {
  if (stage.kind === 'circuit') return levelsBetweenRegisters(stage.circuit);
  return multipliers === 'luts' ? PRODUCT_LEVELS : 1;
}

function laneCost(layer: SerialLayer, { runs, words }: Lane, multipliers: Multipliers): DeviceCost {
  const { x, indexWidth, weightWidth, sumWidth, selectStages } = layer;
  const operand = x.width + (x.signed ? 0 : 1);
  const product = productCost(operand, weightWidth, multipliers);
  const rows = runs.flatMap(({ row, gives }) => (gives === 'row' ? [row] : []));
  // A DSP block has the registers of the product inside, but not the accumulator, which begins with the bias.
  const isInside = (product.dsps ?? 0) > 0;
  return sumOf([
    LANE_CONTROL,
    romCost(words.length, 1 + indexWidth + weightWidth),
    romCost(runs.length, changingBits(layer, runs)),
    layer.operands === undefined ? selectCost(layer) : {},
    product,
    { flipFlops: 3 * bitsFor(runs.length) },
    { luts: 2 * sumWidth, flipFlops: sumWidth + (isInside ? 0 : selectStages * weightWidth) },
    runs.some(({ start }) => start === 'neighbour') ? { luts: sumWidth } : {},
    runs.some(({ gives }) => gives !== 'row') ? { flipFlops: sumWidth } : {},
    finishCost(layer, rows, multipliers),
  ]);
}

/** Bits of the biases that are not the same for all runs: the others are wires. */
function changingBits({ rows, sumWidth }: SerialLayer, runs: Lane['runs']): number {
  const biases = runs.map(({ row, start }) => BigInt(start === 'bias' ? rows[row].bias : 0));
  const changing = biases.reduce((bits, bias) => bits | (bias ^ biases[0]), 0n);
  return [...BigInt.asUintN(sumWidth, changing).toString(2)].filter((bit) => bit === '1').length;
}

/** The multiplexer of operands. */
function selectCost({ x, selectStages, indexWidth }: SerialLayer): Partial<DeviceCost> {
  const luts = x.width * choiceLuts(x.count);
  if (selectStages === 1) return { luts, flipFlops: x.width };
  const groups = Math.ceil(x.count / 2 ** Math.max(1, Math.floor(indexWidth / 2)));
  return { luts, flipFlops: (groups + 1) * x.width + Math.ceil(indexWidth / 2) };
}

/** From the sums of rows, which come one after the other, to their codes. */
function finishCost(layer: SerialLayer, rows: readonly number[], multipliers: Multipliers): DeviceCost {
  if (rows.length === 0) return sumOf([]);
  const { sumWidth, multiplierWidth, requantizers } = layer;
  const used = requantizers.filter((requantizer) => rows.some((row) => requantizer.rows.includes(row)));
  const scale =
    multiplierWidth === 0
      ? []
      : [
          romCost(rows.length, multiplierWidth),
          productCost(sumWidth, multiplierWidth + 1, multipliers),
          { flipFlops: sumWidth + (sumWidth + multiplierWidth) + 3 * (1 + bitsFor(rows.length)) },
        ];
  return sumOf([...scale, { flipFlops: 1 + bitsFor(rows.length) }, ...used.map(requantizeCost)]);
}

function requantizeCost(requantizer: Requantizer): Partial<DeviceCost> {
  const { activation, shift, overflow, format, table } = requantizer;
  const isPlain = activation.kind === 'linear' && shift === 0 && overflow.kind === 'drop';
  const { width } = codeFormat(requantizer);
  const looked = table === undefined ? 0 : (2 ** format.width * width) / 64;
  return { luts: (isPlain ? 0 : format.width + 1) + looked, flipFlops: width };
}

const bypassCost = ({ slots, width, depth }: Bypass): Partial<DeviceCost> => ({
  luts: slots.length * width * choiceLuts(depth) + 3,
  flipFlops: slots.length * width * depth + bitsFor(depth) + 1,
});
