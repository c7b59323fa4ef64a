import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { invariant } from '../core/assert.js';
import { hashOfContent } from '../core/content.js';
import { hashOfFile, readBytes, readText } from '../core/files.js';
import { hashOf } from '../core/hash.js';
import { claim } from '../core/lock.js';
import { checkFiles, type Files, ownershipOf, replaceFiles } from '../core/owned-folder.js';
import { problems as coreProblems } from '../core/problems.js';
import type { OnProgress } from '../core/progress.js';
import type { Checkpoints } from '../learn/options.js';
import { checkpointsIn } from './checkpoints.js';
import { codeVersion } from './code-version.js';
import { fromJson } from './json.js';
import { checkApart } from './places.js';
import { problems } from './problems.js';

/** One step of a run: a pure function from what it declares to a folder of files. */
export interface RunStage {
  /** Also its folder's name. */
  readonly name: string;
  /** Such as `Train the base network`. */
  readonly title: string;
  /** The lowest room whose code it runs: that room's, and that of all above it, count as inputs. */
  readonly room: string;
  /** The stages whose products it reads. */
  readonly after: readonly string[];
  /** The part of the configuration it depends on: plain data. */
  readonly settings: unknown;
  /** Files of the user's that it reads; name for `Inputs.file` → path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Makes the product: path inside the folder → content. Same inputs, same bytes. */
  make(inputs: Inputs, onProgress: OnProgress): Promise<Files>;
}

/** What a stage may read. */
export interface Inputs {
  /** Where its trainings lay down how far they are. */
  readonly checkpoints: Checkpoints;
  /** The product of a stage named in `after`. */
  product(stage: string): Product;
}

/** A stage's folder of files, complete and unchanged since it was made. */
export interface Product {
  readonly folder: string;
  /** Of its files, all of them. */
  readonly hash: string;
  text(file: string): string;
  bytes(file: string): Uint8Array;
  /** A file of JSON, in a shape that the stage's code vouches for. */
  json<T>(file: string): T;
}

export type StageState = 'made' | 'kept';

export interface StageReport {
  readonly name: string;
  readonly title: string;
  readonly state: StageState;
  readonly folder: string;
}

export interface RunOptions {
  /** Where the products go, a folder for each stage. */
  readonly folder: string;
  /** Where unfinished trainings lie, a folder for each stage. */
  readonly checkpoints: string;
  /** What was read beside the stages' files. */
  readonly inputs?: readonly string[];
  /** Make this stage and all that follow it again. */
  readonly from?: string;
  /** Make every stage again. */
  readonly force?: boolean;
  /** Stop after this stage. */
  readonly until?: string;
  /** Files that the caller is going to lay beside the stages' folders. */
  readonly beside?: readonly string[];
  readonly onProgress: OnProgress;
  readonly onStage?: (stage: RunStage, state: 'begins' | StageState) => void;
}

const RECORD = 'stage.json';
const LOCK = '.espalier.running';

interface StageRecord {
  readonly schema: 'espalier/stage';
  readonly version: 1;
  readonly stage: string;
  /** The hash of all its inputs. */
  readonly key: string;
  /** What the key was made of, for whoever wonders why a stage ran again. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** SHA-256 by file. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Runs stages in order. A stage whose inputs have the same hash as when its product was made, and whose product still
 * has the bytes it was made with, is kept as it is. Files of others are neither replaced nor removed.
 *
 * @param stages every one after those it reads
 * @throws pipeline/busy, pipeline/output-folder, file/*, and whatever a stage throws; the stages before it stay made
 */
export async function runStages(
  stages: readonly RunStage[],
  options: RunOptions,
): Promise<{ readonly reports: StageReport[]; readonly products: ReadonlyMap<string, Product> }> {
  const last = stages.findIndex(({ name }) => name === options.until);
  const wanted = last < 0 ? stages : stages.slice(0, last + 1);
  const files = wanted.flatMap((stage) => Object.values(stage.files ?? {}));
  checkApart(options.folder, [...(options.inputs ?? []), ...files]);
  const claimed = claim(options.folder, LOCK);
  if ('holder' in claimed) throw problems.modelBusy(options.folder, claimed.holder);
  try {
    checkPlaces(wanted, options);
    const products = new Map<string, Product>();
    const reports: StageReport[] = [];
    let again = options.force === true;
    for (const stage of wanted) {
      again ||= stage.name === options.from;
      const folder = path.join(options.folder, stage.name);
      const state = await runStage(stage, folder, products, again, options);
      reports.push({ name: stage.name, title: stage.title, state, folder });
    }
    return { reports, products };
  } finally {
    claimed.release();
  }
}

/** Says before any work what would be in the way of writing. */
function checkPlaces(stages: readonly RunStage[], { folder, beside = [] }: RunOptions): void {
  for (const { name } of stages) {
    const place = path.join(folder, name);
    const { foreign, edited } = ownershipOf(place);
    if (foreign.length > 0) throw problems.outputFolder(place, foreign);
    if (edited.length > 0) throw coreProblems.fileEdited(edited.map((file) => path.join(place, file)));
  }
  checkFiles(folder, beside);
}

async function runStage(
  stage: RunStage,
  folder: string,
  products: Map<string, Product>,
  again: boolean,
  options: RunOptions,
): Promise<StageState> {
  const inputs = inputsOf(stage, products);
  const key = hashOf(inputs);
  let product = again ? undefined : keptProduct(folder, stage, key);
  const state = product === undefined ? 'made' : 'kept';
  options.onStage?.(stage, 'begins');
  if (product === undefined) {
    const unfinished = path.join(options.checkpoints, stage.name);
    const files = await stage.make(
      {
        product: (name) => productOf(stage, name, products),
        checkpoints: checkpointsIn(unfinished, key),
      },
      options.onProgress,
    );
    writeProduct(folder, stage.name, key, inputs, files);
    rmSync(unfinished, { recursive: true, force: true });
    product = keptProduct(folder, stage, key);
    invariant(product !== undefined, `the product of ${stage.name} is not what was written`);
  }
  products.set(stage.name, product);
  options.onStage?.(stage, state);
  return state;
}

function productOf(stage: RunStage, name: string, products: ReadonlyMap<string, Product>): Product {
  const product = products.get(name);
  invariant(stage.after.includes(name) && product !== undefined, `${stage.name} reads ${name} undeclared`);
  return product;
}

function inputsOf(stage: RunStage, products: ReadonlyMap<string, Product>): Record<string, unknown> {
  const files = Object.entries(stage.files ?? {}).map(([name, file]) => [name, hashOfFile(file)]);
  return {
    settings: stage.settings,
    files: Object.fromEntries(files),
    products: Object.fromEntries(stage.after.map((name) => [name, products.get(name)?.hash])),
    code: codeVersion(stage.room),
  };
}

function writeProduct(
  folder: string,
  stage: string,
  key: string,
  inputs: Readonly<Record<string, unknown>>,
  files: Files,
): void {
  const hashes = [...files].map(([name, content]) => [name, hashOfContent(content)] as const);
  const record: StageRecord = {
    schema: 'espalier/stage',
    version: 1,
    stage,
    key,
    inputs,
    files: Object.fromEntries(hashes),
  };
  const whole = new Map([...files, [RECORD, `${JSON.stringify(record, null, 2)}\n`]]);
  replaceFiles(folder, `stage ${stage}`, whole, RECORD);
}

/**
 * The product in a folder, when it was made from inputs with this key and nobody has touched it since. What another
 * command has laid beside it, such as a certificate, is not of it.
 */
function keptProduct(folder: string, { name: stage }: RunStage, key: string): Product | undefined {
  const record = readRecord(path.join(folder, RECORD));
  if (record?.key !== key || record.stage !== stage) return undefined;
  const isWhole = Object.entries(record.files).every(
    ([name, hash]) => hashAt(path.join(folder, name)) === hash,
  );
  if (!isWhole) return undefined;
  const text = (file: string) => readText(path.join(folder, file));
  const bytes = (file: string) => readBytes(path.join(folder, file), Number.POSITIVE_INFINITY);
  return { folder, hash: hashOf(record.files), text, bytes, json: (file) => fromJson(text(file)) };
}

function hashAt(file: string): string | undefined {
  try {
    return hashOfFile(file);
  } catch {
    return undefined;
  }
}

function readRecord(file: string): StageRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(file, 'utf8'));
    return record.schema === 'espalier/stage' && record.version === 1 ? record : undefined;
  } catch {
    // Not there, or damaged: the stage is made again.
    return undefined;
  }
}
