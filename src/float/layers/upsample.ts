import { z } from 'zod';
import { upsampled, upsampleWires } from '../../network/layers/upsample.js';
import type { MapShape } from '../../network/tensor.js';
import { checkPositions, type Extent } from '../../network/window.js';
import { rising } from './bounds.js';
import type { FloatKind, Shape } from './kind.js';
import { mapRead, PAIR_SHAPE } from './parts.js';
import { wired } from './wires.js';

/** Every cell of a map `factors` times down and across: nearest neighbours. */
export interface FloatUpsample {
  readonly kind: 'upsample';
  readonly name: string;
  readonly from?: readonly string[];
  readonly factors: Extent;
}

const forward = ({ factors }: FloatUpsample, inputs: readonly Shape[]) =>
  wired(upsampleWires(factors, inputs[0] as MapShape), inputs);

export const upsample: FloatKind<FloatUpsample> = {
  kind: 'upsample',
  shape: ({ factors }, inputs, where) => {
    const shape = upsampled(factors, mapRead(inputs, where));
    checkPositions(shape[0], shape[1], where);
    return shape;
  },
  forward,
  bounds: (layer, inputs, given) => rising(forward(layer, inputs), given),
  parameters: () => [],
  macs: () => 0,
  json: z.strictObject({ kind: z.literal('upsample'), name: z.string(), factors: PAIR_SHAPE }),
};
