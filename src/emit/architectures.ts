import type { Architecture } from './architecture.js';

/** Every micro-architecture, one line each. */
export const ARCHITECTURES: readonly Architecture[] = [];
