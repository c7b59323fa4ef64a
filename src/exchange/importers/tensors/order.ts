import { problems } from '../../problems.js';
import type { Module, TensorFile } from './named-tensors.js';

const NATURAL = new Intl.Collator('en', { numeric: true });

/** As the file has them, or where it sorts them by name with their numbers counted: `fc2` before `fc10`. */
export const inOrder = (modules: readonly Module[], { isInOrder }: TensorFile): readonly Module[] =>
  isInOrder ? modules : [...modules].sort((a, b) => NATURAL.compare(a.name, b.name));

const withoutNumbers = ({ name }: Module) => name.replace(/\d+/g, '#');

/** Whether names that are alike but for their numbers come in the order of these. */
export const isAscending = (modules: readonly Module[]): boolean =>
  modules.every((module, at) => {
    const before = modules.slice(0, at).findLast((one) => withoutNumbers(one) === withoutNumbers(module));
    return before === undefined || NATURAL.compare(before.name, module.name) < 0;
  });

/**
 * Throws where of two layers that could stand in each other's place nothing says which comes first: neither an order of
 * the file, nor numbers in their names.
 *
 * @param place what two such layers have in common
 * @throws exchange/import-tensor
 */
export function checkTold(modules: readonly Module[], file: string, place: (module: Module) => string): void {
  const seen = new Map<string, Module>();
  for (const module of modules) {
    const other = seen.get(place(module));
    if (other !== undefined && withoutNumbers(other) !== withoutNumbers(module)) {
      throw problems.importTensor(
        file,
        `${other.name} and ${module.name}, either of which could come first`,
        'numbers in their names, or a file in the order of the layers',
        'state the layers with their names: --layers FILE, such as layers: [{dense: 10, name: fc1}]',
      );
    }
    seen.set(place(module), module);
  }
}
