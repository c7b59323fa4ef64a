import { assertNever } from '../../core/assert.js';
import {
  type Circuit,
  isSigned,
  type OperationOf,
  type Piece,
  widthOf,
} from '../../hardware/parallel/circuit.js';
import { loneColumns } from '../../hardware/parallel/lone.js';
import { twosComplement } from '../rom.js';
import { alignConnections, constant, vector } from '../verilog.js';
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
      return wire(clampText(circuit, operation.value, width, isSigned(range), scope));
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

/** One truth table per bit of the code. */
function tableLines(
  circuit: Circuit,
  { values, codes }: OperationOf<'table'>,
  name: string,
  width: number,
  scope: Scope,
): string[] {
  const words = values.map((value) => scope.word(value, 0, widthOf(circuit.values[value].range)));
  const bits = Math.log2(codes.length);
  const lines = [
    `wire ${withSpace(vector(bits))}${name}_index = ${words.length === 1 ? words[0] : `{${words.reverse().join(', ')}}`};`,
  ];
  const outputs: string[] = [];
  for (let bit = 0; bit < width; bit++) {
    const truth = codes.reduce(
      (word, code, at) => word | (((twosComplement(code, width) >> BigInt(bit)) & 1n) << BigInt(at)),
      0n,
    );
    lines.push(
      `localparam [${codes.length - 1}:0] ${name.toUpperCase()}_BIT${bit} = ${codes.length}'h${truth.toString(16)};`,
    );
    outputs.unshift(`${name.toUpperCase()}_BIT${bit}[${name}_index]`);
  }
  lines.push(
    `wire ${withSpace(vector(width))}${name} = ${outputs.length === 1 ? outputs[0] : `{${outputs.join(', ')}}`};`,
  );
  return lines;
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
