import type { AffineNetwork } from '../../network/affine.js';
import type { Head } from '../../network/types.js';
import type { PlanContext } from '../architecture.js';
import { argmaxHead } from './argmax.js';
import { binaryHead } from './binary.js';
import type { HeadPlan, PlanHead } from './head.js';

/** Every head and its module; `undefined` where the values alone leave. */
const HEADS: Record<Head['kind'], PlanHead | undefined> = {
  values: undefined,
  binary: binaryHead,
  argmax: argmaxHead,
};

/** The module of a network's head, or undefined when it needs none. */
export function planHead(network: AffineNetwork, context: PlanContext): HeadPlan | undefined {
  return HEADS[network.head.kind]?.(network, context);
}
