import { createRequire } from 'node:module';
import path from 'node:path';
import { problems } from './problems.js';

export type Tf = typeof import('@tensorflow/tfjs-core');

/** `tensorflow` is libtensorflow through `@tensorflow/tfjs-node`, for whoever has installed that. */
export type Backend = 'tensorflow' | 'wasm' | 'cpu';
export type BackendChoice = 'auto' | Backend;

const require = createRequire(import.meta.url);

/** What makes each backend known to TensorFlow.js, the preferred one first. */
const REGISTER: Readonly<Record<Backend, (tf: Tf) => Promise<void>>> = {
  tensorflow: async () => {
    // Not a literal: the package is an optional peer, and the compiler must not look for its types.
    const name = '@tensorflow/tfjs-node';
    await import(name);
  },
  wasm: async (tf) => {
    const wasm = await import('@tensorflow/tfjs-backend-wasm');
    const binary = require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm');
    wasm.setWasmPaths(`${path.dirname(binary)}/`);
    // Several threads would add up in whatever order they finish: not the same bytes twice.
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    const { registerKernels } = await import('./kernels/register.js');
    await registerKernels();
  },
  cpu: async () => {
    await import('@tensorflow/tfjs-backend-cpu');
  },
};

const BACKENDS = Object.keys(REGISTER) as Backend[];

export interface Tensorflow {
  readonly tf: Tf;
  readonly backend: Backend;
}

const loaded = new Map<Backend, Promise<string | undefined>>();

/**
 * TensorFlow.js, loaded at the first call, on the wanted backend or the first that works.
 *
 * @throws learn/backend
 */
export async function loadTensorflow(choice: BackendChoice = 'auto'): Promise<Tensorflow> {
  const tf = await import('@tensorflow/tfjs-core');
  // Knows the gradients of all operations; core alone knows none.
  await import('@tensorflow/tfjs-layers');
  // Keeps it from printing advice to the console.
  tf.enableProdMode();
  let failure = '';
  for (const backend of choice === 'auto' ? BACKENDS : [choice]) {
    const registered = loaded.get(backend) ?? reasonAgainst(() => REGISTER[backend](tf));
    loaded.set(backend, registered);
    const reason = (await registered) ?? (await reasonAgainst(() => start(tf, backend)));
    if (reason === undefined) return { tf, backend };
    failure = reason;
  }
  throw problems.learnBackend(choice, failure);
}

async function start(tf: Tf, backend: Backend): Promise<void> {
  if (!(await tf.setBackend(backend))) throw new Error('it does not start');
}

/** Why the work fails; undefined when it does not. */
async function reasonAgainst(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code ?? message;
  }
}
