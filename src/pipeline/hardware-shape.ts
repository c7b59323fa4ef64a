import { z } from 'zod';
import type { Approach } from '../emit/architecture.js';
import { APPROACHES, ARCHITECTURES } from '../emit/architectures.js';
import { BOARD_OPTIONS } from '../emit/board/choice.js';
import type { HardwareConfig } from '../emit/hardware-config.js';
import { INPUT_OPTIONS } from '../emit/inputs.js';
import { STREAM_OPTIONS } from '../emit/stream.js';

type Options = [z.ZodObject, ...z.ZodObject[]];

/** A shape for every architecture, told apart by the member that names it; the one that is meant where none is named. */
function named(
  key: string,
  approaches: readonly Approach[],
  meant: string,
  shapeOf: (approach: Approach) => z.ZodObject,
) {
  const shapes = approaches.map((approach) => {
    const { name } = approach;
    // Optional besides the default: by that the union knows that it may be absent.
    const tag = name === meant ? z.literal(name).optional().default(name) : z.literal(name);
    return shapeOf(approach).extend({ [key]: tag });
  });
  return z.discriminatedUnion(
    key,
    shapes as unknown as Options,
    `one of ${approaches.map(({ name }) => name).join(', ')}`,
  );
}

/** One layer's options: what is not said is that of `hardware`, so nothing has a default. */
const layerOptions = ({ options }: Approach): z.ZodObject =>
  z.strictObject(
    Object.fromEntries(
      Object.entries(options.shape).map(([key, field]) => [
        key,
        field instanceof z.ZodDefault ? (field.unwrap() as z.ZodType).optional() : field,
      ]),
    ),
  );

/** `hardware`: what chooses the engines, the first one where none is named, and its own options beside it. */
export const HARDWARE_SHAPE = named('architecture', APPROACHES, APPROACHES[0].name, ({ name, options }) =>
  options.extend({
    stream: STREAM_OPTIONS.optional().describe('How samples enter and results leave.'),
    inputs: INPUT_OPTIONS.optional().describe(
      'What goes in: `codes`, which the host makes (the default), or `raw`: features as whole numbers, quantized in hardware.',
    ),
    board: BOARD_OPTIONS.optional().describe('A board to put the design on; absent: the design alone.'),
    layers: z
      .record(z.string(), named('engine', ARCHITECTURES, name, layerOptions))
      .optional()
      .describe('Of some layers, by their names: an engine of their own, and its options.'),
  }),
) as unknown as z.ZodType<HardwareConfig, HardwareConfig>;
