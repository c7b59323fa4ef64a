import type { Slots } from '../../hardware/slots.js';
import { twosComplement } from '../rom.js';
import { constant, extend, slice } from '../verilog.js';

/** A bus of slots that stand at bits of their own. */
export interface Bus {
  readonly name: string;
  readonly width: number;
}

/** Where a code comes from: a bit of the bus, or nowhere, if it never changes. */
export type Pick = { readonly lsb: number } | { readonly code: number };

/**
 * Codes of one bus in the slots of another.
 *
 * @param from the codes' width and sign on their bus
 * @returns items of a concatenation, the lowest first, and the bits of the bus that they leave
 */
export function repack(
  bus: Bus,
  from: Some<'width' | 'signed'>,
  picks: readonly Pick[],
  to: Some<'width'>,
): { readonly items: readonly string[]; readonly unused: readonly string[] } {
  const used = Math.min(from.width, to.width);
  const isWhole =
    used === from.width &&
    from.width === to.width &&
    picks.length * used === bus.width &&
    picks.every((pick, at) => 'lsb' in pick && pick.lsb === at * used);
  if (isWhole) return { items: [bus.name], unused: [] };
  const items = picks.map((pick) => {
    if ('code' in pick) return constant(twosComplement(pick.code, to.width), to.width);
    const sign = from.signed ? slice(bus.name, pick.lsb + used - 1, 1, bus.width) : undefined;
    return extend(slice(bus.name, pick.lsb, used, bus.width), sign, used, to.width);
  });
  const taken = picks.flatMap((pick) => ('lsb' in pick ? [pick.lsb] : [])).sort((a, b) => a - b);
  const unused: string[] = [];
  let end = 0;
  for (const lsb of [...taken, bus.width]) {
    if (lsb > end) unused.push(slice(bus.name, end, lsb - end, bus.width));
    end = lsb + used;
  }
  return { items: items.length === 0 ? [`${to.width}'d0`] : items, unused };
}

type Some<Member extends keyof Slots> = { readonly [Key in Member]: Slots[Key] };
