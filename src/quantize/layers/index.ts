import type { FloatLayer } from '../../float/types.js';
import { problems } from '../problems.js';
import { add } from './add.js';
import { conv2d } from './conv2d.js';
import { dense } from './dense.js';
import type { QuantizeKind } from './kind.js';
import { averagePool, maxPool } from './pools.js';
import { concat, move, upsample } from './wires.js';

/** Every kind that the integer network has, one line each; `foldNetwork` makes these of the others. */
const QUANTIZE_KINDS = [
  dense,
  conv2d,
  maxPool,
  averagePool,
  add,
  concat,
  move,
  upsample,
] as unknown as readonly QuantizeKind<FloatLayer>[];

/** @throws quantize/kind */
export function quantizeKindOf({ name, kind }: FloatLayer): QuantizeKind<FloatLayer> {
  const found = QUANTIZE_KINDS.find((one) => one.kind === kind);
  if (found !== undefined) return found;
  throw problems.quantizeKind(
    name,
    kind,
    QUANTIZE_KINDS.map((one) => one.kind),
  );
}
