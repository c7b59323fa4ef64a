import { z } from 'zod';
import { activateAll, type FloatActivation } from '../activation.js';
import { activatedBounds } from './bounds.js';
import type { FloatKind } from './kind.js';
import { ACTIVATION, checkActivation, oneRead } from './parts.js';

/** An activation by itself, of what no layer has as a member of its own. */
export interface FloatActivationLayer {
  readonly kind: 'activation';
  readonly name: string;
  readonly from?: readonly string[];
  readonly activation: FloatActivation;
}

export const activationLayer: FloatKind<FloatActivationLayer> = {
  kind: 'activation',
  shape: ({ activation }, inputs, where) => {
    const read = oneRead(inputs, where);
    checkActivation(activation, read[read.length - 1], `${where}.activation`);
    return read;
  },
  forward:
    ({ activation }, [read]) =>
    ([values]) =>
      activateAll(activation, values.slice(), read[read.length - 1]),
  bounds: ({ activation }, [read], [given]) => activatedBounds(activation, given, read[read.length - 1]),
  parameters: () => [],
  macs: () => 0,
  json: z.strictObject({ kind: z.literal('activation'), name: z.string(), activation: ACTIVATION }),
};
