import { type Format, printFormat } from '../../fixed/format.js';

/** The format of all, or that they have several. */
export function commonFormat(units: readonly { readonly format: Format }[]): string {
  const formats = new Set(units.map(({ format }) => printFormat(format)));
  return formats.size === 1 ? [...formats][0] : 'formats differ';
}
