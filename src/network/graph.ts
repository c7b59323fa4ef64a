import { meaningOf } from './layers/index.js';
import { type Tensor, vector } from './tensor.js';
import type { Layer, QuantizedNetwork } from './types.js';

/** What stands for the network's input where a layer says what it reads. */
export const INPUT = 'input';
/** The number of the network's input among the numbers of layers. */
export const INPUT_NUMBER = -1;

/** A list of layers that read each other, whatever they are beside that. */
export interface Graph {
  readonly layers: readonly Pick<Layer, 'name' | 'from'>[];
}

/** The names of what a layer reads: those that it says, or else the layer before it. */
export function readBy({ layers }: Graph, index: number): readonly string[] {
  return layers[index].from ?? [index === 0 ? INPUT : layers[index - 1].name];
}

/**
 * For every layer the numbers of what it reads, {@link INPUT_NUMBER} for the network's input.
 * The network is one that `checkNetwork` let through: each layer reads only what stands before it.
 */
export function sourcesOf(network: Graph): number[][] {
  const numbers = new Map([[INPUT, INPUT_NUMBER]]);
  return network.layers.map((layer, index) => {
    const sources = readBy(network, index).map((name) => numbers.get(name) as number);
    numbers.set(layer.name, index);
    return sources;
  });
}

/** A layer with the tensors that it reads and the one that it gives. */
export interface PlacedLayer {
  readonly layer: Layer;
  /** Numbers of what it reads, in order. */
  readonly sources: readonly number[];
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
}

/** Every layer in its place. */
export function placeLayers(network: Pick<QuantizedNetwork, 'layers' | 'input'>): PlacedLayer[] {
  const sources = sourcesOf(network);
  const input = inputTensor(network);
  const outputs: Tensor[] = [];
  return network.layers.map((layer, index) => {
    const inputs = sources[index].map((number) => (number === INPUT_NUMBER ? input : outputs[number]));
    const output = meaningOf(layer).type(layer, inputs);
    outputs.push(output);
    return { layer, sources: sources[index], inputs, output };
  });
}

export function inputTensor({ input }: Pick<QuantizedNetwork, 'input'>): Tensor {
  const { formats, shape } = input;
  return shape === undefined ? vector(formats) : { shape, formats: formats.slice(0, shape[2]) };
}
