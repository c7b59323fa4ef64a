import { type TruthTable, truthOf } from '../hardware/parallel/truth-table.js';

/** The parameter TRUTH of `espalier_table` for some bits of a table's codes, looked up by some of its inputs. */
export function truthText(table: TruthTable, inputs: readonly number[], bits: readonly number[]): string {
  const depth = 2 ** inputs.length;
  const size = depth * bits.length;
  const truth = bits.reduce(
    (word, bit, at) => word | (truthOf(table, inputs, bit) << BigInt(at * depth)),
    0n,
  );
  return `${size}'h${truth.toString(16).padStart(Math.ceil(size / 4), '0')}`;
}
