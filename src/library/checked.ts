import type { z } from 'zod';
import { fitShape } from '../core/shape.js';
import { problems } from './problems.js';

/** An argument's name and shape, in the arguments' order. */
export type Arguments<A extends readonly unknown[]> = {
  readonly [K in keyof A]: readonly [string, z.ZodType];
};

/**
 * A function of the library that looks at its arguments first. They are given on as they are: a shape says what is
 * wrong with them and changes nothing.
 *
 * @param name the function's, for errors
 */
export const checked =
  <A extends readonly unknown[], R>(
    name: string,
    shapes: Arguments<Required<A>>,
    call: (...args: A) => R,
  ): ((...args: A) => R) =>
  (...args) => {
    checkArguments(name, shapes, args);
    return call(...args);
  };

/** The same for a function that gives a promise: its errors come by the promise. */
export const checkedAsync =
  <A extends readonly unknown[], R>(
    name: string,
    shapes: Arguments<Required<A>>,
    call: (...args: A) => Promise<R>,
  ): ((...args: A) => Promise<R>) =>
  async (...args) => {
    checkArguments(name, shapes, args);
    return call(...args);
  };

function checkArguments(
  name: string,
  shapes: readonly (readonly [string, z.ZodType])[],
  args: readonly unknown[],
): void {
  shapes.forEach(([argument, shape], at) => {
    fitShape(shape, args[at], `${name}, ${argument}`, problems.argument);
  });
  if (args.length > shapes.length) {
    throw problems.argument(name, `${args.length} arguments`, `at most ${shapes.length}`);
  }
}
