import { getKernel, registerKernel, type TensorInfo, unregisterKernel } from '@tensorflow/tfjs-core';
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput } from './conv2d.js';
import { Crew } from './crew.js';
import { depthwiseConv2d, depthwiseConv2dBackpropFilter, depthwiseConv2dBackpropInput } from './depthwise.js';
import { leakyRelu, step } from './elementwise.js';
import { quantizedFinish, quantizedFinishGrad } from './finish.js';
import { configOf, type Kernel } from './kernel.js';
import { assemble } from './machine.js';
import { batchMatMul } from './mat-mul.js';
import { channelMoments, channelNormalize, channelNormalizeGrad } from './normalize.js';
import { avgPoolGrad, maxPoolGrad } from './pools.js';

const KERNELS: readonly Kernel<TensorInfo | TensorInfo[]>[] = [
  conv2d,
  conv2dBackpropInput,
  conv2dBackpropFilter,
  depthwiseConv2d,
  depthwiseConv2dBackpropInput,
  depthwiseConv2dBackpropFilter,
  batchMatMul,
  maxPoolGrad,
  avgPoolGrad,
  leakyRelu,
  step,
  quantizedFinish,
  quantizedFinishGrad,
  channelMoments,
  channelNormalize,
  channelNormalizeGrad,
];

/** Puts our kernels in the place of those that the wasm backend of TensorFlow.js lacks or is slow at, and beside them. */
export async function registerKernels(): Promise<void> {
  const crew = new Crew(await assemble());
  for (const kernel of KERNELS) {
    if (getKernel(kernel.name, 'wasm') !== undefined) unregisterKernel(kernel.name, 'wasm');
    registerKernel(configOf(kernel, crew));
  }
}
