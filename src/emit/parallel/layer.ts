import { printFormat } from '../../fixed/format.js';
import { type Circuit, operandsOf, widthOf } from '../../hardware/parallel/circuit.js';
import type { Slots } from '../../hardware/slots.js';
import { labelOf } from '../../network/affine.js';
import type { BuildContext, Source } from '../architecture.js';
import { NameSpace } from '../names.js';
import { renderTemplate } from '../template.js';
import { alignDeclarations, type Declaration, madeBy, slice } from '../verilog.js';
import { operationLines } from './operations.js';
import { Scope } from './scope.js';

export interface EmittedLayer {
  readonly source: Source;
  readonly module: string;
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

/** One layer of the circuit as a module. */
export function emitLayer(
  circuit: Circuit,
  index: number,
  ports: LayerPorts,
  context: BuildContext,
): EmittedLayer {
  const layer = circuit.layers[index];
  const module = context.modules.claim(`${context.top}_${layer.name}`);
  const names = new NameSpace([...PORTS, 'XILINX']);
  const stem = names.claimFamily(layer.name, ['_results', '_results_valid', '_valid_q', '_enable']);
  const scope = new Scope(circuit, names);
  const inputs = inputDeclarations(circuit, ports, scope);
  const numbers = circuit.values.flatMap((value, number) => (value.layer === index ? [number] : []));
  const registers = numbers.filter((number) => circuit.values[number].operation.kind === 'register');
  const registerDeclarations = registers.map((number): Declaration => {
    const { range } = circuit.values[number];
    const copy = scope.declare(number, `${delayedName(circuit, number, scope)}_q`);
    return { kind: 'reg', width: widthOf(range), name: copy };
  });
  const sections = sectionsOf(circuit, layer.name, numbers, scope);
  const isRegistered = layer.latency > 0;
  const control = controlDeclarations(stem, ports.y, layer.latency);
  const assignments = registers.map((number) => {
    const [source] = operandsOf(circuit.values[number].operation);
    const width = widthOf(circuit.values[number].range);
    return `${scope.nameOf(number)} <= ${scope.word(source, 0, width)};`;
  });
  const slots = slotLines(circuit, index, ports.y, scope);
  const unused = [
    ...(isRegistered ? [] : ['aclk', 'aresetn']),
    ...(sections.some(({ lines }) => lines.some((line) => line.includes('(XILINX)'))) ? [] : ['XILINX != 0']),
    ...scope.unread(),
    ...unreadSlots(circuit, ports),
  ];
  const valid = `${stem}_valid_q`;
  const text = renderTemplate('parallel/layer.v', {
    module,
    title: `${layer.name}: ${layer.units.length} neuron${layer.units.length === 1 ? '' : 's'}, fully parallel.`,
    notes: notes(circuit, index, ports),
    madeBy: madeBy(context.generator),
    ports: alignDeclarations(portDeclarations(ports), ',', ''),
    declarations: alignDeclarations([...inputs, ...registerDeclarations, ...control], ';', ';'),
    sections,
    results: `${stem}_results`,
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
            assignments,
          },
        ]
      : [],
    resultsValid: `${stem}_results_valid`,
    inputReady: isRegistered ? `${stem}_enable` : 'y_ready_i',
    unused:
      unused.length === 0
        ? []
        : [{ bits: unused.map((bit, at) => (at === unused.length - 1 ? bit : `${bit},`)) }],
  });
  return {
    source: { file: `${module}.v`, text },
    module,
    results: `${stem}_results`,
    resultsValid: `${stem}_results_valid`,
  };
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

/** A name for every code that comes in. */
function inputDeclarations(
  circuit: Circuit,
  { inputs, inputNames, x }: LayerPorts,
  scope: Scope,
): Declaration[] {
  return inputs.flatMap((value, slot): Declaration[] => {
    const { operation, range } = circuit.values[value];
    if (operation.kind === 'constant') return [];
    const width = widthOf(range);
    const name = scope.declare(value, inputNames[slot]);
    return [{ kind: 'wire', width, name, value: slice('x_i', slot * x.width, width, x.count * x.width) }];
  });
}

/** Bits of x_i that no input's wire takes: codes narrower than their slots. */
function unreadSlots(circuit: Circuit, { inputs, x }: LayerPorts): string[] {
  const bus = x.count * x.width;
  if (inputs.length === 0) return ['x_i'];
  return inputs.flatMap((value, slot) => {
    const { operation, range } = circuit.values[value];
    const width = operation.kind === 'constant' ? 0 : widthOf(range);
    return width < x.width ? [slice('x_i', slot * x.width + width, x.width - width, bus)] : [];
  });
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
  readonly title: string;
  readonly lines: string[];
}

/** The wires, in order; a new section where another neuron or shared sum begins. */
function sectionsOf(circuit: Circuit, prefix: string, numbers: readonly number[], scope: Scope): Section[] {
  const sections: Section[] = [];
  let group = '';
  for (const number of numbers) {
    const { operation, name } = circuit.values[number];
    if (operation.kind === 'register') continue;
    const [owner] = name.split('_');
    if (owner !== group) {
      sections.push({ title: titleOf(owner), lines: [] });
      group = owner;
    }
    const width = operation.kind === 'adder' ? operation.columns + operation.rows.length - 1 : undefined;
    const signal = scope.declare(number, `${prefix}_${name}`, width);
    sections[sections.length - 1].lines.push(...operationLines(circuit, number, signal, scope));
  }
  return sections;
}

function titleOf(owner: string): string {
  const [, kind, number] = /^([a-z]+)(\d+)$/.exec(owner) as RegExpExecArray;
  return kind === 'unit' ? `Neuron ${number}.` : `Sum ${number} of those that several sums have in common.`;
}

/** The results, the last one first, each as wide as a slot. */
function slotLines(circuit: Circuit, index: number, y: Slots, scope: Scope): string[] {
  const { name, units } = circuit.layers[index];
  const lines = units.map(({ origin, value, format }, slot) => {
    const comma = slot === 0 ? '' : ',';
    return `${scope.word(value, 0, y.width)}${comma}  // ${labelOf(name, { value: origin })}, ${printFormat(format)}`;
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
