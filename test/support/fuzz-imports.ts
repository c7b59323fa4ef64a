import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { EspalierError } from '../../src/core/errors.js';
import type { Random } from '../../src/core/random.js';
import { importFile } from '../../src/exchange/importers/index.js';
import { foldNetwork } from '../../src/float/fold.js';
import { inputsOf, outputsOf, placeFloatLayers } from '../../src/float/graph.js';
import { floatKindOf } from '../../src/float/layers/index.js';
import { floatModel } from '../../src/float/model.js';
import type { FloatNetwork } from '../../src/float/types.js';
import { referenceModel } from '../../src/network/reference.js';
import type { ImportSeed } from './import-seeds.js';
import { spoilt } from './mutated.js';
import { watchdog } from './watchdog.js';

/** A good file, and what reads it. */
export interface FuzzSeed {
  readonly name: string;
  readonly file: string;
  /** Throws an error of ours, or else gives something that computes. */
  check(): void;
}

/** The file itself, and each that it has its weights in. */
export const fuzzSeeds = ({ file, name, options, weights = [] }: ImportSeed): FuzzSeed[] =>
  [file, ...weights].map((one) => ({
    file: one,
    name: one === file ? name : `${path.basename(one)} of ${name}`,
    check: () => expectComputing(importFile(file, options)),
  }));

/** What became of a seed's spoilt copies. */
export interface Fuzzed {
  /** Networks, each of which computes. */
  readonly read: number;
  /** Errors of ours. */
  readonly refused: number;
}

/**
 * Reads spoilt copies of a good file. Everything but a network that computes, or an error of ours, is thrown, with the
 * file left as it was; so is it where the process hangs, and ends itself.
 */
export async function fuzz({ file, name, check }: FuzzSeed, count: number, random: Random): Promise<Fuzzed> {
  const good = readFileSync(file);
  const dog = watchdog(`${name}, ${file}`);
  let refused = 0;
  try {
    for (let time = 0; time < count; time++) {
      dog.beat();
      writeFileSync(file, spoilt(good, random));
      if (!isRead(check, `${name}, copy ${time}: ${file}`)) refused += 1;
    }
  } finally {
    await dog.stop();
  }
  writeFileSync(file, good);
  return { read: count - refused, refused };
}

function isRead(check: () => void, where: string): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (!(error instanceof EspalierError)) throw new Error(where, { cause: error });
    if (/undefined|\[object |\n\s+at /.test(error.message)) throw new Error(`${where}: ${error.message}`);
    return false;
  }
}

/** Products beyond which a network is only looked at. */
const MOST_PRODUCTS = 1e6;

function expectComputing(imported: ReturnType<typeof importFile>): void {
  if ('integers' in imported) {
    const { integers } = imported;
    referenceModel(integers)(integers.input.formats.map(() => 0));
    return;
  }
  const { network } = foldNetwork(imported.network);
  if (productsOf(network) > MOST_PRODUCTS) return;
  const logits = floatModel(network)(new Float64Array(inputsOf(network))).at(-1);
  if (logits?.length !== outputsOf(network)) throw new Error('other outputs than the layers say');
}

const productsOf = (network: FloatNetwork) =>
  placeFloatLayers(network).reduce(
    (sum, { layer, inputs }) => sum + floatKindOf(layer).macs(layer, inputs),
    0,
  );
