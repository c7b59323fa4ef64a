import { assertNever } from '../../core/assert.js';
import type { SumRow } from '../../lower/types.js';
import { finishCall, finishFunctions } from './ends.js';
import { type CLayer, type ConstantRun, type MaxRun, type RowRun, rowsOf } from './plan.js';
import type { CStyle } from './style.js';
import { indent, table } from './text.js';
import { type IntegerType, literal, tableType } from './types.js';

/** The tables and functions of one layer; the last is `static void <layer>_layer(x, y)`. */
export function layerLines(layer: CLayer, style: CStyle): string[] {
  const { name, inputs, outputs } = layer;
  const rows = rowsOf(layer);
  const head = `static void ${name}_layer(const ${inputs.type.name} x[${inputs.length}], ${outputs.type.name} y[${outputs.length}])`;
  const read = layer.runs.every(({ kind }) => kind === 'constant') ? ['    (void)x;'] : [];
  const tables = style === 'tables' && rows.length > 0 ? [...tableLines(layer, rows), ''] : [];
  const body = style === 'tables' ? loopLines(layer) : unrolledLines(layer);
  return [...finishFunctions(layer), ...tables, head, '{', ...read, ...body.map(indent), '}'];
}

/** The statement that stores a finished sum. */
const store = (layer: CLayer, finish: number, target: string, sum: string): string =>
  `${target} = ${finishCall(layer, finish, layer.outputs.type, sum)};`;

function tableLines(layer: CLayer, rows: readonly SumRow[]): string[] {
  return layerTables(layer, rows).flatMap(({ name, groups }) => table(`${layer.name}_${name}`, groups));
}

/** A constant table; each group of numbers begins a line. */
export interface CTable {
  readonly name: string;
  readonly groups: readonly (readonly number[])[];
}

/** The tables of a layer in the style `tables`; where no product is missing, nobody needs to say which are there. */
export function layerTables(layer: CLayer, rows: readonly SumRow[]): CTable[] {
  const perTerm = (pick: (term: SumRow['terms'][number]) => number) => rows.map((row) => row.terms.map(pick));
  const sparse = [
    { name: 'inputs', groups: perTerm(({ input }) => input) },
    { name: 'counts', groups: [rows.map((row) => row.terms.length)] },
  ];
  return [
    { name: 'weights', groups: perTerm(({ weight }) => weight) },
    ...(isFull(layer) ? [] : sparse),
    { name: 'biases', groups: [rows.map((row) => row.bias)] },
  ];
}

/** Whether every computed unit reads every input. */
export const isFull = (layer: CLayer): boolean =>
  rowsOf(layer).every((row) => row.terms.length === layer.inputs.length);

function loopLines(layer: CLayer): string[] {
  const declared = layer.finishes.length > 0 ? ['uint32_t term = 0U;', ''] : [];
  let unit = 0;
  return [
    ...declared,
    ...layer.runs.flatMap((run) => {
      switch (run.kind) {
        case 'constant':
          return [constant(layer, run)];
        case 'max':
          return maxLines(layer, run);
        case 'rows': {
          const from = unit;
          unit += run.rows.length;
          return unitLoop(layer, run, from);
        }
        default:
          return assertNever(run);
      }
    }),
  ];
}

/** The loop over a run of units; `from` is the first one's place in the tables, where constants have none. */
function unitLoop(layer: CLayer, run: RowRun, from: number): string[] {
  const { name, compute } = layer;
  const offset = run.output - from;
  const target = offset === 0 ? 'y[unit]' : `y[unit + ${offset}U]`;
  const bias = `${biasType(layer) === compute ? '' : `(${compute.name})`}${name}_biases[unit]`;
  const product = (input: string) => `(${compute.name})${name}_weights[term] * (${compute.name})x[${input}]`;
  const full = isFull(layer);
  const end = `    const uint32_t end = term + (uint32_t)${name}_counts[unit];`;
  const terms = full
    ? [
        `    for (uint32_t input = 0U; input < ${layer.inputs.length}U; input++) {`,
        `        sum += ${product('input')};`,
      ]
    : ['    while (term < end) {', `        sum += ${product(`${name}_inputs[term]`)};`];
  return [
    `for (uint32_t unit = ${from}U; unit < ${from + run.rows.length}U; unit++) {`,
    ...(full ? [] : [end]),
    `    ${compute.name} sum = ${bias};`,
    '',
    ...terms,
    '        term++;',
    '    }',
    `    ${store(layer, run.finish, target, 'sum')}`,
    '}',
  ];
}

function biasType(layer: CLayer): IntegerType {
  return tableType(rowsOf(layer).map((row) => row.bias));
}

const constant = (layer: CLayer, run: ConstantRun) =>
  `y[${run.output}] = ${literal(run.code, layer.outputs.type)};`;

/** The largest of some codes, one after the other. */
function maxLines({ compute, outputs }: CLayer, { output, row }: MaxRun): string[] {
  const all = [
    ...(row.least === undefined ? [] : [literal(row.least, compute)]),
    ...row.inputs.map((input) => `(${compute.name})x[${input}]`),
  ];
  const [first, ...others] = all;
  const code = `code${output}`;
  const stored = outputs.type === compute ? code : `(${outputs.type.name})${code}`;
  if (others.length === 0) return [`y[${output}] = (${outputs.type.name})${first};`];
  return [
    `${compute.name} ${code} = ${first};`,
    ...others.map((other) => `if (${other} > ${code}) { ${code} = ${other}; }`),
    `y[${output}] = ${stored};`,
  ];
}

function unrolledLines(layer: CLayer): string[] {
  return layer.runs.flatMap((run) => {
    switch (run.kind) {
      case 'constant':
        return [constant(layer, run)];
      case 'max':
        return maxLines(layer, run);
      case 'rows':
        return run.rows.flatMap((row, index) => unitExpression(layer, run, row, run.output + index));
      default:
        return assertNever(run);
    }
  });
}

function unitExpression(layer: CLayer, run: RowRun, row: SumRow, output: number): string[] {
  const [bias, ...terms] = termTexts(layer, row);
  const lines = [`const ${layer.compute.name} sum${output} = ${bias}`, ...terms.map(indent)];
  return [
    ...lines.slice(0, -1),
    `${lines[lines.length - 1]};`,
    store(layer, run.finish, `y[${output}]`, `sum${output}`),
  ];
}

/** The bias, then `+ (5 * x)`; a weight of one is not multiplied. */
function termTexts(layer: CLayer, row: SumRow): string[] {
  const { compute } = layer;
  const terms = row.terms.map(({ input, weight }) => {
    const x = `(${compute.name})x[${input}]`;
    const size = Math.abs(weight);
    // A negative factor stays one where its absolute value has no such type.
    if (size > compute.range.high) return `+ (${literal(weight, compute)} * ${x})`;
    return `${weight < 0 ? '-' : '+'} ${size === 1 ? x : `(${literal(size, compute)} * ${x})`}`;
  });
  return [literal(row.bias, compute), ...terms];
}
