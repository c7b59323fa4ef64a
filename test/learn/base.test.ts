import { describe, expect, it } from 'vitest';
import type { ChainLayer, DenseChain } from '../../src/float/chain.js';
import { type HiddenActivation, trainBase, untrained } from '../../src/learn/base.js';

const SAMPLES = {
  features: [
    [0, 1],
    [1, 0],
    [0.2, 0.9],
    [0.8, 0.1],
  ],
  labels: [0, 1, 0, 1],
  classes: ['no', 'yes'],
};
const startOf = (activation: HiddenActivation) =>
  untrained(SAMPLES, { name: 'net', hidden: [3, 2], activation, seed: 1 }, 'training').network as DenseChain;
const activations = ({ layers }: { readonly layers: readonly ChainLayer[] }) =>
  layers.map(({ activation }) => (typeof activation === 'string' ? activation : activation.kind));

describe('the activation of hidden layers', () => {
  it('is one for all, or given by name', () => {
    expect(activations(startOf('relu'))).toEqual(['relu', 'relu', 'linear']);
    expect(activations(startOf('tanh'))).toEqual(['curve', 'curve', 'linear']);
    expect(activations(startOf({ hidden2: 'leaky_relu:1/8' }))).toEqual(['relu', 'leaky_relu', 'linear']);
  });

  it('changes nothing of the weights that training starts from', () => {
    const kernels = (activation: HiddenActivation) => startOf(activation).layers.map(({ kernel }) => kernel);
    expect(kernels('sigmoid')).toEqual(kernels('relu'));
  });

  it.each(['tanh', 'hard_swish', 'elu:0.5', 'leaky_relu:1/8', 'relu6'])(
    'is trained with: %s',
    async (text) => {
      const options = { hidden: [4], activation: text, epochs: 40, learningRate: 0.05, dropout: 0 };
      const { network, history } = await trainBase(SAMPLES, { ...options, backend: 'cpu' });
      const [first, last] = [history[0], history[history.length - 1]];
      expect(last.loss).toBeLessThan(first.loss);
      expect(activations(network)[0]).not.toBe('relu');
    },
  );

  it('is refused where it is none, or of a layer that is not there', () => {
    expect(() => startOf('gauss')).toThrow(/^activation: got "gauss", wanted linear, relu, relu6, /);
    expect(() => startOf({ hidden1: 'tanh', output: 'tanh' })).toThrow(
      'activation.output: got "tanh", wanted a hidden layer: hidden1, hidden2 [learn/option]',
    );
  });
});
