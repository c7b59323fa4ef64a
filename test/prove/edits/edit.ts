/**
 * Which design is edited: a 4-3-3 with argmax, parallel; a 3-2-1 with a probability, serial; one neuron whose operands
 * and sums lie in memories; or a 4-2-3 with argmax at beats of 8 bits, serial, its operands in memories.
 */
export type Design = 'parallel' | 'serial' | 'memory' | 'operands';

/** An edit of an emitted design that some tool shows to be wrong, or that tools read in two ways. */
export interface Edit {
  readonly design: Design;
  readonly what: string;
  readonly file: string;
  readonly change: (text: string) => string;
  /** The code of the refusal, or a pattern that one of the prover's complaints has. */
  readonly outcome: string | RegExp;
}

type Change = (text: string) => string;

/** Changes the first place that matches. */
export const replace =
  (from: string | RegExp, to: string): Change =>
  (text) =>
    text.replace(from, to);

/** Adds items to the end of the last module. */
export const add =
  (items: string): Change =>
  (text) =>
    text.replace(/\nendmodule\n(?=\n`default_nettype wire\n$)/, `\n${items}\nendmodule\n`);

/** Several changes, one after the other. */
export const all =
  (...changes: readonly Change[]): Change =>
  (text) =>
    changes.reduce((changed, change) => change(changed), text);

/** Rows of one design and one outcome: what, file below rtl/, change. */
export const edits = (
  design: Design,
  outcome: string | RegExp,
  rows: readonly (readonly [what: string, file: string, change: Change])[],
): Edit[] => rows.map(([what, file, change]) => ({ design, what, file: `rtl/${file}`, change, outcome }));
