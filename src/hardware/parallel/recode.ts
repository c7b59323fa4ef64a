import { type Circuit, type OperationOf, rewrite, type Term } from './circuit.js';
import { canonicalDigits } from './csd.js';

/** Turns every weight into its canonical signed digits: sums of shifted values, no product left. */
export function recodeWeights(circuit: Circuit): Circuit {
  return rewrite(circuit, (builder, value) => {
    const { operation } = value;
    if (operation.kind !== 'sum') return undefined;
    const terms = operation.terms.flatMap((term): Term[] => {
      const source = builder.values[term.value].operation;
      return source.kind === 'product' ? digitsOf(source, term) : [term];
    });
    return builder.add({ ...operation, terms }, value.range, value.layer, value.name);
  });
}

function digitsOf({ value, weight }: OperationOf<'product'>, term: Term): Term[] {
  return canonicalDigits(weight).map(({ shift, negative }) => {
    return { value, shift: shift + term.shift, negative: negative !== term.negative };
  });
}
