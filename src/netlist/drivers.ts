import { problems } from './problems.js';

/** A wire of a module, bit by bit: how many drivers it has, and whether anything reads it. */
interface Wire {
  readonly name: string;
  /** Such as `rtl/top.v:3`; empty for wires that no text declares. */
  readonly place: string;
  readonly direction: 'input' | 'output' | undefined;
  readonly drivers: Uint8Array;
  readonly reads: Uint8Array;
}

interface Connection {
  readonly port: string;
  readonly signal: string;
}

interface Cell {
  readonly type: string;
  readonly place: string;
  readonly connections: Connection[];
}

interface Module {
  readonly name: string;
  readonly wires: Map<string, Wire>;
  readonly cells: Cell[];
  readonly assignments: { readonly target: string; readonly source: string }[];
}

/** Whether a pin of one of Yosys's own cells gives something; a memory's first words go in where its ports read. */
const isOutputPin = (type: string, pin: string): boolean =>
  pin === '\\Y' || pin === '\\Q' || (pin === '\\DATA' && type.startsWith('$memrd'));

/**
 * Checks that every bit of every wire that is read has exactly one driver. Yosys's JSON takes connected wires for one
 * net, whichever drives the other, so that two drivers can pass for one there; its RTLIL still says what drives what.
 *
 * @param text modules of word-level cells, as `write_rtlil` writes them
 * @throws netlist/driven-twice, netlist/undriven
 */
export function checkDrivers(text: string): void {
  const modules = readModules(text);
  for (const module of modules.values()) {
    for (const { target, source } of module.assignments) {
      drive(module, target);
      read(module, source);
    }
    for (const cell of module.cells) countCell(module, cell, modules.get(cell.type));
    for (const wire of module.wires.values()) checkWire(wire, module.name);
  }
}

function countCell(module: Module, { type, place, connections }: Cell, instance: Module | undefined): void {
  for (const { port, signal } of connections) {
    const output =
      instance === undefined ? isOutputPin(type, port) : instance.wires.get(port)?.direction === 'output';
    if (output) drive(module, signal, place);
    else read(module, signal);
  }
  for (const { name, direction } of instance?.wires.values() ?? []) {
    if (direction !== 'input' || connections.some(({ port }) => port === name)) continue;
    throw problems.netlistUndriven(place, `the input ${plain(name)} of ${plain(type)}`);
  }
}

function checkWire({ name, place, direction, drivers, reads }: Wire, module: string): void {
  drivers.forEach((count, bit) => {
    const all = count + (direction === 'input' ? 1 : 0);
    const what = () => (drivers.length === 1 ? plain(name) : `bit ${bit} of ${plain(name)}`);
    if (all > 1) throw problems.netlistDrivenTwice(place || `module ${plain(module)}`, what());
    if (all === 0 && (reads[bit] > 0 || direction === 'output')) {
      throw problems.netlistUndriven(place || `module ${plain(module)}`, what());
    }
  });
}

/** A name as the Verilog has it, without the parameters that Yosys puts into a module's. */
const plain = (name: string): string => name.slice(name.lastIndexOf('\\') + 1);

const drive = (module: Module, signal: string, place = ''): void =>
  countBits(module, signal, 'drivers', place);
const read = (module: Module, signal: string): void => countBits(module, signal, 'reads', '');

/** A constant has no bits to count, and is driven already. */
function countBits(
  { name: module, wires }: Module,
  signal: string,
  what: 'drivers' | 'reads',
  place: string,
) {
  for (const [, name, high, low = high] of signal.matchAll(PIECE)) {
    const wire = wires.get(name);
    if (wire === undefined) {
      if (what === 'reads') continue;
      throw problems.netlistDrivenTwice(place || `module ${plain(module)}`, 'a constant');
    }
    const from = low === undefined ? 0 : Number(low);
    const to = high === undefined ? wire.drivers.length - 1 : Number(high);
    for (let bit = from; bit <= to; bit++) wire[what][bit] = Math.min(2, wire[what][bit] + 1);
  }
}

/** A wire or a constant, and the bits that are taken of it. */
const PIECE = /([^\s{}]+)(?: \[(\d+)(?::(\d+))?\])?/g;

function readModules(text: string): Map<string, Module> {
  const modules = new Map<string, Module>();
  let module: Module | undefined;
  let cell: Cell | undefined;
  let place = '';
  for (const line of text.split('\n')) {
    const [word, ...rest] = line.trim().split(' ');
    const name = rest[rest.length - 1];
    switch (word) {
      case 'attribute':
        place = /^\s*attribute \\src "(?:.*\|)?([^|"]*:\d+)\.[^"]*"$/.exec(line)?.[1] ?? place;
        break;
      case 'module':
        module = { name, wires: new Map(), cells: [], assignments: [] };
        modules.set(name, module);
        break;
      case 'wire':
        module?.wires.set(name, readWire(name, place, rest));
        break;
      case 'cell':
        cell = { type: rest[0], place, connections: [] };
        module?.cells.push(cell);
        break;
      case 'connect':
        if (cell !== undefined) cell.connections.push({ port: rest[0], signal: rest.slice(1).join(' ') });
        else module?.assignments.push(readAssignment(rest));
        break;
      case 'end':
        cell = undefined;
        break;
    }
  }
  return modules;
}

function readWire(name: string, place: string, words: readonly string[]): Wire {
  const width = words.includes('width') ? Number(words[words.indexOf('width') + 1]) : 1;
  const direction = (['input', 'output'] as const).find((word) => words.slice(0, -1).includes(word));
  const hidden = name.startsWith('$');
  return {
    name,
    place: hidden ? '' : place,
    direction,
    drivers: new Uint8Array(width),
    reads: new Uint8Array(width),
  };
}

/** The target ends where its braces close and its bits are told. */
function readAssignment(words: readonly string[]): { target: string; source: string } {
  let depth = 0;
  let end = 0;
  do {
    if (words[end] === '{') depth += 1;
    if (words[end] === '}') depth -= 1;
    end += 1;
  } while (depth > 0 || words[end]?.startsWith('['));
  return { target: words.slice(0, end).join(' '), source: words.slice(end).join(' ') };
}
