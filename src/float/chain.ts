import { type Activation, isActivation } from '../network/activation.js';
import { INPUT, readBy } from '../network/graph.js';
import { type Curve, type FloatActivation, isCurve } from './activation.js';
import type { FloatDense } from './layers/dense.js';
import { problems } from './problems.js';
import type { FloatNetwork } from './types.js';

/** An activation that the integer network has exactly, or has a table for. */
export type ChainActivation = Activation | Curve;

/** A dense layer with such an activation. */
export interface ChainLayer extends FloatDense {
  readonly activation: ChainActivation;
}

/** What is left of an activation before a table. */
export const exactPart = (activation: ChainActivation): Activation =>
  isCurve(activation) ? 'linear' : activation;

/** A chain of dense layers: perceptrons, and weights without a topology. */
export interface DenseChain extends FloatNetwork {
  readonly layers: readonly ChainLayer[];
}

/** Whether each layer is dense, reads the one before it, and has an activation that the integer network has. */
export const isDenseChain = (network: FloatNetwork): network is DenseChain =>
  network.input.shape.length === 1 && firstBeside(network) === undefined;

const isChainActivation = (activation: FloatActivation | undefined): boolean =>
  activation !== undefined && (isActivation(activation) || isCurve(activation));

const firstBeside = (network: FloatNetwork) =>
  network.layers.find(
    (layer, index) =>
      !isChainActivation(asDense(layer)?.activation) ||
      readBy(network, index)[0] !== (index === 0 ? INPUT : network.layers[index - 1].name),
  );

/** @param wanted what takes such networks only, for the error @throws float/chain */
export function denseChain(network: FloatNetwork, wanted: string): DenseChain {
  if (isDenseChain(network)) return network;
  const odd = firstBeside(network);
  const where = `${network.name}${odd === undefined ? '' : `, layer ${odd.name}`}`;
  throw problems.chain(where, odd?.kind ?? 'dense on a map', `${wanted}: a chain of dense layers`);
}

/** The layer as a dense one; undefined for others. */
export const asDense = (layer: { readonly kind: string }): FloatDense | undefined =>
  layer.kind === 'dense' ? (layer as FloatDense) : undefined;
