import type { CVector } from './buffers.js';
import { type CMove, type Copy, type Fill, type Loop, moveTables } from './move-plan.js';
import { indent, table } from './text.js';
import { literal } from './types.js';

const source = (number: number): string => `x${number}`;

/** The parameters that a step's function reads. */
export const sourceParameters = (sources: readonly CVector[]): string[] =>
  sources.map(({ type, length }, number) => `const ${type.name} ${source(number)}[${length}]`);

export function moveLines(move: CMove): string[] {
  const { name, sources, outputs } = move;
  const tables = moveTables(move);
  const parameters = [...sourceParameters(sources), `${outputs.type.name} y[${outputs.length}]`];
  const cast = (number: number) => (sources[number].type === outputs.type ? '' : `(${outputs.type.name})`);
  const body =
    tables.length > 0
      ? sources.flatMap((_, number) => [
          `for (uint32_t code = 0U; code < ${tables[2 * number].numbers.length}U; code++) {`,
          `    y[${name}_to${number}[code]] = ${cast(number)}${source(number)}[${name}_from${number}[code]];`,
          '}',
        ])
      : move.copies.flatMap((copy) => copyLines(copy, cast(copy.source)));
  return [
    ...tables.flatMap((one) => [...table(one.name, [one.numbers]), '']),
    `static void ${name}_layer(${parameters.join(', ')})`,
    '{',
    ...[...move.constants.flatMap((fill) => fillLines(fill, move)), ...body].map(indent),
    '}',
  ];
}

function fillLines({ to, count, code }: Fill, { outputs }: CMove): string[] {
  const value = literal(code, outputs.type);
  if (count === 1) return [`y[${to}] = ${value};`];
  return [`for (uint32_t code = ${to}U; code < ${to + count}U; code++) {`, `    y[code] = ${value};`, '}'];
}

function copyLines({ source: number, from, to, loops }: Copy, cast: string): string[] {
  // The innermost loop comes first in the list.
  const outward = loops.map((loop, level) => ({ ...loop, index: `i${loops.length - 1 - level}` }));
  const place = (start: number, pick: (loop: Loop) => number) =>
    outward
      .toReversed()
      .reduce(
        (text, loop) => text + stepText(loop.index, pick(loop)),
        loops.length > 0 ? `${start}U` : `${start}`,
      );
  const statement = `y[${place(to, (loop) => loop.to)}] = ${cast}${source(number)}[${place(from, (loop) => loop.from)}];`;
  return outward.reduce<string[]>(
    (lines, { index, count }) => [
      `for (uint32_t ${index} = 0U; ${index} < ${count}U; ${index}++) {`,
      ...lines.map(indent),
      '}',
    ],
    [statement],
  );
}

function stepText(index: string, step: number): string {
  if (step === 0) return '';
  const size = Math.abs(step);
  return ` ${step < 0 ? '-' : '+'} ${size === 1 ? index : `(${index} * ${size}U)`}`;
}
