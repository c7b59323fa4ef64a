import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { ignoreProgress } from '../../src/core/progress.js';
import { exportKeras } from '../../src/exchange/keras/export.js';
import type { FloatDense } from '../../src/float/layers/dense.js';
import type { FloatTensor } from '../../src/float/tensor.js';
import { runModel } from '../../src/pipeline/run.js';
import { readData } from '../../src/pipeline/stages/data.js';
import { readLogits } from '../../src/pipeline/stages/teacher.js';
import type { TrainedProduct } from '../../src/pipeline/stages/train.js';
import { SMALL_MODEL, smallModel } from '../support/cli.js';
import { texts, writeGraph } from '../support/graph-models.js';
import { messageOfAsync } from '../support/messages.js';
import { npyFile } from '../support/numpy.js';

const configured = (distillation: string) =>
  // Learnt enough to be a teacher.
  `${SMALL_MODEL.replace('epochs: 4', 'learningRate: 0.05, epochs: 20')}deploy: distilled\ndistillation: { hidden: [2], epochs: 3, batchSize: 16, ${distillation} }\n`;

const run = (folder: string, until = 'distill') =>
  runModel({
    model: path.join(folder, 'models', 'small'),
    build: path.join(folder, 'build'),
    until,
    onProgress: ignoreProgress,
  });
type Ran = Awaited<ReturnType<typeof run>>;
const statesOf = ({ stages }: Ran) => Object.fromEntries(stages.map(({ name, state }) => [name, state]));
const studentOf = ({ products }: Ran) => products.get('distill')!.text('trained.json');
const configure = (folder: string, distillation: string) =>
  writeFileSync(path.join(folder, 'models', 'small', 'espalier.yaml'), configured(distillation));

it('is asked once, whatever temperature follows; its logits in a file teach the same student', async () => {
  const folder = smallModel(configured('temperature: 4'));
  const own = await run(folder);
  configure(folder, 'temperature: 2');
  expect(statesOf(await run(folder))).toMatchObject({ train: 'kept', teacher: 'kept', distill: 'made' });
  const { logits } = readLogits(own.products.get('teacher')!);
  const { split, labels } = { ...readData(own.products.get('data')!), labels: 80 };
  const all = Array.from({ length: labels }, (_, row) => [row]);
  split.train.forEach((row, at) => {
    all[row] = [logits[at][0]];
  });
  for (const [name, values] of Object.entries({ trained: logits, all })) {
    const file = npyFile({ shape: [values.length, 1], values: values.flat() });
    writeFileSync(path.join(folder, 'models', 'small', `${name}.npy`), file);
    configure(folder, `temperature: 4, teacher: { logits: ${name}.npy }`);
    expect(studentOf(await run(folder))).toBe(studentOf(own));
  }
  const place = path.join(folder, 'models', 'small', 'all.npy');
  writeFileSync(`${place}.gz`, gzipSync(readFileSync(place)));
  rmSync(place);
  expect(studentOf(await run(folder))).toBe(studentOf(own));
});

it('goes on teaching in integer formats where it is told to', async () => {
  const folder = smallModel(configured('temperature: 4'));
  const quantized = async (taught: string) => {
    const text = `${configured('temperature: 4')}quantizationAware: { epochs: 2, batchSize: 16${taught} }\n`;
    writeFileSync(path.join(folder, 'models', 'small', 'espalier.yaml'), text);
    const { products } = await run(folder, 'quantize');
    return products.get('quantize')!.text('network.json');
  };
  const alone = await quantized('');
  expect(await quantized(', taught: false')).toBe(alone);
  expect(await quantized(', taught: true')).not.toBe(alone);
});

it('is a model of any format that is imported, convolutions too', async () => {
  const folder = smallModel();
  const layers = '[{ conv: 2, kernel: [1, 2], activation: relu }, { flatten: true }, { dense: 1 }]';
  const convolved = (distillation: string) =>
    writeFileSync(
      path.join(folder, 'models', 'small', 'espalier.yaml'),
      configured(`${distillation}, layers: ${layers}`)
        .replace('hidden: [4]', `layers: ${layers}`)
        .replace('hidden: [2], ', '')
        .replace("positive: 'yes'", "positive: 'yes'\n  shape: [1, 3, 1]"),
    );
  convolved('temperature: 4');
  const own = await run(folder);
  const { network } = own.products.get('train')!.json<TrainedProduct>('trained.json');
  writeFileSync(path.join(folder, 'models', 'small', 'teacher.keras'), exportKeras(network));
  convolved('temperature: 4, teacher: teacher.keras');
  const taught = await run(folder);
  expect(statesOf(taught)).toMatchObject({ data: 'kept', teacher: 'made', train: 'kept' });
  expect(studentOf(taught)).toBe(studentOf(own));
});

/** A graph model of TensorFlow.js of two dense layers. */
function writeTeacher(folder: string, [hidden, output]: readonly FloatDense[]): void {
  const weight = ({ shape, values }: FloatTensor) => ({ shape, values: Array.from(values) });
  const list = (values: Float64Array) => weight({ shape: [values.length], values });
  writeGraph(path.join(folder, 'models', 'small', 'graph'), {
    input: [1, hidden.kernel.shape[0]],
    nodes: [
      {
        name: 'h',
        op: '_FusedMatMul',
        input: ['x', 'w1', 'b1'],
        attr: { fused_ops: texts('BiasAdd', 'Relu') },
      },
      { name: 'o', op: '_FusedMatMul', input: ['h', 'w2', 'b2'], attr: { fused_ops: texts('BiasAdd') } },
      { name: 'y', op: 'Sigmoid', input: ['o'] },
    ],
    weights: {
      w1: weight(hidden.kernel),
      b1: list(hidden.bias),
      w2: weight(output.kernel),
      b2: list(output.bias),
    },
  });
}
const numbers = (...shape: number[]) => ({
  shape,
  values: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => (at % 5) - 2),
});
const denseOf = (inputs: number, units: number): FloatDense => ({
  kind: 'dense',
  name: 'any',
  kernel: numbers(inputs, units),
  bias: numbers(units).values,
  activation: 'relu',
});

it('is a graph model of TensorFlow.js, whose sigmoid at the end is left out', async () => {
  const folder = smallModel(configured('temperature: 4'));
  const own = await run(folder);
  const { network } = own.products.get('train')!.json<TrainedProduct>('trained.json');
  writeTeacher(folder, network.layers as FloatDense[]);
  configure(folder, 'temperature: 4, teacher: graph/model.json');
  const taught = await run(folder);
  const [got, wanted] = [taught, own].map(({ products }) => readLogits(products.get('teacher')!).logits);
  expect(got.length).toBe(60);
  got.forEach(([logit], at) => {
    expect(logit).toBeCloseTo(wanted[at][0], 4);
  });
  // Other weights are another teacher.
  const [hidden, output] = network.layers as FloatDense[];
  writeTeacher(folder, [hidden, { ...output, bias: output.bias.map((one) => one + 0.125) }]);
  expect(statesOf(await run(folder))).toMatchObject({ train: 'kept', teacher: 'made', distill: 'made' });
});

it('that reads other inputs, or tells other classes apart, is refused before anything is trained', async () => {
  const folder = smallModel(configured('teacher: graph/model.json'));
  writeTeacher(folder, [denseOf(5, 4), denseOf(4, 1)]);
  expect(await messageOfAsync(() => run(folder))).toBe(
    'teacher model: got 5 inputs, wanted 3 inputs, as the student distilled has [learn/teacher]',
  );
  writeTeacher(folder, [denseOf(3, 4), denseOf(4, 3)]);
  expect(await messageOfAsync(() => run(folder))).toBe(
    'teacher model: got 3 outputs, wanted 1 outputs, as the student distilled has [learn/teacher]',
  );
});

it('is refused before anything is trained', async () => {
  const folder = smallModel(configured('teacher: { logits: few.npy }'));
  const file = path.join(folder, 'models', 'small', 'few.npy');
  writeFileSync(file, npyFile({ shape: [7, 1], values: [1, 2, 3, 4, 5, 6, 7] }));
  expect(await messageOfAsync(() => run(folder))).toBe(
    `${file}: got logits of 7 samples, wanted 80, one for each sample of the data in their order, or 60, one for each that is ` +
      'trained on [learn/teacher]',
  );
  configure(folder, 'teacher: none.onnx');
  expect(await messageOfAsync(() => run(folder))).toContain('[file/unreadable]');
});
