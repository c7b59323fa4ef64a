import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { invariant } from '../core/assert.js';
import { readBytes, readText, writeFolderAtomic } from '../core/files.js';
import { hashOf, sha256 } from '../core/hash.js';
import type { OnProgress } from '../core/progress.js';
import { codeVersion } from './code-version.js';
import { claim } from './lock.js';

/** One step of a run: a pure function from what it declares to a folder of files. */
export interface Stage {
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
  /** Files that another command may lay beside the product, and that are not of it. */
  readonly guests?: readonly string[];
  /** Makes the product: path inside the folder → content. Same inputs, same bytes. */
  make(inputs: Inputs, onProgress: OnProgress): Promise<ReadonlyMap<string, string | Uint8Array>>;
}

/** What a stage may read. */
export interface Inputs {
  /** The product of a stage named in `after`. */
  product(stage: string): Product;
}

/** A stage's folder of files, complete and unchanged since it was made. */
export interface Product {
  readonly folder: string;
  /** Of its files, all of them. */
  readonly hash: string;
  text(file: string): string;
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
  /** Make this stage and all that follow it again. */
  readonly from?: string;
  /** Make every stage again. */
  readonly force?: boolean;
  /** Stop after this stage. */
  readonly until?: string;
  readonly onProgress: OnProgress;
  readonly onStage?: (stage: Stage, state: 'begins' | StageState) => void;
}

const RECORD = 'stage.json';

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
 * has the bytes it was made with, is kept as it is.
 *
 * @param stages every one after those it reads
 * @throws pipeline/busy, and whatever a stage throws; the stages before it stay made
 */
export async function runStages(
  stages: readonly Stage[],
  options: RunOptions,
): Promise<{ readonly reports: StageReport[]; readonly products: ReadonlyMap<string, Product> }> {
  const release = claim(options.folder);
  try {
    removeLeftovers(options.folder);
    const products = new Map<string, Product>();
    const reports: StageReport[] = [];
    let again = options.force === true;
    for (const stage of stages) {
      again ||= stage.name === options.from;
      const folder = path.join(options.folder, stage.name);
      const state = await runStage(stage, folder, products, again, options);
      reports.push({ name: stage.name, title: stage.title, state, folder });
      if (stage.name === options.until) break;
    }
    return { reports, products };
  } finally {
    release();
  }
}

async function runStage(
  stage: Stage,
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
    const files = await stage.make(
      { product: (name) => productOf(stage, name, products) },
      options.onProgress,
    );
    writeProduct(folder, stage.name, key, inputs, files);
    product = keptProduct(folder, stage, key);
    invariant(product !== undefined, `the product of ${stage.name} is not what was written`);
  }
  products.set(stage.name, product);
  options.onStage?.(stage, state);
  return state;
}

function productOf(stage: Stage, name: string, products: ReadonlyMap<string, Product>): Product {
  const product = products.get(name);
  invariant(stage.after.includes(name) && product !== undefined, `${stage.name} reads ${name} undeclared`);
  return product;
}

function inputsOf(stage: Stage, products: ReadonlyMap<string, Product>): Record<string, unknown> {
  const files = Object.entries(stage.files ?? {}).map(([name, file]) => [name, sha256(readBytes(file))]);
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
  files: ReadonlyMap<string, string | Uint8Array>,
): void {
  const hashes = [...files].map(([name, content]) => [name, sha256(content)] as const);
  const record: StageRecord = {
    schema: 'espalier/stage',
    version: 1,
    stage,
    key,
    inputs,
    files: Object.fromEntries(hashes),
  };
  writeFolderAtomic(folder, new Map([...files, [RECORD, `${JSON.stringify(record, null, 2)}\n`]]));
}

/** The product in a folder, when it was made from inputs with this key and nobody has touched it since. */
function keptProduct(folder: string, { name: stage, guests = [] }: Stage, key: string): Product | undefined {
  const record = readRecord(path.join(folder, RECORD));
  if (record?.key !== key || record.stage !== stage) return undefined;
  const names = filesIn(folder).filter((name) => name !== RECORD && !guests.includes(name));
  const isWhole =
    names.length === Object.keys(record.files).length &&
    names.every((name) => record.files[name] === sha256(readFileSync(path.join(folder, name))));
  if (!isWhole) return undefined;
  const text = (file: string) => readText(path.join(folder, file));
  return { folder, hash: hashOf(record.files), text, json: (file) => JSON.parse(text(file)) };
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

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
}

/** What a killed run left behind; nobody else writes here while we hold the claim. */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (/\.[0-9a-f]{8}\.(part|old)$/.test(name))
      rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}
