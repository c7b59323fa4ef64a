import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { logitsOf } from '../../../src/float/model.js';
import type { FloatNetwork } from '../../../src/float/types.js';
import { untrainedGraph } from '../../../src/learn/base.js';
import type { Samples } from '../../../src/learn/samples.js';
import type { ShortLayer } from '../../../src/learn/short-form.js';
import { type Exports, exportsOf, factsOf } from '../../../src/pipeline/study/facts.js';
import { variantOf } from '../../../src/pipeline/study/variants.js';
import { loadTflite } from '../../support/litert.js';

const MAPS: readonly ShortLayer[] = [
  { conv: 3, kernel: 3, padding: 'same', activation: 'relu', name: 'stem' },
  { batchNorm: true },
  { conv: 3, kernel: 3, padding: 'same', activation: 'relu', name: 'beside' },
  { add: ['beside', 'batchNorm1'], activation: 'relu' },
  { maxPool: 2 },
  { flatten: true },
  { dense: 3 },
];
const TABLE: readonly ShortLayer[] = [{ dense: 5, activation: 'relu' }, { dense: 3 }];

const random = new Random(5, 'samples of a study');
const samplesOf = (shape: readonly number[]): Samples => ({
  features: Array.from({ length: 24 }, () =>
    Array.from({ length: shape.reduce((product, size) => product * size, 1) }, () => random.float()),
  ),
  ...(shape.length > 1 && { shape }),
  labels: Array.from({ length: 24 }, (_, row) => row % 3),
  classes: ['a', 'b', 'c'],
});

describe.each([
  ['maps', MAPS, [6, 6, 2]],
  ['tables', TABLE, [4]],
] as const)('a float variant over %s', (_, layers, shape) => {
  const variant = variantOf('base', 'here');
  const samples = samplesOf(shape);
  let network: FloatNetwork;
  let exported: Exports;
  const made = () => ({ kind: 'float', network, history: [] }) as const;
  beforeAll(() => {
    ({ network } = untrainedGraph(samples, { name: 'net', layers, seed: 2 }));
    exported = exportsOf(variant, made(), samples, 'test');
  });

  it('leaves as TFLite in every mode, each with its bytes in the facts', async () => {
    const files = ['float32', 'float16', 'dynamic', 'int8'].map((mode) => `base_${mode}.tflite`);
    expect([...exported.keys()]).toEqual(files);
    const { tflite } = await factsOf(variant, made(), samples, exported, [1]);
    expect(Object.values(tflite ?? {})).toEqual(files.map((file) => exported.get(file)?.length));
  });

  it.each([
    ['float32', 1e-5],
    ['int8', 0.03],
  ])('gives its probabilities in LiteRT: %s', async (mode, most) => {
    const model = await loadTflite(exported.get(`base_${mode}.tflite`) as Uint8Array);
    const run = logitsOf(network);
    for (const row of samples.features) {
      const logits = run(row);
      const exponentials = logits.map(Math.exp);
      const sum = exponentials.reduce((total, one) => total + one, 0);
      // int8 probabilities are whole 256ths, from −128 on; inputs between 0 and 1 are nearly so.
      const given = await model.run(
        model.takesCodes ? row.map((value) => Math.round(value * 255) - 128) : row,
      );
      const values = model.takesCodes ? given.map((code) => (code + 128) / 256) : given;
      values.forEach((value, at) => {
        expect(Math.abs(value - exponentials[at] / sum)).toBeLessThan(most);
      });
    }
    model.delete();
  });
});
