import { percent } from '../core/number-text.js';
/** Markup that is safe to insert as it is. */
export class Html {
  constructor(readonly text: string) {}
}

type Piece = Html | string | number | readonly Piece[] | undefined;

/** A template that escapes what it is given, but for other templates' results. */
export function html(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(parts.reduce((text, part, index) => text + print(pieces[index - 1]) + part));
}

function print(piece: Piece): string {
  if (piece === undefined) return '';
  if (piece instanceof Html) return piece.text;
  if (Array.isArray(piece)) return piece.map(print).join('');
  return escapeText(String(piece));
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escapeText = (text: string) => text.replace(/[&<>"]/g, (char) => ENTITIES[char]);

export interface Column {
  readonly title: string;
  /** To the right, in figures of equal width. */
  readonly numeric?: boolean;
}

export type TableCell = string | number | Html;

/** A table that scrolls by itself where the page is narrow. */
export function table(columns: readonly Column[], rows: readonly (readonly TableCell[])[]): Html {
  const kind = (column: number) => (columns[column].numeric ? html` class="n"` : html``);
  const head = columns.map(({ title }, column) => html`<th${kind(column)}>${title}</th>`);
  const body = rows.map(
    (row) => html`<tr>${row.map((cell, column) => html`<td${kind(column)}>${cell}</td>`)}</tr>\n`,
  );
  return html`<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>\n${body}</tbody></table></div>`;
}

/** Charts side by side, as many as there is room for. */
export const figures = (svgs: readonly string[]): Html =>
  html`<div class="figures">${svgs.map((svg) => html`<figure>${new Html(svg)}</figure>`)}</div>`;

/** A share in points of percent, without the sign for them. */
export const points = (share: number): string => (share * 100).toFixed(1);

/** A difference in points. */
export const signed = (share: number): string => `${share < 0 ? '−' : '+'}${points(Math.abs(share))}`;

/** A factor; nothing where there is none. */
export const times = (factor: number | undefined): string =>
  factor === undefined ? '' : `${factor.toFixed(2)} ×`;

/** An accuracy with its interval, which may end above 1 where the estimate is close to it. */
export const withInterval = ({ mean, low, high }: Interval): string =>
  `${percent(mean)} [${points(low)}, ${points(Math.min(high, 1))}]`;

interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Of a test. */
export const probability = (pValue: number): string => (pValue < 0.001 ? '< 0.001' : pValue.toFixed(3));
