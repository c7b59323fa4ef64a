/**
 * What a user is told of an error or a warning: a stable code, where it happened, what was got, what was wanted, and
 * where it helps a hint at the mend. Codes are `room/problem` and never change their meaning. Each room's messages stand
 * in its `problems.ts`.
 */
export interface Problem {
  readonly code: string;
  /** File and line, layer and neuron, option: whatever leads the user to the place. */
  readonly where: string;
  readonly got: string;
  readonly wanted: string;
  readonly hint?: string;
}

/** Of what was got, which may be a file's whole contents, no more is told. */
const MOST_CHARACTERS = 4000;

const cut = (text: string): string =>
  text.length <= MOST_CHARACTERS
    ? text
    : `${text.slice(0, MOST_CHARACTERS)}… (${text.length - MOST_CHARACTERS} more characters)`;

export class EspalierError extends Error implements Problem {
  readonly code: string;
  readonly where: string;
  readonly got: string;
  readonly wanted: string;
  readonly hint?: string;

  constructor(problem: Problem) {
    const hint = problem.hint === undefined ? '' : ` (${problem.hint})`;
    const got = cut(problem.got);
    super(`${problem.where}: got ${got}, wanted ${problem.wanted}${hint} [${problem.code}]`);
    this.name = 'EspalierError';
    this.code = problem.code;
    this.where = problem.where;
    this.got = got;
    this.wanted = problem.wanted;
    if (problem.hint !== undefined) this.hint = problem.hint;
  }

  /** The error as plain data, for `--json`. */
  toJSON(): Problem {
    const { code, where, got, wanted, hint } = this;
    return hint === undefined ? { code, where, got, wanted } : { code, where, got, wanted, hint };
  }
}

export const didYouMean = (likely?: string) =>
  likely === undefined ? {} : { hint: `did you mean ${likely}?` };

export const raise = (problem: Problem) => new EspalierError(problem);

/** Names in quotes; of many only the first ones. */
export const list = (names: readonly string[]) => {
  const shown = names.slice(0, 8).map((name) => JSON.stringify(name));
  return names.length > 8 ? `${shown.join(', ')} and ${names.length - 8} more` : shown.join(', ');
};

/** A value of any kind; JSON has no word for NaN, the infinities and functions, and throws at what is no plain data. */
export const shown = (value: unknown): string => {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'function') return 'a function';
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return typeof value === 'object' ? 'an object that is no plain data' : String(value);
  }
};

export const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
