import type { TensorInfo } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { Call } from '../../../src/learn/kernels/call.js';
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput } from '../../../src/learn/kernels/conv2d.js';
import { Crew } from '../../../src/learn/kernels/crew.js';
import { assemble } from '../../../src/learn/kernels/machine.js';
import { maxPoolGrad } from '../../../src/learn/kernels/pools.js';
import { loadTensorflow } from '../../../src/learn/tensorflow.js';

const ROUNDS = 40;

describe('threads', () => {
  it('change no byte, whether they come late, early or not at all', async () => {
    const { tf } = await loadTensorflow('wasm');
    const module = await assemble();
    const random = new Random(11);
    const tensor = (...shape: readonly number[]) => {
      const count = shape.reduce((product, length) => product * length, 1);
      return tf.tensor(
        Float32Array.from({ length: count }, () => random.float() - 0.5),
        [...shape],
      );
    };
    const [x, filter, dy] = [tensor(9, 14, 14, 24), tensor(3, 3, 24, 40), tensor(9, 14, 14, 40)];
    const attributes = { strides: 1, pad: 'same', dataFormat: 'NHWC' };
    const pool = { filterSize: 2, strides: 1, pad: 'same' };
    const results = (crew: Crew) => {
      const call = () => new Call(crew, tf.backend() as never);
      const infos: TensorInfo[] = [
        conv2d.compute(call(), { x, filter }, attributes),
        conv2dBackpropInput.compute(call(), { dy, filter }, { ...attributes, inputShape: x.shape }),
        conv2dBackpropFilter.compute(call(), { x, dy }, { ...attributes, filterShape: filter.shape }),
        maxPoolGrad.compute(call(), { dy: x, input: x }, pool),
      ];
      return infos.map((info) => {
        const made = tf.engine().makeTensorFromTensorInfo(info);
        const values = made.dataSync<'float32'>().slice();
        made.dispose();
        return values;
      });
    };
    const wanted = results(new Crew(module, 1));
    const crew = new Crew(module, 3);
    for (let round = 0; round < ROUNDS; round++) {
      results(crew).forEach((values, index) => {
        expect(Buffer.compare(Buffer.from(values.buffer), Buffer.from(wanted[index].buffer))).toBe(0);
      });
      // Workers start between the rounds.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });
});
