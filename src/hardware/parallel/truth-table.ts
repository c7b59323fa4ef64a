/** Words of `width` bits, not negative: the index is the function's input bits, the first one lowest. */
export interface TruthTable {
  readonly inputs: number;
  readonly width: number;
  readonly codes: readonly number[];
}

/** What a bit of a table's words is: a constant, an input bit, or a function of the inputs listed, ascending. */
export type TableBit =
  | { readonly kind: 'constant'; readonly bit: 0 | 1 }
  | { readonly kind: 'input'; readonly input: number; readonly inverted: boolean }
  | { readonly kind: 'function'; readonly inputs: readonly number[] };

/** Bits of a table's words that are looked up by the same inputs, both ascending. */
export interface TableGroup {
  readonly inputs: readonly number[];
  readonly bits: readonly number[];
}

/** Inputs up to which a LUT gives two bits. */
const PAIR_INPUTS = 5;
const LUT_INPUTS = 6;
/** Inputs that LUTs and the multiplexers behind them take in. */
export const MOST_INPUTS = 8;

/** The bits of a table's words, lowest first, each with only the inputs that it depends on. */
export function bitsOfTable(table: TruthTable): TableBit[] {
  return Array.from({ length: table.width }, (_, bit) => bitOf(table, bit));
}

function bitOf({ inputs, codes }: TruthTable, bit: number): TableBit {
  const isSet = (index: number) => ((codes[index] >> bit) & 1) === 1;
  const read: number[] = [];
  for (let input = 0; input < inputs; input++) {
    const step = 1 << input;
    if (codes.some((_, index) => (index & step) === 0 && isSet(index) !== isSet(index + step)))
      read.push(input);
  }
  if (read.length === 0) return { kind: 'constant', bit: isSet(0) ? 1 : 0 };
  if (read.length === 1) return { kind: 'input', input: read[0], inverted: isSet(0) };
  return { kind: 'function', inputs: read };
}

/** The functions among a table's bits: those together that a LUT can give two of, the others by themselves. */
export function groupsOfTable(table: TruthTable): TableGroup[] {
  const functions = bitsOfTable(table)
    .flatMap((item, bit) => (item.kind === 'function' ? [{ bit, inputs: item.inputs }] : []))
    .sort((a, b) => b.inputs.length - a.inputs.length || a.bit - b.bit);
  const groups: { inputs: readonly number[]; bits: number[] }[] = [];
  for (const { bit, inputs } of functions) {
    const group = groups.find((group) =>
      group.inputs.length <= PAIR_INPUTS
        ? inputs.every((input) => group.inputs.includes(input))
        : inputs.join() === group.inputs.join(),
    );
    if (group === undefined) groups.push({ inputs, bits: [bit] });
    else group.bits.push(bit);
  }
  return groups.map(({ inputs, bits }) => ({ inputs, bits: bits.sort((a, b) => a - b) }));
}

/** One bit of a table's words as a table of its own, over some inputs: bit k for pattern k of them. */
export function truthOf({ codes }: TruthTable, inputs: readonly number[], bit: number): bigint {
  let truth = 0n;
  for (let pattern = 0; pattern < 2 ** inputs.length; pattern++) {
    if (((codes[spread(pattern, inputs)] >> bit) & 1) === 1) truth |= 1n << BigInt(pattern);
  }
  return truth;
}

/** A word whose bits are the pattern's, at the places given. */
export const spread = (pattern: number, places: readonly number[]): number =>
  places.reduce((word, place, at) => word | (((pattern >> at) & 1) << place), 0);

/** LUTs of a table; constants and input bits take none, but an inverter is one. */
export function lutsOfTable(table: TruthTable): number {
  const inverters = bitsOfTable(table).filter((bit) => bit.kind === 'input' && bit.inverted).length;
  return groupsOfTable(table).reduce(
    (sum, { inputs, bits }) => sum + lutsOf(inputs.length, bits.length),
    inverters,
  );
}

/** LUTs that look up some bits by the same inputs: behind two or four of them stand multiplexers that are no LUTs. */
function lutsOf(inputs: number, bits: number): number {
  if (inputs <= PAIR_INPUTS) return Math.ceil(bits / 2);
  return bits * 2 ** (inputs - LUT_INPUTS);
}
