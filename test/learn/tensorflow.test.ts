import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { messageOfAsync } from '../support/messages.js';

const PEER = '@tensorflow/tfjs-node';
const load = async () => (await import('../../src/learn/tensorflow.js')).loadTensorflow;

beforeEach(() => {
  vi.resetModules();
  vi.doUnmock(PEER);
});

describe('the choice of a backend', () => {
  it('takes tfjs-node where it is installed', async () => {
    vi.doMock(PEER, async () => {
      const tf = await import('@tensorflow/tfjs-core');
      tf.registerBackend('tensorflow', () => new MathBackendCPU());
      return {};
    });
    const { tf, backend } = await (await load())();
    expect(backend).toBe('tensorflow');
    expect(tf.getBackend()).toBe('tensorflow');
    tf.removeBackend('tensorflow');
  });

  it('takes wasm where tfjs-node cannot be loaded, on one thread', async () => {
    vi.doMock(PEER, () => {
      throw new Error('libtensorflow is missing');
    });
    const { tf, backend } = await (await load())();
    expect(backend).toBe('wasm');
    expect(tf.getBackend()).toBe('wasm');
    expect(tf.env().getBool('WASM_HAS_MULTITHREAD_SUPPORT')).toBe(false);
  });

  it('changes it when asked', async () => {
    const loadTensorflow = await load();
    expect((await loadTensorflow('cpu')).tf.getBackend()).toBe('cpu');
    expect((await loadTensorflow('wasm')).tf.getBackend()).toBe('wasm');
  });

  it('says why the wanted one cannot be had', async () => {
    vi.doMock(PEER, () => ({}));
    const loadTensorflow = await load();
    expect(await messageOfAsync(() => loadTensorflow('tensorflow'))).toBe(
      `training.backend: got "tensorflow", which cannot be used here: Backend name 'tensorflow' not found in registry, wanted a TensorFlow.js backend that is installed (auto takes the best one there is) [learn/backend]`,
    );
  });
});
