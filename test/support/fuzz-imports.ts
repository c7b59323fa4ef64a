import { readFileSync, writeFileSync } from 'node:fs';
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

/** What became of a seed's spoilt copies. */
export interface Fuzzed {
  /** Networks, each of which computes. */
  readonly read: number;
  /** Errors of ours. */
  readonly refused: number;
}

/** Products beyond which a network is only looked at. */
const MOST_PRODUCTS = 1e6;

/**
 * Reads spoilt copies of a good file. Everything but a network that computes, or an error of ours, is thrown, with the
 * file left as it was.
 */
export function fuzzImport({ file, name, options }: ImportSeed, count: number, random: Random): Fuzzed {
  const good = readFileSync(file);
  let refused = 0;
  for (let time = 0; time < count; time++) {
    writeFileSync(file, spoilt(good, random));
    try {
      expectComputing(importFile(file, options));
    } catch (error) {
      if (!(error instanceof EspalierError))
        throw new Error(`${name}, copy ${time}: ${file}`, { cause: error });
      if (/undefined|\[object |\n\s+at /.test(error.message))
        throw new Error(`${name}, copy ${time}: ${error.message}`);
      refused += 1;
    }
  }
  writeFileSync(file, good);
  return { read: count - refused, refused };
}

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
