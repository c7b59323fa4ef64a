import { existsSync } from 'node:fs';
import path from 'node:path';
import { present } from '../core/objects.js';
import { addFile, checkFile } from '../core/owned-folder.js';
import type { OnProgress } from '../core/progress.js';
import { designNear, MANIFEST_FILE } from '../emit/read-design.js';
import { findYosys } from '../netlist/yosys.js';
import type { YosysKind } from '../netlist/yosys-job.js';
import { CERTIFICATE_FILE } from '../prove/proof.js';
import { type Proved, proveDesign } from '../prove/prove.js';
import { isModel } from './model.js';
import { problems } from './problems.js';
import { DEFAULT_BUILD, runModel, simulatorCache } from './run.js';

/** Yosys takes no longer to read any design that this machine could hold. */
const YOSYS_SECONDS = 600;

export interface ProveRequest {
  /** Folder of an emitted design, or of a model, whose design is then brought up to date. */
  readonly place?: string | undefined;
  readonly yosys?: YosysKind | undefined;
  /** For all of it; without one Yosys has its own, and the proof takes as long as it takes. */
  readonly limitSeconds?: number | undefined;
  /** File for the certificate; default `proof.json` beside the manifest. */
  readonly out?: string | undefined;
  /** Files that may be other than they were emitted. */
  readonly edited?: readonly string[];
  readonly onProgress: OnProgress;
}

export interface ProvedPlace extends Proved {
  readonly design: string;
  /** Where the certificate is. */
  readonly file: string;
}

/** Proves a design of anybody's, or a model's. @throws emit/*, file/unwritable, netlist/*, network/*, prove/*, pipeline/* */
export async function provePlace(request: ProveRequest): Promise<ProvedPlace> {
  const { yosys, limitSeconds, edited = [], onProgress } = request;
  const design = await designAt(request);
  const cacheFolder = simulatorCache(DEFAULT_BUILD);
  const timeoutSeconds = Math.min(limitSeconds ?? YOSYS_SECONDS, YOSYS_SECONDS);
  const options = { timeoutSeconds, edited, onProgress, cacheFolder, ...present({ limitSeconds }) };
  const file = request.out ?? path.join(design, CERTIFICATE_FILE);
  checkFile(file);
  const proved = await proveDesign(design, await findYosys(yosys), options);
  addFile(file, `${JSON.stringify(proved.certificate, null, 2)}\n`);
  return { ...proved, design, file };
}

async function designAt({ place, onProgress }: ProveRequest): Promise<string> {
  if (place !== undefined && existsSync(path.join(place, MANIFEST_FILE))) return place;
  if (place !== undefined && !isModel(place)) throw problems.nothingToProve(place, designNear(place));
  const { products } = await runModel({ model: place, until: 'design', onProgress });
  return products.get('design')!.folder;
}
