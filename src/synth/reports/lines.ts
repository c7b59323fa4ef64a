import { problems } from '../problems.js';

/** Cells of the rows of a table of `|` or `;`, without its frame; a name keeps the blanks that it is moved in by. */
export function tableRows(text: string, separator: '|' | ';'): string[][] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line.startsWith(separator) && line.endsWith(separator) && line.length > 1)
    .map((line) =>
      line
        .slice(1, -1)
        .split(separator)
        .map((cell, at) => (at === 0 ? cell.trimEnd().replace(/^ /, '') : cell.trim())),
    );
}

/** A number as tools print it: `1,034`, `2.5`. */
export function numberOf(text: string, file: string, what: string): number {
  const value = Number(text.replaceAll(',', ''));
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw problems.reportUnreadable(file, `${JSON.stringify(text)} for ${what}`, 'a number');
}

/** What stands behind a heading of a report, such as `Device : …`. */
export function headed(text: string, heading: string): string | undefined {
  const escaped = heading.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^[|;\\s]*${escaped}\\s*[:;]\\s*([^|;\\r\\n]*)`, 'm').exec(text)?.[1].trim();
}

/** A version that is known, by its year or its first number. */
export function knownVersion(
  file: string,
  tool: string,
  version: string | undefined,
  [first, last]: readonly [number, number],
): string {
  const major = Number(/^v?\.?(\d+)/.exec(version ?? '')?.[1]);
  if (version !== undefined && major >= first && major <= last) return version;
  throw problems.reportVersion(file, tool, version, first, last);
}
