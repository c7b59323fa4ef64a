import { z } from 'zod';
import { parseJson } from '../../../core/json.js';
import { fitShape } from '../../../core/shape.js';
import { problems } from '../../problems.js';

/** A model of Keras or TensorFlow.js as its JSON tells of it, in the same shape whatever wrote it. */
export interface KerasModel {
  readonly name: string;
  readonly layers: readonly KerasLayer[];
  readonly inputs: readonly Reference[];
  readonly outputs: readonly Reference[];
}

export interface KerasLayer {
  readonly className: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** For each time that it is called the tensors that it reads. */
  readonly calls: readonly (readonly Reference[])[];
  /** What is inside, of a model that stands as a layer. */
  readonly model?: KerasModel;
}

/** A tensor: which layer gives it, and at which of its calls. */
export interface Reference {
  readonly layer: string;
  readonly call: number;
}

const LAYER = z.looseObject({
  class_name: z.string(),
  name: z.string().optional(),
  config: z.unknown().optional(),
  inbound_nodes: z.array(z.unknown()).optional(),
});
type LayerJson = z.infer<typeof LAYER>;

const PLAIN = z.looseObject({ name: z.string() });
const MODEL_CONFIG = z.looseObject({
  name: z.string().optional(),
  layers: z.array(LAYER),
  build_input_shape: z.unknown().optional(),
  input_layers: z.unknown().optional(),
  output_layers: z.unknown().optional(),
});
const NETWORK = z.looseObject({ class_name: z.string(), config: z.unknown() });

/** Classes that hold layers. */
const MODELS: ReadonlySet<string> = new Set(['Sequential', 'Functional', 'Model']);
/** What stands for the input of a chain that does not begin with a layer for it. */
const CHAIN_INPUT = '(input)';
/** More layers no small network has. */
const MOST_LAYERS = 10_000;

/** @param where for errors: the file, or its member @throws exchange/import-* */
export function parseTopology(text: string, where: string): KerasModel {
  let json: unknown;
  try {
    json = parseJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw problems.importFile(where, error.message, 'the layers of a model as JSON');
  }
  return readTopology(json, where);
}

/** @param json a model with `class_name` and `config` @throws exchange/import-* */
export function readTopology(json: unknown, where: string): KerasModel {
  const { class_name: className, config } = fitShape(NETWORK, json, where, problems.importFile);
  if (!MODELS.has(className)) {
    const hint =
      'a subclass of Model has no layers in its file: build it as a Functional or Sequential model';
    throw problems.importFile(where, `a model of class ${className}`, 'Sequential or Functional', hint);
  }
  return modelOf(className, Array.isArray(config) ? { layers: config } : config, where);
}

function modelOf(className: string, config: unknown, where: string): KerasModel {
  const model = fitShape(MODEL_CONFIG, config, where, problems.importFile);
  if (model.layers.length > MOST_LAYERS) {
    throw problems.importFile(where, `${model.layers.length} layers`, `at most ${MOST_LAYERS}`);
  }
  const layers = model.layers.map((layer) => layerOf(layer, where));
  const twice = layers.find(({ name }, at) => layers.findIndex((one) => one.name === name) !== at);
  if (twice !== undefined)
    throw problems.importFile(where, `two layers named ${twice.name}`, 'one of each name');
  const name = model.name ?? 'model';
  if (className === 'Sequential') return chained(name, layers, model.build_input_shape, where);
  const inputs = referencesIn(model.input_layers);
  const outputs = referencesIn(model.output_layers);
  return {
    name,
    layers,
    inputs: inputs.length > 0 ? inputs : layers.filter(isInput).map(firstCall),
    outputs: outputs.length > 0 ? outputs : layers.slice(-1).map(firstCall),
  };
}

function layerOf(json: LayerJson, where: string): KerasLayer {
  const { class_name: className, inbound_nodes: nodes = [] } = json;
  const isModel = MODELS.has(className);
  const given = json.config as { readonly name?: unknown } | undefined;
  const named = typeof given?.name === 'string' ? given : { ...given, name: json.name };
  const config = fitShape(PLAIN, named, `${where}, a layer of class ${className}`, problems.importFile);
  return {
    className,
    name: config.name,
    config,
    calls: nodes.map(referencesIn),
    ...(isModel ? { model: modelOf(className, json.config, `${where}, ${config.name}`) } : {}),
  };
}

export const isInput = ({ className }: KerasLayer): boolean => className === 'InputLayer';
const firstCall = ({ name }: KerasLayer): Reference => ({ layer: name, call: 0 });

/** Each layer reads the one before it. */
function chained(
  name: string,
  layers: readonly KerasLayer[],
  buildShape: unknown,
  where: string,
): KerasModel {
  if (!layers.some((layer) => !isInput(layer))) throw problems.importFile(where, 'no layers', 'at least one');
  const [first] = layers;
  const input: KerasLayer = isInput(first)
    ? first
    : {
        className: 'InputLayer',
        name: CHAIN_INPUT,
        config: { batch_shape: first.config.batch_input_shape ?? innerShape(first) ?? buildShape },
        calls: [],
      };
  const rest = layers.filter((layer) => !isInput(layer));
  const all = [input, ...rest].map((layer, at, list) => ({
    ...layer,
    calls: at === 0 ? [[]] : [[firstCall(list[at - 1])]],
  }));
  return { name, layers: all, inputs: [firstCall(input)], outputs: all.slice(-1).map(firstCall) };
}

/** Of a model that stands as a layer the shape that its own input has. */
const innerShape = ({ model }: KerasLayer): unknown => {
  const config = model?.layers.find(isInput)?.config;
  return config?.batch_shape ?? config?.batch_input_shape;
};

/**
 * The tensors named anywhere in a value: Keras 2 writes `["dense", 0, 0, {}]`, Keras 3 an object with a `keras_history`
 * of the same form.
 */
function referencesIn(value: unknown): Reference[] {
  if (Array.isArray(value)) {
    const [layer, call] = value;
    if (typeof layer !== 'string') return value.flatMap(referencesIn);
    return typeof call === 'number' ? [{ layer, call }] : [];
  }
  if (value === null || typeof value !== 'object') return [];
  if ('keras_history' in value) return referencesIn(value.keras_history);
  return Object.values(value).flatMap(referencesIn);
}
