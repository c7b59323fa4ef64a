import type { BoardLink } from '../build.js';
import { gpio } from './gpio.js';
import { avalonMm, axiLite } from './registers.js';
import { avalonSt, axiStream } from './streams.js';
import { uart } from './uart.js';

/** Every link, one line each. */
export const LINKS: readonly BoardLink[] = [uart, axiStream, axiLite, avalonSt, avalonMm, gpio];
