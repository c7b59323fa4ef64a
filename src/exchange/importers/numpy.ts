import { tellingNames } from '../../core/zip.js';
import { isNpy, readNpy } from '../../data/arrays/npy.js';
import { readNpz } from '../../data/arrays/npz.js';
import type { NumberArray } from '../../data/arrays/number-array.js';
import { problems } from '../problems.js';
import { orderFiles } from '../weight-names.js';
import type { Importer, ImportSource } from './importer.js';
import { type FileTensor, printLengths } from './tensors/named-tensors.js';
import { networkOfTensors, TENSOR_OPTIONS } from './tensors/network.js';

/** Bytes that the arrays of a network may have. */
const MOST_BYTES = 2 ** 27;

/** Arrays that `numpy.save` and `savez` wrote: kernels and biases by their names, or one after the other. */
export const numpy: Importer = {
  format: 'numpy',
  title: 'NumPy arrays (.npz, .npy)',
  options: [...TENSOR_OPTIONS, 'transpose'],
  recognises: ({ bytes }) => isNpy(bytes) || hasArrays(bytes),
  read: (source, options) => {
    const { file } = source;
    const arrays = arraysOf(source);
    const isTorch = [...arrays.keys()].every((name) => /\.[a-z_]+$/.test(name));
    const tensors = isTorch
      ? [...arrays].map(([name, array]) => tensorOf(name, array))
      : renamed(arrays, file);
    const channels = isTorch || options.transpose ? 'first' : 'last';
    return networkOfTensors({ file, tensors, isInOrder: true, channels }, options);
  },
};

const hasArrays = (bytes: Uint8Array): boolean => tellingNames(bytes).some((name) => name.endsWith('.npy'));

const arraysOf = ({ file, bytes }: ImportSource): ReadonlyMap<string, NumberArray> =>
  isNpy(bytes) ? new Map([['arr_0', readNpy(bytes, file)]]) : readNpz(bytes, file, MOST_BYTES);

const tensorOf = (name: string, { shape, values }: NumberArray): FileTensor => ({
  name,
  shape,
  values: () => Float64Array.from(values),
});

/** What `savez` calls arrays that nobody named. */
const NUMBERED = /^arr_(\d+)$/;

/** As PyTorch would call them: `PLACE.weight`, `PLACE.bias`, … */
function renamed(arrays: ReadonlyMap<string, NumberArray>, file: string): FileTensor[] {
  const entries = [...arrays];
  if (entries.every(([name]) => NUMBERED.test(name))) return inTurn(entries, file);
  if (entries.some(([name]) => name.includes('/')))
    return entries.map(([name, array]) => ofKeras(name, array, file));
  return orderFiles(
    entries.map(([name]) => `${file}/${name}`),
    false,
  )
    .map((named, at) => ({ ...named, array: entries[at][1] }))
    .sort((a, b) => a.layer - b.layer || (a.role === b.role ? 0 : a.role === 'weights' ? -1 : 1))
    .map(({ layer, role, array }) =>
      role === 'weights' ? tensorOf(`${layer}.weight`, array) : tensorOf(`${layer}.bias`, listed(array)),
    );
}

/** A column or a row is a list. */
function listed({ shape, values }: NumberArray): NumberArray {
  const isList = shape.length === 2 && Math.min(...shape) === 1;
  return { shape: isList ? [values.length] : shape, values };
}

/** What Keras calls what a layer keeps. */
const KERAS: Readonly<Record<string, string>> = {
  kernel: 'weight',
  depthwise_kernel: 'weight',
  gamma: 'weight',
  bias: 'bias',
  beta: 'bias',
  moving_mean: 'running_mean',
  moving_variance: 'running_var',
};

/** `model/dense/kernel:0` */
function ofKeras(name: string, array: NumberArray, file: string): FileTensor {
  const [member, ...path] = name.replace(/:\d+$/, '').split('/').reverse();
  if (Object.hasOwn(KERAS, member)) return tensorOf(`${path.reverse().join('.')}.${KERAS[member]}`, array);
  const wanted = `names that end in ${Object.keys(KERAS).join(', ')}`;
  throw problems.importTensor(
    file,
    `the array ${JSON.stringify(name)} of ${printLengths(array.shape)}`,
    wanted,
  );
}

/**
 * Arrays one after the other, as `get_weights` of Keras lists them: each with several axes is a kernel, the list behind
 * it a bias, and four lists are a batch norm.
 */
function inTurn(entries: readonly (readonly [string, NumberArray])[], file: string): FileTensor[] {
  const numbered = entries
    .map(([name, array]) => ({ number: Number(NUMBERED.exec(name)?.[1]), array }))
    .sort((a, b) => a.number - b.number);
  const tensors: FileTensor[] = [];
  let layer = 0;
  for (let at = 0; at < numbered.length; ) {
    const isKernel = numbered[at].array.shape.length > 1;
    const next = numbered.findIndex(({ array }, index) => index > at && array.shape.length > 1);
    const lists = (next < 0 ? numbered.length : next) - at - (isKernel ? 1 : 0);
    const members = isKernel ? (lists % 4 === 0 ? ['weight'] : ['weight', 'bias']) : NORM;
    if (!isKernel && lists < 4) {
      const got = `${lists} lists from ${entries[at][0]} on`;
      throw problems.importTensor(file, got, 'a kernel and its bias, or the four lists of a batch norm');
    }
    for (const [index, member] of members.entries()) {
      tensors.push(tensorOf(`${layer}.${member}`, numbered[at + index].array));
    }
    at += members.length;
    layer += 1;
  }
  return tensors;
}

const NORM = ['weight', 'bias', 'running_mean', 'running_var'];
