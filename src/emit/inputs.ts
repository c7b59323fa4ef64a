import { z } from 'zod';
import { MOST_DECIMALS } from '../quantize/raw-inputs.js';

const DECIMALS = `a whole number from 0 to ${MOST_DECIMALS}`;
const COUNT = z.int(DECIMALS).min(0, DECIMALS).max(MOST_DECIMALS, DECIMALS);

/** The member `inputs` of `hardware`. */
export const INPUT_OPTIONS = z.union(
  [
    z.literal('codes'),
    z.literal('raw'),
    z.strictObject({
      decimals: z
        .union([COUNT, z.array(COUNT)])
        .describe('A feature goes in times 10^decimals, rounded; one number for all, or one per feature.'),
    }),
  ],
  { error: 'codes, raw, or decimals: one number for all features, or a list with one each' },
);
