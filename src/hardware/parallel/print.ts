import { assertNever } from '../../core/assert.js';
import { printFormat } from '../../fixed/format.js';
import {
  type BitSlice,
  type Circuit,
  isSigned,
  type Operation,
  type Term,
  type Value,
  widthOf,
} from './circuit.js';

/** The circuit as text, one line per value: number, type, name, operation, range. */
export function printCircuit(circuit: Circuit): string {
  const lines = [`circuit ${circuit.name}`];
  let layer: number | undefined;
  circuit.values.forEach((value, number) => {
    if (value.layer !== layer) {
      layer = value.layer;
      lines.push(layer < 0 ? 'ports' : `layer ${circuit.layers[layer].name}`);
    }
    lines.push(`  ${printValue(value, number)}`);
  });
  lines.push('outputs');
  for (const { unit, value, format } of circuit.outputs)
    lines.push(`  output ${unit} = %${value} as ${printFormat(format)}`);
  return `${lines.join('\n')}\n`;
}

function printValue({ operation, range, name }: Value, number: number): string {
  const type = `${isSigned(range) ? 's' : 'u'}${widthOf(range)}`;
  return `%${number} ${name}: ${type} = ${printOperation(operation)}  [${range.low}, ${range.high}]`;
}

function printOperation(operation: Operation): string {
  switch (operation.kind) {
    case 'input':
      return `input ${operation.input}`;
    case 'constant':
      return `constant ${operation.code}`;
    case 'sum': {
      const wrap = operation.wrap === undefined ? '' : ` wrapped to ${operation.wrap} bits`;
      return `sum ${operation.constant}${operation.terms.map(printTerm).join('')}${wrap}`;
    }
    case 'product':
      return `product %${operation.value} * ${operation.weight}`;
    case 'adder': {
      const rows = operation.rows.map((row) => `{${row.map(printPiece).join(', ')}}`);
      const carries = operation.carries.map((carry) => ` carry ${printPiece(carry)}`);
      return `adder ${operation.columns}: ${rows.join(' + ')}${carries.join('')}`;
    }
    case 'join':
      return `join ${operation.pieces.map(printPiece).join(', ')}`;
    case 'shift':
      return `shift %${operation.value} ${operation.left < 0 ? '>>' : '<<'} ${Math.abs(operation.left)}`;
    case 'even':
      return `even %${operation.value} where %${operation.sum}[${operation.shift - 1}:0] = 0`;
    case 'max':
      return `max ${operation.values.map((value) => `%${value}`).join(', ')}`;
    case 'relu':
      return `relu %${operation.value}`;
    case 'clamp':
      return `clamp %${operation.value}`;
    case 'wrap':
      return `wrap %${operation.value} to ${operation.bits} bits`;
    case 'table':
      return `table {${operation.values.map((value) => `%${value}`).join(', ')}}: ${operation.codes.join(' ')}`;
    case 'register':
      return `register %${operation.value}`;
    default:
      return assertNever(operation);
  }
}

function printTerm({ value, shift, negative }: Term): string {
  return ` ${negative ? '-' : '+'} %${value}${shift === 0 ? '' : `<<${shift}`}`;
}

/** Such as `~%7[5:2]@3`: bits 5 to 2 of value 7, inverted, from bit 3 on. */
function printPiece({ value, from, count, at, inverted }: BitSlice): string {
  const bits = count === 1 ? `${from}` : `${from + count - 1}:${from}`;
  return `${inverted ? '~' : ''}%${value}[${bits}]@${at}`;
}
