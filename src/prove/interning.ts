import { boundsOf, type FormFamily, type FormTerm, type LinearForm, trailingZeros } from './forms.js';

/** Equal sums are one object: so they are compared in one step. */
export class Interner {
  private readonly families = new Map<number, FormFamily[]>();
  private forms = 0;

  /** @param terms in the order of the atoms' ids, no coefficient 0 */
  form(terms: readonly FormTerm[], constant: bigint): LinearForm {
    return this.member(this.family(terms), constant);
  }

  member(family: FormFamily, constant: bigint): LinearForm {
    if (family.first?.constant === constant) return family.first;
    const known = family.others?.get(constant);
    if (known !== undefined) return known;
    const { terms, low, high } = family;
    const form: LinearForm = {
      id: this.forms++,
      family,
      terms,
      constant,
      low: low + constant,
      high: high + constant,
    };
    if (family.first === undefined) family.first = form;
    else if (family.others === undefined) family.others = new Map([[constant, form]]);
    else family.others.set(constant, form);
    return form;
  }

  /** By a hash: the text of a long sum would take more room than the sum. */
  private family(terms: readonly FormTerm[]): FormFamily {
    let hash = 0;
    for (const { atom, coefficient } of terms) {
      hash = (Math.imul(hash ^ atom.id, 0x9e3779b1) + Number(coefficient)) | 0;
      hash ^= hash >>> 15;
    }
    const bucket = this.families.get(hash);
    const known = bucket?.find((family) => isEqual(family.terms, terms));
    if (known !== undefined) return known;
    const family = makeFamily(terms);
    if (bucket === undefined) this.families.set(hash, [family]);
    else bucket.push(family);
    return family;
  }
}

function isEqual(a: readonly FormTerm[], b: readonly FormTerm[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) {
    const [left, right] = [a[at], b[at]];
    if (left !== right && (left.atom !== right.atom || left.coefficient !== right.coefficient)) return false;
  }
  return true;
}

function makeFamily(terms: readonly FormTerm[]): FormFamily {
  const halves = terms.filter(({ atom }) => atom.kind === 'half');
  let zeros = Number.POSITIVE_INFINITY;
  for (const { coefficient } of terms) {
    zeros = Math.min(zeros, trailingZeros(coefficient));
    if (zeros === 0) break;
  }
  return {
    terms,
    ...boundsOf(terms, 0n),
    zeros,
    half: halves.length === 1 ? halves[0] : undefined,
    first: undefined,
    others: undefined,
  };
}
