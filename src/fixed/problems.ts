import { didYouMean, raise } from '../core/errors.js';

/** The constructors of this room's errors and warnings: `throw problems.…(…)`. */
export const problems = {
  /** @param words that may stand there too */
  formatSyntax: (where: string, text: string, likely?: string, words: readonly string[] = []) =>
    raise({
      code: 'fixed/format-syntax',
      where,
      got: JSON.stringify(text),
      wanted: [...words, 'fixed<W,I> or ufixed<W,I> with whole numbers, such as fixed<8,1>'].join(', or '),
      ...didYouMean(likely),
    }),
  formatWidth: (where: string, format: string) =>
    raise({
      code: 'fixed/format-width',
      where,
      got: format,
      wanted: 'a width of 1 to 53 bits (codes stay within ±2^53) and a fraction of -1000 to 1000 bits',
    }),
};
