import { percent, whole } from '../core/number-text.js';
import type { DesignEvaluation, Score } from '../pipeline/evaluation.js';
import { describeSamples, type Fidelity } from '../quantize/fidelity.js';
import { printTable } from './table.js';

const number = (value: number) => String(Number(value.toPrecision(3)));

/** A line for every layer: what its outputs are, which bits of their format stay unused, and how far they are off. */
export function fidelityLines({ samples, from, agreement, layers }: Fidelity): string[] {
  const of = describeSamples({ samples, from });
  const head = ['layer', 'activation', `outputs on ${of}`, 'format', 'bits unused', 'error by spread'];
  const rows = layers.map(({ layer, activation, low, high, format, unusedBits, error, spread }) => [
    layer,
    activation,
    `${number(low)} to ${number(high)}`,
    format ?? 'exact',
    unusedBits === null ? '' : whole(unusedBits),
    spread === 0 ? '' : percent(error / spread),
  ]);
  const same = agreement === null ? [] : [`same class as by the weights: ${percent(agreement)} of ${of}`];
  const lines = [...same, ...adviceFor(from, layers)];
  return [printTable(head, rows, { numeric: [4, 5] }), ...(lines.length === 0 ? [] : ['', ...lines])];
}

function adviceFor(from: Fidelity['from'], layers: Fidelity['layers']): string[] {
  if (from !== 'data') return [];
  const isWide = layers.some(({ unusedBits }) => unusedBits !== null && unusedBits > 0);
  return isWide ? ['ranges are the worst case: --calibration FILE takes them from samples'] : [];
}

/** How the design does on a user's own table, beside the weights, and which class it takes for which. */
export function evaluationLines({
  file,
  samples,
  label,
  integer,
  float,
  agreement,
  difference,
}: DesignEvaluation): string[] {
  const measures = (score: Score | null): readonly (readonly [string, string])[] => {
    if (score === null) return [];
    if (score.kind === 'classes') return [['accuracy', percent(score.accuracy)]];
    return [
      ['mean error', number(score.meanError)],
      ['root mean square error', number(score.rootMeanSquare)],
    ];
  };
  const ofFloat = new Map(measures(float));
  const rows = measures(integer).map(([name, value]) => [name, ofFloat.get(name) ?? '', value]);
  const both = [
    ...(agreement === null ? [] : [['same class', '', percent(agreement)]]),
    ...(difference === null ? [] : [['largest difference', '', number(difference)]]),
  ];
  const title = `${file}: ${whole(samples)} rows`;
  const unlabelled = label === null ? ['without a label there is no accuracy: --label names its column'] : [];
  if (rows.length + both.length === 0) return [title, ...unlabelled];
  const table = printTable([title, 'weights', 'design'], [...rows, ...both], { numeric: [1, 2] });
  return [table, ...unlabelled, ...(integer?.kind === 'classes' ? ['', confusionTable(integer)] : [])];
}

/** Past this a matrix is wider than a screen; `--json` has it. */
const WIDEST_MATRIX = 16;

function confusionTable({ confusion, classes }: Extract<Score, { kind: 'classes' }>): string {
  if (classes.length > WIDEST_MATRIX) return `confusion matrix of ${classes.length} classes: with --json`;
  const names = classes.map(({ name }) => name);
  const rows = confusion.map((row, at) => [names[at], ...row.map(whole)]);
  return printTable(['is \\ design says', ...names], rows, { numeric: names.map((_, at) => at + 1) });
}
