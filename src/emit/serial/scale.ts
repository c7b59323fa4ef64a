import { bitsFor } from '../../fixed/format.js';
import type { SerialLayer } from '../../hardware/serial/plan.js';
import { checksumText, type RomImage } from '../rom.js';
import { alignConnections, type Declaration, unusedSignal } from '../verilog.js';

import type { Site, Sums } from './sums.js';

/** What requantizers read: the sums, or these multiplied. */
export interface ScaledSums {
  readonly value: string;
  readonly valid: string;
  readonly slot: string | undefined;
  readonly width: number;
}

const namesOf = ({ stem }: Sums) => ({
  product: `${stem}_product`,
  valid: `${stem}_product_valid`,
  slot: `${stem}_product_slot`,
  fault: `${stem}_product_fault`,
});

export function scaledSums({ sumWidth, multiplierWidth }: SerialLayer, sums: Sums): ScaledSums {
  const { sum, valid, slot } = sums;
  if (multiplierWidth === 0) return { value: sum, valid, slot, width: sumWidth };
  const names = namesOf(sums);
  return {
    value: names.product,
    valid: names.valid,
    slot: slot === undefined ? undefined : names.slot,
    width: sumWidth + multiplierWidth,
  };
}

export function scaleSignals({ sumWidth, multiplierWidth }: SerialLayer, sums: Sums): Declaration[] {
  if (multiplierWidth === 0) return [];
  const names = namesOf(sums);
  return [
    { kind: 'wire', width: 1, name: names.valid },
    { kind: 'wire', width: bitsFor(sums.rows.length), name: names.slot },
    { kind: 'wire', width: sumWidth + multiplierWidth, name: names.product },
    ...(sums.tellsSlot ? [] : [unusedSignal(`${names.product}_unused`, [names.slot])]),
  ];
}

/** Whether there are sums of rows, and something multiplies them. */
const isScaled = ({ multiplierWidth }: SerialLayer, { rows }: Sums): boolean =>
  multiplierWidth > 0 && rows.some((row) => row !== undefined);

/** The bits that say that a ROM of multipliers is not what it should be. */
export const scaleFaults = (layer: SerialLayer, sums: Sums): string[] =>
  isScaled(layer, sums) ? [namesOf(sums).fault] : [];

export function multiplierRoms({ layer, module }: Site, sums: Sums): RomImage[] {
  if (!isScaled(layer, sums)) return [];
  return [
    {
      name: `${module}_${sums.instance}_multipliers`,
      layer: layer.name,
      purpose: `${sums.title}: multiplier`,
      width: layer.multiplierWidth,
      words: sums.rows.map((row) =>
        BigInt(row === undefined ? 0 : layer.rows[row].finish.scaling.multiplier),
      ),
    },
  ];
}

/** What multiplies the sums, if anything does. */
export function scaleView(site: Site, sums: Sums) {
  const { layer, prefix, multipliers } = site;
  const names = namesOf(sums);
  return multiplierRoms(site, sums).map((rom) => {
    const slots = rom.words.length;
    return {
      instance: `${sums.instance}_scale`,
      parameters: alignConnections([
        ['SUM_WIDTH', `${layer.sumWidth}`],
        ['MULTIPLIER_WIDTH', `${layer.multiplierWidth}`],
        ['SLOTS', `${slots}`],
        ['SLOT_WIDTH', `${bitsFor(slots)}`],
        ...(multipliers === 'luts' ? [['PRODUCT_LUTS', '1'] as const] : []),
        ['FILE', `"${rom.name}.mem"`],
        ['CHECKSUM', checksumText(rom)],
      ]),
      ports: alignConnections([
        ['aclk', 'aclk'],
        ['aresetn', 'aresetn'],
        ['enable_i', `${prefix}_enable`],
        ['sum_valid_i', sums.valid],
        ['sum_slot_i', sums.slot ?? `1'd0`],
        ['sum_i', sums.sum],
        ['product_valid_o', names.valid],
        ['product_slot_o', names.slot],
        ['product_o', names.product],
        ['fault_o', names.fault],
      ]),
    };
  });
}
