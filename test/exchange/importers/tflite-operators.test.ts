import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { OPERATORS } from '../../../src/exchange/importers/tflite/operators/index.js';
import { foldNetwork } from '../../../src/float/fold.js';
import { floatModel } from '../../../src/float/model.js';
import { referenceModel } from '../../../src/network/reference.js';
import { newFolder } from '../../support/cli.js';
import { loadTflite } from '../../support/litert.js';
import { sizeOf } from '../../support/tensors.js';
import { type TestOperator, tfliteModel } from '../../support/tflite.js';
import { type Case, fused, modelOf, reals } from '../../support/tflite-cases/case.js';
import { CODE_CASES } from '../../support/tflite-cases/codes.js';
import { FUNCTIONS } from '../../support/tflite-cases/functions.js';
import { tfliteReader } from '../../support/tflite-cases/reader.js';
import { VALUE_CASES } from '../../support/tflite-cases/values.js';

/** Every operator of TFLite that is read, against LiteRT itself: values within 1e-5, codes exactly. */

const folder = newFolder('tflite-operators');
afterAll(() => rmSync(folder, { recursive: true }));
const { integers, floats } = tfliteReader(folder);

describe.each(CODE_CASES)('$name of int8', (one) => {
  it('gives the codes that LiteRT gives', async () => {
    const random = new Random(3, one.name);
    for (let round = 0; round < 6; round++) {
      const bytes = tfliteModel(modelOf(one, random));
      const { integers: network, meanings } = integers(bytes, { kernels: 'float' });
      const run = referenceModel(network);
      const model = await loadTflite(bytes);
      const { offset } = meanings.at(-1)!;
      for (let sample = 0; sample < 40; sample++) {
        const codes = Array.from({ length: sizeOf(one.input) }, () => random.integer(-128, 127));
        expect(run(codes).outputs.map((code) => code + offset)).toEqual(await model.run(codes));
      }
      model.delete();
    }
  });
});

it('biases have one axis, whatever its number is in the file', () => {
  const named = CODE_CASES.find(({ operator }) => operator.op === 'DEPTHWISE_CONV_2D') as Case;
  const model = modelOf(named, new Random(8, 'axis'));
  const asKernel = { ...model.tensors, b: { ...model.tensors.b, axis: 3 } };
  const [got, wanted] = [{ ...model, tensors: asKernel }, model].map((one) => integers(tfliteModel(one)));
  expect(got).toEqual(wanted);
});

describe.each(VALUE_CASES)('$name of floats', ({ name, input, output, operator, constants = {} }) => {
  it('gives what LiteRT gives', async () => {
    const random = new Random(4, name);
    const made = Object.fromEntries(Object.entries(constants).map(([key, make]) => [key, make(random)]));
    const bytes = tfliteModel({
      tensors: { x: { shape: input }, ...made, y: { shape: output } },
      operators: [{ ...operator, inputs: ['x', ...Object.keys(made)], output: 'y' }],
    });
    const { network } = floats(bytes);
    const runs = [network, foldNetwork(network).network].map((one) => floatModel(one));
    const model = await loadTflite(bytes);
    for (let sample = 0; sample < 10; sample++) {
      const values = Array.from({ length: sizeOf(input) }, () => Math.fround(2 * random.normal()));
      const wanted = await model.run(values);
      for (const run of runs) {
        const got = run(values).at(-1)!;
        expect(got.length).toBe(wanted.length);
        wanted.forEach((value, at) => {
          expect(Math.abs(got[at] - value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
        });
      }
    }
    model.delete();
  });
});

/** What stands at the end, and is left out: it says of the network's outputs what LiteRT says of the file. */
const softmaxOf = (values: readonly number[]) => {
  const total = values.reduce((sum, value) => sum + Math.exp(value), 0);
  return values.map((value) => Math.exp(value) / total);
};

const HEADS: Readonly<Record<string, (outputs: readonly number[]) => readonly number[]>> = {
  SOFTMAX: softmaxOf,
  LOG_SOFTMAX: (outputs) => softmaxOf(outputs).map(Math.log),
  ARG_MAX: (outputs) => [outputs.indexOf(Math.max(...outputs))],
};

const HEAD_OPTIONS: Readonly<Record<string, NonNullable<TestOperator['options']>>> = {
  SOFTMAX: [9, [[0, 'float', 1]]],
  LOG_SOFTMAX: [50, []],
  ARG_MAX: [40, [[0, 'int8', 2]]],
};

describe.each(Object.keys(HEADS))('%s at the end', (op) => {
  it('is the head', async () => {
    const random = new Random(12, op);
    const isIndex = op === 'ARG_MAX';
    const bytes = tfliteModel({
      tensors: {
        x: { shape: [1, 5] },
        w: reals(4, 5)(random),
        v: { shape: [1, 4] },
        ...(isIndex ? { axis: { shape: [], type: 'int32', data: [1] } } : {}),
        y: isIndex ? { shape: [1], type: 'int32' } : { shape: [1, 4] },
      },
      operators: [
        { op: 'FULLY_CONNECTED', inputs: ['x', 'w'], output: 'v', options: fused(8, 0) },
        { op, inputs: isIndex ? ['v', 'axis'] : ['v'], output: 'y', options: HEAD_OPTIONS[op] },
      ],
    });
    const { network } = floats(bytes);
    expect(network.head).toBe('argmax');
    const model = await loadTflite(bytes);
    for (let sample = 0; sample < 5; sample++) {
      const values = Array.from({ length: 5 }, () => Math.fround(random.normal()));
      const got = HEADS[op](Array.from(floatModel(network)(values).at(-1)!));
      (await model.run(values)).forEach((wanted, at) => {
        expect(Math.abs(got[at] - wanted)).toBeLessThan(1e-5);
      });
    }
    model.delete();
  });
});

describe('DEQUANTIZE at the end', () => {
  it('gives the values that the codes mean', async () => {
    const random = new Random(13, 'dequantize');
    const codes = { shape: [1, 6], type: 'int8', scales: [0.037], zeroPoints: [-11] } as const;
    const bytes = tfliteModel({
      tensors: { x: codes, v: codes, y: { shape: [1, 6] } },
      operators: [
        { op: 'RELU', version: 2, inputs: ['x'], output: 'v' },
        { op: 'DEQUANTIZE', version: 2, inputs: ['v'], output: 'y' },
      ],
    });
    const { integers: network, meanings } = integers(bytes);
    const { scale, zeroPoint, offset } = meanings.at(-1)!;
    const model = await loadTflite(bytes);
    const given = Array.from({ length: 6 }, () => random.integer(-128, 127));
    const wanted = await model.run(given);
    referenceModel(network)(given).outputs.forEach((code, at) => {
      expect(Math.abs(scale * (code + offset - zeroPoint) - wanted[at])).toBeLessThan(1e-5);
    });
    model.delete();
  });
});

it('every operator that is read has a case here', () => {
  const named = [...CODE_CASES, ...VALUE_CASES].map(({ operator }) => operator.op);
  const built = FUNCTIONS.flatMap(({ steps }) => steps.map(([op]) => op));
  // Places in tables stand beside the functions.
  const all = new Set([...named, ...built, ...Object.keys(HEADS), 'DEQUANTIZE', 'CAST', 'GATHER']);
  expect([...all].sort()).toEqual(Object.keys(OPERATORS).sort());
});
