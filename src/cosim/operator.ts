import type { Random } from '../core/random.js';

/** A kind of fault in Verilog text. */
export interface Operator {
  readonly kind: string;
  readonly pattern: RegExp;
  replace(match: RegExpMatchArray, random: Random): string;
}

/** Of instances' parameters with these names: one more or less. */
export const parameter = (kind: string, names: string): Operator => ({
  kind,
  pattern: new RegExp(`(\\.(?:${names})\\s*\\(\\s*)(\\d+)(?=\\s*\\))`, 'g'),
  replace: ([, head, digits], random) => `${head}${offByOne(Number(digits), random)}`,
});

function offByOne(value: number, random: Random): number {
  return value === 0 || random.integer(0, 1) === 0 ? value + 1 : value - 1;
}
