import type { Operator } from '../conversion.js';
import { ACTIVATIONS } from './activations.js';
import { CONSTANTS } from './constants.js';
import { MOVES } from './moves.js';
import { SUMS } from './sums.js';
import { WHOLE } from './whole.js';
import { WINDOWS } from './windows.js';

/** Every operator of ONNX that is known, by its name there. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  ...SUMS,
  ...WINDOWS,
  ...ACTIVATIONS,
  ...MOVES,
  ...CONSTANTS,
  ...WHOLE,
};
