import type { ChipFamily } from '../../../targets/families.js';
import type { BoardFlow } from './flow.js';
import { icestorm } from './icestorm.js';
import { quartus } from './quartus.js';
import { trellis } from './trellis.js';
import { vivado } from './vivado.js';

export type { BoardFlow } from './flow.js';

/** Every tool chain, one line each. */
const FLOWS: Readonly<Record<ChipFamily['flow'], BoardFlow>> = { vivado, quartus, icestorm, trellis };

export const flowOf = ({ flow }: ChipFamily): BoardFlow => FLOWS[flow];
