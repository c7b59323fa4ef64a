import type { Random } from '../../src/core/random.js';
import { type Format, rangeOf } from '../../src/fixed/format.js';
import { OVERFLOWS, type Requantize, ROUNDINGS } from '../../src/fixed/requantize.js';
import { type Activation, leakyRelu } from '../../src/network/activation.js';
import { checkNetwork } from '../../src/network/check.js';
import { layerFormats } from '../../src/network/reference.js';
import type { Head, Layer, QuantizedNetwork } from '../../src/network/types.js';

export interface RandomNetworkLimits {
  readonly maxInputs?: number;
  readonly maxUnits?: number;
  readonly maxLayers?: number;
  /** Bits of any format; wide ones can give sums past 2^53, which are refused. */
  readonly maxWidth?: number;
}

/** A small network with everything left to chance: shapes, per-unit formats, sparsity, rounding, overflow, head. */
export function randomNetwork(random: Random, limits: RandomNetworkLimits = {}): QuantizedNetwork {
  const { maxInputs = 6, maxUnits = 5, maxLayers = 3, maxWidth = 8 } = limits;
  const layerCount = random.integer(1, maxLayers);
  const inputFormats = randomFormats(random, random.integer(1, maxInputs), maxWidth);
  const layers: Layer[] = [];
  let inputs = inputFormats.length;
  for (let index = 0; index < layerCount; index++) {
    const isLast = index === layerCount - 1;
    const units = random.integer(1, maxUnits);
    layers.push(randomDense(random, `layer${index + 1}`, { inputs, units, isLast, maxWidth }));
    inputs = units;
  }
  const network: QuantizedNetwork = {
    name: 'random',
    input: { formats: inputFormats, names: [] },
    layers,
    head: { kind: 'values' },
    labels: [],
    provenance: {},
  };
  const whole = { ...network, head: randomHead(random, layerFormats(network)[layerCount - 1]) };
  checkNetwork(whole);
  return whole;
}

/** Codes for every input: each uniform in its format, or at an end of it. */
export function randomInput(random: Random, network: QuantizedNetwork): number[] {
  return network.input.formats.map((format) => {
    const { low, high } = rangeOf(format);
    return random.pick([low, high, random.integer(low, high), random.integer(low, high)]);
  });
}

function randomFormat(random: Random, maxWidth: number): Format {
  const width = random.integer(1, maxWidth);
  return { signed: random.float() < 0.5, width, integer: random.integer(-2, width + 2) };
}

/** One format for all units, or now and then one for each. */
function randomFormats(random: Random, units: number, maxWidth: number): Format[] {
  const shared = randomFormat(random, maxWidth);
  const perUnit = random.float() < 0.3;
  return Array.from({ length: units }, () => (perUnit ? randomFormat(random, maxWidth) : shared));
}

function randomRequantize(random: Random, format: Format): Requantize {
  return { format, rounding: random.pick(ROUNDINGS), overflow: random.pick(OVERFLOWS) };
}

function randomCode(random: Random, format: Format, zeros: number): number {
  const { low, high } = rangeOf(format);
  return random.float() < zeros ? 0 : random.integer(low, high);
}

interface DenseShape {
  readonly inputs: number;
  readonly units: number;
  readonly isLast: boolean;
  readonly maxWidth: number;
}

function randomDense(random: Random, name: string, shape: DenseShape): Layer {
  const { inputs, units, isLast, maxWidth } = shape;
  const kernelFormats = randomFormats(random, units, maxWidth);
  const biasFormats = randomFormats(random, units, maxWidth);
  const zeros = random.pick([0, 0.5, 0.9]);
  const outputFormats = randomFormats(random, units, maxWidth);
  return {
    kind: 'dense',
    name,
    kernel: {
      formats: kernelFormats,
      codes: Array.from({ length: inputs }, () => kernelFormats.map((f) => randomCode(random, f, zeros))),
    },
    bias: { formats: biasFormats, codes: biasFormats.map((f) => randomCode(random, f, 0.3)) },
    activation: randomActivation(random),
    output:
      isLast && random.float() < 0.6
        ? 'exact'
        : outputFormats.map((format) => randomRequantize(random, format)),
  };
}

function randomActivation(random: Random): Activation {
  if (random.float() < 0.7) return random.pick(['relu', 'linear'] as const);
  return leakyRelu((2 * random.integer(0, 7) + 1) * 2 ** -random.integer(4, 6)) as Activation;
}

function randomHead(random: Random, outputs: readonly Format[]): Head {
  if (outputs.length > 1) return random.pick([{ kind: 'argmax' }, { kind: 'values' }] as const);
  if (random.float() < 0.5) return { kind: 'binary' };
  const index = randomRequantize(random, { signed: true, width: random.integer(2, 5), integer: 3 });
  const format: Format = { signed: false, width: 6, integer: 0 };
  const codes = Array.from({ length: 2 ** index.format.width }, () => random.integer(0, 63));
  return { kind: 'binary', probability: { index, format, codes } };
}
