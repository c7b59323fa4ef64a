import type { EspalierError } from '../../src/core/errors.js';
import type { Random } from '../../src/core/random.js';
import { type Format, rangeOf } from '../../src/fixed/format.js';
import { checkNetwork } from '../../src/network/check.js';
import { type DenseLayer, randomDense } from '../../src/network/layers/dense.js';
import { layerFormats } from '../../src/network/reference.js';
import { randomFormats, randomRequantize } from '../../src/network/sample.js';
import type { DenseNetwork, Head, QuantizedNetwork } from '../../src/network/types.js';

export interface RandomNetworkLimits {
  readonly maxInputs?: number;
  readonly maxUnits?: number;
  readonly maxLayers?: number;
  /** Bits of any format; wide ones can give sums past 2^53, which are refused. */
  readonly maxWidth?: number;
  /** Slopes, bounds and limits too: all that a finish can be. */
  readonly anyFinishes?: boolean;
}

/** A small network with everything left to chance: shapes, per-unit formats, sparsity, rounding, overflow, head. */
export function randomNetwork(random: Random, limits: RandomNetworkLimits = {}): DenseNetwork {
  const { maxInputs = 6, maxUnits = 5, maxLayers = 3, maxWidth = 8, anyFinishes = false } = limits;
  const layerCount = random.integer(1, maxLayers);
  const inputFormats = randomFormats(random, random.integer(1, maxInputs), maxWidth);
  const layers: DenseLayer[] = [];
  let inputs = inputFormats.length;
  for (let index = 0; index < layerCount; index++) {
    const isLast = index === layerCount - 1;
    const units = random.integer(1, maxUnits);
    layers.push(randomDense(random, `layer${index + 1}`, { inputs, units, isLast, maxWidth, anyFinishes }));
    inputs = units;
  }
  const network: DenseNetwork = {
    name: 'random',
    input: { formats: inputFormats, names: [] },
    layers,
    head: { kind: 'values' },
    labels: [],
    provenance: {},
  };
  const whole = { ...network, head: randomHead(random, layerFormats(network)[layerCount - 1]) };
  return isFit(whole) ? whole : randomNetwork(random, limits);
}

/** Whether a drawn network is one: a long multiplier may be too long for the sums that it meets. */
export function isFit(network: QuantizedNetwork): boolean {
  try {
    checkNetwork(network);
    return true;
  } catch (error) {
    if ((error as EspalierError).code !== 'network/product-too-wide') throw error;
    return false;
  }
}

/** Codes for every input: each uniform in its format, or at an end of it. */
export function randomInput(random: Random, network: QuantizedNetwork): number[] {
  return network.input.formats.map((format) => {
    const { low, high } = rangeOf(format);
    return random.pick([low, high, random.integer(low, high), random.integer(low, high)]);
  });
}

export function randomHead(random: Random, outputs: readonly Format[]): Head {
  if (outputs.length > 1) return random.pick([{ kind: 'argmax' }, { kind: 'values' }] as const);
  if (random.float() < 0.5) return { kind: 'binary' };
  const index = randomRequantize(random, { signed: true, width: random.integer(2, 5), integer: 3 });
  const format: Format = { signed: false, width: 6, integer: 0 };
  const codes = Array.from({ length: 2 ** index.format.width }, () => random.integer(0, 63));
  return { kind: 'binary', probability: { index, format, codes } };
}
