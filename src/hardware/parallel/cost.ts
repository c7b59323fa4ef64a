import { type Adder, type Circuit, isWordClamp, type Value, widthOf } from './circuit.js';
import { loneColumns } from './lone.js';
import { bitReaders } from './read-bits.js';
import { lutsOfTable } from './truth-table.js';

/** What a circuit takes of a 7-series device, as Yosys counts it; its valid bits are flip-flops too. */
export interface Cost {
  readonly luts: number;
  readonly carryCells: number;
  readonly flipFlops: number;
}

/** LUTs of an adder: one per column in which something is added. */
export function adderLuts(adder: Adder): number {
  return loneColumns(adder).filter((lone) => !lone).length;
}

export function circuitCost(circuit: Circuit): Cost {
  let luts = 0;
  let carryCells = 0;
  let flipFlops = 0;
  const read = bitReaders(circuit);
  circuit.values.forEach((value, number) => {
    const { operation } = value;
    luts += operationLuts(circuit.values, value);
    if (operation.kind === 'adder')
      carryCells += Math.ceil((operation.columns + operation.rows.length - 1) / 4);
    if (operation.kind === 'register')
      flipFlops += read[number].filter((readers) => readers.length > 0).length;
  });
  for (const { latency } of circuit.layers) flipFlops += latency;
  return { luts, carryCells, flipFlops };
}

/** LUTs of every layer. */
export function layerLuts({ layers, values }: Circuit): number[] {
  const luts = layers.map(() => 0);
  for (const value of values) if (value.layer >= 0) luts[value.layer] += operationLuts(values, value);
  return luts;
}

/** LUTs of one value, those that it reads aside. */
export function operationLuts(values: readonly Value[], { operation, range }: Value): number {
  switch (operation.kind) {
    case 'adder':
      return adderLuts(operation);
    case 'max': {
      // A comparison in a carry chain, and a choice between two bits.
      const compared = Math.max(...operation.values.map((value) => widthOf(values[value].range)));
      return compared + widthOf(range);
    }
    case 'relu':
      return widthOf(range);
    case 'clamp':
      return clampLuts(values[operation.value], range);
    case 'even':
      return 1;
    case 'table': {
      const { codes } = operation;
      return lutsOfTable({ inputs: Math.log2(codes.length), width: widthOf(range), codes });
    }
    default:
      return 0;
  }
}

/** The LUT of a bit also reads the sign and up to four of the bits above. If there are more, other LUTs read those. */
function clampLuts({ operation, range }: Value, wanted: Value['range']): number {
  const width = widthOf(wanted);
  if (!isWordClamp(wanted, range)) return width + boundLuts(range, wanted);
  const above = widthOf(range) - width;
  const luts = width + (above > 4 ? Math.ceil((above - 1) / 5) : 0);
  // A ReLU before it goes into the same LUTs.
  return operation.kind === 'relu' ? luts - widthOf(range) : luts;
}

/** A comparison with a constant puts two bits on a LUT. */
function boundLuts(range: Value['range'], wanted: Value['range']): number {
  const comparisons = Number(range.low < wanted.low) + Number(range.high > wanted.high);
  return comparisons * Math.ceil(widthOf(range) / 2);
}

/** LUTs for one bit of one term, with sums shared or not. Measured on seeded networks of 30,000 to 170,000 LUTs. */
const LUTS_PER_BIT = { alone: 0.5, shared: 0.37 };

/**
 * LUTs that a circuit of sums will take, before anything is searched: within a tenth or so of what comes out.
 *
 * @param isShared whether sums that several units have in common will be built once
 */
export function roughLuts(circuit: Circuit, isShared: boolean): number {
  let bits = 0;
  for (const { operation } of circuit.values) {
    if (operation.kind !== 'sum') continue;
    for (const { value } of operation.terms) bits += widthOf(circuit.values[value].range);
  }
  return Math.round(bits * (isShared ? LUTS_PER_BIT.shared : LUTS_PER_BIT.alone));
}

/** LUTs that so many terms take at least, by the same estimate: each has a bit. */
export const fewestLuts = (terms: number): number => terms * LUTS_PER_BIT.shared;
