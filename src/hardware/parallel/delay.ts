import { type Circuit, type Operation, operandsOf } from './circuit.js';

/** Adders that an operation counts for; what is a LUT at most beside them counts for nothing. */
export function delayOf({ kind }: Operation): number {
  switch (kind) {
    case 'adder':
    case 'sum':
    case 'product':
    case 'clamp':
    case 'max':
    case 'table':
      return 1;
    default:
      return 0;
  }
}

/** Adders on the longest path from one register, or the input, to the next. */
export function levelsBetweenRegisters({ values }: Circuit): number {
  const levels: number[] = [];
  for (const { operation } of values) {
    const below = Math.max(0, ...operandsOf(operation).map((value) => levels[value]));
    levels.push(operation.kind === 'register' ? 0 : below + delayOf(operation));
  }
  return Math.max(0, ...levels);
}

/** Adders on the longest path to every value from what its layer reads. */
export function levelsInLayer({ values }: Circuit): number[] {
  const levels: number[] = [];
  for (const { operation, layer } of values) {
    const below = operandsOf(operation).map((value) => (values[value].layer === layer ? levels[value] : 0));
    levels.push(Math.max(0, ...below) + delayOf(operation));
  }
  return levels;
}
