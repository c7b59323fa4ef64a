import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { type FloatActivation, printFloatActivation } from '../../../src/float/activation.js';
import { foldNetwork } from '../../../src/float/fold.js';
import { floatModel } from '../../../src/float/model.js';
import { referenceModel } from '../../../src/network/reference.js';
import { newFolder } from '../../support/cli.js';
import { loadTflite } from '../../support/litert.js';
import { messageOf } from '../../support/messages.js';
import { type TestOperator, type TestTensor, tfliteModel } from '../../support/tflite.js';
import { fused, RELU6 } from '../../support/tflite-cases/case.js';
import { FUNCTIONS, type Step } from '../../support/tflite-cases/functions.js';
import { tfliteReader } from '../../support/tflite-cases/reader.js';

/** Functions that files build of several operators: read as the activation that they are, or refused. */

const folder = newFolder('tflite-functions');
afterAll(() => rmSync(folder, { recursive: true }));
const { integers, floats } = tfliteReader(folder);

const UNIONS: Readonly<Record<string, number>> = { ADD: 11, SUB: 28, MUL: 21, DIV: 29 };
const SIZE = 8;

/** Steps are s1, s2, …; x is the input. */
function modelOf(steps: readonly Step[]): Uint8Array {
  const tensors: Record<string, TestTensor> = { x: { shape: [1, SIZE] } };
  const operators = steps.map(([op, inputs, end = 0], at): TestOperator => {
    const output = `s${at + 1}`;
    tensors[output] = { shape: [1, SIZE] };
    const names = inputs.map((input) => {
      if (typeof input === 'string') return input;
      const name = `constant ${input}`;
      tensors[name] = { shape: [1], data: [input] };
      return name;
    });
    const options = op in UNIONS ? { options: fused(UNIONS[op], end) } : {};
    return { op, inputs: names, output, ...options };
  });
  return tfliteModel({ tensors, operators });
}

const activationsOf = (bytes: Uint8Array) =>
  foldNetwork(floats(bytes).network).network.layers.map((layer) =>
    printFloatActivation((layer as unknown as { readonly activation: FloatActivation }).activation),
  );

describe.each(FUNCTIONS)('$is of operators', ({ is, steps }) => {
  it('is one activation, with the values that LiteRT has', async () => {
    const bytes = modelOf(steps);
    expect(activationsOf(bytes)).toEqual([is]);
    const random = new Random(6, is);
    const run = floatModel(floats(bytes).network);
    const model = await loadTflite(bytes);
    for (let sample = 0; sample < 10; sample++) {
      const values = Array.from({ length: SIZE }, () => Math.fround(4 * random.normal()));
      const got = run(values).at(-1)!;
      (await model.run(values)).forEach((value, at) => {
        expect(Math.abs(got[at] - value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
      });
    }
    model.delete();
  });
});

describe('what no activation is, is refused by name', () => {
  const refusal = (...steps: Step[]) => messageOf(() => floats(modelOf(steps))).replace(folder, '');
  it.each<[string, string, readonly Step[]]>([
    [
      'a part at the end',
      '/net.tflite, output s1: got part of a function that is no known activation, wanted what layers give [exchange/import-file]',
      [['EXP', ['x']]],
    ],
    [
      'a part before another operator',
      '/net.tflite, operator s2 (RESHAPE), input 0: got part of a function that is no known activation, wanted what a layer gives [exchange/import-file]',
      [
        ['EXP', ['x']],
        ['RESHAPE', ['s1', 'x']],
      ],
    ],
    [
      'two functions of two tensors',
      '/net.tflite, operator s3 (MUL): got two tensors that change, wanted a constant as one of them, or functions of one tensor [exchange/import-attribute]',
      [
        ['ADD', ['x', 'x'], RELU6],
        ['LOGISTIC', ['x']],
        ['MUL', ['s1', 's2']],
      ],
    ],
    [
      'ever more operators',
      '/net.tflite, operator s7 (MUL): got a function of many operators, wanted one of at most 64, which is known by its values [exchange/import-attribute]',
      [['EXP', ['x']], ...Array.from({ length: 6 }, (_, at): Step => ['MUL', [`s${at + 1}`, `s${at + 1}`]])],
    ],
  ])('%s', (_, message, steps) => {
    expect(refusal(...steps)).toBe(message);
  });
});

it('x + sigmoid(x) is a sum', () => {
  const bytes = modelOf([
    ['LOGISTIC', ['x']],
    ['ADD', ['x', 's1']],
  ]);
  expect(floats(bytes).network.layers.map(({ kind }) => kind)).toEqual(['activation', 'add']);
});

describe('places of codes in a table', () => {
  const code = { type: 'int8', scales: [0.05], zeroPoints: [-10] } as const;
  const shape = [1, SIZE];
  const places = { shape, type: 'int32' } as const;
  const model = (first: readonly number[], length: number) => {
    const random = new Random(2, 'table');
    const data = Array.from({ length }, () => random.integer(-128, 127));
    return tfliteModel({
      tensors: {
        x: { shape, ...code },
        code: places,
        first: { shape: [first.length], type: 'int32', data: first },
        place: places,
        table: { shape: [length], type: 'int8', scales: [0.1], zeroPoints: [3], data },
        y: { shape, type: 'int8', scales: [0.1], zeroPoints: [3] },
      },
      operators: [
        {
          op: 'CAST',
          inputs: ['x'],
          output: 'code',
          options: [
            37,
            [
              [0, 'int8', 9],
              [1, 'int8', 2],
            ],
          ],
        },
        { op: 'ADD', inputs: ['code', 'first'], output: 'place', options: fused(11, 0) },
        {
          op: 'GATHER',
          version: 2,
          inputs: ['table', 'place'],
          output: 'y',
          options: [23, [[0, 'int32', 0]]],
        },
      ],
    });
  };

  it.each([
    ['one for all', [128], 256],
    ['one for each channel', Array.from({ length: SIZE }, (_, at) => 256 * at + 128), 256 * SIZE],
  ] as const)('%s gives the codes that LiteRT gives', async (_, first, length) => {
    const bytes = model(first, length);
    const { integers: network, meanings } = integers(bytes);
    const run = referenceModel(network);
    const { offset } = meanings.at(-1)!;
    const interpreter = await loadTflite(bytes);
    const random = new Random(3, 'codes');
    for (let sample = 0; sample < 40; sample++) {
      const codes = Array.from({ length: SIZE }, () => random.integer(-128, 127));
      expect(run(codes).outputs.map((one) => one + offset)).toEqual(await interpreter.run(codes));
    }
    interpreter.delete();
  });

  it('a table that ends before the codes is refused', () => {
    expect(messageOf(() => integers(model([128], 255))).replace(folder, '')).toBe(
      '/net.tflite, operator y (GATHER): got 255 items, wanted as many as there are codes, from -128 to 127, each in its place [exchange/import-attribute]',
    );
  });
});
