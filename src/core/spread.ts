import { pick } from './lazy-list.js';

/** At most so many of the items, evenly spread, in their order. */
export function spread<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return pick(
    items,
    Array.from({ length: most }, (_, index) => Math.floor((index * items.length) / most)),
  );
}
