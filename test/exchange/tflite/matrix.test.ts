import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EspalierError } from '../../../src/core/errors.js';
import { Random } from '../../../src/core/random.js';
import type { ImportedIntegers } from '../../../src/exchange/importers/importer.js';
import { importFile, importNetwork } from '../../../src/exchange/importers/index.js';
import { exportTflite, TFLITE_MODES, type TfliteModel } from '../../../src/exchange/tflite/export.js';
import { quantizeActivation } from '../../../src/exchange/tflite/quantize.js';
import { spread } from '../../../src/exchange/tflite/spread.js';
import { type FloatActivation, printFloatActivation } from '../../../src/float/activation.js';
import { foldNetwork } from '../../../src/float/fold.js';
import type { FloatActivationLayer } from '../../../src/float/layers/activation-layer.js';
import { FLOAT_KINDS } from '../../../src/float/layers/index.js';
import type { FloatMove } from '../../../src/float/layers/move.js';
import { logitsOf } from '../../../src/float/model.js';
import type { FloatNetwork } from '../../../src/float/types.js';
import { referenceModel } from '../../../src/network/reference.js';
import { newFolder } from '../../support/cli.js';
import { loadTflite } from '../../support/litert.js';
import {
  halved,
  jumpOf,
  steepest,
  stepWhileRunning,
  weightError,
  widestStep,
} from '../../support/tflite-matrix/bounds.js';
import {
  ACTIVATIONS,
  AS_OTHERS,
  KINDS,
  networkOf,
  REFUSED,
  SIZE,
} from '../../support/tflite-matrix/cases.js';

/** Every kind of layer, with every activation, in every mode: equal in LiteRT, or refused by a code that stands here. */

const folder = newFolder('tflite-matrix');
const random = new Random(17, 'tflite matrix');
const rows = Array.from({ length: 6 }, () =>
  Array.from({ length: SIZE }, () => Math.fround(random.normal())),
);

/** Sums in floats of 32 bits. */
const ROUNDING = 1e-5;

const folded = (network: FloatNetwork) => foldNetwork(network).network;

async function expectValues(
  bytes: Uint8Array,
  wanted: (row: readonly number[]) => number[],
  bound: (row: readonly number[]) => number,
) {
  const model = await loadTflite(bytes);
  for (const row of rows) {
    const values = wanted(row);
    const most = Math.max(1, ...values.map(Math.abs));
    const got = await model.run(row);
    expect(got.length).toBe(values.length);
    const off = Math.max(...got.map((value, at) => Math.abs(value - values[at])));
    expect(off).toBeLessThanOrEqual(bound(row) + ROUNDING * most);
  }
  model.delete();
}

/** The codes of the integers that are read back, and values near those of the network. */
async function expectCodes(
  exported: TfliteModel,
  network: FloatNetwork,
  bound: (row: readonly number[]) => number,
) {
  const file = path.join(folder, 'whole.tflite');
  writeFileSync(file, exported.bytes);
  const { integers, meanings } = importFile(file) as unknown as ImportedIntegers;
  const run = referenceModel(integers);
  const { offset } = meanings.at(-1)!;
  const { graph } = exported;
  const [given, output] = [graph.input, graph.output].map((tensor) => graph.tensors[tensor].quantization!);
  const model = await loadTflite(exported.bytes);
  const extremes = Array.from({ length: 6 }, () =>
    Array.from({ length: SIZE }, () => random.integer(-128, 127)),
  );
  const calibrated = rows.map((row) => row.map((value) => quantizeActivation(value, given)));
  for (const codes of [...extremes, ...calibrated])
    expect(run(codes).outputs.map((code) => code + offset)).toEqual(await model.run(codes));
  for (const [at, row] of rows.entries()) {
    const wanted = logitsOf(network)(row);
    const got = (await model.run(calibrated[at])).map((code) => output.scales[0] * (code - output.zeroPoint));
    expect(Math.max(...got.map((value, unit) => Math.abs(value - wanted[unit])))).toBeLessThanOrEqual(
      bound(row),
    );
  }
  model.delete();
}

/** Kinds and activations, as they lie before TFLite; padding of other layers is a layer in a file. */
const shapeOf = (network: FloatNetwork) =>
  spread(folded(network)).layers.flatMap((layer) => {
    const { activation } = layer as Partial<FloatActivationLayer>;
    const { move } = layer as Partial<FloatMove>;
    if (move?.kind === 'pad') return [];
    return [[layer.kind, move?.kind, activation && printFloatActivation(activation)].join(' ').trim()];
  });

/** Tables of values are no activation that files are read for; those of codes are. */
const isOneWay = (activation: FloatActivation) =>
  typeof activation === 'object' && activation.kind === 'table';

function readBack(bytes: Uint8Array): FloatNetwork {
  const file = path.join(folder, 'float.tflite');
  writeFileSync(file, bytes);
  return importNetwork(file).network;
}

const FORMS = Object.entries(KINDS).flatMap(([kind, forms]) =>
  Object.entries(forms).map(([form, make]) => [`${kind}, ${form}`, make] as const),
);

it('every kind of layer stands here', () => {
  expect(Object.keys(KINDS).sort()).toEqual(FLOAT_KINDS.map(({ kind }) => kind).sort());
});

describe.each(FORMS)('%s', (name, make) => {
  const refused = REFUSED[name];
  it.each(ACTIVATIONS)(refused === undefined ? 'with %s' : 'with %s is refused', async (text, activation) => {
    const network = networkOf(make, activation, `${name} ${text}`);
    if (refused !== undefined) {
      for (const mode of TFLITE_MODES)
        expect(() => exportTflite(network, { mode, calibration: rows })).toThrow(
          expect.objectContaining({ code: refused, where: 'layer l' } satisfies Partial<EspalierError>),
        );
      return;
    }
    const steep = steepest(activation);
    const exported = (mode: (typeof TFLITE_MODES)[number]) =>
      exportTflite(network, { mode, calibration: rows });
    const none = () => 0;
    const jump = jumpOf(activation);
    const single = exported('float32').bytes;
    await expectValues(single, logitsOf(network), none);
    await expectValues(exported('float16').bytes, logitsOf(halved(folded(network))), none);
    await expectValues(
      exported('dynamic').bytes,
      logitsOf(network),
      (row) => jump + steep * weightError(folded(network), row, stepWhileRunning),
    );
    const whole = exported('int8');
    const step = widestStep(whole);
    const roundings = whole.graph.operators.length + 1;
    await expectCodes(
      whole,
      network,
      (row) => jump + steep * (weightError(folded(network), row, () => step) + step * roundings),
    );
    if (isOneWay(activation)) {
      expect(() => readBack(single)).toThrow(expect.objectContaining({ code: 'exchange/import-operator' }));
      return;
    }
    const read = readBack(single);
    const [before, after] = [network, read].map((one) => logitsOf(one));
    for (const row of rows) {
      const wanted = before(row);
      after(row).forEach((value, at) => {
        expect(Math.abs(value - wanted[at])).toBeLessThanOrEqual(
          ROUNDING * Math.max(1, Math.abs(wanted[at])),
        );
      });
    }
    if (!AS_OTHERS.has(name)) expect(shapeOf(read)).toEqual(shapeOf(network));
  });
});
