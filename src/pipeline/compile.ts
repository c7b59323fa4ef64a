import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '../core/errors.js';
import { readBytes } from '../core/files.js';
import { sha256 } from '../core/hash.js';
import { present } from '../core/objects.js';
import { VERSION } from '../core/version.js';
import { scaleRow } from '../data/scaler.js';
import { BENCH_ROWS } from '../emit/bench/vectors.js';
import { emitDesign } from '../emit/design.js';
import { designNetwork } from '../emit/design-network.js';
import type { Manifest } from '../emit/manifest.js';
import { parseManifest } from '../emit/read-design.js';
import { foldFormats, type StatedFormats, withStated } from '../exchange/importers/formats.js';
import type { Imported, ImportedIntegers } from '../exchange/importers/importer.js';
import { importFile } from '../exchange/importers/index.js';
import { wholeWeightWarnings } from '../exchange/weight-options.js';
import { type ReadWeightsOptions, readWeights, weightSources } from '../exchange/weights.js';
import { type Format, parseFormat } from '../fixed/format.js';
import { type DenseChain, isDenseChain } from '../float/chain.js';
import { type Folding, foldNetwork } from '../float/fold.js';
import { inputsOf, outputsOf } from '../float/graph.js';
import { floatToJson } from '../float/json.js';
import type { FloatNetwork } from '../float/types.js';
import { checkNetwork } from '../network/check.js';
import { inputTensor, placeLayers } from '../network/graph.js';
import { kindOf, nonZeros, parameters } from '../network/layers/index.js';
import type { ScalingKernel } from '../network/real-scale.js';
import type { Encoder, Layer, QuantizedNetwork } from '../network/types.js';
import type { Fidelity } from '../quantize/fidelity.js';
import { inputCodes } from '../quantize/input-codes.js';
import { givenInput } from '../quantize/options.js';
import { printFormats, type TensorRecord } from '../quantize/quantized.js';
import { areUnlike, withScaledInputs } from '../quantize/scale-inputs.js';
import { judge } from '../quantize/warnings.js';
import { quantizeNetwork } from '../quantize/widths.js';
import { type Account, accountLines, accountOf } from './account.js';
import { withCodes } from './compile-config.js';
import { COMPILE_CONFIG, type CompileConfig } from './config.js';
import {
  type DesignEvaluation,
  disagreement,
  evaluateTable,
  FLOAT_FILE,
  guessing,
  networkRows,
} from './evaluation.js';
import { readLayers } from './layers-file.js';
import { problems } from './problems.js';
import { classNames, readSamples, type SampleTable } from './samples.js';

export interface CompileRequest extends Omit<ReadWeightsOptions, 'name' | 'set' | 'head'> {
  /** A folder of weight CSVs, or the files; none where there is a model. */
  readonly weights: readonly string[];
  /** A file of another format, which says its layers itself. */
  readonly model?: string | undefined;
  /** Of its input, where it leaves that open. */
  readonly shape?: readonly number[] | undefined;
  /** A YAML file with the layers of a model that has weights only. */
  readonly layers?: string | undefined;
  /** The program that a network of whole numbers follows where it scales sums. */
  readonly kernels?: ScalingKernel | undefined;
  /** Of several sets in a folder the files whose name ends so. */
  readonly set?: string | undefined;
  readonly head?: DenseChain['head'] | undefined;
  /** A table of features as the network was trained on, one row per sample: formats follow from it. */
  readonly calibration?: string | undefined;
  /** A table that the design is tried on. */
  readonly data?: string | undefined;
  /** The label's column in both tables, where they do not tell. */
  readonly label?: string | undefined;
  /** Name of the network and the top module. */
  readonly name: string;
  readonly config: CompileConfig;
  /** What the design says it was made by; without it a command line of the weights alone. */
  readonly command?: string | undefined;
}

/** What a file says of its own integers. */
export type FileIntegers = Pick<ImportedIntegers, 'meanings' | 'kernels'>;

export interface Compiled {
  /** The design's folder: path → text. */
  readonly files: ReadonlyMap<string, string>;
  readonly manifest: Manifest;
  /** How every tensor came by its format. */
  readonly tensors: readonly TensorRecord[];
  /** How the raw features of the calibration become inputs; null where the network takes features as they are. */
  readonly encoder: Encoder | null;
  /** Layer by layer what of the file was kept, rounded, folded and dropped. */
  readonly account: Account;
  /** The integer network beside the weights, on the calibration or on random samples; null where it is the file's. */
  readonly fidelity: Fidelity | null;
  /** What the codes of a file's own integer network mean; null where it was made of weights. */
  readonly integers: FileIntegers | null;
  /** On the labelled tables that were given: the calibration, the data. */
  readonly evaluations: readonly DesignEvaluation[];
  readonly nonZeros: number;
  readonly parameters: number;
  /** What of the weights was lost, and what may not be as it is meant. */
  readonly warnings: readonly Problem[];
}

/**
 * From a trained network to a design: quantized as the configuration says, then emitted. One of whole numbers is emitted
 * as it is.
 *
 * @throws exchange/*, data/*, quantize/*, network/*, hardware/*, pipeline/integer-quantization
 */
export function compileWeights(request: CompileRequest): Compiled {
  const imported = request.model === undefined ? undefined : readModel(request, request.model);
  if (imported === undefined) return compileFloat(request, readCsvs(request));
  if ('integers' in imported) return compileIntegers(request, imported);
  const { head = imported.network.head, name } = request;
  const { network, foldings } = foldNetwork({ ...imported.network, head, name });
  const { formats } = imported;
  const stated = formats && foldFormats(formats, foldings);
  return compileFloat(request, network, { ...imported, foldings, formats: stated });
}

/** Where a network came from, and what became of it so far. */
interface Origin extends Pick<Imported, 'notes' | 'beside'> {
  readonly foldings: readonly Folding[];
  /** That a file states of its layers: such weights are not to be scaled. */
  readonly formats?: StatedFormats | undefined;
}

/** @param weights of kinds that the integer network has */
function compileFloat(
  request: CompileRequest,
  weights: FloatNetwork,
  { notes, foldings, beside = [], formats }: Origin = { notes: [], foldings: [] },
): Compiled {
  const { scales } = request;
  const given = withCodes(
    request.config,
    request,
    weights.layers.map(({ name }) => name),
  );
  const config = { ...given, quantization: withStated(given.quantization, formats) };
  const tables = readTables(request, inputsOf(weights));
  const { network: float, encoder } =
    formats === undefined
      ? fitInputs(weights, tables.calibration, config)
      : { network: weights, encoder: undefined };
  const source = { network: float, ...present({ encoder }), ...namesOf(tables, float) };
  const rows = scaledRows(tables.calibration?.features ?? [], encoder);
  const text = floatToJson(float);
  const provenance = { ...hashesOf(request, beside), [FLOAT_FILE]: sha256(text) };
  const quantized = quantizeNetwork({ ...source, provenance }, rows, config.quantization);
  const { fidelity, warnings: found } = judge(
    float,
    quantized,
    { calibration: rows, data: scaledRows(tables.data?.features ?? [], encoder) },
    config.quantization,
  );
  const { network, tensors } = quantized;
  const evaluations = labelled(tables).map((table) => evaluateTable(table, network, float));
  const warnings = [
    ...[tables.calibration, tables.data].flatMap((table) => table?.warnings ?? []),
    ...(scales === undefined && isDenseChain(weights) ? wholeWeightWarnings(weights) : []),
    ...evaluations.flatMap(guessing),
    ...(fidelity.from === 'calibration' ? untried(evaluations, tables) : []),
    ...found,
  ];
  const account = accountOf(notes, foldings, tensors, namesIn(network));
  const facts = {
    tensors,
    account,
    encoder: encoder ?? null,
    fidelity,
    integers: null,
    evaluations,
    warnings,
  };
  return emitted(request, network, facts, tables, new Map([[FLOAT_FILE, text]]));
}

/** The file's own integers: nothing is left to choose. */
function compileIntegers(request: CompileRequest, imported: ImportedIntegers): Compiled {
  checkUnquantized(request, imported);
  const { integers, meanings, kernels, notes, beside = [] } = imported;
  const { head = integers.head.kind, name } = request;
  const tables = readTables(request, integers.input.formats.length);
  const network: QuantizedNetwork = {
    ...integers,
    name,
    head: { kind: head },
    input: { ...integers.input, names: tables.data?.names ?? [] },
    provenance: { ...hashesOf(request, beside), ...integers.provenance },
  };
  checkNetwork(network, name);
  const evaluations = labelled(tables).map((table) => evaluateTable(table, network, undefined));
  const warnings = [...(tables.data?.warnings ?? []), ...evaluations.flatMap(guessing)];
  const tensors = fileTensors(network);
  const facts = {
    tensors,
    account: accountOf(notes, [], tensors, namesIn(network)),
    encoder: network.input.encoder ?? null,
    fidelity: null,
    integers: { meanings, kernels },
    evaluations,
    warnings,
  };
  return emitted(request, network, facts, tables, new Map());
}

/** What is said of quantization would change nothing. */
function checkUnquantized(
  { model = '', config, calibration }: CompileRequest,
  { isInputStated = false }: ImportedIntegers,
): void {
  if (calibration !== undefined) throw problems.integerQuantization(model, 'a calibration');
  const { input, ...rest } = config.quantization;
  const said = isInputStated ? rest : config.quantization;
  if (!isDeepStrictEqual(said, COMPILE_CONFIG.parse({}).quantization))
    throw problems.integerQuantization(model, 'formats, widths or rounding');
}

/** The formats of all tensors. */
const fileTensors = (network: QuantizedNetwork): TensorRecord[] => [
  record('input', 'input', inputTensor(network).formats),
  ...placeLayers(network).flatMap(({ layer, output }) => [
    ...kindOf(layer)
      .weights(layer)
      .map(({ role, formats }) => record(layer.name, role, formats)),
    record(layer.name, 'output', output.formats),
  ]),
];

const record = (layer: string, tensor: TensorRecord['tensor'], formats: readonly Format[]): TensorRecord => ({
  layer,
  tensor,
  format: printFormats(formats),
  from: 'file',
});

type Facts = Omit<Compiled, 'files' | 'manifest' | 'nonZeros' | 'parameters'>;

function emitted(
  request: CompileRequest,
  network: QuantizedNetwork,
  facts: Facts,
  tables: Tables,
  beside: ReadonlyMap<string, string>,
): Compiled {
  const command =
    request.command ??
    (request.model === undefined
      ? `espalier compile --weights ${request.weights.map((file) => path.basename(file)).join(' ')}`
      : `espalier compile ${path.basename(request.model)}`);
  const { warnings } = facts;
  const files = emitDesign(
    network,
    request.config.hardware,
    { version: VERSION, command },
    {
      warnings,
      rows: benchRows(designNetwork(network, request.config.hardware).network, tables),
      files: beside,
      madeFrom: { files: madeFrom(network), account: accountLines(facts.account) },
    },
  );
  const count = (of: (layer: Layer) => number) => network.layers.reduce((sum, layer) => sum + of(layer), 0);
  return {
    files,
    manifest: parseManifest(files.get('manifest.json') as string),
    ...facts,
    nonZeros: count(nonZeros),
    parameters: count(parameters),
  };
}

/** Input codes of the first samples: the data's, or the calibration's. */
function benchRows(network: QuantizedNetwork, { data, calibration }: Tables): number[][] {
  const features = (data ?? calibration)?.features ?? [];
  return networkRows(network, features.slice(0, BENCH_ROWS)).map((row) => inputCodes(network, row));
}

const namesIn = ({ layers }: QuantizedNetwork) => layers.map(({ name }) => name);

/** The files among what a network was made from. */
const madeFrom = ({ provenance }: QuantizedNetwork) =>
  Object.entries(provenance)
    .filter(([name, hash]) => name !== FLOAT_FILE && /^[0-9a-f]{64}$/.test(hash))
    .map(([name, hash]) => ({ name, sha256: hash }));

function readModel(request: CompileRequest, model: string) {
  const { shape, layers, activations, transpose, kernels } = request;
  const stated = layers === undefined ? undefined : readLayers(layers);
  const input = inputFormat(request.config.quantization);
  return importFile(model, present({ shape, activations, layers: stated, transpose, kernels, input }));
}

/** The one format of the inputs that was stated. */
function inputFormat(quantization: CompileConfig['quantization']): Format | undefined {
  const given = givenInput(quantization);
  const format = typeof given === 'object' && 'format' in given ? given.format : given;
  return typeof format === 'string' ? parseFormat(format, '--input') : undefined;
}

/** The weights of CSV files. */
function readCsvs(request: CompileRequest): DenseChain {
  const { name, set, head, activations, transpose, bias, scales, codes } = request;
  return readWeights(request.weights, {
    name,
    ...present({ set, head, activations, transpose, bias, scales, codes }),
  });
}

interface Tables {
  readonly calibration: SampleTable | undefined;
  readonly data: SampleTable | undefined;
}

function readTables({ calibration, data, label }: CompileRequest, inputs: number): Tables {
  // A label may stand in one of the two alone.
  const first =
    calibration === undefined
      ? undefined
      : readSamples(calibration, { inputs, names: [] }, { label, labelMayMiss: data !== undefined });
  const names = first?.names ?? [];
  const labelMayMiss = first?.label !== undefined;
  return {
    calibration: first,
    data: data === undefined ? undefined : readSamples(data, { inputs, names }, { label, labelMayMiss }),
  };
}

/** The data always, for its agreement; the calibration where it has labels. */
const labelled = ({ calibration, data }: Tables): SampleTable[] =>
  [calibration?.label && calibration, data].filter((table) => table !== undefined);

/** What the data say, on which no format was chosen. */
const untried = (evaluations: readonly DesignEvaluation[], { calibration, data }: Tables): Problem[] =>
  data === undefined || data.file === calibration?.file ? [] : evaluations.slice(-1).flatMap(disagreement);

/** Raw features in different units are scaled to 0…1, as the calibration's range says, unless an input is stated. */
function fitInputs(network: FloatNetwork, table: SampleTable | undefined, { quantization }: CompileConfig) {
  const isRaw = table !== undefined && quantization.input === undefined && areUnlike(table.features);
  return isRaw ? withScaledInputs(network, table.features) : { network, encoder: undefined };
}

const scaledRows = (rows: readonly (readonly number[])[], encoder: Encoder | undefined) =>
  encoder === undefined ? rows : rows.map((row) => scaleRow(encoder, row));

/** What the tables call inputs and classes. */
function namesOf({ calibration, data }: Tables, network: FloatNetwork) {
  const { head } = network;
  const table = [calibration, data].find((one) => one?.label !== undefined);
  const outputs = outputsOf(network);
  return {
    inputNames: calibration?.names ?? data?.names ?? [],
    labels:
      table?.label === undefined || head === 'values'
        ? []
        : classNames(table.label, Math.max(outputs, 2), [], table.file),
  };
}

/** The SHA-256 of every file that the design is made from, by its name; files of one name by their folders' too. */
function hashesOf(
  { weights, set, model, layers, calibration }: CompileRequest,
  beside: readonly string[],
): Record<string, string> {
  const files = [
    ...(model === undefined ? weightSources(weights, set) : [model, ...beside]),
    ...[layers, calibration].filter((file) => file !== undefined),
  ];
  const names = files.map((file) => path.basename(file));
  const isAlone = (name: string) => names.indexOf(name) === names.lastIndexOf(name);
  return Object.fromEntries(
    files.map((file, at) => {
      const name = isAlone(names[at])
        ? names[at]
        : path.join(path.basename(path.dirname(path.resolve(file))), names[at]);
      return [name, sha256(readBytes(file))];
    }),
  );
}
