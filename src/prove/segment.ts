import type { Bits } from '../netlist/types.js';
import type { InputField } from './input-symbols.js';
import type { CutPoint } from './protocol.js';

/** What lies between two cut points. */
export interface Segment {
  readonly input: CutPoint;
  readonly output: CutPoint;
  /** What the input bus carries, in symbols with the codes that it can have. */
  readonly inputs: readonly InputField[];
  /** Whether it must take all of a sample, where it has no other one, though nobody takes what it gives. */
  readonly takesAlone?: true;
}

/** Nets that tell that something is there. */
export const validOf = ({ pages, valid }: CutPoint): Bits => pages?.full ?? [valid];

export const lastOf = ({ last }: CutPoint): Bits => (last === undefined ? [] : [last]);
