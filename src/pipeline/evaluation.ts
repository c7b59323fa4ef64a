import type { Problem } from '../core/errors.js';
import { isNumber } from '../data/forms.js';
import { scaleRow } from '../data/scaler.js';
import { fractionOf, valueOfCode } from '../fixed/format.js';
import { classOf, logitsOf } from '../float/model.js';
import type { FloatNetwork } from '../float/types.js';
import { type Evaluation, evaluateLogits } from '../learn/metrics.js';
import { layerFormats, referenceModel } from '../network/reference.js';
import type { QuantizedNetwork } from '../network/types.js';
import { inputCodes } from '../quantize/input-codes.js';
import { problems } from './problems.js';
import { classNames, type SampleTable } from './samples.js';

/** Beside a design: the weights before they were rounded, so that both can be compared on any data later. */
export const FLOAT_FILE = 'float.json';

/** How a network does on a user's own samples, as plain data. */
export interface DesignEvaluation {
  readonly file: string;
  readonly samples: number;
  /** The label's column; null where the table has none, so that nothing can be right or wrong. */
  readonly label: string | null;
  /** The integer network, and the float network that it was made from where that is known. */
  readonly integer: Score | null;
  readonly float: Score | null;
  /**
   * Share of the samples to which both give the same class, of `values` the largest difference of an output; null
   * without the float network.
   */
  readonly agreement: number | null;
  readonly difference: number | null;
}

/** Against the labels. */
export type Score =
  | ({ readonly kind: 'classes' } & Evaluation)
  | { readonly kind: 'values'; readonly meanError: number; readonly rootMeanSquare: number };

/**
 * Runs a table through the integer network and, where it is known, the float network.
 *
 * @param float for the scaled features, where the network has an encoder
 * @throws data/unknown-label, pipeline/label-classes, pipeline/label-numbers
 */
export function evaluateTable(
  table: SampleTable,
  network: QuantizedNetwork,
  float: FloatNetwork | undefined,
): DesignEvaluation {
  const rows = networkRows(network, table.features);
  const integer = rows.map(integerOutputs(network));
  const real = float && rows.map(logitsOf(float));
  const score = scorer(table, network, integer[0].length);
  const isRegression = network.head.kind === 'values';
  return {
    file: table.file,
    samples: rows.length,
    label: table.label?.name ?? null,
    integer: score(integer),
    float: real === undefined ? null : score(real),
    agreement: real === undefined || isRegression ? null : shareOfSame(integer, real),
    difference: real === undefined || !isRegression ? null : largestDifference(integer, real),
  };
}

/** A warning where the network does no better than whoever always says the commonest class: the table is not as in training. */
export function guessing({ file, samples, float, integer }: DesignEvaluation): Problem[] {
  // What rounding did is another matter, where there is a float network to tell it by.
  const score = float ?? integer;
  if (score?.kind !== 'classes') return [];
  const commonest = Math.max(...score.classes.map(({ support }) => support)) / samples;
  const isOne = commonest === 1;
  return isOne || score.accuracy > commonest
    ? []
    : [
        problems
          .weightsGuess(file, score.accuracy, commonest, float === null ? 'integers' : 'weights')
          .toJSON(),
      ];
}

/** Share of the samples that may change their class. */
const TOLERATED_CLASSES = 0.01;

/** A warning where the integer network says other classes on the user's own table, on which its formats were not tried. */
export function disagreement({ file, samples, agreement, float, integer }: DesignEvaluation): Problem[] {
  if (agreement === null || 1 - agreement <= TOLERATED_CLASSES) return [];
  const accuracies =
    float?.kind === 'classes' && integer?.kind === 'classes'
      ? { original: float.accuracy, integer: integer.accuracy }
      : null;
  return [problems.dataDisagreement(file, samples, 1 - agreement, TOLERATED_CLASSES, accuracies).toJSON()];
}

/** Features as the network takes them. */
export const networkRows = ({ input }: QuantizedNetwork, features: readonly (readonly number[])[]) =>
  input.encoder === undefined ? features : features.map((row) => scaleRow(input.encoder!, row));

type Outputs = readonly (readonly number[])[];

function integerOutputs(network: QuantizedNetwork) {
  const run = referenceModel(network);
  const fractions = layerFormats(network).at(-1)!.map(fractionOf);
  return (row: readonly number[]) =>
    run(inputCodes(network, row)).outputs.map((code, unit) => valueOfCode(code, fractions[unit]));
}

const shareOfSame = (a: Outputs, b: Outputs) =>
  a.filter((outputs, at) => classOf(outputs) === classOf(b[at])).length / a.length;

const largestDifference = (a: Outputs, b: Outputs) =>
  a.reduce(
    (most, outputs, at) =>
      outputs.reduce((so, value, unit) => Math.max(so, Math.abs(value - b[at][unit])), most),
    0,
  );

/** Outputs against the table's labels; without labels, and for several values at once, there is nothing to say. */
function scorer(
  { label, file }: SampleTable,
  network: QuantizedNetwork,
  outputs: number,
): (of: Outputs) => Score | null {
  if (label === undefined) return () => null;
  if (network.head.kind !== 'values') {
    const classes = classNames(label, Math.max(outputs, 2), network.labels, file);
    const labels = label.numbers(classes);
    return (of) => ({ kind: 'classes', ...evaluateLogits(labels, of, classes) });
  }
  if (outputs !== 1) return () => null;
  const odd = label.cells.find((cell) => !isNumber(cell));
  if (odd !== undefined) throw problems.labelNumbers(`${file}, column ${JSON.stringify(label.name)}`, odd);
  return (of) => {
    const errors = of.map(([value], at) => value - Number(label.cells[at]));
    const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
    return {
      kind: 'values',
      meanError: mean(errors.map(Math.abs)),
      rootMeanSquare: Math.sqrt(mean(errors.map((error) => error ** 2))),
    };
  };
}
