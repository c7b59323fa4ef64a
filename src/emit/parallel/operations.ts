import { assertNever } from '../../core/assert.js';
import { hull, type Interval } from '../../fixed/interval.js';
import {
  type Adder,
  type BitSlice,
  type Circuit,
  isSigned,
  isWordClamp,
  type OperationOf,
  packBits,
  widthOf,
} from '../../hardware/parallel/circuit.js';
import { loneColumns } from '../../hardware/parallel/lone.js';
import { bitsOfTable, groupsOfTable, type TruthTable } from '../../hardware/parallel/truth-table.js';
import { twosComplement } from '../rom.js';
import { truthText } from '../table.js';
import { alignConnections, bitRange, constant, wrapList } from '../verilog.js';
import type { BitRange, Scope } from './scope.js';

/** The lines that make a value's signal; none for inputs, constants and registers, which are declared elsewhere. */
export function operationLines(circuit: Circuit, number: number, scope: Scope): string[] {
  const { operation, range } = circuit.values[number];
  const bits = scope.bitsOf(number);
  if (bits === undefined) return [];
  const { low, high } = bits;
  const width = high - low + 1;
  const name = scope.nameOf(number);
  const declared = `wire ${withSpace(bitRange(low, high))}${name}`;
  const wire = (text: string) => [`${declared} = ${text};`];
  const rangeOf = (value: number) => circuit.values[value].range;
  switch (operation.kind) {
    case 'input':
    case 'constant':
    case 'register':
      return [];
    case 'adder':
      return [`${declared};`, ...adderLines(operation, name, bits, scope)];
    case 'join':
      return wire(scope.concatenation(operation.pieces, low, width, true));
    case 'shift':
      return wire(shiftText(operation, bits, scope));
    case 'even': {
      const { value, sum, shift } = operation;
      if (low > 0) return wire(scope.word(value, low, width));
      const odd = `${scope.bits(value, 0, 1)} & (|${scope.word(sum, 0, shift)})`;
      return wire(width === 1 ? odd : `{${scope.word(value, 1, width - 1)}, ${odd}}`);
    }
    case 'max':
      return wire(maxText(circuit, operation, bits, scope));
    case 'relu': {
      const negative = scope.bits(operation.value, widthOf(rangeOf(operation.value)) - 1, 1);
      const mask = width === 1 ? `~${negative}` : `{${width}{~${negative}}}`;
      return wire(`${scope.word(operation.value, low, width)} & ${mask}`);
    }
    case 'clamp':
      return wire(
        isWordClamp(range, rangeOf(operation.value))
          ? clampText(circuit, operation.value, range, bits, scope)
          : boundText(circuit, operation.value, range, bits, scope),
      );
    case 'wrap':
      return wire(scope.word(operation.value, low, width));
    case 'table':
      return [`${declared};`, ...tableLines(circuit, operation, number, bits, scope)];
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

function shiftText({ value, left }: OperationOf<'shift'>, { low, high }: BitRange, scope: Scope): string {
  const zeros = Math.min(Math.max(left - low, 0), high - low + 1);
  const width = high - low + 1 - zeros;
  if (width === 0) return `${zeros}'d0`;
  const word = scope.word(value, low + zeros - left, width);
  return zeros === 0 ? word : `{${word}, ${zeros}'d0}`;
}

/** The adder without the columns above the highest bit that is read. */
function cutAdder(adder: Adder, high: number): Adder {
  const columns = Math.min(adder.columns, high + 1);
  const rows = adder.rows.map((row) =>
    row
      .filter(({ at }) => at < columns)
      .map((piece) => ({ ...piece, count: Math.min(piece.count, columns - piece.at) })),
  );
  return { ...adder, columns, rows };
}

/** The beginning of an instance, on one line where it is short. */
function instanceHead(
  module: string,
  parameters: readonly (readonly [name: string, value: string])[],
  instance: string,
): string[] {
  const settings = parameters.map(([name, value]) => `.${name} (${value})`);
  const line = `${module} #(${settings.join(', ')}) ${instance} (`;
  if (line.length <= 100) return [line];
  return [`${module} #(`, ...wrapList(settings).map((text) => `  ${text}`), `) ${instance} (`];
}

function adderLines(whole: Adder, name: string, { low, high }: BitRange, scope: Scope): string[] {
  const adder = cutAdder(whole, high);
  const { columns, rows, carries } = adder;
  const mask = (flags: readonly boolean[]) => {
    const bits = flags.reduce((word, flag, at) => (flag ? word | (1n << BigInt(at)) : word), 0n);
    return `${columns}'h${bits.toString(16)}`;
  };
  const invert = (row: readonly BitSlice[]) => {
    const flags = Array<boolean>(columns).fill(false);
    for (const { at, count, inverted } of row) flags.fill(inverted, at, at + count);
    return flags;
  };
  const parameters: [string, string][] = [
    ['COLUMNS', `${columns}`],
    ['ROWS', `${rows.length}`],
  ];
  if (carries.length > 0) parameters.push(['CARRIES', `${carries.length}`]);
  if (low > 0) parameters.push(['LOW', `${low}`]);
  if (high < columns + rows.length - 2) parameters.push(['HIGH', `${high}`]);
  parameters.push(['XILINX', 'XILINX']);
  rows.forEach((row, at) => {
    const flags = invert(row);
    if (flags.includes(true)) parameters.push([`INVERT_${'ABC'[at]}`, mask(flags)]);
  });
  const lone = loneColumns(adder);
  if (lone.includes(true)) parameters.push(['LONE', mask(lone)]);
  const bits = [
    ...rows.map((row) => scope.concatenation(row, 0, columns, false)),
    ...carries.map((carry) => scope.concatenation([carry], 0, 1, true)),
  ].reverse();
  return [
    ...instanceHead('espalier_adder', parameters, `${name}_adder`),
    '  .bits_i ({',
    ...bits.map((word, at) => `    ${word}${at === bits.length - 1 ? '' : ','}`),
    '  }),',
    `  .sum_o  (${name})`,
    ');',
  ];
}

/** Both as wide as either needs to be, to be compared. */
function maxText(
  circuit: Circuit,
  { values: [a, b] }: OperationOf<'max'>,
  { low, high }: BitRange,
  scope: Scope,
): string {
  const ranges = [a, b].map((value) => circuit.values[value].range);
  const compared = widthOf(ranges.reduce(hull));
  const sign = ranges.some(isSigned) ? '$signed' : '';
  const whole = (value: number) => `${sign}(${scope.word(value, 0, compared)})`;
  const kept = (value: number) => scope.word(value, low, high - low + 1);
  return `${whole(a)} > ${whole(b)} ? ${kept(a)} : ${kept(b)}`;
}

/** The nearest number that a word of the range's width holds. */
function clampText(
  circuit: Circuit,
  value: number,
  range: Interval,
  { low, high }: BitRange,
  scope: Scope,
): string {
  const from = circuit.values[value].range;
  const own = widthOf(from);
  const width = widthOf(range);
  const count = high - low + 1;
  const kept = scope.word(value, low, count);
  if (!isSigned(from)) return `(|${scope.bits(value, width, own - width)}) ? {${count}{1'b1}} : ${kept}`;
  const negative = scope.bits(value, own - 1, 1);
  if (isSigned(range)) {
    const upper = scope.bits(value, width - 1, own - width + 1);
    const sign = high === width - 1 ? [negative] : [];
    const rest = count - sign.length;
    const limit = [...sign, ...(rest === 0 ? [] : [`{${rest}{~${negative}}}`])];
    const limits = limit.length === 1 ? limit[0] : `{${limit.join(', ')}}`;
    return `(&${upper} | ~|${upper}) ? ${kept} : ${limits}`;
  }
  const clipped =
    own - 1 > width ? `(|${scope.bits(value, width, own - 1 - width)}) ? {${count}{1'b1}} : ${kept}` : kept;
  return `${negative} ? ${count}'d0 : ${clipped}`;
}

/** The nearest number between bounds: those only that are reached. */
function boundText(
  circuit: Circuit,
  value: number,
  range: Interval,
  { low, high }: BitRange,
  scope: Scope,
): string {
  const from = circuit.values[value].range;
  const own = widthOf(from);
  const sign = isSigned(from) ? 's' : '';
  const whole = sign === '' ? scope.bits(value, 0, own) : `$signed(${scope.bits(value, 0, own)})`;
  const bound = (code: number) => `${code < 0 ? '-' : ''}${own}'${sign}d${Math.abs(code)}`;
  const count = high - low + 1;
  const end = (code: number) =>
    constant(BigInt.asUintN(count, twosComplement(code, high + 1) >> BigInt(low)), count);
  const below = from.low < range.low ? `(${whole} < ${bound(range.low)}) ? ${end(range.low)} : ` : '';
  const above = from.high > range.high ? `(${whole} > ${bound(range.high)}) ? ${end(range.high)} : ` : '';
  return `${below}${above}${scope.word(value, low, count)}`;
}

/** An instance for each set of index bits that bits of the code are looked up by; the other bits are wired. */
function tableLines(
  circuit: Circuit,
  { values, codes }: OperationOf<'table'>,
  number: number,
  { low, high }: BitRange,
  scope: Scope,
): string[] {
  const places = values.flatMap((value) =>
    Array.from({ length: widthOf(circuit.values[value].range) }, (_, index) => ({ value, index })),
  );
  const width = high - low + 1;
  const read = codes.map((code) => Math.floor(code / 2 ** low) % 2 ** width);
  const table = { inputs: places.length, width, codes: read };
  const word = (inputs: readonly number[]) =>
    scope.concatenation(packBits(inputs.map((input) => places[input])), 0, inputs.length, true);
  const target = (bit: number) => scope.target(number, low + bit, 1);
  const code = (bits: readonly number[]) => {
    if (bits.length === width) return scope.nameOf(number);
    const parts = bits.map(target).reverse();
    return parts.length === 1 ? parts[0] : `{${parts.join(', ')}}`;
  };
  const lines: string[] = [];
  bitsOfTable(table).forEach((item, bit) => {
    if (item.kind === 'constant') lines.push(`assign ${target(bit)} = 1'b${item.bit};`);
    if (item.kind === 'input')
      lines.push(`assign ${target(bit)} = ${item.inverted ? '~' : ''}${word([item.input])};`);
  });
  groupsOfTable(table).forEach(({ inputs, bits }, group, { length }) => {
    const instance = `${scope.nameOf(number)}_lookup${length === 1 ? '' : group + 1}`;
    lines.push(...tableInstance(table, inputs, bits, instance, { index: word(inputs), code: code(bits) }));
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
  const parameters = [
    ['INPUTS', `${inputs.length}`],
    ['WIDTH', `${bits.length}`],
    ['XILINX', 'XILINX'],
    ['TRUTH', truthText(table, inputs, bits)],
  ] as const;
  const ports = alignConnections([
    ['index_i', index],
    ['code_o', code],
  ]);
  return [...instanceHead('espalier_table', parameters, instance), ...ports.map((port) => `  ${port}`), ');'];
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
