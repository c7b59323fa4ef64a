import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelConfig, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import { Call } from './call.js';
import type { Crew } from './crew.js';

type Inputs = Readonly<Record<string, TensorInfo>>;

/** A kernel of TensorFlow.js, computed by the crew. */
export interface Kernel<Result extends TensorInfo | TensorInfo[] = TensorInfo> {
  readonly name: string;
  readonly compute: (call: Call, inputs: Inputs, attributes: NamedAttrMap) => Result;
}

/** What TensorFlow.js registers for a kernel. */
export const configOf = ({ name, compute }: Kernel<TensorInfo | TensorInfo[]>, crew: Crew): KernelConfig => ({
  kernelName: name,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) =>
    compute(new Call(crew, backend as BackendWasm), inputs as Inputs, attrs ?? {}),
});
