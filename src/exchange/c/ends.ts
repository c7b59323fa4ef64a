import { describeFinish, finishLines, type SharedFinish } from './finish.js';
import { indent } from './text.js';
import type { IntegerType } from './types.js';

/** A step that ends its sums. */
interface Finishing {
  readonly name: string;
  readonly compute: IntegerType;
  readonly finishes: readonly SharedFinish[];
}

export function finishFunctions(layer: Finishing): string[] {
  const type = layer.compute.name;
  return layer.finishes.flatMap((finish, index) => {
    const lines = finishLines(finish, layer.compute);
    if (lines.length === 0) return [];
    return [
      `/* ${describeFinish(finish)} */`,
      `static ${type} ${finishName(layer, index)}(${type} sum)`,
      '{',
      `    ${type} code = sum;`,
      '',
      ...lines.map(indent),
      '',
      '    return code;',
      '}',
      '',
    ];
  });
}

const finishName = (layer: Finishing, index: number) => `${layer.name}_finish${index}`;

/** A finished sum in the type that it is stored in. */
export function finishCall(layer: Finishing, finish: number, stored: IntegerType, sum: string): string {
  const isIdentity = finishLines(layer.finishes[finish], layer.compute).length === 0;
  const finished = isIdentity ? sum : `${finishName(layer, finish)}(${sum})`;
  return stored === layer.compute ? finished : `(${stored.name})${finished}`;
}
