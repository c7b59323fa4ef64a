import type { CircuitBuilder, NamedSum, OperationOf, Value } from './circuit.js';

type Terms = NamedSum['terms'];

/** Notes what sums are in terms of what their layer reads, while they are taken apart in order. */
export class NamedSums {
  readonly list: NamedSum[] = [];
  /** By the number of the value that stands for a sum. */
  private readonly known = new Map<number, NamedSum>();

  constructor(private readonly builder: CircuitBuilder) {}

  /** @param number of the value that stands for the sum now */
  note(number: number, { layer, name, range }: Value, sum: OperationOf<'sum'>): void {
    const atoms = new Map<string, Terms[number]>();
    let { constant } = sum;
    for (const { value, shift, negative } of sum.terms) {
      const factor = (negative ? -1 : 1) * 2 ** shift;
      const inner = this.innerSum(value, layer);
      constant += factor * (inner?.constant ?? 0);
      for (const term of inner?.terms ?? [{ ...this.builder.values[value], factor: 1 }]) {
        const key = `${term.layer} ${term.name}`;
        const before = atoms.get(key)?.factor ?? 0;
        atoms.set(key, { layer: term.layer, name: term.name, factor: before + factor * term.factor });
      }
    }
    const terms = [...atoms.values()].filter(({ factor }) => factor !== 0);
    const wrap = sum.wrap === undefined ? {} : { wrap: sum.wrap };
    const named: NamedSum = { layer, name, terms, constant, ...wrap, range };
    this.known.set(number, named);
    this.list.push(named);
  }

  /** The sum that a value of the same layer is; one that wraps is a number of its own. */
  private innerSum(value: number, layer: number): NamedSum | undefined {
    const sum = this.known.get(value);
    return sum?.layer === layer && sum.wrap === undefined ? sum : undefined;
  }
}
