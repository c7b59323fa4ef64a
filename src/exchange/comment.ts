import { type Format, fractionOf, printFormat, sameFormat } from '../fixed/format.js';
import type { QuantizedNetwork } from '../network/types.js';
import type { Generator } from './generator.js';

/** Lines that a user's text (a label, a name) cannot end early or break. */
export function commentText(text: string): string {
  return text
    .replace(/[\r\n\t]+/g, ' ')
    .replace(/\*\//g, '* /')
    .replace(/\\/g, '/')
    .replace(/"""/g, "'''");
}

/** `ufixed<8,0>, value = code / 2^8`, or one part per run of equal formats. */
export function describeFormats(formats: readonly Format[]): string {
  const parts: string[] = [];
  for (let start = 0, end = 0; start < formats.length; start = end) {
    while (end < formats.length && sameFormat(formats[end], formats[start])) end += 1;
    const units = end - start === formats.length ? '' : `${start} to ${end - 1}: `;
    parts.push(`${units}${printFormat(formats[start])}, value = ${valueText(fractionOf(formats[start]))}`);
  }
  return parts.join('; ');
}

function valueText(fraction: number): string {
  if (fraction === 0) return 'code';
  return fraction > 0 ? `code / 2^${fraction}` : `code * 2^${-fraction}`;
}

/** `Classes: 0 benign, 1 malignant`, or nothing when the classes have no names. */
export function describeLabels(network: QuantizedNetwork): string[] {
  if (network.labels.length === 0) return [];
  return [`Classes: ${network.labels.map((label, number) => `${number} ${commentText(label)}`).join(', ')}.`];
}

/** The last line of every header. */
export const madeBy = ({ version, command }: Generator): string =>
  `Made by Espalier ${version}: ${commentText(command)}`;

/** A comment of C and TypeScript. */
export function blockComment(lines: readonly string[]): string[] {
  return ['/*', ...lines.map((line) => ` * ${line}`.trimEnd()), ' */'];
}
