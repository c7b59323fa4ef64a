import type { ChainActivation, ChainLayer, DenseChain } from '../../src/float/chain.js';
import { denseOf } from '../../src/float/layers/dense.js';

/** A dense layer with its weights in rows, one for each input. */
export interface RowLayer {
  readonly kind?: 'dense';
  readonly name: string;
  readonly kernel: readonly (readonly number[])[];
  readonly bias: readonly number[];
  readonly activation: ChainActivation;
}

export const layerOf = ({ name, kernel, bias, activation }: RowLayer): ChainLayer =>
  denseOf(name, kernel, bias, activation);

/** A chain as a test writes it down. */
export const chainOf = ({
  inputs,
  layers,
  ...rest
}: {
  readonly name: string;
  readonly inputs: number;
  readonly head: DenseChain['head'];
  readonly layers: readonly RowLayer[];
}): DenseChain => ({ ...rest, input: { shape: [inputs] }, layers: layers.map(layerOf) });
