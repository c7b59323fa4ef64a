import { describe, expect, it } from 'vitest';
import { Call } from '../../../src/learn/kernels/call.js';
import { Crew } from '../../../src/learn/kernels/crew.js';
import { forwardWindows, geometryOf } from '../../../src/learn/kernels/geometry.js';
import { assemble } from '../../../src/learn/kernels/machine.js';
import { loadTensorflow } from '../../../src/learn/tensorflow.js';

describe('the memory of a convolution', () => {
  it('holds its tensors and a few tiles, not the columns of the image', async () => {
    const { tf } = await loadTensorflow('wasm');
    const crew = new Crew(await assemble());
    const call = new Call(crew, tf.backend() as never);
    const [input, filter] = [
      [1, 224, 224, 32],
      [3, 3, 32, 8],
    ];
    const geometry = geometryOf(input, filter, { strides: 1, pad: 'same' });
    const [x, out, right] = [call.room(224 * 224 * 32), call.room(224 * 224 * 8), call.room(9 * 32 * 8)];
    const windows = forwardWindows(call, geometry, x, out);
    const tensors = crew.workspace.memory.buffer.byteLength;
    call.run({ kind: 'rowProduct', job: { windows, right } });
    expect(tensors).toBeLessThan(8.2e6);
    expect(crew.workspace.memory.buffer.byteLength - tensors).toBeLessThan(4e5);
  });
});
