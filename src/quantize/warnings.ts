import type { Problem } from '../core/errors.js';
import { percent } from '../core/number-text.js';

import { printFormat } from '../fixed/format.js';
import type { FloatNetwork } from '../float/types.js';
import { lowerNetwork } from '../network/affine.js';
import { type Culprit, culprits } from './culprits.js';
import { type Fidelity, measureFidelity, randomRows } from './fidelity.js';
import { stepOf } from './losses.js';
import type { QuantizationConfig } from './options.js';
import { outOfRange } from './out-of-range.js';
import { formatText, placeOf } from './places.js';
import { problems } from './problems.js';
import type { Quantized, TensorRecord } from './quantized.js';

type Rows = readonly (readonly number[])[];

/** What a user should know before trusting an integer network, and what it rests on. */
export interface Judgement {
  readonly fidelity: Fidelity;
  readonly warnings: readonly Problem[];
}

/** Share of the samples that may change their class. */
const TOLERATED_CLASSES = 0.01;
/** Of an output that is no class: what may be lost of its spread. */
const TOLERATED_ERROR = 0.05;

/**
 * Compares an integer network with the float network that it was made from: on calibration rows, else on those that
 * it is tried on, else on random samples of what the inputs can be.
 *
 * @param rows as the float network takes them, [row][input]; may be empty
 */
export function judge(
  float: FloatNetwork,
  quantized: Quantized,
  rows: { readonly calibration: Rows; readonly data: Rows },
  config: QuantizationConfig,
): Judgement {
  const { network, tensors } = quantized;
  const from = rows.calibration.length > 0 ? 'calibration' : rows.data.length > 0 ? 'data' : 'random';
  const samples = from === 'random' ? randomRows(network) : rows[from];
  const fidelity = measureFidelity(float, network, samples, from);
  const harm = harmOf(fidelity);
  const tolerated = fidelity.agreement === null ? TOLERATED_ERROR : TOLERATED_CLASSES;
  const isHarmful = harm > tolerated;
  const outside = outOfRange(float, quantized, from === 'random' ? [] : samples);
  const found = isHarmful ? culprits(float, network, samples, fidelity.layers.at(-1)!.spread) : [];
  const warnings = [
    ...(isHarmful
      ? [
          problems.quantizeDisagreement(
            network.name,
            fidelity,
            harm,
            tolerated,
            hintOf(
              found,
              tensors,
              outside.map(({ where }) => where),
              config,
            ),
          ),
        ]
      : []),
    ...constancy(quantized, fidelity),
    ...vanished(tensors, worstOf(found), config),
    ...outside,
    ...(from === 'random' ? [problems.quantizeUntried(network.name, inputText(tensors))] : []),
  ];
  return { fidelity, warnings: warnings.map((warning) => warning.toJSON()) };
}

/** The share of the samples that get another class; without classes the worst output's error over its spread. */
export const harmOf = ({ agreement, layers }: Pick<Fidelity, 'agreement' | 'layers'>): number =>
  agreement === null ? layers.at(-1)!.worst : 1 - agreement;

/** Those that do most of it. */
const worstOf = (found: readonly Culprit[]): readonly Culprit[] =>
  found.filter(({ harm }) => harm > 0 && 2 * harm >= found[0].harm).slice(0, 3);

function hintOf(
  found: readonly Culprit[],
  tensors: readonly TensorRecord[],
  outside: readonly string[],
  config: QuantizationConfig,
): string {
  const worst = worstOf(found);
  if (worst.length === 0) return 'no tensor does it alone: more bits (--bits)';
  return worst
    .map(({ layer, tensor, harm }) => {
      const record = tensors.find((one) => one.layer === layer && one.tensor === tensor)!;
      const place = `${placeOf(record)}, ${formatText(record)}`;
      const remedy = outside.includes(placeOf(record))
        ? 'a format that holds its values (quantize/out-of-range)'
        : remedyFor(record, tensors, config);
      return `${place}: ${percent(harm)} by it alone; ${remedy}`;
    })
    .join('\n');
}

/** What makes a tensor's format finer, where it is as it is. */
function remedyFor(
  record: TensorRecord,
  tensors: readonly TensorRecord[],
  config: QuantizationConfig,
): string {
  const { tensor, from } = record;
  const place = placeOf(record);
  if (from === 'worst case')
    return 'its range is the worst case, and --calibration FILE takes it from samples';
  if (tensor === 'input')
    return from === 'given' ? 'a format with more bits (--input)' : 'more bits (--bits)';
  if (from === 'given') return `a format with more bits (--format '${place}=…')`;
  if (tensor === 'bias') return biasRemedy(record, tensors);
  if (tensor === 'output') return `more bits (--bits, or --format '${place}=…')`;
  const { largest = 0, leastUnit = 0 } = record;
  const helps = config.granularity === 'layer' && 2 * leastUnit <= largest;
  const perUnit = helps ? ', or a format for each unit (quantization.granularity: unit)' : '';
  return `more bits (--bits, or --format '${place}=…')${perUnit}`;
}

/** A bias lies on the grid of its sum's products: its own weights, or what they are multiplied with, make it coarse. */
function biasRemedy(record: TensorRecord, tensors: readonly TensorRecord[]): string {
  const weights = tensors.find(({ layer, tensor }) => layer === record.layer && tensor === 'weights')!;
  const before = tensors[tensors.indexOf(weights) - 1];
  const steps = `its step is that of ${placeOf(before)}, ${number(stepOf(before.format))}, times that of ${placeOf(weights)}, ${number(stepOf(weights.format))}`;
  const coarse = [before, weights].find((one) => isOutlier(one) || one.from === 'worst case');
  if (coarse === weights) return `${steps}: ${largestOf(weights)}`;
  if (before.from === 'worst case')
    return `${steps}: --calibration FILE takes the range of ${placeOf(before)} from samples`;
  return `${steps}: more bits (--bits), or --format '${placeOf(record)}=…'`;
}

const number = (value: number) => String(Number(value.toPrecision(3)));

/** Of a tensor's values that are not zero the share that is worth a word when it becomes zero. */
const NOTABLE_SHARE = 0.1;
/** How many times larger than the usual weight one is that may be a slip. */
const OUTLIER = 32;

const isOutlier = ({ tensor, largest = 0, typical = 0 }: TensorRecord) =>
  tensor === 'weights' && largest > OUTLIER * typical;

const largestOf = ({ layer, largest = 0 }: TensorRecord) =>
  `is the largest weight of ${layer}, ${number(largest)}, right?`;

const nothingOf = (record: TensorRecord) =>
  `the largest, ${number(record.largest ?? 0)}, is too small to count in any sum: are the weights right? ` +
  `--scale ${placeOf(record)}=FACTOR multiplies them`;

/**
 * Values that became zero are warned of where it harms, where all weights of a layer did, or where one weight that is far
 * too large has done it: the float network has that weight too, and agrees.
 */
export function vanished(
  tensors: readonly TensorRecord[],
  harmful: readonly Culprit[],
  config: QuantizationConfig,
) {
  return tensors.flatMap((record, at) => {
    const { layer, tensor, vanished: count = 0, nonZeros = 0 } = record;
    if (count === 0 || count < NOTABLE_SHARE * nonZeros) return [];
    const isHarmful = harmful.some((one) => one.layer === layer && one.tensor === tensor);
    const isBehind = tensor === 'bias' && tensors.slice(0, at).some(isOutlier);
    const isDead = tensor === 'weights' && count === nonZeros;
    if (!isHarmful && !isOutlier(record) && !isBehind && !isDead) return [];
    const slip = isOutlier(record) ? `${largestOf(record)} if so: ` : '';
    // A chosen format begins at the largest value, unless that is nothing beside what it is added to.
    const isNothing = isDead && record.from !== 'given';
    const hint = isNothing ? nothingOf(record) : slip + remedyFor(record, tensors, config);
    return [problems.quantizeVanished(placeOf(record), count, nonZeros, hint)];
  });
}

/** What the inputs are taken for. */
function inputText(tensors: readonly TensorRecord[]): string {
  const record = tensors.find(({ tensor }) => tensor === 'input')!;
  return formatText(record);
}

/** A design that says the same whatever comes in. */
function constancy({ network }: Quantized, { samples, from, classes, agreement }: Fidelity) {
  if (lowerNetwork(network).inputs.every(({ read }) => !read)) {
    return [problems.quantizeReadsNothing(network.name, network.input.formats.map(printFormat)[0])];
  }
  if (agreement === null || classes.integer > 1) return [];
  return [problems.quantizeOneClass(network.name, samples, from, classes.float)];
}
