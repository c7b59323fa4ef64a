import { z } from 'zod';
import { parseJson } from '../core/json.js';
import { parseFormat, printFormat } from '../fixed/format.js';
import { checkNetwork } from './check.js';
import { inputTensor } from './graph.js';
import {
  formatsFromJson,
  formatsToJson,
  readJson,
  requantizeFromJson,
  requantizeToJson,
  type SchemaVersion,
} from './json-parts.js';
import { kindOf, LAYER_KINDS } from './layers/index.js';
import { problems } from './problems.js';
import { codeFormats, printShape, sizeOf } from './tensor.js';
import type { Head, InputPort, Layer, QuantizedNetwork } from './types.js';

/** The schema's name in every `network.json`. */
const SCHEMA = 'espalier/network';

const ENCODER_SHAPE = z.strictObject({
  kind: z.literal('minmax'),
  minimum: z.array(z.number()),
  maximum: z.array(z.number()),
  picture: z.strictObject({ antialias: z.boolean() }).exactOptional(),
});

const HEAD_SHAPE = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('values') }),
  z.strictObject({
    kind: z.literal('binary'),
    probability: z
      .strictObject({ index: z.unknown(), format: z.string(), codes: z.array(z.number()) })
      .optional(),
  }),
  z.strictObject({ kind: z.literal('argmax') }),
]);

const KINDS = LAYER_KINDS.map(({ kind }) => kind) as [Layer['kind'], ...Layer['kind'][]];
/** The rest is its kind's to read. */
const LAYER_SHAPE = z.looseObject({ kind: z.enum(KINDS), from: z.unknown().optional() });
const FROM_SHAPE = z.array(z.string()).min(1);

type LayerJson = z.infer<typeof LAYER_SHAPE>;

const MOST_INPUTS = 2 ** 20;
const SIZE = z.int().min(1).max(MOST_INPUTS);
const INPUT_MEMBERS = {
  format: z.unknown(),
  names: z.array(z.string()).default([]),
  encoder: ENCODER_SHAPE.optional(),
};
const LIST_SHAPE = z.strictObject({ size: SIZE, ...INPUT_MEMBERS });
const MAP_SHAPE = z.strictObject({ shape: z.tuple([SIZE, SIZE, SIZE]), ...INPUT_MEMBERS });

const NETWORK_SHAPE = z.strictObject({
  schema: z.literal(SCHEMA),
  version: z.union([z.literal(1), z.literal(2)], '1 or 2'),
  name: z.string(),
  input: z.looseObject({}),
  layers: z.array(LAYER_SHAPE).min(1),
  head: HEAD_SHAPE,
  labels: z.array(z.string()).default([]),
  provenance: z.record(z.string(), z.string()).default({}),
});

/**
 * Reads and checks a network.
 *
 * @param file for errors: where the text came from
 * @throws network/* and fixed/format-*, with the member's path
 */
export function networkFromJson(text: string, file = 'network.json'): QuantizedNetwork {
  const plain = readJson(NETWORK_SHAPE, parseText(text, file), file);
  const network: QuantizedNetwork = {
    name: plain.name,
    input: inputFromJson(plain.input, `${file}.input`),
    layers: plain.layers.map((layer, index) =>
      layerFromJson(layer, `${file}.layers[${index}]`, plain.version),
    ),
    head: headFromJson(plain.head, `${file}.head`),
    labels: plain.labels,
    provenance: plain.provenance,
  };
  checkNetwork(network, file);
  return network;
}

function inputFromJson(json: object, path: string): InputPort {
  if (!('shape' in json)) {
    const { size, format, encoder, ...plain } = readJson(LIST_SHAPE, json, path);
    return {
      ...plain,
      formats: formatsFromJson(format, size, `${path}.format`),
      ...(encoder === undefined ? {} : { encoder }),
    };
  }
  const { shape, format, encoder, ...plain } = readJson(MAP_SHAPE, json, path);
  if (sizeOf({ shape }) > MOST_INPUTS)
    throw problems.networkShape(`${path}.shape`, printShape(shape), `at most ${MOST_INPUTS} codes`);
  const channels = formatsFromJson(format, shape[2], `${path}.format`);
  if (channels.length !== shape[2]) {
    const wanted = `${shape[2]} formats (one per channel)`;
    throw problems.networkShape(`${path}.format`, `${channels.length} formats`, wanted);
  }
  return {
    ...plain,
    shape,
    formats: codeFormats({ shape, formats: channels }),
    ...(encoder === undefined ? {} : { encoder }),
  };
}

/** What a layer reads stands beside what its kind says of it. */
function layerFromJson(json: LayerJson, path: string, version: SchemaVersion): Layer {
  const kind = kindOf(json);
  // Version 1 has no such member: the kind refuses it.
  if (version === 1) return kind.fromJson(json, path, version);
  const { from, ...rest } = json;
  const layer = kind.fromJson(rest, path, version);
  return from === undefined ? layer : { ...layer, from: readJson(FROM_SHAPE, from, `${path}.from`) };
}

function layerToJson(layer: Layer, version: SchemaVersion): object {
  const json = kindOf(layer).toJson(layer, version);
  if (layer.from === undefined) return json;
  const { kind, name, ...rest } = json as Pick<Layer, 'kind' | 'name'>;
  return { kind, name, from: layer.from, ...rest };
}

const versionOf = (layer: Layer): SchemaVersion =>
  layer.from === undefined ? kindOf(layer).version(layer) : 2;

function parseText(text: string, file: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw problems.networkSchema(file, (error as Error).message, 'a JSON document');
  }
}

function headFromJson(head: z.infer<typeof HEAD_SHAPE>, path: string): Head {
  if (head.kind !== 'binary' || head.probability === undefined) return head as Head;
  const { index, format, codes } = head.probability;
  return {
    kind: 'binary',
    probability: {
      index: requantizeFromJson(index, `${path}.probability.index`),
      format: parseFormat(format, `${path}.probability.format`),
      codes,
    },
  };
}

/**
 * The network as text, in the first version of the schema that can say it: the same network gives the same bytes; one
 * line per row of weights.
 */
export function networkToJson(network: QuantizedNetwork): string {
  const { input } = network;
  const isFirst = input.shape === undefined && network.layers.every((layer) => versionOf(layer) === 1);
  const version = isFirst ? 1 : 2;
  const plain = {
    schema: SCHEMA,
    version,
    name: network.name,
    input: {
      ...(input.shape === undefined ? { size: input.formats.length } : { shape: input.shape }),
      format: formatsToJson(inputTensor(network).formats),
      ...(input.names.length > 0 ? { names: input.names } : {}),
      ...(input.encoder === undefined ? {} : { encoder: input.encoder }),
    },
    layers: network.layers.map((layer) => layerToJson(layer, version)),
    head: headToJson(network.head),
    ...(network.labels.length > 0 ? { labels: network.labels } : {}),
    provenance: network.provenance,
  };
  return `${printJson(plain, '')}\n`;
}

function headToJson(head: Head): object {
  if (head.kind !== 'binary' || head.probability === undefined) return { kind: head.kind };
  const { index, format, codes } = head.probability;
  return {
    kind: 'binary',
    probability: { index: requantizeToJson(index), format: printFormat(format), codes },
  };
}

/** JSON with lists of plain values, and short objects, on one line. */
function printJson(value: unknown, indent: string): string {
  const flat = JSON.stringify(value, null, 1)
    .replace(/\n\s*/g, ' ')
    .replace(/^\[ /, '[')
    .replace(/ \]$/, ']');
  const nested = (item: unknown) => typeof item === 'object' && item !== null;
  if (!nested(value)) return flat;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (!value.some(nested)) return flat;
    return `[\n${value.map((item) => inner + printJson(item, inner)).join(',\n')}\n${indent}]`;
  }
  const members = Object.entries(value as object);
  if (members.length <= 3 && !members.some(([, member]) => nested(member))) return flat;
  const lines = members.map(([key, member]) => `${inner}${JSON.stringify(key)}: ${printJson(member, inner)}`);
  return `{\n${lines.join(',\n')}\n${indent}}`;
}
