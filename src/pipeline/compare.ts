import path from 'node:path';
import { readBytes } from '../core/files.js';
import { sha256 } from '../core/hash.js';
import { present } from '../core/objects.js';
import { Random } from '../core/random.js';
import { readDesign } from '../emit/read-design.js';
import type { CodeMeaning, ImportedIntegers, ImportOptions } from '../exchange/importers/importer.js';
import { importFile } from '../exchange/importers/index.js';
import { withOutput } from '../exchange/importers/tflite/patch.js';
import { loadLiteRt } from '../exchange/litert.js';
import { fractionOf, rangeOf, valueOfCode } from '../fixed/format.js';
import { foldNetwork } from '../float/fold.js';
import { classOf, floatModel } from '../float/model.js';
import type { FloatNetwork } from '../float/types.js';
import { layerFormats, referenceModel } from '../network/reference.js';
import type { QuantizedNetwork } from '../network/types.js';
import { inputCodes } from '../quantize/input-codes.js';
import { networkRows } from './evaluation.js';
import { problems } from './problems.js';
import { classNames, readSamples, type SampleTable } from './samples.js';

export interface FileComparisonRequest {
  /** The file that the network came from. */
  readonly model: string;
  /** What it leaves open. */
  readonly options: ImportOptions;
  /** The folder of a design that was made of it; a file of whole numbers needs none. */
  readonly design?: string | undefined;
  /** A table of samples; a file of whole numbers can do with random codes. */
  readonly data?: string | undefined;
  readonly label?: string | undefined;
  /** Random samples where there is no table, and their seed. */
  readonly random?: number | undefined;
  readonly seed?: number | undefined;
}

/** The original beside the integer network, as plain data. */
export interface FileComparison {
  /** What the original was run by. */
  readonly original: 'doubles' | 'LiteRT';
  readonly samples: number;
  readonly layers: readonly LayerComparison[];
  /** Share of the samples to which both give the same class; null where the outputs are values. */
  readonly agreement: number | null;
  /** Of both, against the labels; null without any. */
  readonly accuracy: { readonly original: number; readonly integer: number } | null;
}

export interface LayerComparison {
  readonly layer: string;
  /** Of the original, where it has a name of its own. */
  readonly tensor: string;
  /** Values compared. */
  readonly values: number;
  /** Of these the ones whose codes are not the original's; null where the original has no codes. */
  readonly differing: number | null;
  /** In real numbers, as the others. */
  readonly largestDifference: number;
  readonly meanDifference: number;
  /** The largest value of the original, by magnitude: what differences are to be seen beside. */
  readonly largestValue: number;
}

/** Values of one layer for all samples. */
type Rows = readonly (readonly number[])[];

/** A layer in both forms. */
interface Pairing {
  readonly layer: string;
  readonly tensor: string;
  readonly original: Rows;
  readonly integer: Rows;
  /** A step of the original's codes. */
  readonly step: number | null;
}

const RANDOM_SAMPLES = 20;

/**
 * Runs the original and the integer network on the same samples, layer by layer.
 *
 * @throws exchange/*, data/*, pipeline/compare-design, pipeline/compare-data, pipeline/compare-other
 */
export async function compareModel(request: FileComparisonRequest): Promise<FileComparison> {
  const design = request.design === undefined ? undefined : networkOf(request.design, request.model);
  // An input that the file does not quantize has the design's format.
  const input = design?.input.formats[0];
  const imported = importFile(request.model, { ...request.options, ...present({ input }) });
  if (!('integers' in imported)) {
    if (design === undefined) throw problems.compareDesign(request.model);
    if (request.data === undefined) throw problems.compareData(request.model);
    const table = tableOf(request, request.data, design);
    return summary('doubles', floatPairings(imported.network, design, table), design, table);
  }
  const network = design ?? imported.integers;
  const table = request.data === undefined ? undefined : tableOf(request, request.data, network);
  const codes =
    table === undefined
      ? randomCodes(network, request)
      : networkRows(network, table.features).map((row) => inputCodes(network, row));
  const original = imported.reference === undefined ? 'LiteRT' : 'doubles';
  const pairings = await integerPairings(request.model, imported, network, codes);
  return summary(original, pairings, network, table);
}

/** Of a design that was made of this very file. */
function networkOf(folder: string, model: string): QuantizedNetwork {
  const { network } = readDesign(folder);
  const made = network.provenance[path.basename(model)];
  if (made !== undefined && made !== sha256(readBytes(model))) throw problems.compareOther(folder, model);
  return network;
}

const tableOf = ({ label }: FileComparisonRequest, data: string, { input }: QuantizedNetwork): SampleTable =>
  readSamples(data, { inputs: input.formats.length, names: input.names }, { label });

function randomCodes(
  network: QuantizedNetwork,
  { random = RANDOM_SAMPLES, seed = 0 }: FileComparisonRequest,
): Rows {
  const chance = new Random(seed, 'compare');
  const ranges = network.input.formats.map(rangeOf);
  return Array.from({ length: random }, () => ranges.map(({ low, high }) => chance.integer(low, high)));
}

/** Layers keep their names where they are quantized. */
function floatPairings(float: FloatNetwork, design: QuantizedNetwork, { features }: SampleTable): Pairing[] {
  const folded = foldNetwork(float).network;
  const [run, runCodes] = [floatModel(folded), referenceModel(design)];
  const formats = layerFormats(design);
  const originals = features.map((row) => run(row));
  const codes = networkRows(design, features).map((row) => runCodes(inputCodes(design, row)).layers);
  return design.layers.flatMap(({ name }, index) => {
    const place = folded.layers.findIndex((layer) => layer.name === name);
    if (place < 0) return [];
    const fractions = formats[index].map(fractionOf);
    return {
      layer: name,
      tensor: name,
      original: originals.map((layers) => Array.from(layers[place])),
      integer: codes.map((layers) =>
        layers[index].map((code, at) => valueOfCode(code, fractions[at % fractions.length])),
      ),
      step: null,
    };
  });
}

async function integerPairings(
  model: string,
  { meanings, reference }: ImportedIntegers,
  network: QuantizedNetwork,
  codes: Rows,
): Promise<Pairing[]> {
  const run = referenceModel(network);
  const answers = codes.map((row) => run(row).layers);
  const [input, ...others] = meanings;
  const places = new Map(network.layers.map(({ name }, index) => [name, index]));
  const referred = reference && codes.map((row) => reference(featuresOf(row, network)));
  const pairings: Pairing[] = [];
  for (const meaning of others) {
    const index = places.get(meaning.layer);
    if (index === undefined) continue;
    const original =
      referred === undefined
        ? await runLiteRt(model, meaning, input, codes)
        : referred.map((tensors) => Array.from(tensors.get(meaning.tensor) ?? []));
    const integer = answers.map((layers) =>
      layers[index].map((code) => realOf(code + meaning.offset, meaning)),
    );
    pairings.push({ layer: meaning.layer, tensor: meaning.tensor, original, integer, step: meaning.scale });
  }
  return pairings;
}

const realOf = (code: number, { scale, zeroPoint }: CodeMeaning): number => scale * (code - zeroPoint);

/** Features that become these codes. */
function featuresOf(codes: readonly number[], { input }: QuantizedNetwork): number[] {
  const { encoder, formats } = input;
  return codes.map((code, at) => {
    const value = valueOfCode(code, fractionOf(formats[at]));
    if (encoder === undefined) return value;
    const [low, high] = [encoder.minimum[at], encoder.maximum[at]];
    return low + value * (high - low);
  });
}

/** What LiteRT gives at a tensor, as real numbers. */
async function runLiteRt(
  model: string,
  meaning: CodeMeaning,
  input: CodeMeaning,
  codes: Rows,
): Promise<Rows> {
  const bytes = withOutput(model, readBytes(model), meaning.number as number);
  const loaded = await loadLiteRt(model, bytes);
  try {
    const rows: number[][] = [];
    for (const row of codes) {
      const elements = loaded.takesCodes ? row : row.map((code) => realOf(code, input));
      rows.push((await loaded.run(elements)).map((code) => realOf(code, meaning)));
    }
    return rows;
  } finally {
    loaded.delete();
  }
}

function summary(
  original: FileComparison['original'],
  pairings: readonly Pairing[],
  network: QuantizedNetwork,
  table: SampleTable | undefined,
): FileComparison {
  const last = pairings[pairings.length - 1];
  const isClassifier = network.head.kind !== 'values';
  const [classes, own] = [last.original, last.integer].map((rows) => rows.map(classOf));
  const share = (is: (at: number) => boolean) => own.filter((_, at) => is(at)).length / own.length;
  const labels = isClassifier ? labelsOf(table, network, last.original[0].length) : undefined;
  return {
    original,
    samples: own.length,
    layers: pairings.map(compared),
    agreement: isClassifier ? share((at) => classes[at] === own[at]) : null,
    accuracy:
      labels === undefined
        ? null
        : {
            original: share((at) => classes[at] === labels[at]),
            integer: share((at) => own[at] === labels[at]),
          },
  };
}

function labelsOf(
  table: SampleTable | undefined,
  network: QuantizedNetwork,
  outputs: number,
): readonly number[] | undefined {
  if (table?.label === undefined) return undefined;
  return table.label.numbers(classNames(table.label, Math.max(outputs, 2), network.labels, table.file));
}

function compared({ layer, tensor, original, integer, step }: Pairing): LayerComparison {
  let [values, differing, largestDifference, sum, largestValue] = [0, 0, 0, 0, 0];
  original.forEach((row, sample) => {
    row.forEach((value, at) => {
      const difference = Math.abs(value - integer[sample][at]);
      values += 1;
      // Codes are the same where the numbers differ by the rounding of doubles alone.
      if (step !== null && difference > step / 2) differing += 1;
      largestDifference = Math.max(largestDifference, difference);
      largestValue = Math.max(largestValue, Math.abs(value));
      sum += difference;
    });
  });
  return {
    layer,
    tensor,
    values,
    differing: step === null ? null : differing,
    largestDifference,
    meanDifference: values === 0 ? 0 : sum / values,
    largestValue,
  };
}
