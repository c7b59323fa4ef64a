import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { present } from '../../src/core/objects.js';
import { Random } from '../../src/core/random.js';
import { importFile } from '../../src/exchange/importers/index.js';
import { type FloatActivation, isCurve } from '../../src/float/activation.js';
import { inputsOf } from '../../src/float/graph.js';
import { compareModel } from '../../src/pipeline/compare.js';
import { compileWeights } from '../../src/pipeline/compile.js';
import { compileConfig } from '../../src/pipeline/compile-config.js';
import { newFolder } from '../support/cli.js';
import { type ImportSeed, importSeeds } from '../support/import-seeds.js';
import { writeFolder } from '../support/write-folder.js';

/** A file of every format, beside the design that is made of it. */

const folder = newFolder('compare-formats');
afterAll(() => rmSync(folder, { recursive: true }));
const seeds = await importSeeds(folder);
const random = new Random(6, 'compare formats');

function compiled({ file, options }: ImportSeed): string {
  const { shape, layers, activations } = options;
  const design = `${file}.design`;
  const stated = layers === undefined ? undefined : path.join(path.dirname(file), layers.file);
  if (stated !== undefined) writeFileSync(stated, stringify({ layers: layers?.layers }));
  const config = compileConfig(undefined, { bits: 14, input: 'unit' });
  const left = present({ shape, layers: stated, activations });
  writeFolder(design, compileWeights({ weights: [], model: file, name: 'net', config, ...left }).files);
  return design;
}

function rowsFor(file: string, inputs: number): string {
  const row = () => Array.from({ length: inputs }, () => random.float()).join();
  const data = `${file}.csv`;
  writeFileSync(data, Array.from({ length: 20 }, row).join('\n'));
  return data;
}

it.each(seeds.map((seed) => [seed.name, seed] as const))('%s', async (_, seed) => {
  const { file, options } = seed;
  const imported = importFile(file, options);
  if ('integers' in imported) {
    const { layers, agreement } = await compareModel({ model: file, options });
    expect(layers.map(({ differing }) => differing ?? 0)).toEqual(layers.map(() => 0));
    expect(agreement).toBe(1);
    return;
  }
  const { network } = imported;
  const data = rowsFor(file, inputsOf(network));
  const request = { model: file, options, design: compiled(seed), data, runtime: 'own' as const };
  const { original, samples, layers, warnings } = await compareModel(request);
  expect([original, samples, warnings]).toEqual(['doubles', 20, []]);
  expect(layers.length).toBeGreaterThan(0);
  // A curve becomes a table, by whose places values are rounded, in fewer bits than the rest has.
  const isCurved = network.layers.some(
    (layer) => 'activation' in layer && isCurve(layer.activation as FloatActivation),
  );
  for (const { largestDifference, largestValue } of layers) {
    expect(largestDifference).toBeGreaterThan(0);
    expect(largestDifference).toBeLessThan((isCurved ? 0.05 : 0.01) * largestValue);
  }
});
