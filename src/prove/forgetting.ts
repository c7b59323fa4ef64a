import type { Algebra } from './algebra.js';
import type { InputAtom, LinearForm, Multiple } from './forms.js';
import { Rebuilder } from './rebuild.js';
import type { Changed } from './states.js';

/** Symbols that are replaced, and what became of words and contents by that. */
export interface Forgetting {
  readonly rebuilder: Rebuilder;
  readonly known: Changed;
}

/** @param rename undefined for a symbol that means nothing any more */
export function forgetting(
  algebra: Algebra,
  rename: (atom: InputAtom) => LinearForm | undefined,
): Forgetting {
  const rebuilder = new Rebuilder(algebra, (terms) => {
    const parts: Multiple[] = [];
    for (const { atom, coefficient } of terms) {
      const form = rename(atom as InputAtom);
      if (form === undefined) return undefined;
      parts.push({ form, factor: coefficient });
    }
    return algebra.sum(parts, 0n);
  });
  return { rebuilder, known: { words: new Map(), contents: new Map() } };
}
