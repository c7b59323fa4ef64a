import type { z } from 'zod';
import type { FloatLayer } from '../types.js';

export type Shape = readonly number[];

/** Values of a batch → those given: for each tensor read the samples one after the other, each in raster order. */
export type Forward = (inputs: readonly Float64Array[], samples: number) => Float64Array;

/** Between what every value of a tensor lies. */
export interface Bounds {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** Numbers that a layer keeps. */
export interface FloatParameter {
  readonly role: 'weights' | 'bias' | 'statistics';
  /** The layer's member. */
  readonly member: string;
  readonly values: Float64Array;
}

/** What a kind of layer must answer. `inputs` are the shapes that the layer reads. */
export interface FloatKind<L extends FloatLayer> {
  readonly kind: string;
  /** What it gives; throws at the first thing that is wrong with the layer when it reads these. @param where for errors */
  shape(layer: L, inputs: readonly Shape[], where: string): Shape;
  /** Its meaning, in doubles. What no value changes is worked out once. */
  forward(layer: L, inputs: readonly Shape[]): Forward;
  /** Bounds that nothing can leave. */
  bounds(layer: L, inputs: readonly Shape[], given: readonly Bounds[]): Bounds;
  /** What it keeps, learnt or counted; nothing for a layer without weights. */
  parameters(layer: L): readonly FloatParameter[];
  /** Multiplications of one sample, those by zero too. */
  macs(layer: L, inputs: readonly Shape[]): number;
  /** Its members in JSON, but for `from`; typed arrays are lists there. */
  readonly json: z.ZodType<Omit<L, 'from'>>;
}
