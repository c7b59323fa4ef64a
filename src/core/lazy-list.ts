const LAZY = new WeakSet<object>();

/**
 * A list whose items are made whenever they are asked for, and not kept: memory has those that somebody works on, however
 * many there are. Whatever reads a list reads it.
 */
export function lazyList<T>(length: number, item: (index: number) => T): readonly T[] {
  const place = (key: string | symbol): number | undefined => {
    const index = typeof key === 'string' ? Number(key) : Number.NaN;
    return Number.isInteger(index) && index >= 0 && index < length ? index : undefined;
  };
  const list = new Proxy<T[]>([], {
    get(target, key) {
      if (key === 'length') return length;
      const index = place(key);
      return index === undefined ? Reflect.get(target, key) : item(index);
    },
    has: (target, key) => place(key) !== undefined || Reflect.has(target, key),
    set: () => false,
  });
  LAZY.add(list);
  return list;
}

/** Some of the items, in the given order; of a lazy list lazily. */
export function pick<T>(items: readonly T[], places: readonly number[]): readonly T[] {
  if (LAZY.has(items)) return lazyList(places.length, (at) => items[places[at]]);
  return places.map((place) => items[place]);
}

/** Every item changed; of a lazy list when it is asked for. */
export function mapEach<T, U>(items: readonly T[], change: (item: T) => U): readonly U[] {
  if (LAZY.has(items)) return lazyList(items.length, (at) => change(items[at]));
  return items.map((item) => change(item));
}

export const isLazy = (items: readonly unknown[]): boolean => LAZY.has(items);
