import { type IntegerType, literal, tableType } from './types.js';

const WIDTH = 100;

export const indent = (line: string) => (line === '' ? line : `    ${line}`);

/** The text of a table, in the narrowest type. */
export function table(name: string, groups: readonly (readonly number[])[]): string[] {
  const numbers = groups.flat();
  const type = tableType(numbers);
  const lines = groups.filter((group) => group.length > 0).flatMap((group) => wrapNumbers(group, type));
  lines[lines.length - 1] = lines[lines.length - 1].replace(/,$/, '');
  return [`static const ${type.name} ${name}[${numbers.length}] = {`, ...lines.map(indent), '};'];
}

function wrapNumbers(numbers: readonly number[], type: IntegerType): string[] {
  const lines: string[] = [];
  let line = '';
  for (const number of numbers) {
    const text = `${literal(number, type)},`;
    if (line !== '' && line.length + text.length + 5 > WIDTH) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? text : ` ${text}`;
  }
  return [...lines, line];
}
