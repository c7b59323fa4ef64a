import type { OnProgress } from '../core/progress.js';
import { type Format, fractionOf, printFormat } from '../fixed/format.js';
import type { Requantize } from '../fixed/requantize.js';
import type { DenseChain } from '../float/chain.js';
import { type QuantizationAwareOptions, trainQuantized } from '../learn/quantization-aware.js';
import type { QuantizationPlan } from '../learn/quantization-plan.js';
import type { Samples } from '../learn/samples.js';
import type { Trained } from '../learn/training.js';
import { type LayerOutput, outputFormat } from '../network/layer-output.js';
import type { DenseNetwork } from '../network/types.js';
import type { QuantizationConfig } from './options.js';
import type { DenseSource } from './quantized.js';
import { type DenseResult, quantizeNetwork } from './widths.js';

export interface AwareOptions extends Partial<QuantizationAwareOptions> {
  /** Weights do without their lowest code: ternary at 2 bits. */
  readonly narrow?: boolean;
}

export interface AwareResult extends DenseResult {
  /** The training in the formats of the integer network; its accuracies are the integer network's. */
  readonly trained: Trained<DenseChain>;
}

/**
 * Quantizes a trained network, trains it on in the formats so chosen, and quantizes it again in the same ones.
 *
 * @param samples training samples, scaled; those the formats are calibrated on too
 * @throws quantize/*, learn/*, network/*
 */
export async function quantizeAware(
  source: DenseSource,
  samples: Samples,
  config: QuantizationConfig,
  { narrow = false, ...options }: AwareOptions = {},
  onProgress?: OnProgress,
): Promise<AwareResult> {
  const { network, widths, tried } = quantizeNetwork(source, samples.features, config);
  const plan = planOf(network, config, narrow);
  const named = { name: source.network.name, ...options };
  const trained = await trainQuantized(source.network, plan, samples, named, onProgress);
  const again = quantizeNetwork(
    { ...source, network: trained.network },
    samples.features,
    withFormatsOf(network, { ...config, bits: widths }),
  );
  return { ...again, widths, tried, trained };
}

/**
 * Biases whose format nobody gave lie on the grid of their sum's products, which costs no hardware however many
 * integer bits they have: while training they get room to move, and what they need in the end is known only then.
 */
const BIAS_WIDTH = 32;

/**
 * The formats of a network that was quantized after training, for training on in them.
 *
 * @param config as it was quantized with
 * @param narrow whether the weights' lowest codes stay unused, so that 2 bits are ternary
 */
export function planOf(network: DenseNetwork, config: QuantizationConfig, narrow = false): QuantizationPlan {
  const { rounding, overflow } = config;
  return {
    input: network.input.formats.map((format) => ({ format, rounding: 'RND', overflow: 'SAT' })),
    layers: network.layers.map(({ name, kernel, bias, output }) => {
      const given = config.layers[name];
      return {
        weights: kernel.formats.map((format) => ({ format, ...modesOf(given?.weights, config), narrow })),
        bias: bias.formats.map((format) =>
          given?.bias === undefined
            ? { format: widened(format), rounding, overflow }
            : { format, ...modesOf(given.bias, config) },
        ),
        output,
      };
    }),
  };
}

type Modes = Pick<Requantize, 'rounding' | 'overflow'>;

function modesOf(given: unknown, { rounding, overflow }: Modes): Modes {
  const stated = (typeof given === 'object' && given !== null ? given : {}) as Partial<Modes>;
  return { rounding: stated.rounding ?? rounding, overflow: stated.overflow ?? overflow };
}

function widened(format: Format): Format {
  const width = Math.max(format.width, BIAS_WIDTH);
  return { signed: true, width, integer: width - fractionOf(format) };
}

/**
 * The configuration that gives every format which a quantized network came by, so that quantizing again chooses
 * nothing anew. Only biases that nobody gave a format keep their freedom: their grid follows from the others.
 */
export function withFormatsOf(network: DenseNetwork, config: QuantizationConfig): QuantizationConfig {
  const layers = network.layers.map(({ name, kernel, output }) => {
    const given = config.layers[name] ?? {};
    const weights = { format: kernel.formats.map(printFormat), ...modesOf(given.weights, config) };
    return [name, { ...given, weights, ...outputOf(output) }] as const;
  });
  return { ...config, input: network.input.formats.map(printFormat), layers: Object.fromEntries(layers) };
}

function outputOf(output: LayerOutput) {
  if (output === 'exact') return { output };
  // One rounding and one overflow serve all units of a layer wherever formats come from a configuration.
  const [{ rounding, overflow, table }] = output;
  const rounded = { format: output.map(({ format }) => printFormat(format)), rounding, overflow };
  if (table === undefined) return { output: rounded };
  return { index: rounded, output: output.map((wanted) => printFormat(outputFormat(wanted))) };
}
