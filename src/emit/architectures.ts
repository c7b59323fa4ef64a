import type { Approach, Architecture } from './architecture.js';
import { balanced } from './balance-options.js';
import { parallel } from './parallel/index.js';
import { serial } from './serial/index.js';

/** Every micro-architecture, one line each. */
export const ARCHITECTURES: readonly Architecture[] = [serial as Architecture, parallel as Architecture];

/** All that `hardware.architecture` may name. */
export const APPROACHES: readonly Approach[] = [...ARCHITECTURES, balanced];
