import { z } from 'zod';
import type { Random } from '../../core/random.js';
import { type Format, fractionOf } from '../../fixed/format.js';
import { type Activation, printActivation } from '../activation.js';
import { finisher } from '../finish.js';
import { activationFromJson, outputFromJson, outputToJson, readJson } from '../json-parts.js';
import type { LayerOutput } from '../layer-output.js';
import { problems } from '../problems.js';
import { randomFinish, randomFormats } from '../sample.js';
import { allFormats, codeFormats, printShape, sizeOf, type Tensor } from '../tensor.js';
import type { AffineRow, LayerKind, NamedTensor } from './kind.js';
import { checkSums, finishesOf, sumFormats } from './sums.js';

/**
 * Code by code the sum of several tensors of one shape, such as a residual connection's: Σ_i ± factor_i × input_i,
 * exact.
 */
export interface AddLayer {
  readonly kind: 'add';
  readonly name: string;
  readonly from?: readonly string[];
  /** Items of the last axis: units, or channels. */
  readonly units: number;
  /** One per tensor read: −1 subtracts it. */
  readonly signs: readonly (1 | -1)[];
  /** One per tensor read, whole numbers of 1 or more; all are 1 where there are none. */
  readonly factors?: readonly number[];
  readonly activation: Activation;
  readonly output: LayerOutput;
}

/** Fraction bits at which a code of every tensor is a whole number, code by code. */
const fractionsOf = (inputs: readonly Tensor[]): number[] => {
  const formats = inputs.map(codeFormats);
  return formats[0].map((_, at) => Math.max(...formats.map((all) => fractionOf(all[at]))));
};

/** What each tensor's codes are multiplied with, where they have as many fraction bits as the sum. */
const weightsOf = ({ signs, factors }: AddLayer): number[] =>
  signs.map((sign, number) => sign * (factors?.[number] ?? 1));

function rows(layer: AddLayer, inputs: readonly Tensor[]): AffineRow[] {
  const formats = inputs.map(codeFormats);
  const size = sizeOf(inputs[0]);
  const fractions = fractionsOf(inputs);
  const finishes = finishesOf(layer, fractions);
  const weights = weightsOf(layer);
  return fractions.map((fraction, at) => ({
    terms: formats.map((all, number) => ({
      input: number * size + at,
      weight: weights[number] * 2 ** (fraction - fractionOf(all[at])),
    })),
    bias: 0,
    fraction,
    finish: finishes[at],
  }));
}

function evaluator(layer: AddLayer, inputs: readonly Tensor[]) {
  const formats = inputs.map(codeFormats);
  const fractions = fractionsOf(inputs);
  const finishes = finishesOf(layer, fractions).map(finisher);
  const weights = weightsOf(layer);
  return (codes: readonly (readonly number[])[]) =>
    finishes.map((finish, at) => {
      const aligned = codes.map(
        (all, number) => weights[number] * all[at] * 2 ** (fractions[at] - fractionOf(formats[number][at])),
      );
      return finish(aligned.reduce((sum, value) => sum + value, 0));
    });
}

function type(layer: AddLayer, inputs: readonly Tensor[]): Tensor {
  const formats = sumFormats(layer, rows(layer, inputs), allFormats(inputs));
  const { shape } = inputs[0];
  return { shape, formats: layer.output === 'exact' ? lastAxis(formats, layer.units) : formats };
}

/** Codes of one channel have the same formats where they are read, so their exact sums have one format too. */
function lastAxis(formats: readonly Format[], units: number): readonly Format[] {
  if (formats.length === units) return formats;
  return Array.from({ length: units }, (_, unit) => formats[unit]);
}

function check(layer: AddLayer, inputs: readonly Tensor[], path: string): void {
  const where = `${path} (${layer.name})`;
  const [{ shape }] = inputs;
  if (inputs.length < 2) throw problems.networkShape(where, 'one tensor', 'two or more to be added');
  const other = inputs.find((tensor) => printShape(tensor.shape) !== printShape(shape));
  if (other !== undefined) {
    throw problems.networkShape(
      where,
      `tensors of ${printShape(shape)} and ${printShape(other.shape)}`,
      'tensors of one shape',
    );
  }
  const counts: [member: string, got: number, wanted: number, what: string][] = [
    ['units', layer.units, shape[shape.length - 1], 'units, as the tensors have'],
    ['signs', layer.signs.length, inputs.length, 'signs (one per tensor)'],
  ];
  if (layer.factors !== undefined)
    counts.push(['factors', layer.factors.length, inputs.length, 'factors (one per tensor)']);
  if (layer.output !== 'exact') {
    counts.push(['finish.output', layer.output.length, layer.units, 'formats (one per unit)']);
  }
  for (const [member, got, wanted, what] of counts) {
    if (got !== wanted) throw problems.networkShape(`${where}.${member}`, String(got), `${wanted} ${what}`);
  }
  checkSums(layer, rows(layer, inputs), allFormats(inputs), where);
}

/** Any larger one is a finer fraction. */
const MOST_FACTOR = 2 ** 31;

const SHAPE = z.strictObject({
  kind: z.literal('add'),
  name: z.string(),
  units: z.int().min(1),
  signs: z.array(z.union([z.literal(1), z.literal(-1)])),
  factors: z.array(z.int().min(1).max(MOST_FACTOR)).optional(),
  finish: z.strictObject({ activation: z.string(), output: z.unknown() }),
});

function fromJson(json: unknown, path: string): AddLayer {
  const { finish, factors, ...plain } = readJson(SHAPE, json, path);
  return {
    ...plain,
    ...(factors === undefined ? {} : { factors }),
    activation: activationFromJson(finish.activation, `${path}.finish.activation`),
    output: outputFromJson(finish.output, plain.units, `${path}.finish.output`, 2),
  };
}

function toJson({ kind, name, units, signs, factors, activation, output }: AddLayer): object {
  const finish = { activation: printActivation(activation), output: outputToJson(output) };
  return { kind, name, units, signs, ...(factors === undefined ? {} : { factors }), finish };
}

function sample(random: Random, name: string, given: readonly NamedTensor[]): AddLayer | undefined {
  const first = random.pick(given);
  const alike = given.filter(({ tensor }) => printShape(tensor.shape) === printShape(first.tensor.shape));
  // The same one may come twice.
  const read = [first, ...Array.from({ length: random.integer(1, 2) }, () => random.pick(alike))];
  const units = first.tensor.formats.length;
  const layer: AddLayer = {
    kind: 'add',
    name,
    from: read.map((one) => one.name),
    units,
    signs: read.map(() => random.pick([1, 1, -1] as const)),
    ...randomFinish(random, randomFormats(random, units, 6), { mayBeExact: random.float() < 0.3, any: true }),
  };
  return random.float() < 0.3
    ? { ...layer, factors: read.map(() => random.integer(1, random.pick([3, 100]))) }
    : layer;
}

export const add: LayerKind<AddLayer> = {
  kind: 'add',
  gives: 'sums',
  check,
  type,
  evaluator,
  lower: (layer, inputs) => ({
    kind: 'sums',
    rows: rows(layer, inputs),
    denseTerms: inputs.length * sizeOf(inputs[0]),
  }),
  weights: () => [],
  toJson,
  fromJson,
  version: () => 2,
  describe: ({ signs, factors, activation, output }) => {
    const terms = signs.map((sign, number) => `${sign < 0 ? '-' : '+'}${factors?.[number] ?? ''}`).join(' ');
    return `add ${terms}, ${printActivation(activation)}, output ${JSON.stringify(outputToJson(output))}`;
  },
  sample,
};
