import { z } from 'zod';
import { MULTIPLIERS } from '../hardware/device-cost.js';
import type { Approach } from './architecture.js';

const CYCLES = 'a whole number of cycles from 1';
const LUTS = 'a whole number of LUTs from 1';
const DSPS = 'a whole number of DSP blocks from 0';
const OPTIONS = z.strictObject({
  interval: z
    .int(CYCLES)
    .min(1, CYCLES)
    .optional()
    .describe('Cycles from one sample to the next, at most; absent: as few as the limits allow.'),
  maxLuts: z.int(LUTS).min(1, LUTS).optional().describe('LUTs of the whole design, by the cost model.'),
  maxDsps: z.int(DSPS).min(0, DSPS).optional().describe('DSP blocks of the whole design.'),
  multipliers: z
    .enum(['auto', ...MULTIPLIERS], `one of auto, ${MULTIPLIERS.join(', ')}`)
    .default('auto')
    .describe('Where lanes multiply: in DSP blocks, in LUTs, or wherever that is cheaper.'),
});

export type BalanceOptions = z.infer<typeof OPTIONS>;

/** Engines and lanes are chosen for all layers, from the cost of what there is to choose from. */
export const balanced: Approach<BalanceOptions> = { name: 'balanced', options: OPTIONS, alternatives: [] };
