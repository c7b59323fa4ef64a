import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { fractionOf, parseFormat, rangeOf } from '../../src/fixed/format.js';
import { activateFloat, type Curve, parseChainActivation } from '../../src/float/activation.js';
import type { ChainActivation, DenseChain } from '../../src/float/chain.js';
import { CURVES } from '../../src/float/curves.js';
import { rowsOf } from '../../src/float/tensor.js';
import { type BatchForward, forwardPass } from '../../src/learn/forward.js';
import { flatten } from '../../src/learn/parameters.js';
import { checkPlan, type QuantizationPlan, roundToPlan } from '../../src/learn/quantization-plan.js';
import { quantizedForward, quantizedLayers } from '../../src/learn/quantized-forward.js';
import { loadTensorflow, type Tf } from '../../src/learn/tensorflow.js';
import { type Activation, parseActivation } from '../../src/network/activation.js';
import { layerFormats, referenceModel } from '../../src/network/reference.js';
import type { DenseNetwork } from '../../src/network/types.js';
import { planOf } from '../../src/quantize/aware.js';
import { DEFAULT_QUANTIZATION } from '../../src/quantize/options.js';
import { chainOf } from '../support/chains.js';
import { randomInput, randomNetwork } from '../support/networks.js';

/** A float network of the same shape, whose weights lie inside and outside of the formats. */
function randomFloats(random: Random, network: DenseNetwork): DenseChain {
  const around = (low: number, high: number) => Math.fround((low + (high - low) * random.float()) * 1.3);
  const layers = network.layers.map((layer) => {
    const draw = (format: (typeof layer.bias.formats)[number]) => {
      const { low, high } = rangeOf(format);
      return random.float() < 0.2 ? 0 : around(low - 1, high + 1) * 2 ** -fractionOf(format);
    };
    return {
      kind: 'dense' as const,
      name: layer.name,
      activation: layer.activation,
      kernel: layer.kernel.codes.map(() => layer.kernel.formats.map(draw)),
      bias: layer.bias.formats.map(draw),
    };
  });
  return chainOf({ name: 'random', inputs: network.input.formats.length, head: 'values', layers });
}

/** The integer network that has a plan's formats and a rounded network's values. */
function withValues(network: DenseNetwork, rounded: DenseChain): DenseNetwork {
  const layers = network.layers.map((layer, index) => {
    const { kernel, bias } = rounded.layers[index];
    const code = (value: number, format: (typeof layer.bias.formats)[number]) =>
      value * 2 ** fractionOf(format);
    return {
      ...layer,
      kernel: {
        ...layer.kernel,
        codes: rowsOf(kernel).map((row) =>
          row.map((weight, unit) => code(weight, layer.kernel.formats[unit])),
        ),
      },
      bias: {
        ...layer.bias,
        codes: Array.from(bias, (value, unit) => code(value, layer.bias.formats[unit])),
      },
    };
  });
  return { ...network, layers };
}

describe.each(['cpu', 'wasm'] as const)(
  'the forward pass of an integer network in training, %s',
  (backend) => {
    let tf: Tf;
    beforeAll(async () => {
      ({ tf } = await loadTensorflow(backend));
    });

    it('gives the reference model’s codes, layer by layer, unit by unit', () => {
      const random = new Random(7, 'fake quantization');
      let compared = 0;
      for (let round = 0; round < 400; round++) {
        const network = randomNetwork(random, { anyFinishes: round % 2 === 0 });
        // Training knows no scales: formats say them.
        const hasScale = network.layers.some(
          ({ output }) => output !== 'exact' && output.some(({ scale }) => scale),
        );
        if (hasScale) continue;
        const floats = randomFloats(random, network);
        const narrow = random.float() < 0.3;
        const config = {
          ...DEFAULT_QUANTIZATION,
          rounding: random.pick(['TRN', 'RND', 'RND_CONV'] as const),
          // A bias format that was given is kept as it is.
          layers: Object.fromEntries(network.layers.map(({ name }) => [name, { bias: 'fixed<8,1>' }])),
        };
        const plan = planOf(network, config, narrow);
        const integers = withValues(network, roundToPlan(floats, plan));
        const formats = [network.input.formats, ...layerFormats(integers)];
        const reference = referenceModel(integers);
        const codes = Array.from({ length: 8 }, () => randomInput(random, network));
        const features = codes.map((row) => row.map((code, at) => code * 2 ** -fractionOf(formats[0][at])));
        const layers = quantizedLayers(tf, floats, flatten(floats), plan, features);
        const got = layers.map((values, layer) => {
          const columns = values.length / codes.length;
          return Array.from(values, (value, at) => value * 2 ** fractionOf(formats[layer + 1][at % columns]));
        });
        const wanted = codes.map((row) => reference(row).layers);
        wanted[0].forEach((_, layer) => {
          expect(got[layer], `round ${round}, layer ${layer}`).toEqual(
            wanted.flatMap((sample) => sample[layer]),
          );
          compared += got[layer].length;
        });
      }
      expect(compared).toBeGreaterThan(10_000);
    });

    it('uses the codes −1, 0 and 1 alone for ternary weights', () => {
      const random = new Random(3, 'ternary');
      const plan = samePlan([4, 3, 1], '<2,1>', true);
      const floats = smallNetwork(random, 3);
      const rounded = roundToPlan(floats, plan);
      const codes = new Set(
        rounded.layers.flatMap(({ kernel }) => Array.from(kernel.values, (weight) => weight * 2)),
      );
      expect([...codes].sort((a, b) => a - b)).toEqual([-1, 0, 1]);
    });
  },
);

describe('sums at the end of what 32-bit floats hold', () => {
  const wide = (text: string, rounding: 'TRN' | 'RND', overflow: 'SAT' | 'WRAP') =>
    ({ format: parseFormat(text), rounding, overflow }) as const;
  const OUTPUTS = [wide('ufixed<4,4>', 'TRN', 'WRAP'), wide('fixed<25,26>', 'RND', 'SAT')];

  it.each([
    [2 ** 24, 4096, [0, 2 ** 24]],
    // In 32-bit floats this is 2^24.
    [2 ** 24 + 1, 4097, [1, 2 ** 24 + 2]],
  ])('are exact at %i', async (total, bias, wanted) => {
    const { tf } = await loadTensorflow('wasm');
    const weights = [2047, 1, 2048];
    const network = chainOf({
      name: 'edge',
      inputs: 3,
      head: 'values',
      layers: [
        {
          kind: 'dense',
          name: 'output',
          kernel: weights.map((weight) => [weight, weight]),
          bias: [bias, bias],
          activation: 'linear',
        },
      ],
    });
    const weight = { ...wide('fixed<13,13>', 'RND', 'SAT'), narrow: false };
    const plan: QuantizationPlan = {
      input: Array(3).fill(wide('ufixed<12,12>', 'RND', 'SAT')),
      layers: [
        {
          weights: [weight, weight],
          bias: Array(2).fill(wide('fixed<32,32>', 'RND', 'SAT')),
          output: OUTPUTS,
        },
      ],
    };
    expect(weights.reduce((sum, one) => sum + one * 4095, bias)).toBe(total);
    const [got] = quantizedLayers(tf, network, flatten(network), plan, [[4095, 4095, 4095]]);
    expect([...got]).toEqual(wanted);
  });
});

/** 4 inputs, 3 hidden units, 1 logit; weights in ±spread. */
function smallNetwork(random: Random, spread: number, activation: ChainActivation = 'relu'): DenseChain {
  const draw = () => Math.fround((2 * random.float() - 1) * spread);
  const grid = (rows: number, columns: number) =>
    Array.from({ length: rows }, () => Array.from({ length: columns }, draw));
  return chainOf({
    name: 'small',
    inputs: 4,
    head: 'binary',
    layers: [
      { kind: 'dense', name: 'hidden', kernel: grid(4, 3), bias: grid(1, 3)[0], activation },
      { kind: 'dense', name: 'output', kernel: grid(3, 1), bias: grid(1, 1)[0], activation: 'linear' },
    ],
  });
}

/** One format everywhere: `<W,I>`; inputs unsigned, and outputs where they are not said to be signed. */
function samePlan(
  sizes: readonly number[],
  shape: string,
  narrow = false,
  output = shape,
  signed = false,
): QuantizationPlan {
  const of = (text: string, signed: boolean) => {
    const [width, integer] = text.slice(1, -1).split(',').map(Number);
    return { format: { signed, width, integer }, rounding: 'RND', overflow: 'SAT' } as const;
  };
  const times = <T>(count: number, item: T): T[] => Array<T>(count).fill(item);
  return {
    input: times(sizes[0], of(shape, false)),
    layers: sizes.slice(1).map((units, index) => ({
      weights: times(units, { ...of(shape, true), narrow }),
      bias: times(units, of('<40,8>', true)),
      output: index === sizes.length - 2 ? ('exact' as const) : times(units, of(output, signed)),
    })),
  };
}

describe('the straight-through gradient', () => {
  let tf: Tf;
  beforeAll(async () => {
    ({ tf } = await loadTensorflow('cpu'));
  });

  const gradientOf = (forward: BatchForward, parameters: Float32Array, features: number[][]) => {
    const loss = (weights: Tensor1D) =>
      tf.sum(tf.square(forward(weights, tf.tensor2d(features) as Tensor2D, {}))) as Scalar;
    return tf.tidy(() =>
      Array.from((tf.grad(loss as never) as (p: unknown) => Tensor1D)(tf.tensor1d(parameters)).dataSync()),
    );
  };

  it.each(['relu', 'leaky_relu:3/8', 'clip:1.5'])(
    'is the gradient itself where the formats are so fine that nothing is rounded: %s',
    (text) => {
      const random = new Random(11, 'gradient');
      const activation = parseActivation(text) as Activation;
      for (let round = 0; round < 20; round++) {
        const network = smallNetwork(random, 2, activation);
        const features = Array.from({ length: 5 }, () =>
          Array.from({ length: 4 }, () => Math.fround(random.float())),
        );
        const plan = samePlan([4, 3, 1], '<32,6>', false, '<32,6>', true);
        const architecture = network;
        const got = gradientOf(quantizedForward(tf, architecture, plan), flatten(network), features);
        const wanted = gradientOf(forwardPass(tf, architecture), flatten(network), features);
        const scale = Math.max(...wanted.map(Math.abs), 1);
        got.forEach((slope, at) => {
          expect(Math.abs(slope - wanted[at]) / scale, `round ${round}, parameter ${at}`).toBeLessThan(1e-5);
        });
        expect(wanted.some((slope) => slope !== 0)).toBe(true);
      }
    },
  );

  it.each(Object.keys(CURVES))('has the slope of the curve behind a table: %s', (curve) => {
    const random = new Random(5, 'curves');
    const activation = parseChainActivation(curve) as Curve;
    for (let round = 0; round < 10; round++) {
      const network = smallNetwork(random, 0.5, activation);
      const features = [Array.from({ length: 4 }, () => Math.fround(random.float()))];
      const plan = samePlan([4, 3, 1], '<24,6>', false, '<8,3>', true);
      // Indices are 32nds, codes 4096ths.
      const codes = Array.from({ length: 256 }, (_, at) =>
        Math.round(4096 * activateFloat(activation, (at - 128) / 32, 0)),
      );
      const table = { format: { signed: true, width: 16, integer: 4 }, codes };
      const format = { signed: true, width: 8, integer: 3 };
      const output = { format, rounding: 'RND', overflow: 'SAT', table } as const;
      const hidden = { ...plan.layers[0]!, output: Array(3).fill(output) };
      const tabled = { ...plan, layers: [hidden, plan.layers[1]] };
      const got = gradientOf(quantizedForward(tf, network, tabled), flatten(network), features);
      const wanted = gradientOf(forwardPass(tf, network), flatten(network), features);
      const scale = Math.max(...wanted.map(Math.abs), 1);
      // The table's values are off by a step of its index, no slope is.
      got.forEach((slope, at) => {
        expect(Math.abs(slope - wanted[at]) / scale, `parameter ${at}`).toBeLessThan(0.1);
      });
    }
  });

  /** One input of value 1, one hidden unit, one logit; the loss falls with the square of the logit. */
  const chain = (weight: number, second: number): DenseChain =>
    chainOf({
      name: 'chain',
      inputs: 1,
      head: 'binary',
      layers: [
        { kind: 'dense', name: 'hidden', kernel: [[weight]], bias: [0], activation: 'relu' },
        { kind: 'dense', name: 'output', kernel: [[second]], bias: [0], activation: 'linear' },
      ],
    });
  const chainGradient = (weight: number, second: number, output: string) => {
    const plan = samePlan([1, 1, 1], '<8,2>', false, output);
    const network = chain(weight, second);
    return gradientOf(quantizedForward(tf, network, plan), flatten(network), [[1]]);
  };

  it('goes through a rounding, and stops at an activation that saturates', () => {
    // logit = 1.25 · 0.5; by the first weight 2 · logit · 0.5
    expect(chainGradient(1.2578125, 0.5, '<4,2>')[0]).toBe(0.625);
    // ufixed<4,1> ends at 1.875
    expect(chainGradient(1.95, 0.5, '<4,1>')[0]).toBe(0);
    // A rectified unit that is off.
    expect(chainGradient(-1, 0.5, '<4,2>')[0]).toBe(0);
  });

  it('lets a weight outside its format only back in', () => {
    // fixed<8,2> ends at 1.984375; a descent of the squared logit makes both weights smaller.
    const [first] = chainGradient(2.5, 0.5, '<8,2>');
    expect(first).toBe(2 * 1.984375 * 0.5 * 0.5);
    // Here it would make the first weight larger: the logit is negative, and its second weight positive …
    const network = chain(2.5, -0.5);
    const plan = samePlan([1, 1, 1], '<8,2>');
    const forward = quantizedForward(tf, network, plan);
    const growing = (weights: Tensor1D) => tf.sum(forward(weights, tf.tensor2d([[1]]), {})) as Scalar;
    const slopes = tf.tidy(() =>
      Array.from(
        (tf.grad(growing as never) as (p: unknown) => Tensor1D)(tf.tensor1d(flatten(network))).dataSync(),
      ),
    );
    expect(slopes[0]).toBe(0);
    expect(slopes[2]).toBe(1.984375);
  });
});

describe('a plan that cannot be', () => {
  const network = smallNetwork(new Random(1), 1);
  const messageOf = (plan: QuantizationPlan) => {
    try {
      checkPlan(network, plan);
      return 'nothing';
    } catch (error) {
      return (error as Error).message;
    }
  };

  it('is refused', () => {
    const good = samePlan([4, 3, 1], '<8,2>');
    expect(messageOf(good)).toBe('nothing');
    expect(messageOf({ ...good, input: good.input.slice(1) })).toBe(
      'plan.input: got 3 formats, wanted 4 formats [learn/plan]',
    );
    expect(messageOf({ ...good, layers: good.layers.slice(1) })).toBe(
      'plan: got 1 layers, wanted 2 layers [learn/plan]',
    );
    expect(messageOf(samePlan([4, 2, 1], '<8,2>'))).toBe(
      'plan, hidden.weights: got 2 formats, wanted 3 formats [learn/plan]',
    );
    expect(messageOf(samePlan([4, 3, 1], '<30,2>'))).toBe(
      'plan.input: got a width of 30 bits, wanted at most 24 bits [learn/plan]',
    );
  });
});
