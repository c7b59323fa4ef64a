import { list } from '../../../core/errors.js';
import { nearest } from '../../../core/nearest.js';
import { problems } from '../../problems.js';

/** An array of a file, by its name there. */
export interface FileTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** In raster order, the last axis running fastest. */
  readonly values: () => Float64Array;
}

/** Trained numbers that have names and shapes, and nothing that says what is done with them. */
export interface TensorFile {
  readonly file: string;
  readonly tensors: readonly FileTensor[];
  /** Whether they stand in the order in which the model made them; else their order says nothing. */
  readonly isInOrder: boolean;
  /**
   * `first`, as PyTorch has it: kernels are units × inputs, or channels given × channels read × rows × columns, and maps
   * have their channels first. `last`, as Keras has it: kernels are inputs × units, or rows × columns × read × given.
   */
  readonly channels: 'first' | 'last';
}

/** What one layer of the model keeps. */
export interface Module {
  /** Its path in the model. */
  readonly name: string;
  /** By their last names: `weight`, `bias`, `running_mean`, … */
  readonly tensors: ReadonlyMap<string, FileTensor>;
}

/** Members of the layers that are known. */
const KNOWN = ['weight', 'bias', 'running_mean', 'running_var', 'num_batches_tracked'];

/** How other members come about, and what becomes of them elsewhere. */
const HINTS: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [
    /^weight_[gvuo]|^parametrizations/,
    'in PyTorch torch.nn.utils.parametrize.remove_parametrizations, or remove_weight_norm, puts it into the weight before it is saved',
  ],
  [/^_packed_params|^(scale|zero_point)$/, 'of a quantized model an export to ONNX says what its codes mean'],
  [/_l\d+(_reverse)?$/, 'a recurrent layer: there is none in hardware yet'],
  [/^in_proj_/, 'an attention layer: there is none in hardware yet'],
];

/**
 * The layers of a model, in the order in which they come in the file.
 *
 * @throws exchange/import-tensor where a layer keeps what no known kind has
 */
export function modulesOf({ file, tensors }: TensorFile): Module[] {
  const modules = new Map<string, Map<string, FileTensor>>();
  for (const tensor of tensors) {
    const [prefix, member] = split(tensor.name);
    if (!KNOWN.includes(member)) {
      const hint = HINTS.find(([pattern]) => pattern.test(member) || pattern.test(tensor.name))?.[1];
      const near = nearest(member, KNOWN);
      throw problems.importTensor(
        file,
        `the tensor ${JSON.stringify(tensor.name)} of ${printLengths(tensor.shape)}`,
        `names that end in ${list(KNOWN)}`,
        hint ?? (near === undefined ? undefined : `did you mean ${near}?`),
      );
    }
    const module = modules.get(prefix) ?? new Map<string, FileTensor>();
    modules.set(prefix, module.set(member, tensor));
  }
  return [...modules].map(([name, members]) => ({ name, tensors: members }));
}

/** What a wrapper of PyTorch puts before all names. */
const WRAPPED = /^(module\.|_orig_mod\.)+/;

function split(name: string): [prefix: string, member: string] {
  const plain = name.replace(WRAPPED, '');
  const at = plain.lastIndexOf('.');
  return [plain.slice(0, Math.max(at, 0)), plain.slice(at + 1)];
}

export const printLengths = (shape: readonly number[]): string => shape.join(' x ') || 'one number';

/** What hardware is called after: a number alone says nothing. */
export const moduleLabel = ({ name }: Module): string => (/^\d*$/.test(name) ? `layer${name}` : name);

/** Where a layer stood in the file, and how large it was. */
export const moduleText = ({ name, tensors }: Module): string => {
  const [[member, first]] = tensors;
  return `${name === '' ? member : `${name}.${member}`} (${printLengths(first.shape)})`;
};
