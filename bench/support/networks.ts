import { Random } from '../../src/core/random.js';
import type { Format } from '../../src/fixed/format.js';
import type { DenseLayer } from '../../src/network/layers/dense.js';
import type { QuantizedNetwork } from '../../src/network/types.js';

/**
 * A dense network with 8-bit gaussian weights (σ 0.5, 6 fraction bits), ReLU to `ufixed<8,3>` in between, exact sums
 * at the end.
 *
 * @param shape units, the inputs first, such as [30, 16, 1]
 * @param kept part of the weights that is not zero
 */
export function denseNetwork(shape: readonly number[], kept: number, seed = 1): QuantizedNetwork {
  const random = new Random(seed, `dense ${shape.join('-')}`);
  const format: Format = { signed: true, width: 8, integer: 2 };
  const weight = () => {
    const code = Math.round(random.normal() * 32);
    return random.float() < kept ? Math.min(Math.max(code, -128), 127) : 0;
  };
  const layers = shape.slice(1).map((units, index): DenseLayer => {
    const isLast = index === shape.length - 2;
    const narrow = {
      format: { signed: false, width: 8, integer: 3 },
      rounding: 'RND',
      overflow: 'SAT',
    } as const;
    return {
      kind: 'dense',
      name: isLast ? 'output' : `hidden${index + 1}`,
      kernel: {
        formats: Array(units).fill(format),
        codes: Array.from({ length: shape[index] }, () => Array.from({ length: units }, weight)),
      },
      bias: { formats: Array(units).fill(format), codes: Array.from({ length: units }, weight) },
      activation: isLast ? 'linear' : 'relu',
      output: isLast ? 'exact' : Array(units).fill(narrow),
    };
  });
  return {
    name: 'bench',
    input: { formats: Array(shape[0]).fill({ signed: false, width: 8, integer: 0 }), names: [] },
    layers,
    head: shape[shape.length - 1] === 1 ? { kind: 'binary' } : { kind: 'argmax' },
    labels: [],
    provenance: {},
  };
}

/** What a network of few bits is like. */
export interface FewBits {
  /** Units, the inputs first. */
  readonly shape: readonly number[];
  /** Bits of every input and of every code between layers. */
  readonly bits: number;
  /** Fewest and most weights of a unit. */
  readonly fanIn: readonly [fewest: number, most: number];
  /** Bits of a weight, two of them integer bits. */
  readonly weightBits: number;
}

/**
 * A network of few bits and few weights per unit, of the kind that is made for lookup tables: gaussian weights, ReLU
 * rounded and limited to `ufixed<bits,1>` in between, exact sums at the end.
 */
export function fewBitNetwork({ shape, bits, fanIn, weightBits }: FewBits, seed = 1): QuantizedNetwork {
  const random = new Random(seed, `few bits ${shape.join('-')}`);
  const weight: Format = { signed: true, width: weightBits, integer: 2 };
  const limit = 2 ** (weightBits - 1);
  const code = (scale: number) =>
    Math.min(Math.max(Math.round(random.normal() * scale * limit), -limit), limit - 1);
  const format: Format = { signed: false, width: bits, integer: 1 };
  const layers = shape.slice(1).map((units, index): DenseLayer => {
    const isLast = index === shape.length - 2;
    const codes = Array.from({ length: shape[index] }, () => Array<number>(units).fill(0));
    for (let unit = 0; unit < units; unit++) {
      const inputs = random.shuffled(codes.keys()).slice(0, random.integer(...fanIn));
      for (const input of inputs) while (codes[input][unit] === 0) codes[input][unit] = code(0.5);
    }
    return {
      kind: 'dense',
      name: isLast ? 'output' : `hidden${index + 1}`,
      kernel: { formats: Array(units).fill(weight), codes },
      bias: { formats: Array(units).fill(weight), codes: Array.from({ length: units }, () => code(0.25)) },
      activation: isLast ? 'linear' : 'relu',
      output: isLast ? 'exact' : Array(units).fill({ format, rounding: 'RND', overflow: 'SAT' }),
    };
  });
  return {
    name: 'bench',
    input: { formats: Array(shape[0]).fill(format), names: [] },
    layers,
    head: shape[shape.length - 1] === 1 ? { kind: 'binary' } : { kind: 'argmax' },
    labels: [],
    provenance: {},
  };
}
