import type { BoardLink } from '../build.js';
import { uart } from './uart.js';

/** Every link, one line each. */
export const LINKS: readonly BoardLink[] = [uart];
