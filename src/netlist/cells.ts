import { problems } from './problems.js';
import type { RtlilBit, RtlilCell } from './rtlil-json.js';
import {
  type BinaryOperator,
  type Bit,
  type Bits,
  type CombinationalCell,
  type MemoryCell,
  type MemoryReadCell,
  ONE,
  type RegisterCell,
  type RomCell,
  type SourcePlace,
  UNDEFINED,
  type UnaryOperator,
  ZERO,
} from './types.js';

const UNARY: ReadonlySet<string> = new Set<UnaryOperator>([
  '$not',
  '$pos',
  '$neg',
  '$reduce_and',
  '$reduce_or',
  '$reduce_bool',
  '$reduce_xor',
  '$reduce_xnor',
  '$logic_not',
]);

const BINARY: ReadonlySet<string> = new Set<BinaryOperator>([
  '$and',
  '$or',
  '$xor',
  '$xnor',
  '$add',
  '$sub',
  '$mul',
  '$shl',
  '$sshl',
  '$shr',
  '$sshr',
  '$shift',
  '$shiftx',
  '$lt',
  '$le',
  '$eq',
  '$ne',
  '$ge',
  '$gt',
  '$logic_and',
  '$logic_or',
]);

/** Notes in the netlist that compute nothing. */
const NOTES: ReadonlySet<string> = new Set(['$scopeinfo', '$print', '$check']);

/** What reading one cell needs to know of its module. */
export interface CellContext {
  readonly clock: RtlilBit;
}

/** The cells that one RTLIL cell stands for. @throws netlist/unknown-cell, netlist/clock */
export function readCell(
  name: string,
  cell: RtlilCell,
  context: CellContext,
): (CombinationalCell | RegisterCell | MemoryCell)[] {
  const { type } = cell;
  const base = { name, place: placeOf(cell.attributes.src) };
  const port = (pin: string) => cell.connections[pin].map(readBit);
  const operand = (pin: string) => ({ bits: port(pin), signed: flag(cell, `${pin}_SIGNED`) });
  if (NOTES.has(type)) return [];
  if (UNARY.has(type)) {
    return [{ ...base, kind: 'unary', operator: type as UnaryOperator, a: operand('A'), y: port('Y') }];
  }
  if (BINARY.has(type)) {
    const operator = type as BinaryOperator;
    return [{ ...base, kind: 'binary', operator, a: operand('A'), b: operand('B'), y: port('Y') }];
  }
  if (type === '$mux') {
    const [select] = port('S');
    return [{ ...base, kind: 'mux', a: port('A'), b: port('B'), select, y: port('Y') }];
  }
  if (type === '$pmux') {
    const [a, b, selects, y] = ['A', 'B', 'S', 'Y'].map(port);
    const cases = selects.map((_, index) => b.slice(index * a.length, (index + 1) * a.length));
    return [{ ...base, kind: 'parallelMux', a, cases, selects, y }];
  }
  // Before any optimization a register has no other controls: they are choices before its input.
  if (type === '$dff') return [readRegister(base, cell, context)];
  if (type === '$mem_v2') {
    return isWritten(cell) ? readWrittenMemory(name, cell, context) : readRoms(name, cell);
  }
  throw problems.unknownCell(type, describeCell(base));
}

type Base = Pick<RegisterCell, 'name' | 'place'>;

function readRegister(base: Base, cell: RtlilCell, context: CellContext): RegisterCell {
  checkClock(base, cell.connections.CLK[0], flag(cell, 'CLK_POLARITY'), context);
  const q = cell.connections.Q.map(readBit);
  return {
    ...base,
    kind: 'register',
    d: cell.connections.D.map(readBit),
    q,
    enable: undefined,
    reset: undefined,
    // Nothing sets a register at power-up: a design starts by its reset.
    initial: q.map(() => UNDEFINED),
  };
}

const numberOf = ({ parameters }: RtlilCell, parameter: string): number =>
  Number.parseInt(parameters[parameter], 2);

const isWritten = (cell: RtlilCell): boolean => numberOf(cell, 'WR_PORTS') > 0;

/** A memory without write ports, one cell per read port; none for one that is written. @throws netlist/unknown-cell */
export function readRoms(name: string, cell: RtlilCell): RomCell[] {
  if (isWritten(cell)) return [];
  const base = { name, place: placeOf(cell.attributes.src) };
  const [size, width] = ['SIZE', 'WIDTH'].map((parameter) => numberOf(cell, parameter));
  const image = readConstant(cell.parameters.INIT);
  const words = Array.from({ length: size }, (_, word) =>
    Uint8Array.from({ length: width }, (_, bit) => digitOf(image[word * width + bit] ?? UNDEFINED)),
  );
  return readPorts(base, cell).map((port) => ({ ...base, kind: 'rom', ...port, words }));
}

/** One write port, and no first contents. @throws netlist/unknown-cell, netlist/clock */
function readWrittenMemory(
  name: string,
  cell: RtlilCell,
  context: CellContext,
): (MemoryCell | MemoryReadCell)[] {
  const base = { name, place: placeOf(cell.attributes.src) };
  const port = (pin: string) => cell.connections[pin].map(readBit);
  if (numberOf(cell, 'WR_PORTS') > 1) {
    throw problems.unknownCell('a memory that is written in several places', describeCell(base));
  }
  if (/[01]/.test(cell.parameters.INIT)) {
    throw problems.unknownCell('a memory that is written and has first contents', describeCell(base));
  }
  const rising = flag(cell, 'WR_CLK_ENABLE') && flag(cell, 'WR_CLK_POLARITY');
  checkClock(base, cell.connections.WR_CLK[0], rising, context);
  const memory: MemoryCell = {
    ...base,
    kind: 'memory',
    width: numberOf(cell, 'WIDTH'),
    depth: numberOf(cell, 'SIZE'),
    address: port('WR_ADDR'),
    data: port('WR_DATA'),
    enable: port('WR_EN'),
    fill: ZERO,
    initial: UNDEFINED,
  };
  return [
    memory,
    ...readPorts(base, cell).map(
      (read): MemoryReadCell => ({ ...base, kind: 'memoryRead', memory: name, ...read }),
    ),
  ];
}

/** A memory's read ports. Yosys is not asked to merge registers into them. @throws netlist/unknown-cell */
function readPorts(base: Base, cell: RtlilCell): { readonly address: Bits; readonly y: Bits }[] {
  if (/1/.test(cell.parameters.RD_CLK_ENABLE)) {
    throw problems.unknownCell('a memory with a clocked port', describeCell(base));
  }
  if (numberOf(cell, 'OFFSET') !== 0) {
    throw problems.unknownCell('a memory with an offset', describeCell(base));
  }
  const [address, data] = ['RD_ADDR', 'RD_DATA'].map((pin) => cell.connections[pin].map(readBit));
  const [addressWidth, width] = ['ABITS', 'WIDTH'].map((parameter) => numberOf(cell, parameter));
  return Array.from({ length: numberOf(cell, 'RD_PORTS') }, (_, port) => ({
    address: address.slice(port * addressWidth, (port + 1) * addressWidth),
    y: data.slice(port * width, (port + 1) * width),
  }));
}

function checkClock(base: Base, clock: RtlilBit, rising: boolean, context: CellContext): void {
  if (clock === context.clock && rising) return;
  throw problems.netlistClock(describeCell(base));
}

/** 0, 1, or 2 for x. */
function digitOf(bit: Bit): number {
  return bit === ZERO ? 0 : bit === ONE ? 1 : 2;
}

export function readBit(bit: RtlilBit): Bit {
  // Yosys counts nets from 2 on.
  if (typeof bit === 'number') return bit - 2;
  return bit === '0' ? ZERO : bit === '1' ? ONE : UNDEFINED;
}

/** A parameter's bits: the text has the highest first. */
function readConstant(text: string): Bits {
  return [...text].reverse().map(readBit);
}

function flag(cell: RtlilCell, parameter: string): boolean {
  return /1$/.test(cell.parameters[parameter] ?? '0');
}

/**
 * Yosys writes `file:line.column-line.column`; joined by `|` are the instances that a cell came through when its
 * module was dissolved, its own place the last.
 */
function placeOf(source: string | undefined): SourcePlace | undefined {
  const places = [...(source ?? '').matchAll(/([^|]*?):(\d+)\.[^|]*/g)].filter(([, , line]) => line !== '0');
  const own = places.at(-1);
  return own === undefined ? undefined : { file: own[1], line: Number(own[2]) };
}

/** For messages: where a cell stands, and its name where that is lost. */
export function describeCell({ name, place }: Base): string {
  return place === undefined ? `cell ${name}` : `${place.file}:${place.line}`;
}
