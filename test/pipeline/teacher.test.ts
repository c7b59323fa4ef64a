import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { ignoreProgress } from '../../src/core/progress.js';
import { exportKeras } from '../../src/exchange/keras/export.js';
import { runModel } from '../../src/pipeline/run.js';
import { readData } from '../../src/pipeline/stages/data.js';
import { readLogits } from '../../src/pipeline/stages/teacher.js';
import type { TrainedProduct } from '../../src/pipeline/stages/train.js';
import { SMALL_MODEL, smallModel } from '../support/cli.js';
import { messageOfAsync } from '../support/messages.js';
import { npyFile } from '../support/numpy.js';

const configured = (distillation: string) =>
  // Learnt enough to be a teacher.
  `${SMALL_MODEL.replace('epochs: 4', 'learningRate: 0.05, epochs: 20')}deploy: distilled\ndistillation: { hidden: [2], epochs: 3, batchSize: 16, ${distillation} }\n`;

const run = (folder: string) =>
  runModel({
    model: path.join(folder, 'models', 'small'),
    build: path.join(folder, 'build'),
    until: 'distill',
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
