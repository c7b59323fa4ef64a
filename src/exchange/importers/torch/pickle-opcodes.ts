import { latin1, Named, type PickleMachine, wordOf } from './pickle-machine.js';

type Opcode = (machine: PickleMachine) => void;

/** Digits of a whole number, in bytes; no honest file has more. */
const MOST_DIGITS = 1024;

const utf8 = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');

/** A whole number in two's complement, the low byte first. */
function long(machine: PickleMachine, length: number): number | bigint {
  if (length > MOST_DIGITS) throw machine.broken(`a whole number of ${length} bytes`);
  const bytes = machine.take(length);
  let value = 0n;
  for (let at = length - 1; at >= 0; at--) value = (value << 8n) | BigInt(bytes[at]);
  return plain(BigInt.asIntN(8 * length, value));
}

/** A number where it is one exactly. */
const plain = (value: bigint): number | bigint =>
  Number.isSafeInteger(Number(value)) ? Number(value) : value;

/** Text of protocol 0: `01` and `00` are truths there. */
function decimal(machine: PickleMachine): number | bigint | boolean {
  const text = machine.line().replace(/L$/, '');
  if (text === '00' || text === '01') return text === '01';
  if (text.length > MOST_DIGITS || !/^[+-]?\d+$/.test(text)) {
    throw machine.broken(`the whole number ${JSON.stringify(text.slice(0, 40))}`);
  }
  return plain(BigInt(text));
}

const quoted = (machine: PickleMachine) => machine.line().replace(/^(['"])(.*)\1$/, '$2');

const pushed =
  (make: (machine: PickleMachine) => unknown): Opcode =>
  (machine) =>
    machine.push(make(machine));

/** The last items of the stack as a list, in the order in which they came. */
const tuple = (length: number) => pushed((machine) => Array.from({ length }, () => machine.pop()).reverse());

/** A new list, which nobody else has. */
const list = () => [] as unknown[];

const named = (module: unknown, name: unknown): Named => new Named(`${wordOf(module)}.${wordOf(name)}`);

function build(machine: PickleMachine): void {
  machine.pop();
  machine.top();
}

const called =
  (callable: (machine: PickleMachine) => readonly [callable: unknown, args: unknown]): Opcode =>
  (machine) =>
    machine.call(...callable(machine));

const functionAndArguments = called((machine) => {
  const args = machine.pop();
  return [machine.pop(), args];
});

const mapOf: Opcode = (machine) => {
  const items = machine.popMark();
  machine.push(new Map());
  machine.addPairs(items);
};

/** Every opcode of protocols 0 to 5, but for those of registered extensions and buffers beside the pickle. */
const TABLE: Readonly<Record<string, Opcode>> = {
  '(': (machine) => machine.mark(),
  '.': (machine) => {
    machine.isDone = true;
  },
  '0': (machine) => machine.pop(),
  '1': (machine) => machine.popMark(),
  '2': pushed((machine) => machine.top()),
  F: pushed((machine) => Number(machine.line())),
  I: pushed(decimal),
  J: pushed((machine) => machine.signed32()),
  K: pushed((machine) => machine.byte()),
  L: pushed(decimal),
  M: pushed((machine) => machine.unsigned(2)),
  N: pushed(() => null),
  P: (machine) => machine.persistent(machine.line()),
  Q: (machine) => machine.persistent(machine.pop()),
  R: functionAndArguments,
  S: pushed(quoted),
  T: pushed((machine) => latin1(machine.take(machine.unsigned(4)))),
  U: pushed((machine) => latin1(machine.take(machine.byte()))),
  V: pushed((machine) => machine.line()),
  X: pushed((machine) => utf8(machine.take(machine.unsigned(4)))),
  B: pushed((machine) => machine.take(machine.unsigned(4))),
  C: pushed((machine) => machine.take(machine.byte())),
  G: pushed((machine) => machine.double()),
  a: (machine) => machine.addItems([machine.pop()]),
  b: build,
  c: pushed((machine) => named(machine.line(), machine.line())),
  d: mapOf,
  e: (machine) => machine.addItems(machine.popMark()),
  g: (machine) => machine.recall(Number(machine.line())),
  h: (machine) => machine.recall(machine.byte()),
  i: called((machine) => [named(machine.line(), machine.line()), machine.popMark()]),
  j: (machine) => machine.recall(machine.unsigned(4)),
  l: pushed((machine) => machine.popMark()),
  o: called((machine) => {
    const [callable, ...args] = machine.popMark();
    return [callable, args];
  }),
  p: (machine) => machine.remember(Number(machine.line())),
  q: (machine) => machine.remember(machine.byte()),
  r: (machine) => machine.remember(machine.unsigned(4)),
  s: (machine) => {
    const value = machine.pop();
    machine.addPairs([machine.pop(), value]);
  },
  t: pushed((machine) => machine.popMark()),
  u: (machine) => machine.addPairs(machine.popMark()),
  ')': pushed(list),
  ']': pushed(list),
  '}': pushed(() => new Map()),
  '\x80': (machine) => machine.take(1),
  '\x81': functionAndArguments,
  '\x85': tuple(1),
  '\x86': tuple(2),
  '\x87': tuple(3),
  '\x88': pushed(() => true),
  '\x89': pushed(() => false),
  '\x8a': pushed((machine) => long(machine, machine.byte())),
  '\x8b': pushed((machine) => long(machine, machine.unsigned(4))),
  '\x8c': pushed((machine) => utf8(machine.take(machine.byte()))),
  '\x8d': pushed((machine) => utf8(machine.take(machine.unsigned(8)))),
  '\x8e': pushed((machine) => machine.take(machine.unsigned(8))),
  '\x8f': pushed(list),
  '\x90': (machine) => machine.addItems(machine.popMark()),
  '\x91': pushed((machine) => machine.popMark()),
  '\x92': called((machine) => {
    machine.pop();
    const args = machine.pop();
    return [machine.pop(), args];
  }),
  '\x93': pushed((machine) => {
    const name = machine.pop();
    return named(machine.pop(), name);
  }),
  '\x94': (machine) => machine.rememberNext(),
  '\x95': (machine) => machine.take(8),
  '\x96': pushed((machine) => machine.take(machine.unsigned(8))),
};

export const OPCODES: ReadonlyMap<number, Opcode> = new Map(
  Object.entries(TABLE).map(([character, run]) => [character.charCodeAt(0), run]),
);
