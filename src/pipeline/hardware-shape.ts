import { z } from 'zod';
import type { Architecture } from '../emit/architecture.js';
import { ARCHITECTURES } from '../emit/architectures.js';
import { BOARD_OPTIONS } from '../emit/board/choice.js';
import type { HardwareConfig } from '../emit/hardware-config.js';
import { STREAM_OPTIONS } from '../emit/stream.js';

const NAMES = ARCHITECTURES.map(({ name }) => name);

type Options = [z.ZodObject, ...z.ZodObject[]];

/** A shape for every architecture, told apart by the member that names it; the one that is meant where none is named. */
function named(key: string, meant: string, shapeOf: (architecture: Architecture) => z.ZodObject) {
  const shapes = ARCHITECTURES.map((architecture) => {
    const { name } = architecture;
    // Optional besides the default: by that the union knows that it may be absent.
    const tag = name === meant ? z.literal(name).optional().default(name) : z.literal(name);
    return shapeOf(architecture).extend({ [key]: tag });
  });
  return z.discriminatedUnion(key, shapes as unknown as Options, `one of ${NAMES.join(', ')}`);
}

/** One layer's options: what is not said is that of `hardware`, so nothing has a default. */
const layerOptions = ({ options }: Architecture): z.ZodObject =>
  z.strictObject(
    Object.fromEntries(
      Object.entries(options.shape).map(([key, field]) => [
        key,
        field instanceof z.ZodDefault ? (field.unwrap() as z.ZodType).optional() : field,
      ]),
    ),
  );

/** `hardware`: the name of a micro-architecture, the first one where none stands, and its own options beside it. */
export const HARDWARE_SHAPE = named('architecture', NAMES[0], ({ name, options }) =>
  options.extend({
    stream: STREAM_OPTIONS.optional().describe('How samples enter and results leave.'),
    board: BOARD_OPTIONS.optional().describe('A board to put the design on; absent: the design alone.'),
    layers: z
      .record(z.string(), named('engine', name, layerOptions))
      .optional()
      .describe('Of some layers, by their names: an engine of their own, and its options.'),
  }),
) as unknown as z.ZodType<HardwareConfig, HardwareConfig>;
