import { z } from 'zod';
import { parseJson } from '../core/json.js';
import { fitShape } from '../core/shape.js';
import { type Activation, isActivation } from '../network/activation.js';
import type { FloatNetwork } from './float-network.js';
import { problems } from './problems.js';

const numbers = z.array(z.number());

const SHAPE = z.strictObject({
  schema: z.literal('espalier/float-network'),
  version: z.literal(1),
  name: z.string(),
  inputs: z.int().min(1),
  head: z.enum(['binary', 'argmax', 'values']),
  layers: z
    .array(
      z.strictObject({
        kind: z.literal('dense'),
        name: z.string(),
        activation: z.custom<Activation>(isActivation, 'an activation'),
        kernel: z.array(numbers).min(1),
        bias: numbers.min(1),
      }),
    )
    .min(1),
});

/** A float network as text, every number as the same double. */
export const floatToJson = (network: FloatNetwork): string =>
  `${JSON.stringify({ schema: 'espalier/float-network', version: 1, ...network })}\n`;

/** @param file for errors @throws learn/float-network */
export function floatFromJson(text: string, file: string): FloatNetwork {
  let json: unknown;
  try {
    json = parseJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw problems.learnFloatNetwork(file, error.message, 'a float network in JSON');
  }
  const { schema: _, version: __, ...network } = fitShape(SHAPE, json, file, problems.learnFloatNetwork);
  let width = network.inputs;
  network.layers.forEach(({ kernel, bias }, index) => {
    const isWhole = kernel.length === width && kernel.every((row) => row.length === bias.length);
    if (!isWhole) {
      const wanted = `${width} rows of ${bias.length} numbers`;
      throw problems.learnFloatNetwork(
        `${file}.layers[${index}].kernel`,
        'a kernel of another shape',
        wanted,
      );
    }
    width = bias.length;
  });
  return network;
}
