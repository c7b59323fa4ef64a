import type { Slots } from '../../hardware/slots.js';
import { twosComplement } from '../rom.js';
import { constant, extend, slice } from '../verilog.js';

/** A bus of slots that stand at bits of their own. */
export interface Bus {
  readonly name: string;
  readonly width: number;
}

/** Where a code comes from: bits of the bus, of its own width where it has one, or nowhere, if it never changes. */
export type Pick = ({ readonly lsb: number } & Partial<CodeShape>) | { readonly code: number };

type CodeShape = Some<'width' | 'signed'>;

/**
 * Codes of one bus in the slots of another.
 *
 * @param from the codes' width and sign on their bus, where a pick has none of its own
 * @returns items of a concatenation, the lowest first, and the bits of the bus that they leave
 */
export function repack(
  bus: Bus,
  from: CodeShape,
  picks: readonly Pick[],
  to: Some<'width'>,
): { readonly items: readonly string[]; readonly unused: readonly string[] } {
  const shapeOf = (pick: Partial<CodeShape>): CodeShape => ({ ...from, ...pick });
  const usedOf = (pick: Partial<CodeShape>) => Math.min(shapeOf(pick).width, to.width);
  const isWhole =
    picks.length * to.width === bus.width &&
    picks.every(
      (pick, at) => 'lsb' in pick && pick.lsb === at * to.width && shapeOf(pick).width === to.width,
    );
  if (isWhole) return { items: [bus.name], unused: [] };
  const items = picks.map((pick) => {
    if ('code' in pick) return constant(twosComplement(pick.code, to.width), to.width);
    const used = usedOf(pick);
    const sign = shapeOf(pick).signed ? slice(bus.name, pick.lsb + used - 1, 1, bus.width) : undefined;
    return extend(slice(bus.name, pick.lsb, used, bus.width), sign, used, to.width);
  });
  const taken = picks
    .flatMap((pick) => ('lsb' in pick ? [{ lsb: pick.lsb, end: pick.lsb + usedOf(pick) }] : []))
    .sort((a, b) => a.lsb - b.lsb);
  const unused: string[] = [];
  let end = 0;
  for (const { lsb, end: next } of [...taken, { lsb: bus.width, end: bus.width }]) {
    if (lsb > end) unused.push(slice(bus.name, end, lsb - end, bus.width));
    end = next;
  }
  return { items: items.length === 0 ? [`${to.width}'d0`] : items, unused };
}

type Some<Member extends keyof Slots> = { readonly [Key in Member]: Slots[Key] };
