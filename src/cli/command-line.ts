import path from 'node:path';
import { shellWord } from '../core/shell.js';
import type { Options } from './command.js';

/** Which options say nothing about the product, and which are paths, of which the last part is kept. */
export interface OptionKinds {
  readonly silent: readonly string[];
  readonly paths: readonly string[];
}

/**
 * A command line that sets these options, in the order of their appearance, fit for a POSIX shell: what a product says
 * it was made by.
 *
 * @param command such as `espalier compile`
 */
export function commandLine(command: string, options: Options, { silent, paths }: OptionKinds): string {
  const words = Object.entries(options)
    .filter(([name]) => !silent.includes(name))
    .flatMap(([name, value]) => {
      const dashed = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      const option = value === false ? `--no-${dashed}` : `--${dashed}`;
      const values = valuesOf(value).map((text) =>
        shellWord(paths.includes(name) ? path.basename(text) : text),
      );
      return isAssignments(value) ? values.flatMap((text) => [option, text]) : [option, ...values];
    });
  return [command, ...words].join(' ');
}

const isAssignments = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' && !Array.isArray(value);

function valuesOf(value: unknown): string[] {
  if (typeof value === 'boolean') return [];
  if (isAssignments(value)) return Object.entries(value).map(([place, text]) => `${place}=${text}`);
  return [value].flat().map(String);
}
