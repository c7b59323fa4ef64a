import { printFormat } from '../../fixed/format.js';
import { type Circuit, operandsOf } from '../../hardware/parallel/circuit.js';
import type { Slots } from '../../hardware/slots.js';
import { labelOf } from '../../network/affine.js';
import type { Generator, PlanContext, Source } from '../architecture.js';
import { NameSpace } from '../names.js';
import { renderTemplate } from '../template.js';
import { alignDeclarations, type Declaration, madeBy, slice, wrapText } from '../verilog.js';
import { meaningsOf } from './meaning.js';
import { operationLines } from './operations.js';
import { type BitRange, Scope } from './scope.js';

/** A layer of a circuit as a module. */
export interface LayerModule {
  readonly circuit: Circuit;
  /** The layer's number. */
  readonly index: number;
  readonly ports: LayerPorts;
  readonly module: string;
  /** What the names of its results and registers begin with. */
  readonly stem: string;
  /** Names of the results' bus and of the bit that says that it holds a sample's. */
  readonly results: string;
  readonly resultsValid: string;
}

export interface LayerPorts {
  /** The values in the slots of x_i. */
  readonly inputs: readonly number[];
  readonly inputNames: readonly string[];
  readonly x: Slots;
  readonly y: Slots;
}

const PORTS = ['aclk', 'aresetn', 'x_i', 'x_valid_i', 'x_ready_o', 'y_o', 'y_valid_o', 'y_ready_i', 'unused'];
const RESERVED = [...PORTS, 'XILINX'];
const STEM = ['_results', '_results_valid', '_valid_q', '_enable'];

/** One layer of the circuit as a module. */
export function planModule(
  circuit: Circuit,
  index: number,
  ports: LayerPorts,
  { modules, top }: Pick<PlanContext, 'modules' | 'top'>,
): LayerModule {
  const { name } = circuit.layers[index];
  const module = modules.claim(`${top}_${name}`);
  const stem = new NameSpace(RESERVED).claimFamily(name, STEM);
  const results = `${stem}_results`;
  return { circuit, index, ports, module, stem, results, resultsValid: `${results}_valid` };
}

export function printModule(planned: LayerModule, generator: Generator): Source {
  const { circuit, index, ports, module, stem, results, resultsValid } = planned;
  const layer = circuit.layers[index];
  const names = new NameSpace(RESERVED);
  names.claimFamily(stem, STEM);
  const scope = new Scope(circuit, names);
  const numbers = circuit.values.flatMap((value, number) => (value.layer === index ? [number] : []));
  claimSignals(circuit, index, numbers, ports, scope);
  // Backwards, so that every signal's readers have marked its bits before it is printed itself.
  slotLines(circuit, index, ports.y, scope);
  for (const number of numbers.toReversed()) linesOf(circuit, number, scope);
  const inputs = inputDeclarations(circuit, ports, scope);
  const sections = sectionsOf(circuit, index, numbers, ports, scope);
  const stages = stagesOf(circuit, index, numbers, scope);
  const isRegistered = layer.latency > 0;
  const control = controlDeclarations(stem, ports.y, layer.latency);
  const slots = slotLines(circuit, index, ports.y, scope);
  const unused = [
    ...(isRegistered ? [] : ['aclk', 'aresetn']),
    ...(sections.some(({ lines }) => lines.some((line) => line.includes('(XILINX)'))) ? [] : ['XILINX != 0']),
    ...scope.unread(),
    ...unreadSlots(circuit, ports, scope),
  ];
  const valid = `${stem}_valid_q`;
  const text = renderTemplate('parallel/layer.v', {
    module,
    title: `${layer.name}: ${layer.units.length} neuron${layer.units.length === 1 ? '' : 's'}, fully parallel.`,
    notes: notes(circuit, index, ports),
    madeBy: madeBy(generator),
    ports: alignDeclarations(portDeclarations(ports), ',', ''),
    declarations: alignDeclarations([...inputs, ...control], ';', ';'),
    stages,
    sections,
    results,
    slots,
    registers: isRegistered
      ? [
          {
            valid,
            enable: `${stem}_enable`,
            noneValid: `${layer.latency}'d0`,
            nextValid:
              layer.latency === 1
                ? 'x_valid_i'
                : `{${slice(valid, 0, layer.latency - 1, layer.latency)}, x_valid_i}`,
            assignments: stages.flatMap(({ title, assignments }) => [`// ${title}`, ...assignments]),
          },
        ]
      : [],
    resultsValid,
    inputReady: isRegistered ? `${stem}_enable` : 'y_ready_i',
    unused:
      unused.length === 0
        ? []
        : [{ bits: unused.map((bit, at) => (at === unused.length - 1 ? bit : `${bit},`)) }],
  });
  return { file: `${module}.v`, text };
}

/** The name of what a register delays: of this layer's own values with the layer, of its inputs that of their wire. */
function delayedName(circuit: Circuit, register: number, scope: Scope): string {
  const { layer, name } = circuit.values[register];
  let source = register;
  while (circuit.values[source].layer === layer && circuit.values[source].operation.kind === 'register') {
    [source] = operandsOf(circuit.values[source].operation);
  }
  return circuit.values[source].layer === layer
    ? `${circuit.layers[layer].name}_${name}`
    : scope.nameOf(source);
}

function portDeclarations({ x, y }: LayerPorts): Declaration[] {
  return [
    { kind: 'input  wire', width: 1, name: 'aclk' },
    { kind: 'input  wire', width: 1, name: 'aresetn' },
    { kind: 'input  wire', width: x.count * x.width, name: 'x_i' },
    { kind: 'input  wire', width: 1, name: 'x_valid_i' },
    { kind: 'output wire', width: 1, name: 'x_ready_o' },
    { kind: 'output wire', width: y.count * y.width, name: 'y_o' },
    { kind: 'output wire', width: 1, name: 'y_valid_o' },
    { kind: 'input  wire', width: 1, name: 'y_ready_i' },
  ];
}

/** Names every signal of the layer, in the order in which they are made. */
function claimSignals(
  circuit: Circuit,
  index: number,
  numbers: readonly number[],
  { inputs, inputNames }: LayerPorts,
  scope: Scope,
): void {
  const prefix = circuit.layers[index].name;
  inputs.forEach((value, slot) => {
    if (isOwnSlot(circuit, inputs, slot)) scope.claim(value, inputNames[slot]);
  });
  const isRegister = (number: number) => circuit.values[number].operation.kind === 'register';
  for (const number of numbers.filter(isRegister)) {
    scope.claim(number, `${delayedName(circuit, number, scope)}_q`);
  }
  for (const number of numbers.filter((value) => !isRegister(value))) {
    const { operation, name } = circuit.values[number];
    const width = operation.kind === 'adder' ? operation.columns + operation.rows.length - 1 : undefined;
    scope.claim(number, `${prefix}_${name}`, width);
  }
}

/** Whether a slot is the first with its value: neurons that are alike are one value, and constants have no signal. */
const isOwnSlot = (circuit: Circuit, inputs: readonly number[], slot: number): boolean =>
  circuit.values[inputs[slot]].operation.kind !== 'constant' && inputs.indexOf(inputs[slot]) === slot;

/** A name for every code that comes in and is read. */
function inputDeclarations(circuit: Circuit, { inputs, x }: LayerPorts, scope: Scope): Declaration[] {
  return inputs.flatMap((number, slot): Declaration[] => {
    const bits = isOwnSlot(circuit, inputs, slot) ? scope.bitsOf(number) : undefined;
    if (bits === undefined) return [];
    const width = bits.high - bits.low + 1;
    const value = slice('x_i', slot * x.width + bits.low, width, x.count * x.width);
    return [{ kind: 'wire', width, lsb: bits.low, name: scope.nameOf(number), value }];
  });
}

/** Bits of x_i that no input's wire takes: codes narrower than their slots, or not read as a whole. */
function unreadSlots(circuit: Circuit, { inputs, x }: LayerPorts, scope: Scope): string[] {
  const bus = x.count * x.width;
  if (inputs.length === 0) return ['x_i'];
  return inputs.flatMap((value, slot) => {
    const { low, high } = (isOwnSlot(circuit, inputs, slot) ? scope.bitsOf(value) : undefined) ?? {
      low: x.width,
      high: x.width - 1,
    };
    const unread = (from: number, width: number) =>
      width === 0 ? [] : [slice('x_i', slot * x.width + from, width, bus)];
    return [...unread(high + 1, x.width - 1 - high), ...unread(0, low)];
  });
}

interface Stage {
  readonly title: string;
  readonly declarations: readonly string[];
  readonly assignments: readonly string[];
}

/** The registers by how many stand before them on every path from x_i. */
function stagesOf(circuit: Circuit, index: number, numbers: readonly number[], scope: Scope): Stage[] {
  const depths = new Map<number, number>();
  const { latency } = circuit.layers[index];
  const stages = Array.from({ length: latency }, (): number[] => []);
  for (const number of numbers) {
    const { operation } = circuit.values[number];
    const isRegister = operation.kind === 'register';
    const operands = operandsOf(operation).map((operand) => depths.get(operand) ?? 0);
    const depth = Math.max(0, ...operands) + (isRegister ? 1 : 0);
    depths.set(number, depth);
    if (isRegister && scope.bitsOf(number) !== undefined) stages[depth - 1].push(number);
  }
  return stages.map((list, at) => ({
    title: `Stage ${at + 1} of ${latency}.`,
    declarations: alignDeclarations(
      list.map((number): Declaration => {
        const { low, high } = scope.bitsOf(number) as BitRange;
        return { kind: 'reg', width: high - low + 1, lsb: low, name: scope.nameOf(number) };
      }),
      ';',
      ';',
    ),
    assignments: list.map((number) => {
      const bits = scope.bitsOf(number) as BitRange;
      return `${scope.nameOf(number)} <= ${registered(circuit, number, bits, scope)};`;
    }),
  }));
}

/** What a register takes over. */
function registered(circuit: Circuit, number: number, { low, high }: BitRange, scope: Scope): string {
  const [source] = operandsOf(circuit.values[number].operation);
  return scope.word(source, low, high - low + 1);
}

/** A value's own text, or what its register takes over. */
function linesOf(circuit: Circuit, number: number, scope: Scope): string[] {
  if (circuit.values[number].operation.kind !== 'register') return operationLines(circuit, number, scope);
  const bits = scope.bitsOf(number);
  return bits === undefined ? [] : [registered(circuit, number, bits, scope)];
}

function controlDeclarations(stem: string, y: Slots, latency: number): Declaration[] {
  const results: Declaration = { kind: 'wire', width: y.count * y.width, name: `${stem}_results` };
  if (latency === 0)
    return [results, { kind: 'wire', width: 1, name: `${stem}_results_valid`, value: 'x_valid_i' }];
  const last = slice(`${stem}_valid_q`, latency - 1, 1, latency);
  return [
    { kind: 'reg', width: latency, name: `${stem}_valid_q` },
    results,
    { kind: 'wire', width: 1, name: `${stem}_results_valid`, value: last },
    { kind: 'wire', width: 1, name: `${stem}_enable`, value: `y_ready_i | ~${stem}_results_valid` },
  ];
}

interface Section {
  readonly title: readonly string[];
  readonly lines: string[];
}

/** The wires, in order; a new section where another neuron or shared sum begins. */
function sectionsOf(
  circuit: Circuit,
  index: number,
  numbers: readonly number[],
  { inputs, inputNames }: LayerPorts,
  scope: Scope,
): Section[] {
  const names = new Map(inputs.map((value, slot) => [value, inputNames[slot]]));
  const meanings = meaningsOf(circuit, index, names);
  const sections: Section[] = [];
  let group = '';
  for (const number of numbers) {
    const { operation, name } = circuit.values[number];
    if (operation.kind === 'register') continue;
    const lines = operationLines(circuit, number, scope);
    if (lines.length === 0) continue;
    const [owner] = name.split('_');
    if (owner !== group) {
      sections.push({ title: titleOf(owner, meanings.get(owner)), lines: [] });
      group = owner;
    }
    sections[sections.length - 1].lines.push(...lines);
  }
  return sections;
}

/** The lines of a section's comment. */
function titleOf(owner: string, meaning: string | undefined): string[] {
  const [, kind, number] = /^([a-z]+)(\d+)$/.exec(owner) as RegExpExecArray;
  const what =
    kind === 'unit' ? `Neuron ${number}` : `Sum ${number} of those that several sums have in common`;
  return wrapText(meaning === undefined ? `${what}.` : `${what}: ${meaning}`);
}

/** The results, the last one first, each as wide as a slot. */
function slotLines(circuit: Circuit, index: number, y: Slots, scope: Scope): string[] {
  const { name, units } = circuit.layers[index];
  const words = units.map(({ value }, slot) => `${scope.word(value, 0, y.width)}${slot === 0 ? '' : ','}`);
  const column = Math.max(...words.map((word) => word.length));
  const lines = units.map(({ origin, format }, slot) => {
    return `${words[slot].padEnd(column)}  // ${labelOf(name, { value: origin })}, ${printFormat(format)}`;
  });
  return lines.reverse();
}

function notes(circuit: Circuit, index: number, { x, y }: LayerPorts): string[] {
  const { latency } = circuit.layers[index];
  const kind = (slots: Slots) =>
    `${slots.count} ${slots.signed ? 'signed' : 'unsigned'} code${slots.count === 1 ? '' : 's'} of ${slots.width} bit${slots.width === 1 ? '' : 's'}`;
  const own = circuit.values.filter((value) => value.layer === index);
  const adders = own.filter(({ operation }) => operation.kind === 'adder').length;
  const tables = own.filter(({ operation }) => operation.kind === 'table').length;
  const registers = own.filter(({ operation }) => operation.kind === 'register').length;
  return [
    `x_i        ${kind(x)}, the first one lowest`,
    `y_o        ${kind(y)}, the first one lowest`,
    'valid      a bus is taken in a cycle in which valid and ready are 1',
    'XILINX     1: adders and tables as primitives of the 7 series',
    '',
    `Circuit    ${adders} adders, ${tables} tables, ${registers} registers; constants are wired in`,
    'Interval   1 cycle from one sample to the next',
    `Latency    ${latency} cycle${latency === 1 ? '' : 's'} from taking x_i to giving y_o`,
  ];
}
