import { counted, raise } from '../core/errors.js';
import { percent } from '../core/number-text.js';
import { describeSamples, type Fidelity } from './fidelity.js';

const shortened = (value: number) => String(Number(value.toPrecision(4)));

/** The constructors of this room's errors and warnings: `throw problems.…(…)`. */
export const problems = {
  rawInputs: (network: string, got: string) =>
    raise({
      code: 'quantize/raw-inputs',
      where: `hardware.inputs of ${network}`,
      got,
      wanted: 'a list of inputs with an encoder, as training and calibration leave one',
      hint: 'leave the option out: the host quantizes',
    }),
  rawDecimals: (network: string, got: number, wanted: number) =>
    raise({
      code: 'quantize/raw-decimals',
      where: `hardware.inputs.decimals of ${network}`,
      got: `${got} numbers`,
      wanted: `one number for all features, or ${wanted} (one per feature)`,
    }),
  rawWidth: (network: string, got: number, most: number) =>
    raise({
      code: 'quantize/raw-width',
      where: `hardware.inputs.decimals of ${network}`,
      got: `whole numbers of ${got} bits`,
      wanted: `at most ${most} bits`,
      hint: 'fewer decimals',
    }),
  quantizeUnits: (where: string, got: number, wanted: number) =>
    raise({
      code: 'quantize/units',
      where,
      got: `${got} formats`,
      wanted: `one format for all, or ${wanted} (one per unit)`,
    }),
  quantizeLayer: (where: string, names: readonly string[]) =>
    raise({
      code: 'quantize/layer',
      where,
      got: 'a layer that the network does not have',
      wanted: `one of ${names.join(', ')}`,
    }),
  quantizeKind: (name: string, kind: string, kinds: readonly string[]) =>
    raise({
      code: 'quantize/kind',
      where: `layer ${name}`,
      got: `the kind ${kind}`,
      wanted: `one of ${kinds.join(', ')}, as a folded network has`,
    }),
  quantizeActivation: (name: string, activation: string) =>
    raise({
      code: 'quantize/activation',
      where: `layer ${name}`,
      got: `the activation ${activation}`,
      wanted: 'one slope for all channels, from 0 to 1',
      hint: 'train it again with shared slopes (shared_axes in Keras)',
    }),
  quantizeCurveIndex: (layer: string, activation: string) =>
    raise({
      code: 'quantize/curve-index',
      where: `quantization.layers.${layer}.index`,
      got: `an index for the activation ${activation}`,
      wanted: 'an activation that is looked up in a table, such as tanh',
    }),
  quantizeCurveHead: (layer: string, activation: string, head: string) =>
    raise({
      code: 'quantize/curve-head',
      where: `layer ${layer}`,
      got: `the activation ${activation} before the head ${head}`,
      wanted: "the activation linear: classes are told by logits, and probabilities are the head's",
    }),
  quantizeExact: (name: string, activation: string) =>
    raise({
      code: 'quantize/exact',
      where: `quantization.layers.${name}.output`,
      got: `exact, and the activation ${activation}`,
      wanted: 'a format: its values are rounded anyway',
    }),
  quantizeRowWidth: (row: number, got: number, wanted: number) =>
    raise({
      code: 'quantize/row-width',
      where: `calibration row ${row}`,
      got: counted(got, 'feature'),
      wanted: `${counted(wanted, 'feature')}, one per input`,
    }),
  /** @param value the largest: it may be infinite, or no number */
  quantizeTooLarge: (where: string, value: number) =>
    raise({
      code: 'quantize/too-large',
      where,
      got: Number.isFinite(value) ? `the value ${value}` : 'sums that are no finite numbers',
      wanted: 'values below 2^1000',
      hint: 'are the weights of this layer, and of those before it, right?',
    }),
  quantizeInputUnknown: (name: string) =>
    raise({
      code: 'quantize/input-unknown',
      where: `inputs of ${name}`,
      got: 'weights, and nothing that says which values the inputs take',
      wanted: [
        'one of',
        '--calibration FILE  a table of samples as the network was trained on: formats and widths follow from it',
        "--input FORMAT      the format of the inputs, such as 'ufixed<8,0>' (0 to 0.996, steps of 1/256) or 'fixed<12,4>' (−8 to 7.996)",
        '--input unit        for features that were scaled to 0…1',
      ].join('\n'),
      hint: 'in espalier.yaml the last two are quantization.input',
    }),
  /** A warning. @param hint what makes the format finer, where it is as it is */
  quantizeVanished: (where: string, vanished: number, nonZeros: number, hint: string) =>
    raise({
      code: 'quantize/vanished',
      where,
      got: `${vanished} of ${counted(nonZeros, 'value')} that ${nonZeros === 1 ? 'is' : 'are'} not zero rounded to zero`,
      wanted: 'less than a tenth of them',
      hint,
    }),
  /**
   * A warning.
   *
   * @param harm share of the samples whose class changes, or of an output's spread what is lost
   */
  quantizeDisagreement: (
    where: string,
    { samples, from, agreement }: Pick<Fidelity, 'samples' | 'from' | 'agreement'>,
    harm: number,
    tolerated: number,
    hint: string,
  ) =>
    raise({
      code: 'quantize/disagreement',
      where,
      got:
        agreement === null
          ? `an output that is off by ${percent(harm)} of its spread on ${describeSamples({ samples, from })}`
          : `another class than the weights give for ${percent(harm)} of ${describeSamples({ samples, from })}`,
      wanted: `at most ${percent(tolerated)}`,
      hint,
    }),
  /** A warning. @param input the format that inputs are taken in */
  quantizeUntried: (where: string, input: string) =>
    raise({
      code: 'quantize/untried',
      where,
      got: `no samples: its formats were tried on random ones, as if inputs were all that ${input} holds`,
      wanted: 'samples of what it will see: with inputs in another range it loses what it knows',
      hint: '--data FILE tells the accuracy; --calibration FILE takes the ranges from samples, too',
    }),
  /** A warning. */
  quantizeReadsNothing: (where: string, input: string) =>
    raise({
      code: 'quantize/reads-nothing',
      where,
      got: `a design that reads none of its inputs: it always says the same`,
      wanted: 'an output that depends on the inputs',
      hint: `do the inputs take other values than those of ${input}? --input and --calibration say which`,
    }),
  /** A warning. @param float classes that the float network gives */
  quantizeOneClass: (where: string, samples: number, from: Fidelity['from'], float: number) =>
    raise({
      code: 'quantize/one-class',
      where,
      got: `one and the same class for ${describeSamples({ samples, from })}`,
      wanted: float === 1 ? 'samples of several classes' : `${float} classes, as the weights give`,
      hint:
        float > 1
          ? 'more bits (--bits), or formats that fit'
          : from === 'random'
            ? 'the weights give them one class, too: are the inputs what --input says? --calibration FILE tells'
            : 'the weights give them one class, too: nothing can be told of the others',
    }),
  /** A warning. */
  quantizeOutOfRange: (
    where: string,
    format: string,
    outside: number,
    of: string,
    worst: { readonly value: number; readonly became: number },
    hint: string,
  ) =>
    raise({
      code: 'quantize/out-of-range',
      where,
      got:
        `${counted(outside, of)} outside ${format}: ${shortened(worst.value)} became ${shortened(worst.became)}, ` +
        `an error of ${shortened(Math.abs(worst.became - worst.value))}`,
      wanted: 'a format that holds them',
      hint,
    }),
  quantizeIndex: (where: string, width: number, widest: number) =>
    raise({
      code: 'quantize/probability-index',
      where,
      got: `${width} bits, for a table of 2^${width} entries`,
      wanted: `at most ${widest} bits`,
    }),
  quantizeProbability: (outputs: number, head: string) =>
    raise({
      code: 'quantize/probability',
      where: 'quantization.probability',
      got: `a network with ${counted(outputs, 'output')} and the head ${head}`,
      wanted: 'one logit with the head binary',
    }),
};
