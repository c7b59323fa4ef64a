import type { Operator } from '../conversion.js';
import { ACTIVATIONS } from './activations.js';
import { ARITHMETICS } from './arithmetic.js';
import { MOVES } from './moves.js';
import { SUMS } from './sums.js';
import { TYPES } from './types.js';
import { WINDOWS } from './windows.js';

/** Every operator of TFLite that is known, by its name there. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  ...SUMS,
  ...ARITHMETICS,
  ...WINDOWS,
  ...ACTIVATIONS,
  ...MOVES,
  ...TYPES,
};
