import type { Architecture } from './architecture.js';
import { parallel } from './parallel/index.js';
import { serial } from './serial/index.js';

/** Every micro-architecture, one line each. */
export const ARCHITECTURES: readonly Architecture[] = [serial as Architecture, parallel as Architecture];
