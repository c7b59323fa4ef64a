import type { z } from 'zod';
import type { EspalierError } from '../core/errors.js';
import { nearest } from '../core/nearest.js';
import { problems as hardwareProblems } from '../hardware/problems.js';
import type { Architecture } from './architecture.js';
import { ARCHITECTURES } from './architectures.js';
import { STREAM_OPTIONS } from './stream.js';

/** The member `hardware` of a configuration: the architecture's name, the streams, and its options beside them. */
export interface HardwareConfig {
  readonly architecture: string;
  readonly stream?: z.input<typeof STREAM_OPTIONS>;
  readonly [option: string]: unknown;
}

function findArchitecture(name: string): Architecture {
  const found = ARCHITECTURES.find((architecture) => architecture.name === name);
  if (found !== undefined) return found;
  const known = ARCHITECTURES.map((architecture) => architecture.name);
  throw hardwareProblems.hardwareArchitecture(name, known, nearest(name, known));
}

/**
 * The architecture that a configuration names, its options and those of the streams, with their defaults.
 *
 * @throws hardware/architecture, hardware/option, hardware/unknown-option
 */
export function readHardware({ architecture: wanted, stream = {}, ...own }: HardwareConfig) {
  const architecture = findArchitecture(wanted);
  const { name, options } = architecture;
  return {
    architecture,
    options: fitOptions(options, own, ['hardware'], (key) => {
      const known = [...Object.keys(options.shape), 'stream'];
      const other = ARCHITECTURES.find((architecture) => key in architecture.options.shape)?.name;
      const likely = nearest(key, known);
      return unknownOption(`hardware.${key}`, `the ${name} architecture`, known, { other, likely });
    }),
    stream: fitOptions(STREAM_OPTIONS, stream, ['hardware', 'stream'], (key) => {
      const known = Object.keys(STREAM_OPTIONS.shape);
      const likely = nearest(key, known);
      return unknownOption(`hardware.stream.${key}`, 'the streams', known, { other: undefined, likely });
    }),
  };
}

const unknownOption = hardwareProblems.hardwareUnknownOption;

function fitOptions<T>(
  shape: z.ZodType<T>,
  given: unknown,
  at: readonly string[],
  unknown: (key: string) => EspalierError,
): T {
  const result = shape.safeParse(given);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  if (issue.code === 'unrecognized_keys') throw unknown(issue.keys[0]);
  const value = issue.path.reduce<unknown>(
    (rest, key) => (rest as Record<PropertyKey, unknown>)?.[key],
    given,
  );
  throw hardwareProblems.hardwareOption(
    [...at, ...issue.path].join('.'),
    JSON.stringify(value),
    issue.message,
  );
}
