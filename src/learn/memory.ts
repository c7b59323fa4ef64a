import { placeFloatLayers } from '../float/graph.js';
import type { FloatNetwork } from '../float/types.js';
import { sizeOf } from '../network/tensor.js';
import { parameterCount } from './parameters.js';
import { problems } from './problems.js';

/** As far as WebAssembly's addresses reach: all that a training can have. */
const BYTES = 2 ** 32;
const BYTES_OF_NUMBER = 4;
/** Copies of every layer's values that a step holds at most, measured: sums, activations, dropout, and gradients of each. */
const COPIES = 12;
/** The same of the parameters: gradient, the optimizer's moments, and what it makes of them. */
const PARAMETER_COPIES = 10;

/** The samples of a batch that fit into memory for certain. */
export function fittingBatch(network: FloatNetwork): number {
  const values = placeFloatLayers(network).reduce(
    (sum, { output }) => sum + sizeOf({ shape: output }),
    sizeOf(network.input),
  );
  const numbers = BYTES / BYTES_OF_NUMBER - PARAMETER_COPIES * parameterCount(network);
  return Math.max(0, Math.floor(numbers / (COPIES * values)));
}

/** Does a step, and says which batch would fit where memory does not suffice for this one. @throws learn/memory */
export async function withinMemory(
  task: string,
  network: FloatNetwork,
  batchSize: number,
  step: () => Promise<void>,
): Promise<void> {
  try {
    await step();
  } catch (error) {
    if (!isShortage(error)) throw error;
    const fits = fittingBatch(network);
    // Where it should fit, the machine has less than addresses reach: how much it has is not known.
    throw problems.learnMemory(task, batchSize, fits < batchSize ? fits : Math.floor(batchSize / 2));
  }
}

/** The backend writes past its memory's end where that cannot grow; arrays of ours are refused. */
export const isShortage = (error: unknown): boolean =>
  error instanceof WebAssembly.RuntimeError ||
  (error instanceof RangeError && /allocation|array length|memory/i.test(error.message));
