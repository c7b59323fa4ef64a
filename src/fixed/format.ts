import { nearest } from '../core/nearest.js';
import type { Interval } from './interval.js';
import { problems } from './problems.js';

/**
 * A fixed-point number format: value = code × 2^-fraction, fraction = width − integer.
 * `integer` counts the integer bits, the sign included; it may be negative or larger than the width.
 */
export interface Format {
  readonly signed: boolean;
  /** Bits in all, at least 1. */
  readonly width: number;
  readonly integer: number;
}

const SYNTAX = /^\s*(u?)fixed\s*<\s*(\d+)\s*,\s*(-?\d+)\s*>\s*$/;

/** The widest code that a JavaScript number holds exactly, whatever its sign. */
const MAX_WIDTH = 53;

/** The widest format that is chosen for anybody: sums of such codes and weights are still exact. */
export const MAX_CHOSEN_WIDTH = 32;

/** The finest and, negative, the coarsest fraction: so many powers of two are numbers in JavaScript. */
export const MAX_FRACTION = 1000;

/**
 * Reads `fixed<W,I>` or `ufixed<W,I>`.
 *
 * @param where for the error: file and member, or option
 * @throws fixed/format-syntax, fixed/format-width
 */
export function parseFormat(text: string, where = 'format'): Format {
  const match = SYNTAX.exec(text);
  if (match === null) throw problems.formatSyntax(where, text, likelyFormat(text));
  const format = formatOf(match);
  if (!isPossible(format)) throw problems.formatWidth(where, printFormat(format));
  return format;
}

/**
 * Refuses what is neither a format nor the word that may stand in its place.
 *
 * @throws fixed/format-syntax, fixed/format-width
 */
export function checkFormatOr(word: string, text: string, where: string): void {
  if (text === word) return;
  const likely = likelyFormat(text) ?? nearest(text, [word]);
  if (!SYNTAX.test(text)) throw problems.formatSyntax(where, text, likely, [word]);
  parseFormat(text, where);
}

/** Of an exact sum within ±2^53, its sign among them. */
const MAX_SUM_WIDTH = 54;

/** Reads the format of an exact sum; undefined for what is none. */
export function parseSumFormat(text: string): Format | undefined {
  const match = SYNTAX.exec(text);
  if (match === null) return undefined;
  const format = formatOf(match);
  return isPossible(format, MAX_SUM_WIDTH) ? format : undefined;
}

const formatOf = ([, unsigned, width, integer]: RegExpExecArray): Format => ({
  signed: unsigned === '',
  width: Number(width),
  integer: Number(integer),
});

const isPossible = (format: Format, most = MAX_WIDTH): boolean =>
  format.width >= 1 && format.width <= most && Math.abs(fractionOf(format)) <= MAX_FRACTION;

/** Other spellings of a format: HLS's `ap_fixed`, whose modes are stated elsewhere here, capitals, other brackets. */
const OTHER_SPELLING = /^\s*(?:ap_)?(u?)fixed\s*[<([]?\s*(\d+)\s*[,;.\s]\s*(-?\d+)\s*(?:,.*)?[>)\]]?\s*$/i;

/** The format that a text which is none was most likely meant to be. */
export function likelyFormat(text: string): string | undefined {
  const match = OTHER_SPELLING.exec(text);
  return match !== null && isPossible(formatOf(match)) ? printFormat(formatOf(match)) : undefined;
}

export function printFormat(format: Format): string {
  return `${format.signed ? '' : 'u'}fixed<${format.width},${format.integer}>`;
}

/** The number of fraction bits; negative when the least bit weighs more than one. */
export function fractionOf(format: Format): number {
  return format.width - format.integer;
}

/** Of the finest of them: as many fraction bits as all can be stated in. Pictures have a format for each of very many codes. */
export const finestFraction = (formats: readonly Format[]): number =>
  formats.reduce((finest, format) => Math.max(finest, fractionOf(format)), Number.NEGATIVE_INFINITY);

/** The codes the format can hold. */
export function rangeOf(format: Format): Interval {
  return format.signed
    ? { low: -(2 ** (format.width - 1)), high: 2 ** (format.width - 1) - 1 }
    : { low: 0, high: 2 ** format.width - 1 };
}

/** The value that a code stands for. Exact while the code is within ±2^53. */
export function valueOfCode(code: number, fraction: number): number {
  return code * 2 ** -fraction;
}

export function sameFormat(a: Format, b: Format): boolean {
  return a.signed === b.signed && a.width === b.width && a.integer === b.integer;
}

/** The narrowest format with this fraction that holds every code of the interval; at least one bit. */
export function formatFor(interval: Interval, fraction: number): Format {
  const signed = interval.low < 0;
  const width = Math.max(1, signed ? signedWidth(interval) : unsignedWidth(interval.high));
  return { signed, width, integer: width - fraction };
}

/** Bits of the narrowest two's complement word that holds the interval. */
export function signedWidth(interval: Interval): number {
  const magnitude = Math.max(interval.high, -interval.low - 1);
  return unsignedWidth(magnitude) + 1;
}

/** Bits of a number below `values`: one at least, since there is no narrower word in hardware. */
export const bitsFor = (values: number): number => Math.max(1, unsignedWidth(values - 1));

/** Bits of the narrowest unsigned word that holds 0 to `high`; 0 for 0, and infinitely many where it is not finite. */
export function unsignedWidth(high: number): number {
  if (!Number.isFinite(high)) return Number.POSITIVE_INFINITY;
  if (high < 1) return 0;
  return high < 2 ** 31 ? 32 - Math.clz32(high) : 31 + unsignedWidth(Math.floor(high / 2 ** 31));
}
