import { INPUT_NUMBER, sourcesOf } from '../network/graph.js';
import { sizeOf } from '../network/tensor.js';
import { floatKindOf } from './layers/index.js';
import type { Shape } from './layers/kind.js';
import type { FloatLayer, FloatNetwork } from './types.js';

/** A layer with the shapes that it reads and the one that it gives. */
export interface PlacedFloatLayer {
  readonly layer: FloatLayer;
  /** Numbers of what it reads, in order; `INPUT_NUMBER` is the network's input. */
  readonly sources: readonly number[];
  readonly inputs: readonly Shape[];
  readonly output: Shape;
}

/** Every layer in its place, of a network that `checkFloatNetwork` let through. */
export function placeFloatLayers(network: Pick<FloatNetwork, 'layers' | 'input'>): PlacedFloatLayer[] {
  const sources = sourcesOf(network);
  const outputs: Shape[] = [];
  return network.layers.map((layer, index) => {
    const inputs = sources[index].map((number) =>
      number === INPUT_NUMBER ? network.input.shape : outputs[number],
    );
    const output = floatKindOf(layer).shape(layer, inputs, layer.name);
    outputs.push(output);
    return { layer, sources: sources[index], inputs, output };
  });
}

/** Values that a sample has. */
export const inputsOf = ({ input }: Pick<FloatNetwork, 'input'>): number => sizeOf(input);

/** Values that the last layer gives. */
export const outputsOf = (network: Pick<FloatNetwork, 'layers' | 'input'>): number =>
  sizeOf({ shape: placeFloatLayers(network).at(-1)!.output });
