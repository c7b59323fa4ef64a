import path from 'node:path';
import { readBytes } from '../core/files.js';
import { sha256 } from '../core/hash.js';
import { present } from '../core/objects.js';
import { Random } from '../core/random.js';
import { readDesign } from '../emit/read-design.js';
import type {
  CodeMeaning,
  Imported,
  ImportedIntegers,
  ImportOptions,
} from '../exchange/importers/importer.js';
import { importFile } from '../exchange/importers/index.js';
import { fractionOf, rangeOf, valueOfCode } from '../fixed/format.js';
import { foldNetwork } from '../float/fold.js';
import { classOf, floatModel } from '../float/model.js';
import { layerFormats, referenceModel } from '../network/reference.js';
import type { QuantizedNetwork } from '../network/types.js';
import { inputCodes } from '../quantize/input-codes.js';
import {
  comparisonWarnings,
  type FileComparison,
  type LayerComparison,
  type RunBy,
  type Runtime,
} from './comparison.js';
import { networkRows } from './evaluation.js';
import { checkRuntime, type Rows, realOf, runLiteRt, runOutside } from './originals.js';
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
  /** What is to run the original; where nobody says, the program that the file is for, if it can. */
  readonly runtime?: Runtime | undefined;
}

/** What the original has at a layer. */
interface Original {
  readonly by: RunBy;
  readonly original: Rows;
  /** A step of its codes; null of values. */
  readonly step: number | null;
}

/** A layer in both forms. */
interface Pairing extends Original {
  readonly layer: string;
  readonly tensor: string;
  readonly integer: Rows;
}

interface Paired {
  readonly pairings: readonly Pairing[];
  readonly instead: string | null;
}

const RANDOM_SAMPLES = 20;

/**
 * Runs the original and the integer network on the same samples, layer by layer.
 *
 * @throws exchange/*, data/*, pipeline/compare-design, pipeline/compare-data, pipeline/compare-other,
 *   pipeline/compare-runtime
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
    return summary(request, await floatPairings(request, imported, design, table), design, table);
  }
  const network = design ?? imported.integers;
  const table = request.data === undefined ? undefined : tableOf(request, request.data, network);
  const codes =
    table === undefined
      ? randomCodes(network, request)
      : networkRows(network, table.features).map((row) => inputCodes(network, row));
  return summary(request, await integerPairings(request, imported, network, codes), network, table);
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
async function floatPairings(
  { model, runtime }: FileComparisonRequest,
  { network, tensors }: Imported,
  design: QuantizedNetwork,
  { features }: SampleTable,
): Promise<Paired> {
  const folded = foldNetwork(network);
  const { layers } = folded.network;
  const places = design.layers.flatMap(({ name }, index) => {
    const own = layers.findIndex((layer) => layer.name === name);
    const tensor = tensors?.layers.get(folded.origins.get(name) ?? '');
    return own < 0 ? [] : [{ name, index, own, tensor }];
  });
  const [run, runCodes] = [floatModel(folded.network), referenceModel(design)];
  const formats = layerFormats(design);
  const originals = features.map((row) => run(row));
  const codes = networkRows(design, features).map((row) => runCodes(inputCodes(design, row)).layers);
  const wanted = places.map(({ tensor }) => tensor);
  const { given, instead } = await runOutside(model, runtime, tensors, wanted, features);
  const pairings = places.map(({ name, index, own, tensor }, at): Pairing => {
    const fractions = formats[index].map(fractionOf);
    const theirs = given?.[at];
    return {
      layer: name,
      tensor: tensor?.name ?? name,
      by: theirs === undefined ? 'doubles' : 'ONNX Runtime',
      original:
        theirs === undefined
          ? originals.map((row) => Array.from(row[own]))
          : theirs.map(({ values }) => values),
      integer: codes.map((row) =>
        row[index].map((code, unit) => valueOfCode(code, fractions[unit % fractions.length])),
      ),
      step: null,
    };
  });
  return { pairings, instead };
}

async function integerPairings(
  request: FileComparisonRequest,
  imported: ImportedIntegers,
  network: QuantizedNetwork,
  codes: Rows,
): Promise<Paired> {
  const run = referenceModel(network);
  const answers = codes.map((row) => run(row).layers);
  const [, ...others] = imported.meanings;
  const numbers = new Map(network.layers.map(({ name }, index) => [name, index]));
  const places = others.filter(({ layer }) => numbers.has(layer));
  const { rows, instead } = await originalRows(request, imported, places, network, codes);
  const pairings = places.map((meaning, at): Pairing => {
    const index = numbers.get(meaning.layer) as number;
    const integer = answers.map((row) => row[index].map((code) => realOf(code + meaning.offset, meaning)));
    return { layer: meaning.layer, tensor: meaning.tensor, integer, ...rows[at] };
  });
  return { pairings, instead };
}

/** What the original has at each place, as real numbers. */
async function originalRows(
  { model, runtime }: FileComparisonRequest,
  { meanings, reference, tensors }: ImportedIntegers,
  places: readonly CodeMeaning[],
  network: QuantizedNetwork,
  codes: Rows,
): Promise<{ readonly rows: readonly Original[]; readonly instead: string | null }> {
  if (reference === undefined) {
    checkRuntime(model, runtime, ['litert']);
    const rows: Original[] = [];
    for (const meaning of places) {
      const original = await runLiteRt(model, meaning, meanings[0], codes);
      rows.push({ by: 'LiteRT', step: meaning.scale, original });
    }
    return { rows, instead: null };
  }
  const features = codes.map((row) => featuresOf(row, network));
  const wanted = places.map(({ tensor }) => tensors?.codes.get(tensor) ?? tensors?.layers.get(tensor));
  const { given, instead } = await runOutside(model, runtime, tensors, wanted, features);
  const own = features.map(reference);
  const rows = places.map((meaning, at): Original => {
    const theirs = given?.[at];
    const { scale, tensor } = meaning;
    if (theirs === undefined) {
      const original = own.map((row) => Array.from(row.get(tensor) ?? []));
      return { by: 'doubles', step: scale, original };
    }
    const isCode = tensors?.codes.has(tensor) ?? false;
    const original = theirs.map(({ values, isWhole }) =>
      isWhole && isCode ? values.map((code) => realOf(code, meaning)) : values,
    );
    // Sums that nobody rounds are added up in single precision: they are values, not codes.
    return { by: 'ONNX Runtime', step: isCode ? scale : null, original };
  });
  return { rows, instead };
}

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

function summary(
  { model, design }: FileComparisonRequest,
  { pairings, instead }: Paired,
  network: QuantizedNetwork,
  table: SampleTable | undefined,
): FileComparison {
  const last = pairings.at(-1);
  const isOther = ({ original, integer }: Pairing) => original[0].length !== integer[0].length;
  if (last === undefined || pairings.some(isOther)) throw problems.compareOther(design ?? model, model);
  const isClassifier = network.head.kind !== 'values';
  const [classes, own] = [last.original, last.integer].map((rows) => rows.map(classOf));
  const share = (is: (at: number) => boolean) => own.filter((_, at) => is(at)).length / own.length;
  const labels = isClassifier ? labelsOf(table, network, last.original[0].length) : undefined;
  const compared = {
    original: pairings.some(({ by }) => by !== 'doubles') ? last.by : ('doubles' as const),
    instead,
    samples: own.length,
    layers: pairings.map(comparedLayer),
    agreement: isClassifier ? share((at) => classes[at] === own[at]) : null,
    accuracy:
      labels === undefined
        ? null
        : {
            original: share((at) => classes[at] === labels[at]),
            integer: share((at) => own[at] === labels[at]),
          },
  };
  return { ...compared, warnings: comparisonWarnings(model, compared) };
}

function labelsOf(
  table: SampleTable | undefined,
  network: QuantizedNetwork,
  outputs: number,
): readonly number[] | undefined {
  if (table?.label === undefined) return undefined;
  return table.label.numbers(classNames(table.label, Math.max(outputs, 2), network.labels, table.file));
}

function comparedLayer({ layer, tensor, by, original, integer, step }: Pairing): LayerComparison {
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
    original: by,
    values,
    differing: step === null ? null : differing,
    largestDifference,
    meanDifference: values === 0 ? 0 : sum / values,
    largestValue,
  };
}
