import { assertNever } from '../../core/assert.js';
import { finishCall, finishFunctions } from './ends.js';
import type { CTable } from './layer.js';
import { sourceParameters } from './move.js';
import { indent, table } from './text.js';
import { tableType } from './types.js';
import { type CWindow, outsideAlong, type WindowTerm } from './window-plan.js';

/**
 * How the loops over a source walk its tables. `full`: every unit reads every channel at every tap. `even`: a unit reads the
 * same at every tap, so that one tap's terms stand for all, as in a pool. `sparse`: each tap has its own.
 */
type Walk = 'full' | 'even' | 'sparse';

function walkOf({ units, sources, shape }: CWindow, source: number): Walk {
  const channels = sources[source].length / (shape[0] * shape[1]);
  const isWhole = (terms: readonly WindowTerm[]) =>
    terms.length === channels && terms.every(({ channel }, at) => channel === at);
  const isSame = (terms: readonly WindowTerm[], others: readonly WindowTerm[]) =>
    terms.length === others.length &&
    terms.every(({ channel, weight }, at) => channel === others[at].channel && weight === others[at].weight);
  if (units.every(({ taps }) => taps[source].every((terms) => isSame(terms, taps[source][0])))) return 'even';
  return units.every(({ taps }) => taps[source].every(isWhole)) ? 'full' : 'sparse';
}

/**
 * The tables of a window, unit after unit, tap after tap: weights (none for the largest of codes), channels and how many of
 * them where that is not plain, and where the units begin.
 */
export function windowTables(window: CWindow): CTable[] {
  const { name, units, sources } = window;
  const perSource = sources.flatMap((_, source) => {
    const walk = walkOf(window, source);
    const taps = units.map((unit) => (walk === 'even' ? unit.taps[source].slice(0, 1) : unit.taps[source]));
    const numbers = (pick: (term: WindowTerm) => number) => taps.map((all) => all.flat().map(pick));
    const weights = { name: `${name}_weights${source}`, groups: numbers(({ weight }) => weight) };
    const places = [
      { name: `${name}_channels${source}`, groups: numbers(({ channel }) => channel) },
      { name: `${name}_counts${source}`, groups: taps.map((all) => all.map(({ length }) => length)) },
    ];
    return [...(window.denseTerms > 0 ? [weights] : []), ...(walk === 'full' ? [] : places)];
  });
  return [...perSource, { name: `${name}_starts`, groups: [units.map(({ start }) => start)] }];
}

export function windowLines(window: CWindow): string[] {
  const { name, sources, outputs, positions, finishes, compute } = window;
  const [rows, columns] = positions;
  const parameters = [...sourceParameters(sources), `${outputs.type.name} y[${outputs.length}]`];
  const counters = sources.flatMap((_, source) => [
    `uint32_t term${source} = 0U;`,
    ...(walkOf(window, source) === 'sparse' ? [`uint32_t tap${source} = 0U;`] : []),
  ]);
  let unit = 0;
  const loops = runsOf(window.units).flatMap(({ finish, count }) => {
    const from = unit;
    unit += count;
    return unitLoop(window, finish, from, from + count);
  });
  const channels = window.units.length;
  return [
    ...finishFunctions({ name, finishes, compute }),
    ...windowTables(window).flatMap((one) => [...table(one.name, one.groups), '']),
    `static void ${name}_layer(${parameters.join(', ')})`,
    '{',
    ...[
      'uint32_t at = 0U;',
      '',
      `for (uint32_t row = 0U; row < ${rows}U; row++) {`,
      ...[
        `for (uint32_t column = 0U; column < ${columns}U; column++) {`,
        ...[...counters, '', ...loops, `at += ${channels}U;`].map(indent),
        '}',
      ].map(indent),
      '}',
    ].map(indent),
    '}',
  ];
}

/** Neighbouring units that end alike. */
export function runsOf<Finish>(
  units: readonly { readonly finish: Finish }[],
): { readonly finish: Finish; readonly count: number }[] {
  const runs: { finish: Finish; count: number }[] = [];
  for (const { finish } of units) {
    const last = runs.at(-1);
    if (last !== undefined && last.finish === finish) last.count += 1;
    else runs.push({ finish, count: 1 });
  }
  return runs;
}

function unitLoop(window: CWindow, finish: number | undefined, from: number, to: number): string[] {
  const { name, compute, outputs, sources, units } = window;
  const start = `${name}_starts[unit]`;
  const isWide = tableType(units.map((unit) => unit.start)) === compute;
  const code =
    finish === undefined
      ? outputs.type === compute
        ? 'code'
        : `(${outputs.type.name})code`
      : finishCall(window, finish, outputs.type, 'code');
  return [
    `for (uint32_t unit = ${from}U; unit < ${to}U; unit++) {`,
    ...[
      `${compute.name} code = ${isWide ? '' : `(${compute.name})`}${start};`,
      '',
      ...sources.flatMap((_, source) => [...tapLoops(window, source), '']),
      `y[at + unit] = ${code};`,
    ].map(indent),
    '}',
  ];
}

/** The loops over the taps, and the channels under each, of one source; those outside are skipped. */
function tapLoops(window: CWindow, source: number): string[] {
  const { size } = window.window;
  const walk = walkOf(window, source);
  const bounds = ([0, 1] as const)
    .filter((axis) => outsideAlong(window.window, window.shape, axis))
    .map((axis) => `(${['y_in', 'x_in'][axis]} < ${window.shape[axis]}U)`);
  const loops = [
    `for (uint32_t down = 0U; down < ${size[0]}U; down++) {`,
    ...[
      `const uint32_t y_in = ${placeText(window, 'row', 'down', 0)};`,
      '',
      `for (uint32_t across = 0U; across < ${size[1]}U; across++) {`,
      `    const uint32_t x_in = ${placeText(window, 'column', 'across', 1)};`,
      ...tapLines(window, source, walk, bounds).map(indent),
      '}',
    ].map(indent),
    '}',
  ];
  if (walk !== 'even') return loops;
  const count = `const uint32_t end${source} = term${source} + (uint32_t)${window.name}_counts${source}[unit];`;
  return [count, '', ...loops, `term${source} = end${source};`];
}

/** Above and to the left of the map the difference wraps to a number that is too large. */
function placeText({ window }: CWindow, index: string, tap: string, axis: 0 | 1): string {
  const moved = `${scaled(index, window.strides[axis])} + ${scaled(tap, window.dilation[axis])}`;
  const before = window.padding[2 * axis];
  if (before === 0) return moved;
  return before > 0 ? `${moved} - ${before}U` : `${moved} + ${-before}U`;
}

function tapLines(window: CWindow, source: number, walk: Walk, bounds: readonly string[]): string[] {
  const { name, sources, shape } = window;
  const channels = sources[source].length / (shape[0] * shape[1]);
  const term = walk === 'even' ? 'term' : `term${source}`;
  const head = {
    full: `for (uint32_t channel = 0U; channel < ${channels}U; channel++) {`,
    even: `for (uint32_t term = term${source}; term < end${source}; term++) {`,
    sparse: `while (term${source} < end) {`,
  }[walk];
  const inside = [
    `const uint32_t cell = ${scaled(`(${scaled('y_in', shape[1])} + x_in)`, channels)};`,
    '',
    head,
    ...[...termLines(window, source, walk, term), ...(walk === 'even' ? [] : [`${term}++;`])].map(indent),
    '}',
  ];
  const guarded =
    bounds.length === 0 ? inside : [`if (${bounds.join(' && ')}) {`, ...inside.map(indent), '}'];
  switch (walk) {
    case 'even':
      return ['', ...guarded];
    case 'full':
      return [
        '',
        ...guarded,
        ...(bounds.length === 0 ? [] : ['else {', `    ${term} += ${channels}U;`, '}']),
      ];
    case 'sparse':
      return [
        `const uint32_t end = ${term} + (uint32_t)${name}_counts${source}[tap${source}];`,
        '',
        ...guarded,
        ...(bounds.length === 0 ? [] : [`${term} = end;`]),
        `tap${source}++;`,
      ];
    default:
      return assertNever(walk);
  }
}

/** A product more, or a comparison. */
function termLines(
  { name, compute, denseTerms }: CWindow,
  source: number,
  walk: Walk,
  term: string,
): string[] {
  const channel = walk === 'full' ? 'channel' : `(uint32_t)${name}_channels${source}[${term}]`;
  const value = `(${compute.name})x${source}[cell + ${channel}]`;
  if (denseTerms > 0) return [`code += (${compute.name})${name}_weights${source}[${term}] * ${value};`];
  return [`const ${compute.name} other = ${value};`, '', 'if (other > code) {', '    code = other;', '}'];
}

export const scaled = (index: string, factor: number): string =>
  factor === 1 ? index : `(${index} * ${factor}U)`;
