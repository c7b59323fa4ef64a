import { type Circuit, type NamedSum, operandsOf } from '../../hardware/parallel/circuit.js';

/**
 * What the neurons and shared sums of a layer are, in terms of what the layer reads, such as
 * `3*input0 - input2 + 63, -19..146`: by owner, such as `unit0`.
 *
 * @param inputNames of the signals in the slots of x_i, by the numbers of their values
 */
export function meaningsOf(
  circuit: Circuit,
  index: number,
  inputNames: ReadonlyMap<number, string>,
): Map<string, string> {
  const names = new Map<string, string>();
  for (const [value, name] of inputNames) names.set(sourceOf(circuit, value), name);
  const meanings = new Map<string, string>();
  for (const sum of circuit.sums ?? []) {
    const [owner] = sum.name.split('_');
    if (sum.layer === index && !meanings.has(owner)) meanings.set(owner, printSum(circuit, sum, names));
  }
  return meanings;
}

const keyOf = ({ layer, name }: { readonly layer: number; readonly name: string }): string =>
  `${layer} ${name}`;

/** What a value was before it was only delayed and handed on. */
function sourceOf(circuit: Circuit, value: number): string {
  const { operation } = circuit.values[value];
  return operation.kind === 'register'
    ? sourceOf(circuit, operandsOf(operation)[0])
    : keyOf(circuit.values[value]);
}

function printSum(
  circuit: Circuit,
  { layer, terms, constant, wrap, range }: NamedSum,
  names: Map<string, string>,
) {
  const parts = terms.map((term) => {
    const name = names.get(keyOf(term)) ?? `${circuit.layers[layer].name}_${term.name}`;
    const size = Math.abs(term.factor);
    return { negative: term.factor < 0, text: size === 1 ? name : `${size}*${name}` };
  });
  if (constant !== 0 || parts.length === 0)
    parts.push({ negative: constant < 0, text: `${Math.abs(constant)}` });
  const text = parts
    .map(({ negative, text }, at) =>
      at === 0 ? `${negative ? '-' : ''}${text}` : `${negative ? '-' : '+'} ${text}`,
    )
    .join(' ');
  const modulo = wrap === undefined ? '' : ` modulo 2^${wrap}`;
  return `${text}${modulo}, ${range.low}..${range.high}`;
}
