import { existsSync } from 'node:fs';
import path from 'node:path';
import { problems } from '../core/errors.js';
import type { OnProgress } from '../core/progress.js';
import { loadDesign } from '../cosim/design.js';
import type { SimulationRecord } from '../cosim/record.js';
import { type SimulateOptions, simulate } from '../cosim/simulate.js';
import { loadDataset } from '../data/dataset.js';
import { encodeRow } from '../data/scaler.js';
import { MANIFEST_FILE } from '../emit/read-design.js';
import { networkFromJson } from '../network/json.js';
import { readModel } from './model.js';
import { runModel } from './run.js';
import type { DataProduct } from './stages/data.js';
import { codesOf, REGRESSIONS_FILE } from './stages/simulate.js';

export interface SimulateRequest extends Omit<SimulateOptions, 'rows' | 'outputFolder' | 'cacheFolder'> {
  /** Folder of an emitted design, or of a model, whose design is then brought up to date. */
  readonly place: string | undefined;
  /** A table of samples whose rows are run too; a model has its own. */
  readonly data?: string | undefined;
  /** Where the records go; default `<build>/simulation/<name of the design>`. */
  readonly out?: string | undefined;
  /** Default `build`. */
  readonly build?: string | undefined;
  readonly onProgress: OnProgress;
}

export interface Simulated {
  readonly record: SimulationRecord;
  readonly design: string;
  readonly folder: string;
}

/** Co-simulates a design of anybody's, or a model's. @throws emit/*, cosim/*, pipeline/*, data/* */
export async function simulatePlace(request: SimulateRequest): Promise<Simulated> {
  const { place, data, out, build = 'build', ...options } = request;
  const target =
    place !== undefined && existsSync(path.join(place, MANIFEST_FILE))
      ? { design: place, rows: data === undefined ? [] : rowsOf(place, data) }
      : await modelTarget(request, build);
  const { name } = loadDesign(target.design).manifest;
  const outputFolder = out ?? path.join(build, 'simulation', name);
  const { design, ...defaults } = target;
  const record = await simulate(design, {
    ...defaults,
    ...options,
    outputFolder,
    cacheFolder: path.join(build, '.cache', 'cosim'),
  });
  return { record, design, folder: outputFolder };
}

/** The design of a model, made up to date, its data's rows, and the file of what once failed. */
async function modelTarget({ place, onProgress }: SimulateRequest, build: string) {
  const model = readModel(place);
  const { products } = await runModel({ model: place, build, until: 'design', onProgress });
  const network = networkFromJson(products.get('quantize')!.text('network.json'));
  const { all } = products.get('data')!.json<DataProduct>('data.json');
  return {
    design: products.get('design')!.folder,
    rows: await codesOf(network, all),
    regressions: path.join(model.folder, REGRESSIONS_FILE),
  };
}

/** The input codes of a table's rows, by the encoder that the network carries. */
function rowsOf(folder: string, data: string): number[][] {
  const { network } = loadDesign(folder);
  const { encoder, formats } = network.input;
  if (encoder === undefined) throw problems.encoderMissing(folder);
  return loadDataset(data).features.map((row) => encodeRow(encoder, formats, row));
}
