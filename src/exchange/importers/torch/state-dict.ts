import { list } from '../../../core/errors.js';
import { problems } from '../../problems.js';
import type { ImportNote } from '../importer.js';
import { Foreign, wordOf } from './pickle-machine.js';
import { TorchTensor } from './tensors.js';

export interface StateDict {
  readonly tensors: readonly (readonly [name: string, tensor: TorchTensor])[];
  readonly notes: readonly ImportNote[];
}

/**
 * The tensors of what was saved: a state_dict, or a checkpoint that has one among its members.
 *
 * @throws exchange/import-pickle where it is something else, such as a whole module
 */
export function stateDictOf(object: unknown, file: string): StateDict {
  if (object instanceof Foreign) throw wholeObject(object.name, file);
  if (!(object instanceof Map)) {
    throw problems.importPickle(file, object instanceof TorchTensor ? 'one tensor' : 'no dictionary', SAVE);
  }
  if (isStateDict(object)) return tensorsOf(object, file, []);
  const inner = [...object].filter(([, value]) => isStateDict(value));
  if (inner.length === 1) {
    const [[name, value]] = inner;
    const others = [...object.keys()].filter((key) => key !== name).map(wordOf);
    const notes = others.map((from): ImportNote => ({ from, what: 'dropped', into: BESIDE }));
    return tensorsOf(value as Map<unknown, unknown>, file, notes);
  }
  const foreign = [...object.values()].find((value) => value instanceof Foreign);
  if (inner.length === 0 && foreign !== undefined) throw wholeObject(foreign.name, file);
  const names = list([...(inner.length === 0 ? object.keys() : inner.map(([name]) => name))].map(wordOf));
  throw inner.length === 0
    ? problems.importPickle(file, `a dictionary of ${names || 'nothing'}, and no tensors`, SAVE)
    : problems.importPickle(
        file,
        `${inner.length} dictionaries of tensors: ${names}`,
        `save one of them: torch.save(torch.load(FILE)[${JSON.stringify(wordOf(inner[0][0]))}], NEW)`,
      );
}

const SAVE = 'in PyTorch: torch.save(model.state_dict(), FILE)';
const BESIDE = 'it stands beside the state_dict';

/** A dictionary with tensors, by their names. */
const isStateDict = (value: unknown): value is Map<string, unknown> =>
  value instanceof Map &&
  [...value.keys()].every((key) => typeof key === 'string') &&
  [...value.values()].some(isTensor);

const isTensor = (value: unknown) => value instanceof TorchTensor || isOddTensor(value);

/** Made by PyTorch in a way that is not known: of codes, sparse, or broken. */
const isOddTensor = (value: unknown): value is Foreign =>
  value instanceof Foreign && /^torch\..*_rebuild_/.test(value.name);

function tensorsOf(
  dictionary: Map<unknown, unknown>,
  file: string,
  before: readonly ImportNote[],
): StateDict {
  const tensors: [string, TorchTensor][] = [];
  const notes = [...before];
  for (const [key, value] of dictionary) {
    const name = wordOf(key);
    if (value instanceof TorchTensor) {
      tensors.push([name, value]);
    } else if (isOddTensor(value)) {
      const hint = /_rebuild_qtensor/.test(value.name)
        ? 'of a quantized model an export to ONNX says what its codes mean'
        : undefined;
      const wanted = 'a dense tensor of floats or whole numbers';
      throw problems.importTensor(`${file}, ${name}`, `what ${value.name} makes`, wanted, hint);
    } else {
      notes.push({ from: name, what: 'dropped', into: 'no tensor' });
    }
  }
  return { tensors, notes };
}

/** A module, or anything else of a class: Python would have to run its code. */
function wholeObject(name: string, file: string) {
  const isScript = name.startsWith('__torch__.');
  return problems.importPickle(
    file,
    isScript ? `a TorchScript program of the class ${name}` : `a whole object of the class ${name}`,
    isScript ? 'in PyTorch: torch.save(torch.jit.load(FILE).state_dict(), NEW)' : SAVE,
  );
}
