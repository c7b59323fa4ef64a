import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Problem } from '../core/errors.js';
import { readText } from '../core/files.js';
import { present } from '../core/objects.js';
import type { OnProgress } from '../core/progress.js';
import { loadDesign } from '../cosim/design.js';
import { type MutateOptions, type MutationRecord, mutate } from '../cosim/mutate.js';
import type { SimulationRecord } from '../cosim/record.js';
import { type SimulateOptions, simulate } from '../cosim/simulate.js';
import { parseRows } from '../data/rows.js';
import { encodeRow } from '../data/scaler.js';
import { companionWarnings, MANIFEST_FILE, readDesign } from '../emit/read-design.js';
import { networkFromJson } from '../network/json.js';
import { isModel, readModel } from './model.js';
import { labelOf } from './places.js';
import { problems } from './problems.js';
import { DEFAULT_BUILD, runModel, simulatorCache } from './run.js';
import type { DataProduct } from './stages/data.js';
import { codesOf, REGRESSIONS_FILE, simulationOptions } from './stages/simulate.js';

/** A design to simulate, and with what. */
export interface PlaceRequest {
  /** Folder of an emitted design, or of a model, whose design is then brought up to date. */
  readonly place?: string | undefined;
  /** A table of samples whose rows are run too; a model has its own. */
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
  /** Where the records are. */
  readonly folder: string;
  readonly record: SimulationRecord;
  readonly warnings: readonly Problem[];
}

/** Co-simulates a design of anybody's, or a model's. @throws emit/*, cosim/*, pipeline/*, data/* */
export async function simulatePlace(request: SimulateRequest): Promise<Simulated> {
  const { place: _, data: __, label: ___, out, build = DEFAULT_BUILD, ...options } = request;
  const { design, defaults } = await openPlace(request);
  const read = readDesign(design);
  const folder = out ?? path.join(build, 'simulation', labelOf(read));
  const places = { outputFolder: folder, cacheFolder: simulatorCache(build) };
  const record = await simulate(design, { ...defaults, ...options, ...places });
  return { design, folder, record, warnings: companionWarnings(read) };
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

interface OpenPlace {
  readonly design: string;
  /** What the place itself says of its simulation; `rows` are the input codes of the data's rows. */
  readonly defaults: Omit<SimulateOptions, 'rows'> & { readonly rows: number[][] };
}

async function openPlace(request: PlaceRequest): Promise<OpenPlace> {
  const { place, data } = request;
  const isDesign = place !== undefined && existsSync(path.join(place, MANIFEST_FILE));
  if (isDesign) {
    return {
      design: place,
      defaults: { rows: data === undefined ? [] : rowsOf(place, data, request.label) },
    };
  }
  if (place !== undefined && !isModel(place)) throw problems.nothingToSimulate(place);
  return openModel(request);
}

/** The design of a model, made up to date, with its data's rows and what its configuration says. */
async function openModel({ place, build, onProgress }: PlaceRequest): Promise<OpenPlace> {
  const model = readModel(place);
  const { products } = await runModel({ model: place, build, until: 'design', onProgress });
  const network = networkFromJson(products.get('quantize')!.text('network.json'));
  const { all } = products.get('data')!.json<DataProduct>('data.json');
  return {
    design: products.get('design')!.folder,
    defaults: {
      ...simulationOptions(model.config),
      rows: await codesOf(network, all),
      regressions: path.join(model.folder, REGRESSIONS_FILE),
    },
  };
}

/** The input codes of a table's rows, by the encoder that the network carries. */
function rowsOf(folder: string, data: string, label: string | undefined): number[][] {
  const { network } = loadDesign(folder);
  const { encoder, formats, names } = network.input;
  if (encoder === undefined) throw problems.encoderMissing(folder);
  const { features } = parseRows(readText(data), data, { inputs: formats.length, names }, present({ label }));
  return features.map((row) => encodeRow(encoder, formats, row));
}
