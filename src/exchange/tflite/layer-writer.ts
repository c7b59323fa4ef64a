import type { Shape } from '../../float/layers/kind.js';
import type { FloatLayer } from '../../float/types.js';
import type { OptionField } from './graph.js';
import type { MapDraft } from './map-draft.js';

/** What a layer is written of. */
export interface LayerToWrite<L extends FloatLayer = FloatLayer> {
  readonly draft: MapDraft;
  readonly layer: L;
  /** Tensors that it reads, and their shapes without the batch. */
  readonly read: readonly number[];
  readonly inputs: readonly Shape[];
  /** Makes the tensor that it gives. */
  readonly output: () => number;
  readonly shape: Shape;
}

/** Gives the tensor of the layer's values. @throws exchange/tflite-layer */
export type LayerWriter<L extends FloatLayer = FloatLayer> = (wanted: LayerToWrite<L>) => number;

export const byte = (slot: number, value: number): OptionField => ({ slot, type: 'int8', value });
export const whole = (slot: number, value: number): OptionField => ({ slot, type: 'int32', value });
export const real = (slot: number, value: number): OptionField => ({ slot, type: 'float32', value });
