import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Problem } from '../core/errors.js';
import { readText } from '../core/files.js';
import { sha256 } from '../core/hash.js';
import type { OnProgress } from '../core/progress.js';
import { type BoardRecord, type BoardRunOptions, runBoard } from '../cosim/board/run.js';
import { loadDesign } from '../cosim/design.js';
import { type MutateOptions, type MutationRecord, mutate } from '../cosim/mutate.js';
import type { SimulationRecord } from '../cosim/record.js';
import { type SimulateOptions, simulate } from '../cosim/simulate.js';
import { companionWarnings, type DesignFolder, MANIFEST_FILE, readDesign } from '../emit/read-design.js';
import { floatFromJson } from '../float/json.js';
import type { FloatNetwork } from '../float/types.js';
import { networkFromJson } from '../network/json.js';
import type { QuantizedNetwork } from '../network/types.js';
import { inputCodes } from '../quantize/input-codes.js';
import { type DesignEvaluation, evaluateTable, FLOAT_FILE, networkRows } from './evaluation.js';
import { isModel, modelInputs, readModel } from './model.js';
import { checkOutside, labelOf } from './places.js';
import { problems } from './problems.js';
import { DEFAULT_BUILD, runModel, simulatorCache } from './run.js';
import { readSamples } from './samples.js';
import { readData } from './stages/data.js';
import type { QuantizedProduct } from './stages/quantize.js';
import { REGRESSIONS_FILE, simulatedRows, simulationOptions } from './stages/simulate.js';

/** A design to simulate, and with what. */
export interface PlaceRequest {
  /** Folder of an emitted design, or of a model, whose design is then brought up to date. */
  readonly place?: string | undefined;
  /** A table of samples whose rows are run too, and that the network is measured on; a model has its own beside. */
  readonly data?: string | undefined;
  /** The label's column in that table, where it does not tell. */
  readonly label?: string | undefined;
  /** Where designs and products are made and compiled simulators kept; default `build`. */
  readonly build?: string | undefined;
  readonly onProgress: OnProgress;
}

export interface SimulateRequest
  extends PlaceRequest,
    Omit<SimulateOptions, 'rows' | 'outputFolder' | 'cacheFolder' | 'onProgress'> {
  /** Where the records go; default `<build>/simulation/<name of the design>-<hash of its folder's path>`. */
  readonly out?: string | undefined;
}

export interface Simulated {
  readonly design: string;
  /** How the network does on the user's table; null without one. */
  readonly evaluation: DesignEvaluation | null;
  /** Where the records are. */
  readonly folder: string;
  readonly record: SimulationRecord;
  readonly warnings: readonly Problem[];
}

/** Co-simulates a design of anybody's, or a model's. @throws emit/*, cosim/*, pipeline/*, data/* */
export async function simulatePlace(request: SimulateRequest): Promise<Simulated> {
  const { place: _, data, label: __, out, build = DEFAULT_BUILD, ...options } = request;
  const { design, inputs, defaults, evaluation, warnings } = await openPlace(request);
  const read = readDesign(design);
  const folder = out ?? path.join(build, 'simulation', labelOf(read));
  if (out !== undefined) checkOutside(out, data === undefined ? inputs : [...inputs, data]);
  const places = { outputFolder: folder, cacheFolder: simulatorCache(build) };
  const record = await simulate(design, { ...defaults, ...options, ...places });
  return { design, folder, evaluation, record, warnings: [...warnings, ...companionWarnings(read)] };
}

export interface BoardRequest
  extends PlaceRequest,
    Omit<BoardRunOptions, 'rows' | 'outputFolder' | 'onProgress' | 'line'> {
  /** Where the records go; default `<build>/board/<name of the design>-<hash of its folder's path>`. */
  readonly out?: string | undefined;
}

export interface BoardRan {
  readonly design: string;
  readonly folder: string;
  readonly record: BoardRecord;
  readonly retried: number;
  readonly warnings: readonly Problem[];
}

/** Compares a board that holds a design with its network. @throws emit/*, cosim/*, pipeline/*, data/* */
export async function boardPlace(request: BoardRequest): Promise<BoardRan> {
  const { place: _, data, label: __, out, build = DEFAULT_BUILD, ...options } = request;
  const { design, inputs, defaults, warnings } = await openPlace(request);
  const folder = out ?? path.join(build, 'board', labelOf(readDesign(design)));
  if (out !== undefined) checkOutside(out, data === undefined ? inputs : [...inputs, data]);
  const ran = await runBoard(design, { ...options, rows: defaults.rows, outputFolder: folder });
  return { design, folder, ...ran, warnings };
}

export interface MutateRequest
  extends PlaceRequest,
    Omit<MutateOptions, 'rows' | 'cacheFolder' | 'onProgress'> {}

/** Breaks a design on purpose and looks whether the comparison notices. @throws emit/*, cosim/*, pipeline/* */
export async function mutatePlace(
  request: MutateRequest,
): Promise<{ readonly design: string; readonly record: MutationRecord }> {
  const { place: _, data: __, label: ___, build = DEFAULT_BUILD, ...options } = request;
  const { design, defaults } = await openPlace(request);
  const record = await mutate(design, {
    ...options,
    rows: defaults.rows,
    cacheFolder: simulatorCache(build),
  });
  return { design, record };
}

interface OpenPlace extends Omit<Tried, 'rows'> {
  readonly design: string;
  /** What the records must lie apart from, beside the user's table. */
  readonly inputs: readonly string[];
  /** What the place itself says of its simulation; `rows` are the input codes of the data's rows. */
  readonly defaults: Omit<SimulateOptions, 'rows'> & { readonly rows: number[][] };
}

async function openPlace(request: PlaceRequest): Promise<OpenPlace> {
  const { place } = request;
  const isDesign = place !== undefined && existsSync(path.join(place, MANIFEST_FILE));
  if (isDesign) {
    const design = loadDesign(place);
    const { rows, ...tried } = tryTable(design.network, floatBeside(design), request);
    return { design: place, inputs: [place], ...tried, defaults: { rows } };
  }
  if (place !== undefined && !isModel(place)) throw problems.nothingToSimulate(place);
  return openModel(request);
}

/** The design of a model, made up to date, with the rows of its data and the user's, and what its configuration says. */
async function openModel(request: PlaceRequest): Promise<OpenPlace> {
  const { place, build, onProgress } = request;
  const model = readModel(place);
  const { products } = await runModel({ model: place, build, until: 'design', onProgress });
  const quantized = products.get('quantize')!;
  const network = networkFromJson(quantized.text('network.json'));
  const { float } = quantized.json<QuantizedProduct>('quantized.json');
  const { all } = readData(products.get('data')!);
  const tried = tryTable(network, float, request);
  const design = products.get('design')!.folder;
  const inDesign = networkFromJson(products.get('design')!.text('network.json'));
  const { rows } = tryTable(inDesign, undefined, request);
  return {
    design,
    inputs: [design, ...modelInputs(model)],
    evaluation: tried.evaluation,
    warnings: tried.warnings,
    defaults: {
      ...simulationOptions(model.config),
      rows: [...(await simulatedRows(model.config, network, inDesign, all)), ...rows],
      regressions: path.join(model.folder, REGRESSIONS_FILE),
    },
  };
}

interface Tried {
  readonly rows: number[][];
  readonly evaluation: DesignEvaluation | null;
  readonly warnings: readonly Problem[];
}

/** The input codes of the user's table, and how well the network does on it. */
function tryTable(
  network: QuantizedNetwork,
  float: FloatNetwork | undefined,
  { data, label }: PlaceRequest,
): Tried {
  if (data === undefined) return { rows: [], evaluation: null, warnings: [] };
  const { formats, names } = network.input;
  const table = readSamples(data, { inputs: formats.length, names }, { label });
  return {
    warnings: table.warnings,
    rows: networkRows(network, table.features).map((row) => inputCodes(network, row)),
    evaluation: evaluateTable(table, network, float),
  };
}

/** The weights that a design has beside it, if they are those that its network was made from. */
function floatBeside({ folder, network }: DesignFolder): FloatNetwork | undefined {
  const file = path.join(folder, FLOAT_FILE);
  if (!existsSync(file)) return undefined;
  const text = readText(file);
  return network.provenance[FLOAT_FILE] === sha256(text) ? floatFromJson(text, file) : undefined;
}
