import { type PickleHost, PickleMachine } from './pickle-machine.js';
import { OPCODES } from './pickle-opcodes.js';

/**
 * Reads a pickle as data. Nothing of Python's is looked up or called: a name that the host does not know, called or not,
 * becomes a `Foreign`. Lists, tuples and sets are arrays, dictionaries maps, whole numbers numbers or bigints.
 *
 * @param start where it begins
 * @returns what it makes, and where it ends
 * @throws exchange/import-pickle
 */
export function readPickle(
  bytes: Uint8Array,
  start: number,
  host: PickleHost,
  where: string,
): { readonly value: unknown; readonly end: number } {
  const machine = new PickleMachine(bytes, start, host, where);
  while (!machine.isDone) {
    const opcode = machine.byte();
    const run = OPCODES.get(opcode);
    if (run === undefined) {
      throw machine.broken(`the byte ${opcode} at ${machine.at - 1}, where an opcode should be`);
    }
    run(machine);
  }
  return { value: machine.pop(), end: machine.at };
}
