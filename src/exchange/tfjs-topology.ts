import { z } from 'zod';
import { parseJson } from '../core/json.js';
import { showValue, valueAt, wantedBy } from '../core/shape.js';
import type { ChainActivation, DenseChain } from '../float/chain.js';
import type { Activation } from '../network/activation.js';
import { problems } from './problems.js';
import { activationNamed, TFJS_ACTIVATIONS } from './tfjs-activation.js';

/** One dense layer as the topology describes it, activations and dropout of their own merged into it. */
export interface DenseTopology {
  readonly name: string;
  readonly units: number;
  readonly useBias: boolean;
  readonly activation: string;
}

/** A tensor in the weight files. */
export interface TensorSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface Topology {
  readonly name: string;
  readonly layers: readonly DenseTopology[];
  readonly manifest: readonly {
    readonly paths: readonly string[];
    readonly weights: readonly TensorSpec[];
  }[];
}

const LAYER = z.looseObject({
  class_name: z.string(),
  config: z.looseObject({ name: z.string() }),
  inbound_nodes: z.array(z.unknown()).optional(),
});
const NETWORK = z.object({
  class_name: z.string(),
  config: z.union([z.array(LAYER), z.object({ name: z.string().optional(), layers: z.array(LAYER) })]),
});
const WEIGHT = z.object({
  name: z.string(),
  shape: z.array(z.int().nonnegative()),
  dtype: z.literal('float32'),
  quantization: z.undefined('weights that are not quantized').optional(),
});
const MODEL = z.object({
  format: z.literal('layers-model').optional(),
  modelTopology: z.union([z.object({ model_config: NETWORK }), NETWORK]),
  weightsManifest: z.array(z.object({ paths: z.array(z.string()), weights: z.array(WEIGHT) })),
});

type LayerConfig = z.infer<typeof LAYER>;

/**
 * Reads the topology and the manifest of a `model.json`.
 *
 * @throws exchange/tfjs-model
 */
export function readTopology(text: string, file: string): Topology {
  const { modelTopology, weightsManifest } = parseModel(text, file);
  const { class_name: kind, config } =
    'model_config' in modelTopology ? modelTopology.model_config : modelTopology;
  const layers = Array.isArray(config) ? config : config.layers;
  if (kind !== 'Sequential') checkChain(layers, file);
  const merged: DenseTopology[] = [];
  for (const layer of layers) mergeLayer(merged, layer, file);
  if (merged.length === 0) throw problems.tfjsModel(file, 'no dense layer', 'at least one');
  const name = Array.isArray(config) ? undefined : config.name;
  return { name: name ?? 'model', layers: merged, manifest: weightsManifest };
}

function parseModel(text: string, file: string): z.infer<typeof MODEL> {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    throw problems.tfjsModel(file, 'a text that is no JSON', 'a model.json of TensorFlow.js');
  }
  const result = MODEL.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw problems.tfjsModel(
    issue.path.length === 0 ? file : `${file}, ${issue.path.join('.')}`,
    showValue(valueAt(value, issue.path)),
    `${wantedBy(issue)}, in a layers model of TensorFlow.js with 32-bit float weights`,
    'tensorflowjs_converter --output_format tfjs_layers_model, without quantization',
  );
}

/** Each layer of a functional model must read the one before it. */
function checkChain(layers: readonly LayerConfig[], file: string): void {
  layers.forEach(({ config, inbound_nodes: nodes = [] }, index) => {
    const sources = index === 0 ? [] : [layers[index - 1].config.name];
    const got = sourcesOf(nodes);
    if (got.join() === sources.join()) return;
    const inputs = got.length === 0 ? 'no layer' : got.join(', ');
    const wanted = index === 0 ? 'the input to come first' : `a chain: its input from ${sources[0]}`;
    throw problems.tfjsModel(`${file}, layer ${config.name}`, `input from ${inputs}`, wanted);
  });
}

/** Names of the layers a node reads: `[[["dense", 0, 0, {}]]]`, or Keras 3's tensors with a `keras_history`. */
function sourcesOf(value: unknown): string[] {
  if (Array.isArray(value)) {
    return typeof value[0] === 'string' ? [value[0]] : value.flatMap(sourcesOf);
  }
  if (value === null || typeof value !== 'object') return [];
  if ('keras_history' in value) return sourcesOf(value.keras_history);
  return Object.values(value).flatMap(sourcesOf);
}

type Merge = (layer: LayerConfig, merged: DenseTopology[], where: string) => void;

/** What each kind of layer adds to those before it. */
const KINDS: Readonly<Record<string, Merge>> = {
  InputLayer: () => {},
  Dropout: () => {},
  Dense: ({ config }, merged, where) => {
    const dense = z
      .object({
        units: z.int().positive(),
        activation: z.string().nullish(),
        use_bias: z.boolean().optional(),
      })
      .safeParse(config);
    if (!dense.success) {
      const [issue] = dense.error.issues;
      const got = showValue(valueAt(config, issue.path));
      throw problems.tfjsModel(`${where}, ${issue.path.join('.')}`, got, wantedBy(issue));
    }
    const { units, activation, use_bias: useBias = true } = dense.data;
    merged.push({ name: config.name, units, useBias, activation: activation ?? 'linear' });
  },
  Activation: ({ config }, merged, where) => activate(merged, String(config.activation), where),
  ReLU: ({ config }, merged, where) => {
    const plain = !config.max_value && !config.negative_slope && !config.threshold;
    if (!plain) throw problems.tfjsModel(where, 'a ReLU with a ceiling, slope or threshold', 'a plain ReLU');
    activate(merged, 'relu', where);
  },
  Softmax: (_, merged, where) => activate(merged, 'softmax', where),
};

function mergeLayer(merged: DenseTopology[], layer: LayerConfig, file: string): void {
  const where = `${file}, layer ${layer.config.name}`;
  const merge = Object.hasOwn(KINDS, layer.class_name) ? KINDS[layer.class_name] : undefined;
  if (merge === undefined) {
    throw problems.tfjsModel(
      where,
      `a layer of kind ${layer.class_name}`,
      `one of ${Object.keys(KINDS).join(', ')}`,
    );
  }
  merge(layer, merged, where);
}

/** An activation that stands as a layer of its own belongs to the dense layer before it. */
function activate(merged: DenseTopology[], activation: string, where: string): void {
  const last = merged.pop();
  if (last === undefined || last.activation !== 'linear') {
    const got = last === undefined ? `${activation} on the input` : `${activation} after ${last.activation}`;
    throw problems.tfjsModel(where, got, 'one activation after each dense layer');
  }
  merged.push({ ...last, activation });
}

/** @throws exchange/tfjs-model for what no hidden unit of ours does */
export function hiddenActivation(activation: string, where: string): ChainActivation {
  const found = activationNamed(activation);
  if (found !== undefined) return found;
  throw problems.tfjsModel(where, `activation ${activation}`, `one of ${TFJS_ACTIVATIONS.join(', ')}`);
}

/** What the last layer's activation says of its logits. @throws exchange/tfjs-model */
export function headOf(
  activation: string,
  units: number,
  where: string,
): { readonly activation: Activation; readonly head: DenseChain['head'] } {
  if (activation === 'sigmoid' && units === 1) return { activation: 'linear', head: 'binary' };
  if (activation === 'softmax' && units > 1) return { activation: 'linear', head: 'argmax' };
  if (activation === 'relu' || activation === 'linear') return { activation, head: 'values' };
  const wanted = 'sigmoid on one unit, softmax on several, relu or linear';
  throw problems.tfjsModel(where, `activation ${activation} on ${units} units`, wanted);
}
