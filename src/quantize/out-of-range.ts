import { parseFormat, printFormat } from '../fixed/format.js';
import type { Requantize } from '../fixed/requantize.js';
import { floatKindOf } from '../float/layers/index.js';
import { floatModel } from '../float/model.js';
import type { FloatNetwork } from '../float/types.js';
import { outputFormat } from '../network/layer-output.js';
import type { QuantizedNetwork } from '../network/types.js';
import type { RealRange } from './calibration.js';
import { type Losses, Saturation } from './losses.js';
import { formatForRange } from './options.js';
import { outputOf } from './output-of.js';
import { formatText, placeOf } from './places.js';
import { problems } from './problems.js';
import type { Quantized, TensorRecord } from './quantized.js';

type Rows = readonly (readonly number[])[];

/** What was put into a tensor's format. */
interface Put {
  readonly record: TensorRecord;
  /** Between what the values lie, and 0. */
  readonly range: RealRange;
  readonly lost: { readonly saturated: number; readonly worst: Losses['worst'] | undefined };
  readonly of: 'value' | 'sample value';
}

/**
 * A warning for every given format that does not hold what is put into it: weights, biases, and of samples
 * the inputs and activations. Formats that are chosen hold it.
 */
export function outOfRange(float: FloatNetwork, quantized: Quantized, rows: Rows) {
  return [
    ...weightsPut(float, quantized),
    ...(rows.length === 0 ? [] : samplesPut(float, quantized, rows)),
  ].flatMap(({ record, range, lost, of }) =>
    lost.worst === undefined
      ? []
      : [
          problems.quantizeOutOfRange(
            placeOf(record),
            formatText(record),
            lost.saturated,
            of,
            lost.worst,
            hintFor(record, range),
          ),
        ],
  );
}

const isGiven = ({ from }: TensorRecord) => from === 'given' || from === 'unit';

function weightsPut(float: FloatNetwork, { tensors }: Quantized): Put[] {
  return tensors.filter(isGiven).flatMap((record) => {
    const layer = float.layers.find(({ name }) => name === record.layer);
    const parameter =
      layer &&
      floatKindOf(layer)
        .parameters(layer)
        .find(({ role }) => role === record.tensor);
    if (parameter === undefined) return [];
    const range = {
      low: parameter.values.reduce((least, value) => Math.min(least, value), 0),
      high: parameter.values.reduce((most, value) => Math.max(most, value), 0),
    };
    const { saturated = 0, worst } = record;
    return [{ record, range, lost: { saturated, worst }, of: 'value' }];
  });
}

function samplesPut(float: FloatNetwork, { network, tensors }: Quantized, rows: Rows): Put[] {
  const seen = tensors.filter(isGiven).flatMap((record) => {
    const layer = network.layers.findIndex(({ name }) => name === record.layer);
    const chosen = chosenFor(record, network, layer);
    return chosen === undefined ? [] : [new Seen(record, layer, chosen)];
  });
  if (seen.length === 0) return [];
  const run = floatModel(float);
  for (const row of rows) {
    const layers = run(row);
    for (const one of seen) one.see(one.record.tensor === 'input' ? row : layers[one.layer]);
  }
  return seen.map(({ record, range, lost }) => ({ record, range, lost, of: 'sample value' }));
}

/** The formats that inputs or activations are put into; none for other tensors, and for exact sums. */
function chosenFor({ tensor }: TensorRecord, { input, layers }: QuantizedNetwork, layer: number) {
  if (tensor === 'input') {
    return input.formats.map((format): Requantize => ({ format, rounding: 'RND', overflow: 'SAT' }));
  }
  const output = tensor === 'output' ? outputOf(layers[layer]) : 'exact';
  if (output === undefined || output === 'exact') return undefined;
  return output.map((unit): Requantize => ({ ...unit, format: outputFormat(unit) }));
}

/** What samples put into a tensor, one after the other. */
class Seen {
  readonly lost: Saturation;
  readonly range = { low: 0, high: 0 };

  constructor(
    readonly record: TensorRecord,
    readonly layer: number,
    private readonly chosen: readonly Requantize[],
  ) {
    this.lost = new Saturation(chosen);
  }

  see(values: ArrayLike<number>): void {
    const { lost, range, chosen } = this;
    for (let at = 0; at < values.length; at++) {
      const value = values[at];
      if (value < range.low) range.low = value;
      if (value > range.high) range.high = value;
      lost.see(value, at % chosen.length);
    }
  }
}

/** The option that states the format, and one of its width that holds the values. */
function hintFor(record: TensorRecord, { low, high }: RealRange): string {
  const option = (format: string) =>
    record.tensor === 'input' ? `--input '${format}'` : `--format '${placeOf(record)}=${format}'`;
  if (typeof record.format !== 'string') return `wider formats: ${option('…')}`;
  const { width } = parseFormat(record.format);
  const found = `of that width this one holds them: ${option(printFormat(formatForRange(low, high, width, 0.5)))}`;
  return record.tensor === 'input' ? `${found}; or no --input, and --calibration FILE` : found;
}
