import {
  type Format,
  finestFraction,
  fractionOf,
  rangeOf,
  signedWidth,
  unsignedWidth,
  valueOfCode,
} from '../fixed/format.js';
import { INPUT } from '../network/graph.js';
import type { DenseLayer } from '../network/layers/dense.js';
import type { Encoder, Layer, QuantizedNetwork } from '../network/types.js';
import { problems } from './problems.js';

/** How features become the whole numbers that go to the hardware: times 10^decimals, rounded half up. */
export interface RawInputs {
  /** One for all, or one per feature; absent: so many that the whole number is fine against the code's step. */
  readonly decimals?: number | readonly number[];
}

/** A network that takes whole numbers, and what is to be said of it. */
export interface RawNetwork {
  readonly network: QuantizedNetwork;
  readonly decimals: readonly number[];
  /**
   * A code is the one of the encoder, unless what the encoder rounds is nearer to a tie than so many steps of the code:
   * then it may be the neighbour. Of features that have no more decimals than are taken.
   */
  readonly error: number;
}

/** Steps of the whole number in one of the code, at least. */
const STEPS = 8;
/** Of a code's step, what rounded multipliers may come to at most: 2^-GUARD. */
const GUARD = 4;
export const MOST_DECIMALS = 9;
/** Of a whole number: its product with a multiplier must be exact. */
const MOST_WIDTH = 32;

/**
 * Puts the encoder in front of a network as a layer: code = floor((multiplier × feature + offset) / 2^shift + 1/2),
 * saturated, features being whole numbers. It is a layer as any other, so that everything downstream knows it already.
 *
 * @throws quantize/raw-inputs where there is no encoder, or the inputs are a map; quantize/raw-decimals
 */
export function withRawInputs(network: QuantizedNetwork, { decimals: given }: RawInputs = {}): RawNetwork {
  const { input, name } = network;
  const { encoder, formats } = input;
  if (encoder === undefined) throw problems.rawInputs(name, 'no encoder');
  if (input.shape !== undefined) throw problems.rawInputs(name, 'a map as input');
  const decimals = decimalsOf(network, encoder, given);
  const raw = rawFormat(network, encoder, decimals);
  const quantizer = quantizerLayer(network, encoder, decimals, raw.width);
  return {
    decimals,
    error: 2 ** -GUARD,
    network: {
      ...network,
      input: {
        formats: formats.map(() => raw),
        names: input.names,
        encoder: {
          kind: 'minmax',
          minimum: formats.map(() => 0),
          maximum: decimals.map((count) => 10 ** -count),
        },
      },
      layers: [quantizer, ...network.layers.map((layer, at) => reading(layer, at, quantizer.name))],
      provenance: {
        ...withoutFloat(network.provenance),
        inputs: `whole numbers, decimals ${decimals.join(' ')}`,
      },
    },
  };
}

/** Sums of all features have one fraction, so that one shift serves them all. */
function quantizerLayer(
  { layers, input: { formats } }: QuantizedNetwork,
  { minimum, maximum }: Encoder,
  decimals: readonly number[],
  width: number,
): DenseLayer {
  const fraction = finestFraction(formats) + width - 1 + GUARD;
  const codeOf = (value: number) => Math.floor(value * 2 ** fraction + 0.5);
  const weights = formats.map((_, at) => {
    const span = maximum[at] - minimum[at];
    return span === 0 ? 0 : codeOf(10 ** -decimals[at] / span);
  });
  const biases = formats.map((_, at) => {
    const span = maximum[at] - minimum[at];
    return span === 0 ? 0 : codeOf(-minimum[at] / span);
  });
  const formatOf = (codes: readonly number[]): Format => {
    const bits = signedWidth({ low: Math.min(0, ...codes), high: Math.max(0, ...codes) });
    return { signed: true, width: bits, integer: bits - fraction };
  };
  const [kernel, bias] = [formatOf(weights), formatOf(biases)];
  return {
    kind: 'dense',
    name: freeName(layers.map(({ name }) => name)),
    kernel: {
      formats: formats.map(() => kernel),
      codes: weights.map((weight, at) => weights.map((_, unit) => (unit === at ? weight : 0))),
    },
    bias: { formats: formats.map(() => bias), codes: biases },
    activation: 'linear',
    output: formats.map((format) => ({ format, rounding: 'RND', overflow: 'SAT' })),
  };
}

function decimalsOf(
  { input, name }: QuantizedNetwork,
  encoder: Encoder,
  given: RawInputs['decimals'],
): number[] {
  const { formats } = input;
  if (typeof given === 'number') return formats.map(() => given);
  if (given === undefined) return formats.map((format, at) => fineDecimals(encoder, format, at));
  if (given.length === formats.length) return [...given];
  throw problems.rawDecimals(name, given.length, formats.length);
}

/** The fewest that give a code's step {@link STEPS} whole numbers. */
function fineDecimals({ minimum, maximum }: Encoder, format: Format, at: number): number {
  const step = Math.abs(maximum[at] - minimum[at]) * 2 ** -fractionOf(format);
  const needed = step === 0 ? 0 : Math.ceil(Math.log10(STEPS / step));
  return Math.min(MOST_DECIMALS, Math.max(0, needed));
}

/**
 * The narrowest format of whole numbers that has all features up to those that give a code at its end: what lies beyond
 * them saturates on the way as it does behind the quantizer.
 *
 * @throws quantize/raw-width
 */
function rawFormat({ input, name }: QuantizedNetwork, encoder: Encoder, decimals: readonly number[]): Format {
  let [low, high] = [0, 0];
  input.formats.forEach((format, at) => {
    const span = encoder.maximum[at] - encoder.minimum[at];
    const range = rangeOf(format);
    for (const end of [range.low, range.high]) {
      const feature = encoder.minimum[at] + span * valueOfCode(end, fractionOf(format));
      low = Math.min(low, Math.floor(feature * 10 ** decimals[at]));
      high = Math.max(high, Math.ceil(feature * 10 ** decimals[at]));
    }
  });
  const signed = low < 0;
  const width = signed ? signedWidth({ low, high }) : unsignedWidth(high);
  if (width > MOST_WIDTH) throw problems.rawWidth(name, width, MOST_WIDTH);
  return { signed, width, integer: width };
}

/** What read the input reads the quantizer. */
function reading(layer: Layer, at: number, quantizer: string): Layer {
  if (layer.from === undefined) return at === 0 ? { ...layer, from: [quantizer] } : layer;
  return { ...layer, from: layer.from.map((name) => (name === INPUT ? quantizer : name)) };
}

function freeName(taken: readonly string[]): string {
  const names = ['quantizer', ...taken.map((_, at) => `quantizer${at + 1}`)];
  return names.find((name) => !taken.includes(name)) as string;
}

/** Weights beside a design are for scaled features, which it does not get. */
const withoutFloat = (provenance: QuantizedNetwork['provenance']): QuantizedNetwork['provenance'] =>
  Object.fromEntries(Object.entries(provenance).filter(([name]) => name !== 'float.json'));
