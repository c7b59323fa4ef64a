import { counted, raise } from '../core/errors.js';

/** The constructors of this room's errors and warnings: `throw problems.…(…)`. */
export const problems = {
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
  /** A warning. @param weights those that made the format so coarse, most likely */
  quantizeVanished: (
    where: string,
    vanished: number,
    nonZeros: number,
    weights: { readonly layer: string; readonly largest: number },
  ) =>
    raise({
      code: 'quantize/vanished',
      where,
      got: `${vanished} of ${counted(nonZeros, 'value')} that ${nonZeros === 1 ? 'is' : 'are'} not zero rounded to zero`,
      wanted: 'less than a tenth of them',
      hint:
        `is the largest weight of ${weights.layer}, ${Number(weights.largest.toPrecision(3))}, right? if so: more bits ` +
        `(--bits), a finer format (--format '${where}=…'), or one per unit (quantization.granularity: unit)`,
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
