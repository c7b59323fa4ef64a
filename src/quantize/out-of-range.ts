import { parseFormat, printFormat } from '../fixed/format.js';
import type { DenseChain } from '../float/chain.js';
import { floatModel } from '../float/model.js';
import { rowsOf } from '../float/tensor.js';
import { type Losses, losses } from './losses.js';
import { formatForRange } from './options.js';
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
export function outOfRange(float: DenseChain, quantized: Quantized, rows: Rows) {
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

function weightsPut(float: DenseChain, { tensors }: Quantized): Put[] {
  return tensors.filter(isGiven).flatMap((record) => {
    const layer = float.layers.find(({ name }) => name === record.layer);
    if (layer === undefined || (record.tensor !== 'weights' && record.tensor !== 'bias')) return [];
    const values = record.tensor === 'weights' ? rowsOf(layer.kernel) : [Array.from(layer.bias)];
    const { saturated = 0, worst } = record;
    return [{ record, values, lost: { saturated, ...(worst && { worst }) }, of: 'value' }];
  });
}

function samplesPut(float: DenseChain, { network, tensors }: Quantized, rows: Rows): Put[] {
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
    const { output } = network.layers[index];
    if (record.tensor !== 'output' || output === 'exact') return [];
    const values = rows.map((row) => Array.from(run(row)[index]));
    return [{ record, values, lost: losses(values, output), of }];
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
