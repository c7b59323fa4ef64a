import { present } from '../core/objects.js';
import type { OnProgress } from '../core/progress.js';
import { type Format, fractionOf, printFormat } from '../fixed/format.js';
import type { Requantize } from '../fixed/requantize.js';
import { type QuantizationAwareOptions, trainQuantized } from '../learn/quantization-aware.js';
import type { LayerPlan, QuantizationPlan } from '../learn/quantization-plan.js';
import type { Samples } from '../learn/samples.js';
import type { Trained } from '../learn/training.js';
import { type LayerOutput, outputFormat } from '../network/layer-output.js';
import type { AveragePoolLayer } from '../network/layers/average-pool.js';
import { kindOf } from '../network/layers/index.js';
import type { DenseNetwork, Layer, QuantizedNetwork } from '../network/types.js';
import type { QuantizationConfig } from './options.js';
import { outputOf } from './output-of.js';
import type { DenseSource, UnrangedSource } from './quantized.js';
import { type QuantizeResult, quantizeNetwork } from './widths.js';

export interface AwareOptions extends Partial<QuantizationAwareOptions> {
  /** Weights do without their lowest code: ternary at 2 bits. */
  readonly narrow?: boolean;
}

export interface AwareResult extends QuantizeResult {
  /** The training in the formats of the integer network; its accuracies are the integer network's. */
  readonly trained: Trained;
}

/**
 * Quantizes a trained network, trains it on in the formats so chosen, and quantizes it again in the same ones.
 *
 * @param samples training samples, scaled; those the formats are calibrated on too
 * @throws quantize/*, learn/*, network/*
 */
export function quantizeAware(
  source: DenseSource,
  samples: Samples,
  config: QuantizationConfig,
  options?: AwareOptions,
  onProgress?: OnProgress,
): Promise<AwareResult & { readonly network: DenseNetwork }>;
export function quantizeAware(
  source: UnrangedSource,
  samples: Samples,
  config: QuantizationConfig,
  options?: AwareOptions,
  onProgress?: OnProgress,
): Promise<AwareResult>;
export async function quantizeAware(
  source: UnrangedSource,
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
export function planOf(
  network: QuantizedNetwork,
  config: QuantizationConfig,
  narrow = false,
): QuantizationPlan {
  return {
    input: network.input.formats.map((format) => ({ format, rounding: 'RND', overflow: 'SAT' })),
    layers: network.layers.map((layer) => layerPlan(layer, config, narrow)),
  };
}

function layerPlan(layer: Layer, config: QuantizationConfig, narrow: boolean): LayerPlan | undefined {
  const output = outputOf(layer);
  if (output === undefined) return undefined;
  const { rounding, overflow } = config;
  const given = config.layers[layer.name];
  const formatsOf = (role: string) =>
    kindOf(layer)
      .weights(layer)
      .flatMap((tensor) => (tensor.role === role ? tensor.formats : []));
  const { activation, reciprocal } = layer as Layer & Partial<AveragePoolLayer>;
  return {
    weights: formatsOf('weights').map((format) => ({ format, ...modesOf(given?.weights, config), narrow })),
    bias: formatsOf('bias').map((format) =>
      given?.bias === undefined
        ? { format: widened(format), rounding, overflow }
        : { format, ...modesOf(given.bias, config) },
    ),
    ...present({ activation, reciprocal }),
    output,
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
export function withFormatsOf(network: QuantizedNetwork, config: QuantizationConfig): QuantizationConfig {
  const { shape, formats } = network.input;
  const channels = shape === undefined ? formats.length : shape[2];
  const layers = network.layers.flatMap((layer) => {
    const output = outputOf(layer);
    if (output === undefined) return [];
    const given = config.layers[layer.name] ?? {};
    const kernel = kindOf(layer)
      .weights(layer)
      .find(({ role }) => role === 'weights');
    const weights = kernel && {
      format: kernel.formats.map(printFormat),
      ...modesOf(given.weights, config),
    };
    return [[layer.name, { ...given, ...present({ weights }), ...statedOutput(output) }] as const];
  });
  const input = formats.slice(0, channels).map(printFormat);
  return { ...config, input, layers: Object.fromEntries(layers) };
}

function statedOutput(output: LayerOutput) {
  if (output === 'exact') return { output };
  // One rounding and one overflow serve all units of a layer wherever formats come from a configuration.
  const [{ rounding, overflow, table }] = output;
  const rounded = { format: output.map(({ format }) => printFormat(format)), rounding, overflow };
  if (table === undefined) return { output: rounded };
  return { index: rounded, output: output.map((wanted) => printFormat(outputFormat(wanted))) };
}
