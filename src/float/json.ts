import { z } from 'zod';
import { parseJson } from '../core/json.js';
import { fitShape } from '../core/shape.js';
import { checkFloatNetwork } from './check.js';
import { denseOf } from './layers/dense.js';
import { FLOAT_KINDS } from './layers/index.js';
import { ACTIVATION } from './layers/parts.js';
import { problems } from './problems.js';
import type { FloatLayer, FloatNetwork } from './types.js';

const numbers = z.array(z.number());
const HEAD = z.enum(['binary', 'argmax', 'values']);

/** Chains of dense layers, their kernels in rows. */
const FIRST = z
  .strictObject({
    schema: z.literal('espalier/float-network'),
    version: z.literal(1),
    name: z.string(),
    inputs: z.int().min(1),
    head: HEAD,
    layers: z.array(
      z.strictObject({
        kind: z.literal('dense'),
        name: z.string(),
        activation: ACTIVATION,
        kernel: z.array(numbers.min(1)).min(1),
        bias: numbers.min(1),
      }),
    ),
  })
  .transform(({ name, inputs, head, layers }) => ({
    name,
    input: { shape: [inputs] },
    head,
    layers: layers.map((layer) => denseOf(layer.name, layer.kernel, layer.bias, layer.activation)),
  }));

const SECOND = z.strictObject({
  schema: z.literal('espalier/float-network'),
  version: z.literal(2),
  name: z.string(),
  input: z.strictObject({ shape: z.array(z.int().min(1)) }),
  head: HEAD,
  layers: z.array(z.looseObject({ kind: z.string(), from: z.array(z.string()).optional() })),
});

/** A float network as text, every number as the same double. */
export const floatToJson = (network: FloatNetwork): string =>
  `${JSON.stringify({ schema: 'espalier/float-network', version: 2, ...network }, asList)}\n`;

const asList = (_: string, value: unknown) => (value instanceof Float64Array ? Array.from(value) : value);

/** @param file for errors @throws float/*, network/* */
export function floatFromJson(text: string, file: string): FloatNetwork {
  const network = fromJson(parsed(text, file), file);
  checkFloatNetwork(network, file);
  return network;
}

function parsed(text: string, file: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw problems.schema(file, error.message, 'a float network in JSON');
  }
}

function fromJson(json: unknown, file: string): FloatNetwork {
  const version = (json as { readonly version?: unknown } | null)?.version;
  if (version === 1) return fitShape(FIRST, json, file, problems.schema);
  const { schema: _, version: __, ...network } = fitShape(SECOND, json, file, problems.schema);
  const layers = network.layers.map(({ from, ...layer }, index): FloatLayer => {
    const place = `${file}.layers[${index}]`;
    const kind = FLOAT_KINDS.find((one) => one.kind === layer.kind);
    if (kind === undefined) {
      const wanted = `one of ${FLOAT_KINDS.map((one) => one.kind).join(', ')}`;
      throw problems.schema(`${place}.kind`, JSON.stringify(layer.kind), wanted);
    }
    return { ...fitShape(kind.json, layer, place, problems.schema), ...(from === undefined ? {} : { from }) };
  });
  return { ...network, layers };
}
