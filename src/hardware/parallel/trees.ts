import { type Circuit, type CircuitBuilder, rewrite, type Term, type Value, widthOf } from './circuit.js';

/**
 * Turns every sum into a balanced tree of sums of two, the narrowest terms first: the plain form of a shift-and-add
 * circuit, which the other one is compared with. A constant is added last.
 */
export function treeSums(circuit: Circuit): Circuit {
  return rewrite(circuit, (builder, value) => {
    const { operation } = value;
    if (operation.kind !== 'sum') return undefined;
    const most = operation.constant === 0 ? 2 : 1;
    let terms = [...operation.terms];
    while (terms.length > most) terms = halve(builder, value, terms);
    return builder.add({ ...operation, terms }, value.range, value.layer, value.name);
  });
}

/** One level of the tree. */
function halve(builder: CircuitBuilder, value: Value, terms: readonly Term[]): Term[] {
  const width = (term: Term) => widthOf(builder.values[term.value].range) + term.shift;
  const sorted = [...terms].sort((a, b) => width(a) - width(b));
  const sums: Term[] = [];
  for (let at = 0; at < sorted.length; at += 2) {
    const [first, second] = [sorted[at], sorted[at + 1]];
    sums.push(second === undefined ? first : addTwo(builder, value, first, second));
  }
  return sums;
}

/** first ± second as a value, the sign of the first taken out, and the shift that both have. */
function addTwo(builder: CircuitBuilder, { layer, name }: Value, first: Term, second: Term): Term {
  const shift = Math.min(first.shift, second.shift);
  const { negative } = first;
  const terms = [first, second].map((term): Term => {
    return { value: term.value, shift: term.shift - shift, negative: term.negative !== negative };
  });
  let low = 0;
  let high = 0;
  for (const term of terms) {
    const { range } = builder.values[term.value];
    low += (term.negative ? -range.high : range.low) * 2 ** term.shift;
    high += (term.negative ? -range.low : range.high) * 2 ** term.shift;
  }
  const sum = builder.add({ kind: 'sum', terms, constant: 0 }, { low, high }, layer, name);
  return { value: sum, shift, negative };
}
