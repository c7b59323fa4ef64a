import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { EspalierError } from '../../src/core/errors.js';
import { Random } from '../../src/core/random.js';
import type { DenseChain } from '../../src/float/chain.js';
import { untrainedGraph } from '../../src/learn/base.js';
import { distill, teacherLogits, trainAlone } from '../../src/learn/distill.js';
import { DEFAULT_DISTILLATION, distillationObjective, softLoss } from '../../src/learn/distillation-loss.js';
import { crossEntropy } from '../../src/learn/objective.js';
import { flatten } from '../../src/learn/parameters.js';
import type { Samples } from '../../src/learn/samples.js';
import { loadTensorflow, type Tf } from '../../src/learn/tensorflow.js';
import { chainOf } from '../support/chains.js';

let tf: Tf;
beforeAll(async () => {
  ({ tf } = await loadTensorflow('cpu'));
});

const draw = (random: Random, rows: number, columns: number) =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, () => 4 * random.normal()));

/** The definition, in 64-bit floats: sigmoid and cross-entropy for one logit, softmax and divergence for several. */
function softLossByDefinition(student: number[][], teacher: number[][], temperature: number): number {
  const losses = student.map((z, row) => {
    const t = teacher[row];
    if (z.length === 1) {
      const p = 1 / (1 + Math.exp(-t[0] / temperature));
      const q = 1 / (1 + Math.exp(-z[0] / temperature));
      return -p * Math.log(q) - (1 - p) * Math.log(1 - q);
    }
    const softmax = (values: number[]) => {
      const exponentials = values.map((value) => Math.exp(value / temperature));
      const sum = exponentials.reduce((total, one) => total + one, 0);
      return exponentials.map((one) => one / sum);
    };
    const p = softmax(t);
    const q = softmax(z);
    return p.reduce((sum, share, unit) => sum + share * Math.log(share / q[unit]), 0);
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

describe('the distillation loss', () => {
  const random = new Random(5, 'distillation');
  const soft = (student: number[][], teacher: number[][], temperature: number) =>
    tf.tidy(() => softLoss(tf, tf.tensor2d(student), tf.tensor2d(teacher), temperature).dataSync()[0]);

  for (const outputs of [1, 2, 3, 10]) {
    it(`is what its definition says, for ${outputs} logits`, () => {
      for (const temperature of [1, 2, 10]) {
        const student = draw(random, 6, outputs);
        const teacher = draw(random, 6, outputs);
        const wanted = softLossByDefinition(student, teacher, temperature);
        expect(soft(student, teacher, temperature)).toBeCloseTo(wanted, 5);
        expect(wanted).toBeGreaterThan(0.001);
      }
    });

    it(`has the gradient of finite differences, for ${outputs} logits`, () => {
      for (const temperature of [1, 3, 10]) {
        const student = draw(random, 3, outputs);
        const teacher = draw(random, 3, outputs);
        const gradient = tf.tidy(() => {
          const wanted = tf.tensor2d(teacher);
          const loss = (z: Tensor2D) => softLoss(tf, z, wanted, temperature);
          return (tf.grad(loss as never) as (z: Tensor2D) => Tensor2D)(tf.tensor2d(student)).arraySync();
        });
        student.forEach((row, sample) => {
          row.forEach((_, unit) => {
            const at = (shift: number) => {
              const moved = student.map((logits) => [...logits]);
              moved[sample][unit] += shift;
              return softLossByDefinition(moved, teacher, temperature);
            };
            const slope = (at(1e-4) - at(-1e-4)) / 2e-4;
            expect(gradient[sample][unit]).toBeCloseTo(slope, 5);
          });
        });
        expect(gradient.flat().some((slope) => Math.abs(slope) > 1e-4)).toBe(true);
      }
    });
  }

  it('teaches with one logit: a softmax of one logit would be 1 whatever it is, and teach nothing', () => {
    const near = soft([[3]], [[3.1]], 2);
    const far = soft([[-3]], [[3.1]], 2);
    expect(far - near).toBeGreaterThan(0.5);
  });

  it('is 0 where several logits are the teacher’s, up to a constant', () => {
    expect(soft([[1, 2, 3]], [[1, 2, 3]], 4)).toBeCloseTo(0, 6);
    expect(soft([[6, 7, 8]], [[1, 2, 3]], 4)).toBeCloseTo(0, 6);
  });
});

describe('the objective of a student', () => {
  const samples: Samples = { features: [[0], [1], [2]], labels: [0, 1, 1], classes: ['no', 'yes'] };
  const student = [[0.5], [-1], [2]];
  const teacher = [[-2], [1], [4]];
  const lossAt = (options: Partial<typeof DEFAULT_DISTILLATION>) => {
    const labels = crossEntropy(samples, 'binary');
    const { targets, columns, loss } = distillationObjective(labels, teacher, {
      ...DEFAULT_DISTILLATION,
      ...options,
    });
    return tf.tidy(
      () => (loss(tf, tf.tensor2d(student), tf.tensor2d(targets, [3, columns])) as Scalar).dataSync()[0],
    );
  };
  const hard = softLossByDefinition(student, [[-1000], [1000], [1000]], 1);

  it('weighs labels and teacher, with T² or without', () => {
    const taught = softLossByDefinition(student, teacher, 10);
    expect(lossAt({ alpha: 1 })).toBeCloseTo(hard, 5);
    expect(lossAt({ alpha: 0, scaleByTemperature: false })).toBeCloseTo(taught, 5);
    expect(lossAt({ alpha: 0 })).toBeCloseTo(100 * taught, 3);
    expect(lossAt({ alpha: 0.1 })).toBeCloseTo(0.1 * hard + 0.9 * 100 * taught, 3);
  });
});

/** A network of one dense layer that adds its inputs, the first the more the higher the unit's number. */
const adder = (name: string, inputs: number, outputs: number, head: DenseChain['head']): DenseChain =>
  chainOf({
    name,
    inputs,
    head,
    layers: [
      {
        kind: 'dense',
        name: 'output',
        kernel: Array.from({ length: inputs }, (_, input) =>
          Array.from({ length: outputs }, (_, unit) => (input === 0 ? 4 * unit + 4 : -1)),
        ),
        bias: Array<number>(outputs).fill(-1),
        activation: 'linear',
      },
    ],
  });

describe('distilling', () => {
  const random = new Random(9, 'samples');
  const features = Array.from({ length: 60 }, () => [random.float(), random.float()]);
  const samples: Samples = {
    features,
    labels: features.map(([a, b]) => (4 * a - b - 1 > 0 ? 1 : 0)),
    classes: ['a', 'b'],
  };
  const teacher = adder('teacher', 2, 1, 'binary');
  const quick = { backend: 'cpu', epochs: 60, batchSize: 16, learningRate: 0.02, hidden: [4] } as const;

  it('brings the student to the teacher’s logits, from the teacher alone', async () => {
    const { network, history } = await distill(teacher, samples, { ...quick, alpha: 0, temperature: 2 });
    const student = (await teacherLogits(network, samples)).flat();
    const wanted = (await teacherLogits(teacher, samples)).flat();
    const error = Math.max(...student.map((logit, row) => Math.abs(logit - wanted[row])));
    expect(error).toBeLessThan(0.8);
    expect(history.at(-1)?.accuracy).toBeGreaterThan(0.95);
  });

  it.each([
    ['a student by default', {}],
    ['one with dropout', { dropout: 0.3 }],
    ['one whose layers state their dropout', { layers: [{ dense: 3 }, { dropout: 0.5 }, { dense: 1 }] }],
    ['one with rows set aside', { holdOut: 0.25, keep: 'best' as const }],
  ])('differs from training alone in the teacher only: %s', async (_, options) => {
    const { hidden: _hidden, ...how } = { ...quick, epochs: 3, ...options };
    const alone = await trainAlone(samples, how);
    const untaught = await distill(teacher, samples, { ...how, alpha: 1 });
    expect(flatten(untaught.network)).toEqual(flatten(alone.network));
  });

  it('takes the mean of several teachers', async () => {
    const other = adder('other', 2, 1, 'binary');
    const shifted = { ...other, layers: [{ ...other.layers[0], bias: [3] }] };
    expect((await teacherLogits([teacher, shifted], samples))[0][0]).toBeCloseTo(
      (await teacherLogits(teacher, samples))[0][0] + 2,
      5,
    );
  });

  const messageOf = async (...args: Parameters<typeof distill>) => {
    const error = await distill(...args).catch((reason) => reason);
    expect(error).toBeInstanceOf(EspalierError);
    return error.message;
  };

  it('refuses what cannot be', async () => {
    expect(await messageOf(teacher, samples, { temperature: 0 })).toBe(
      'temperature: got 0, wanted a number above 0 [learn/option]',
    );
    expect(await messageOf(teacher, samples, { alpha: 1.5 })).toBe(
      'alpha: got 1.5, wanted a number from 0 to 1 [learn/option]',
    );
    expect(await messageOf(teacher, samples, { hidden: [3, 0] })).toBe(
      'hidden[1]: got 0, wanted a whole number of at least 1 [learn/option]',
    );
    expect(await messageOf(adder('wide', 3, 1, 'binary'), samples)).toBe(
      'teacher wide: got 3 inputs, wanted 2 inputs, as the student distilled has [learn/teacher]',
    );
    const turned = untrainedGraph(
      { ...samples, shape: [2, 1, 1] },
      { name: 'turned', layers: [{ flatten: true }, { dense: 1 }], seed: 1 },
    );
    const layers = [{ conv: 2, kernel: 1 }, { flatten: true }, { dense: 1 }];
    expect(await messageOf(turned.network, { ...samples, shape: [1, 2, 1] }, { layers })).toBe(
      'teacher turned: got an input of 2x1x1, wanted 1x2x1, as the student distilled has [learn/teacher]',
    );
    expect(await messageOf(adder('many', 2, 3, 'argmax'), samples)).toBe(
      'teacher many: got 3 outputs, wanted 1 outputs, as the student distilled has [learn/teacher]',
    );
    expect(await messageOf(adder('regression', 2, 1, 'values'), samples)).toBe(
      'teacher regression: got the head values, wanted a classifier [learn/teacher]',
    );
    expect(await messageOf([], samples)).toBe('teacher: got no network, wanted at least one [learn/teacher]');
  });
});
