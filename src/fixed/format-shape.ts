import { z } from 'zod';
import { likelyFormat, parseFormat } from './format.js';

const WANTED = 'a format such as fixed<8,1> or ufixed<8,0>';

/** A fixed-point format as it is written in a configuration; whoever uses it parses it. */
export const FORMAT_TEXT = z.string(WANTED).check(checkFormat).meta({
  description: 'fixed<W,I> or ufixed<W,I>',
  pattern: '^\\s*u?fixed\\s*<\\s*\\d+\\s*,\\s*-?\\d+\\s*>\\s*$',
});

function checkFormat({ value, issues }: z.core.ParsePayload<string>): void {
  try {
    parseFormat(value);
  } catch {
    issues.push({ code: 'custom', message: WANTED, input: value, params: { likely: likelyFormat(value) } });
  }
}
