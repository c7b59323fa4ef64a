import type { Layout } from './layout.js';
import { type Bit, type Bits, isNet, ONE, UNDEFINED, ZERO } from './types.js';

/** What the text of an expression needs to know. */
export interface Frame {
  readonly layout: Layout;
  /** A slot's value in the generated text: a local constant where there is one, else memory. */
  readonly reference: (slot: number) => string;
  /** What an `x` counts as. */
  readonly unknown: 0 | 1;
}

/** 2^width − 1 as a 32-bit integer. */
export const maskOf = (width: number): number => (width >= 32 ? -1 : (1 << width) - 1);

/** Keeps the low bits of an expression; nothing to do for a whole slot. */
export const masked = (expression: string, width: number): string =>
  width >= 32 ? `(${expression}) | 0` : `(${expression}) & ${maskOf(width)}`;

/** The operand's bits, extended to `width` by its sign or by zeros, or cut. */
export function extend(bits: Bits, signed: boolean, width: number): Bit[] {
  const fill = signed && bits.length > 0 ? bits[bits.length - 1] : ZERO;
  return Array.from({ length: width }, (_, index) => (index < bits.length ? bits[index] : fill));
}

/** Without the zeros at the upper end; at least one bit. */
export function trimZeros(bits: Bits): Bits {
  let length = bits.length;
  while (length > 1 && bits[length - 1] === ZERO) length -= 1;
  return bits.slice(0, length);
}

/** Bits that lie next to each other in one slot, and repetitions of the last: a sign. */
interface Run {
  readonly slot: number;
  readonly from: number;
  readonly count: number;
  readonly repeats: number;
  readonly used: number;
}

/** At most 32 bits as an int32 expression; bits above them are zero. */
export function limbExpression(bits: Bits, frame: Frame): string {
  const { layout, reference, unknown } = frame;
  let constant = 0;
  const parts: string[] = [];
  for (let at = 0; at < bits.length; ) {
    if (!isNet(bits[at])) {
      if (bits[at] === ONE || (bits[at] === UNDEFINED && unknown === 1)) constant |= 1 << at;
      at += 1;
      continue;
    }
    const run = runAt(bits, at, layout);
    parts.push(runExpression(run, at, reference));
    at += run.count + run.repeats;
  }
  if (constant !== 0 || parts.length === 0) parts.push(String(constant));
  return parts.length === 1 ? parts[0] : `(${parts.join(' | ')})`;
}

function runAt(bits: Bits, at: number, layout: Layout): Run {
  const { slot, bit: from, used } = layout.of(bits[at]);
  let count = 1;
  while (at + count < bits.length && isNet(bits[at + count])) {
    const next = layout.of(bits[at + count]);
    if (next.slot !== slot || next.bit !== from + count) break;
    count += 1;
  }
  const last = bits[at + count - 1];
  let repeats = 0;
  while (bits[at + count + repeats] === last) repeats += 1;
  return { slot, from, count, repeats, used };
}

function runExpression(
  { slot, from, count, repeats, used }: Run,
  at: number,
  reference: Frame['reference'],
): string {
  const total = count + repeats;
  const end = at + total;
  let text = reference(slot);
  if (repeats > 0) {
    const left = 32 - from - count;
    text = `((${text} << ${left}) >> ${32 - count})`;
    if (end < 32) text = `(${text} & ${maskOf(total)})`;
  } else {
    if (from > 0) text = `(${text} >>> ${from})`;
    if (count < used - from && end < 32) text = `(${text} & ${maskOf(count)})`;
  }
  return at > 0 ? `(${text} << ${at})` : text;
}
