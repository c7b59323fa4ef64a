import { assertNever } from '../../core/assert.js';
import type { Interval } from '../../fixed/interval.js';
import {
  type Circuit,
  isSigned,
  isWordClamp,
  type OperationOf,
  type Piece,
  packBits,
  widthOf,
} from '../../hardware/parallel/circuit.js';
import { loneColumns } from '../../hardware/parallel/lone.js';
import { bitsOfTable, groupsOfTable, type TruthTable } from '../../hardware/parallel/truth-table.js';
import { twosComplement } from '../rom.js';
import { truthText } from '../table.js';
import { alignConnections, constant, slice, vector } from '../verilog.js';
import type { Scope } from './scope.js';

/** The lines that make a value's signal; none for inputs, constants and registers, which are declared elsewhere. */
export function operationLines(circuit: Circuit, number: number, name: string, scope: Scope): string[] {
  const { operation, range } = circuit.values[number];
  const width = widthOf(range);
  const wire = (text: string) => [`wire ${withSpace(vector(width))}${name} = ${text};`];
  const rangeOf = (value: number) => circuit.values[value].range;
  switch (operation.kind) {
    case 'input':
    case 'constant':
    case 'register':
      return [];
    case 'adder':
      return adderLines(operation, name, scope);
    case 'join':
      return wire(scope.concatenation(operation.pieces, width, true));
    case 'shift': {
      const { value, left } = operation;
      if (left <= 0) return wire(scope.word(value, -left, width));
      if (left >= width) return wire(`${width}'d0`);
      return wire(`{${scope.word(value, 0, width - left)}, ${left}'d0}`);
    }
    case 'even': {
      const { value, sum, shift } = operation;
      const odd = `${scope.bits(value, 0, 1)} & (|${scope.word(sum, 0, shift)})`;
      if (width === 1) return wire(odd);
      return wire(`{${scope.word(value, 1, width - 1)}, ${odd}}`);
    }
    case 'relu': {
      const negative = scope.bits(operation.value, widthOf(rangeOf(operation.value)) - 1, 1);
      const mask = width === 1 ? `~${negative}` : `{${width}{~${negative}}}`;
      return wire(`${scope.word(operation.value, 0, width)} & ${mask}`);
    }
    case 'clamp':
      return wire(
        isWordClamp(range, rangeOf(operation.value))
          ? clampText(circuit, operation.value, width, isSigned(range), scope)
          : boundText(range, rangeOf(operation.value), operation.value, width, scope),
      );
    case 'wrap':
      return wire(scope.word(operation.value, 0, width));
    case 'table':
      return tableLines(circuit, operation, name, width, scope);
    case 'product': {
      const weight = constant(twosComplement(operation.weight, width), width);
      return wire(`$signed(${scope.word(operation.value, 0, width)}) * $signed(${weight})`);
    }
    case 'sum':
      return wire(sumText(operation, width, scope));
    default:
      return assertNever(operation);
  }
}

const withSpace = (text: string): string => (text === '' ? '' : `${text} `);

function adderLines(adder: OperationOf<'adder'>, name: string, scope: Scope): string[] {
  const { columns, rows, carries } = adder;
  const width = columns + rows.length - 1;
  const mask = (flags: readonly boolean[]) => {
    const bits = flags.reduce((word, flag, at) => (flag ? word | (1n << BigInt(at)) : word), 0n);
    return `${columns}'h${bits.toString(16)}`;
  };
  const invert = (row: readonly Piece[] = []) => {
    const flags = Array<boolean>(columns).fill(false);
    for (const { at, count, inverted } of row) flags.fill(inverted, at, at + count);
    return flags;
  };
  const parameters: [string, string][] = [
    ['COLUMNS', `${columns}`],
    ['ROWS', `${rows.length}`],
    ['XILINX', 'XILINX'],
  ];
  ['INVERT_A', 'INVERT_B', 'INVERT_C'].forEach((parameter, row) => {
    const flags = invert(rows[row]);
    if (flags.includes(true)) parameters.push([parameter, mask(flags)]);
  });
  const lone = loneColumns(adder);
  if (lone.includes(true)) parameters.push(['LONE', mask(lone)]);
  const [second, first] = [carries[1], carries[0]].map((carry) =>
    carry === undefined ? "1'b0" : scope.concatenation([carry], 1, true),
  );
  const row = (at: number) =>
    at < rows.length ? scope.concatenation(rows[at], columns, false) : `${columns}'d0`;
  const ports = alignConnections([
    ['a_i', row(0)],
    ['b_i', row(1)],
    ['c_i', row(2)],
    ['carry_i', first === "1'b0" && second === "1'b0" ? "2'd0" : `{${second}, ${first}}`],
    ['sum_o', name],
  ]);
  const settings = parameters.map(([parameter, value]) => `.${parameter} (${value})`).join(', ');
  return [
    `wire ${withSpace(vector(width))}${name};`,
    `espalier_adder #(${settings}) ${name}_adder (`,
    ...ports.map((port) => `  ${port}`),
    ');',
  ];
}

/** The nearest number that a word of `width` bits holds. */
function clampText(circuit: Circuit, value: number, width: number, signed: boolean, scope: Scope): string {
  const { range } = circuit.values[value];
  const own = widthOf(range);
  const low = scope.word(value, 0, width);
  if (!isSigned(range)) return `(|${scope.bits(value, width, own - width)}) ? {${width}{1'b1}} : ${low}`;
  const negative = scope.bits(value, own - 1, 1);
  if (signed) {
    const upper = scope.bits(value, width - 1, own - width + 1);
    const limit = width === 1 ? negative : `{${negative}, {${width - 1}{~${negative}}}}`;
    return `(&${upper} | ~|${upper}) ? ${low} : ${limit}`;
  }
  const clipped =
    own - 1 > width ? `(|${scope.bits(value, width, own - 1 - width)}) ? {${width}{1'b1}} : ${low}` : low;
  return `${negative} ? ${width}'d0 : ${clipped}`;
}

/** The nearest number between bounds: those only that are reached. */
function boundText(range: Interval, from: Interval, value: number, width: number, scope: Scope): string {
  const own = widthOf(from);
  const sign = isSigned(from) ? 's' : '';
  const whole = sign === '' ? scope.bits(value, 0, own) : `$signed(${scope.bits(value, 0, own)})`;
  const bound = (code: number) => `${code < 0 ? '-' : ''}${own}'${sign}d${Math.abs(code)}`;
  const end = (code: number) => constant(twosComplement(code, width), width);
  const below = from.low < range.low ? `(${whole} < ${bound(range.low)}) ? ${end(range.low)} : ` : '';
  const above = from.high > range.high ? `(${whole} > ${bound(range.high)}) ? ${end(range.high)} : ` : '';
  return `${below}${above}${scope.word(value, 0, width)}`;
}

/** An instance for each set of index bits that bits of the code are looked up by; the other bits are wired. */
function tableLines(
  circuit: Circuit,
  { values, codes }: OperationOf<'table'>,
  name: string,
  width: number,
  scope: Scope,
): string[] {
  const places = values.flatMap((value) =>
    Array.from({ length: widthOf(circuit.values[value].range) }, (_, index) => ({ value, index })),
  );
  const table = { inputs: places.length, width, codes };
  const word = (inputs: readonly number[]) =>
    scope.concatenation(packBits(inputs.map((input) => places[input])), inputs.length, true);
  const code = (bits: readonly number[]) => {
    const parts = bits.map((bit) => slice(name, bit, 1, width)).reverse();
    return parts.length === width ? name : parts.length === 1 ? parts[0] : `{${parts.join(', ')}}`;
  };
  const lines = [`wire ${withSpace(vector(width))}${name};`];
  bitsOfTable(table).forEach((item, bit) => {
    const target = slice(name, bit, 1, width);
    if (item.kind === 'constant') lines.push(`assign ${target} = 1'b${item.bit};`);
    if (item.kind === 'input')
      lines.push(`assign ${target} = ${item.inverted ? '~' : ''}${word([item.input])};`);
  });
  groupsOfTable(table).forEach(({ inputs, bits }, group, { length }) => {
    lines.push(
      ...tableInstance(table, inputs, bits, `${name}_lookup${length === 1 ? '' : group + 1}`, {
        index: word(inputs),
        code: code(bits),
      }),
    );
  });
  return lines;
}

function tableInstance(
  table: TruthTable,
  inputs: readonly number[],
  bits: readonly number[],
  instance: string,
  { index, code }: { readonly index: string; readonly code: string },
): string[] {
  const settings = [
    `.INPUTS (${inputs.length})`,
    `.WIDTH (${bits.length})`,
    '.XILINX (XILINX)',
    `.TRUTH (${truthText(table, inputs, bits)})`,
  ];
  const ports = alignConnections([
    ['index_i', index],
    ['code_o', code],
  ]);
  return [
    `espalier_table #(${settings.join(', ')}) ${instance} (`,
    ...ports.map((port) => `  ${port}`),
    ');',
  ];
}

function sumText({ terms, constant: added }: OperationOf<'sum'>, width: number, scope: Scope): string {
  const parts = terms
    .filter(({ shift }) => shift < width)
    .map(({ value, shift, negative }) => {
      const word = scope.word(value, 0, width - shift);
      return { negative, text: shift === 0 ? word : `{${word}, ${shift}'d0}` };
    })
    .sort((a, b) => Number(a.negative) - Number(b.negative));
  const needsConstant = added !== 0 || parts.length === 0 || parts[0].negative;
  const lead = needsConstant ? constant(twosComplement(added, width), width) : '';
  return parts.reduce(
    (text, part) => (text === '' ? part.text : `${text} ${part.negative ? '-' : '+'} ${part.text}`),
    lead,
  );
}
