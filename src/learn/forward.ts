import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { placeFloatLayers } from '../float/graph.js';
import type { FloatNetwork } from '../float/types.js';
import { INPUT_NUMBER } from '../network/graph.js';
import { trainedKindOf } from './layers/index.js';
import type { Members } from './layers/kind.js';
import { type Slot, slotsOf } from './parameters.js';
import type { Tf } from './tensorflow.js';

/** What a batch in training is told, and tells. */
export interface BatchNotes {
  /** By the layer's number the factors that its values are multiplied by; undefined where nothing is dropped. */
  readonly dropout?: readonly (Tensor | undefined)[];
  /** Called with what layers have counted in the batch. */
  readonly count?: (slot: Slot, value: Tensor) => void;
}

/**
 * The logits of a batch, [sample][unit].
 *
 * @param parameters all numbers of the network, as `parameters.ts` lays them out
 * @param features [sample, …shape of the network's input]
 * @param notes of a batch in training; without them the network is as it will be used
 */
export type BatchForward = (parameters: Tensor1D, features: Tensor, notes?: BatchNotes) => Tensor2D;

/** The network as it is, in 32-bit floats. */
export function forwardPass(tf: Tf, network: Pick<FloatNetwork, 'layers' | 'input'>): BatchForward {
  const slots = slotsOf(network);
  const sizes = slots.map(({ size }) => size);
  const placed = placeFloatLayers(network).map(({ layer, inputs, sources }, number) => ({
    sources,
    own: slots.flatMap((slot, part) => (slot.layer === number ? [{ slot, part }] : [])),
    forward: trainedKindOf(layer).forward(tf, layer, inputs),
  }));
  return (parameters, features, notes) => {
    const parts = sizes.length === 0 ? [] : tf.split<Tensor1D>(parameters, sizes);
    const given: Tensor[] = [];
    placed.forEach(({ sources, own, forward }, number) => {
      const members: Members = Object.fromEntries(
        own.map(({ slot, part }) => [slot.member, tf.reshape(parts[part], [...slot.shape])]),
      );
      const pass = {
        training: notes !== undefined,
        count: (member: string, value: Tensor) => {
          const of = own.find(({ slot }) => slot.member === member);
          if (of !== undefined) notes?.count?.(of.slot, value);
        },
      };
      const read = sources.map((source) => (source === INPUT_NUMBER ? features : given[source]));
      const values = forward(read, members, pass);
      const factors = notes?.dropout?.[number];
      given.push(factors === undefined ? values : tf.mul(values, factors));
    });
    const logits = given[given.length - 1];
    return tf.reshape(logits, [logits.shape[0], logits.size / logits.shape[0]]);
  };
}
