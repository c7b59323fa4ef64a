import { parseFormat, printFormat } from '../fixed/format.js';
import type { Requantize } from '../fixed/requantize.js';
import { floatKindOf } from '../float/layers/index.js';
import { floatModel } from '../float/model.js';
import { rowsOf } from '../float/tensor.js';
import type { FloatNetwork } from '../float/types.js';
import { outputFormat } from '../network/layer-output.js';
import { type Losses, losses } from './losses.js';
import { formatForRange } from './options.js';
import { outputOf } from './output-of.js';
import { formatText, placeOf } from './places.js';
import { problems } from './problems.js';
import type { Quantized, TensorRecord } from './quantized.js';

type Rows = readonly (readonly number[])[];

/** What was put into a tensor's format. */
interface Put {
  readonly record: TensorRecord;
  readonly values: Rows;
  readonly lost: Pick<Losses, 'saturated' | 'worst'>;
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
  ].flatMap(({ record, values, lost, of }) =>
    lost.worst === undefined
      ? []
      : [
          problems.quantizeOutOfRange(
            placeOf(record),
            formatText(record),
            lost.saturated,
            of,
            lost.worst,
            hintFor(record, values),
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
    const values = [Array.from(parameter.values)];
    const { saturated = 0, worst } = record;
    return [{ record, values, lost: { saturated, ...(worst && { worst }) }, of: 'value' }];
  });
}

function samplesPut(float: FloatNetwork, { network, tensors }: Quantized, rows: Rows): Put[] {
  const of = 'sample value';
  const run = floatModel(float);
  return tensors.filter(isGiven).flatMap((record): Put[] => {
    if (record.tensor === 'input') {
      const chosen = network.input.formats.map(
        (format) => ({ format, rounding: 'RND', overflow: 'SAT' }) as const,
      );
      return [{ record, values: rows, lost: losses(rows, chosen), of }];
    }
    const index = network.layers.findIndex(({ name }) => name === record.layer);
    const output = record.tensor === 'output' ? outputOf(network.layers[index]) : 'exact';
    if (output === undefined || output === 'exact') return [];
    const wanted = output.map((unit): Requantize => ({ ...unit, format: outputFormat(unit) }));
    const values = rows.flatMap((row) => rowsOf({ shape: [output.length], values: run(row)[index] }));
    return [{ record, values, lost: losses(values, wanted), of }];
  });
}

/** The option that states the format, and one of its width that holds the values. */
function hintFor(record: TensorRecord, values: Rows): string {
  const option = (format: string) =>
    record.tensor === 'input' ? `--input '${format}'` : `--format '${placeOf(record)}=${format}'`;
  if (typeof record.format !== 'string') return `wider formats: ${option('…')}`;
  let [low, high] = [0, 0];
  for (const row of values) {
    for (const value of row) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  const { width } = parseFormat(record.format);
  const found = `of that width this one holds them: ${option(printFormat(formatForRange(low, high, width, 0.5)))}`;
  return record.tensor === 'input' ? `${found}; or no --input, and --calibration FILE` : found;
}
