import { lengthOf, runFormat, runPlace, runsForPeople } from './field-runs.js';
import type { Manifest } from './manifest.js';
import type { Field, FieldRun } from './manifest-buses.js';

/** Pieces of Verilog text that several views need. */

/** The range of a bus in a declaration; nothing for one bit. */
export const vector = (width: number): string => bitRange(0, width - 1);

/** The same of a bus that has only some bits of a word, each with its number there. */
export const bitRange = (low: number, high: number): string => (low === high ? '' : `[${high}:${low}]`);

/** Bits [lsb + width − 1 : lsb] of a bus that is `busWidth` wide. */
export function slice(bus: string, lsb: number, width: number, busWidth: number): string {
  if (width === busWidth) return bus;
  return width === 1 ? `${bus}[${lsb}]` : `${bus}[${lsb + width - 1}:${lsb}]`;
}

/** A sized hexadecimal or, for few bits, decimal constant. */
export function constant(bits: bigint, width: number): string {
  return width <= 16 ? `${width}'d${bits}` : `${width}'h${bits.toString(16)}`;
}

/** Extends a code's bits to `width`, by its sign where it has one. */
export function extend(bits: string, sign: string | undefined, from: number, width: number): string {
  if (width === from) return bits;
  const copies = width - from;
  if (sign === undefined) return `{${copies}'d0, ${bits}}`;
  return copies === 1 ? `{${sign}, ${bits}}` : `{{${copies}{${sign}}}, ${bits}}`;
}

export interface Declaration {
  /** Such as `input  wire` or `reg`. */
  readonly kind: string;
  readonly width: number;
  /** The number of its lowest bit; 0 unless said. */
  readonly lsb?: number;
  readonly name: string;
  /** What follows the name, such as an initial assignment. */
  readonly value?: string;
  readonly comment?: string;
}

const rangeText = ({ width, lsb = 0 }: Declaration): string => bitRange(lsb, lsb + width - 1);

/**
 * Declarations in columns, one a line; the separator stands after each, `lastEnd` after the last. The values of
 * neighbours make a column of their own.
 */
export function alignDeclarations(
  list: readonly Declaration[],
  separator: string,
  lastEnd: string,
): string[] {
  const column = (texts: string[]) => Math.max(...texts.map((text) => text.length));
  const kinds = column(list.map(({ kind }) => kind));
  const ranges = column(list.map(rangeText));
  const valued = runWidths(list);
  const ends = list.map(({ name, value }, index) => {
    const end = index === list.length - 1 ? lastEnd : separator;
    return `${value === undefined ? name : `${name.padEnd(valued[index])} = ${value}`}${end}`;
  });
  const commented = ends.filter((_, index) => list[index].comment !== undefined);
  const names = commented.length === 0 ? 0 : column(commented);
  return list.map((declaration, index) => {
    const { kind, comment } = declaration;
    const range = ranges === 0 ? '' : `${rangeText(declaration).padEnd(ranges)} `;
    const text = `${kind.padEnd(kinds)} ${range}${ends[index].padEnd(comment === undefined ? 0 : names)}`;
    return comment === undefined ? text.trimEnd() : `${text}  // ${comment}`;
  });
}

/** By index the longest name of the run of neighbours with a value that a declaration stands in; 0 without one. */
function runWidths(list: readonly Declaration[]): number[] {
  const widths: number[] = list.map(({ name, value }) => (value === undefined ? 0 : name.length));
  for (let at = 1; at < widths.length; at++) {
    if (widths[at] > 0) widths[at] = Math.max(widths[at], widths[at - 1]);
  }
  for (let at = widths.length - 2; at >= 0; at--) {
    if (widths[at] > 0) widths[at] = Math.max(widths[at], widths[at + 1]);
  }
  return widths;
}

export const wire = (name: string, width = 1): Declaration => ({ kind: 'wire', width, name });

/** Ports or parameters, and what each of them is connected to. */
export type Connections = readonly (readonly [name: string, value: string])[];

/** An instance as templates print it. */
export interface InstanceView {
  readonly module: string;
  readonly instance: string;
  readonly parameters: readonly string[];
  readonly ports: readonly string[];
}

export const instanceView = (
  module: string,
  instance: string,
  parameters: Connections,
  ports: Connections,
): InstanceView => ({
  module,
  instance,
  parameters: alignConnections(parameters),
  ports: alignConnections(ports),
});

/** What every clocked module has. */
export const CLOCK: Connections = [
  ['aclk', 'aclk'],
  ['aresetn', 'aresetn'],
];

/** An instance with the clock and the reset. */
export const clocked = (
  module: string,
  instance: string,
  parameters: Connections,
  ports: Connections,
): InstanceView => instanceView(module, instance, parameters, [...CLOCK, ...ports]);

/** Named associations `.name (value)` in columns, all but the last with a comma. */
export function alignConnections(list: Connections): string[] {
  const names = Math.max(...list.map(([name]) => name.length));
  return list.map(([name, value], index) => {
    return `.${name.padEnd(names)} (${value})${index === list.length - 1 ? '' : ','}`;
  });
}

/** Items with commas between them, in the order given. */
export const separate = (items: readonly string[]): string[] =>
  items.map((item, index) => (index === items.length - 1 ? item : `${item},`));

/** Text for a `//` comment: one line, ASCII. */
export const commentText = (text: string): string => text.replace(/[\r\n\t]+/g, ' ').replace(/[^ -~]/g, '?');

/** Characters of a line, about. */
const LINE = 100;

/** A long comment as lines; it breaks between words. */
export const wrapText = (text: string): string[] => wrapped(text.split(' '), ' ');

/** A list with commas as lines; it breaks between items. */
export const wrapList = (items: readonly string[]): string[] => wrapped(items, ', ');

function wrapped(items: readonly string[], separator: string): string[] {
  const lines: string[] = [];
  for (const item of items) {
    const line = lines.at(-1);
    if (line === undefined || line.length + item.length > LINE) lines.push(item);
    else lines[lines.length - 1] = `${line}${separator}${item}`;
  }
  return lines.map((line, at) => (at === lines.length - 1 ? line : `${line}${separator.trimEnd()}`));
}

/** Non-blocking assignments in columns. */
export function alignAssignments(list: readonly (readonly [target: string, value: string])[]): string[] {
  const targets = Math.max(...list.map(([target]) => target.length));
  return list.map(([target, value]) => `${target.padEnd(targets)} <= ${value};`);
}

/** The line that says where a file came from. */
export const madeBy = ({ version, command }: Manifest['generator']): string =>
  `Made by espalier ${commentText(version)}: ${commentText(command)}`;

/** Lines of a comment block. */
export const commentLines = (lines: readonly string[]): string[] =>
  lines.map((line) => `// ${commentText(line)}`.trimEnd());

/** For headers: what the fields of a bus are, in columns. */
export function fieldNotes(
  bus: string,
  fields: readonly Field[],
  meaning: (run: FieldRun) => string,
): string[] {
  const runs = runsForPeople(fields);
  const places = runs.map((run) => `${bus}[${runPlace(run)}]`);
  const column = places.reduce((widest, place) => Math.max(widest, place.length), 0);
  return runs.map((run, index) => {
    const name = lengthOf(run) > 1 || run.name === undefined ? '' : `, ${run.name}`;
    return `${places[index].padEnd(column)}  ${meaning(run)}, ${runFormat(run)}${name}`;
  });
}

/** What carries bits that nobody reads, so that linters take them for meant. */
export const unusedSignal = (name: string, bits: readonly string[]): Declaration => ({
  kind: 'wire',
  width: 1,
  name,
  value: `&{1'b0, ${bits.join(', ')}}`,
});

/** Such as `1 cycle`, `2 cycles`. */
export const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
