import type { Bit } from '../netlist/types.js';

export interface BrokenRule {
  readonly rule: string;
  /** Net to lead to the cell. */
  readonly bit: Bit;
}

export type Rule = readonly [isBroken: boolean, rule: string, bit: Bit];

export function firstBroken(rules: readonly Rule[]): BrokenRule | undefined {
  const broken = rules.find(([isBroken]) => isBroken);
  return broken && { rule: broken[1], bit: broken[2] };
}
