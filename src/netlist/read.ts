import { bodyOf } from '../emit/bodies.js';
import type { DesignFolder } from '../emit/read-design.js';
import { describeCell, readBit, readCell } from './cells.js';
import { problems } from './problems.js';
import type { RtlilDesign, RtlilModule } from './rtlil-json.js';
import {
  type Bit,
  type Bits,
  type CombinationalCell,
  inputBits,
  isNet,
  type Netlist,
  type RegisterCell,
  UNDEFINED,
} from './types.js';
import { type Yosys, yosysNetlist } from './yosys-job.js';

const CLOCK = 'aclk';

/**
 * Reads an emitted design back: Yosys parses, elaborates and flattens its Verilog, with nothing mapped to gates.
 *
 * @throws netlist/unknown-cell, netlist/clock, netlist/loop, netlist/undriven, netlist/yosys-*, file/unreadable
 */
export async function readNetlist(
  design: DesignFolder,
  yosys: Yosys,
  options: { readonly timeoutSeconds: number },
): Promise<Netlist> {
  return netlistFromRtlil(design.manifest.top, await readRtlil(design, yosys, options));
}

/** The flat top module as Yosys writes it: what {@link netlistFromRtlil} reads, for whoever wants to keep it. */
export async function readRtlil(
  design: DesignFolder,
  yosys: Yosys,
  options: { readonly timeoutSeconds: number },
): Promise<RtlilModule> {
  const { manifest } = design;
  const task = `reading ${manifest.name}`;
  const result = await yosys.run({
    task,
    script: readingScript(design),
    files: design.files,
    outputs: ['netlist.json'],
    timeoutSeconds: options.timeoutSeconds,
  });
  const { top } = manifest;
  return yosysNetlist<RtlilDesign>(task, result, { file: 'netlist.json', top }).modules[top];
}

/** What Yosys does for {@link readRtlil}; part of what a kept netlist was made from. */
export function readingScript(design: Pick<DesignFolder, 'manifest' | 'body'>): string {
  const { sources, top, traces } = design.manifest;
  // Signals that the harness and the prover ask for stay, even where the logic does without them. A module with
  // parameters has them in its name by now.
  const kept = traces.flatMap(({ module, signal, valid, ready }) =>
    [signal, valid, ready].map((name) => `setattr -set keep 1 *${module}*/w:${name}`),
  );
  const commands = [
    ...sources.map(({ file }) => `read_verilog ${file}`),
    ...Object.entries(bodyOf(design).parameters).map(
      ([name, value]) => `chparam -set ${name} ${value} ${top}`,
    ),
    `hierarchy -check -top ${top}`,
    ...new Set(kept),
    'proc',
    // Module by module: across them it would lead logic around the signals between two layers.
    'opt',
    'memory_collect',
    'flatten',
    'opt_clean',
    'write_json netlist.json',
  ];
  return `${commands.join('\n')}\n`;
}

/** The typed netlist of a flat RTLIL module. */
export function netlistFromRtlil(top: string, module: RtlilModule): Netlist {
  const initial = initialValues(module);
  const context = {
    clock: module.ports[CLOCK]?.bits[0] ?? 'x',
    initial: (bit: Bit) => initial.get(bit) ?? UNDEFINED,
  };
  const all = Object.entries(module.cells).flatMap(([name, cell]) => readCell(name, cell, context));
  const registers = all.filter((cell): cell is RegisterCell => cell.kind === 'register');
  const cells = all.filter((cell): cell is CombinationalCell => cell.kind !== 'register');
  const portsOf = (direction: string) =>
    new Map(
      Object.entries(module.ports)
        .filter(([, port]) => port.direction === direction)
        .map(([name, port]): [string, Bits] => [name, port.bits.map(readBit)]),
    );
  const inputs = portsOf('input');
  const outputs = portsOf('output');
  const sources = [...inputs.values(), ...registers.map(({ q }) => q)].flat();
  const driven = new Set([...sources, ...cells.flatMap(({ y }) => y)]);
  // A name may outlive its logic.
  const known = (bit: Bit) => (isNet(bit) && !driven.has(bit) ? UNDEFINED : bit);
  const signals = Object.entries(module.netnames)
    .filter(([, net]) => net.hide_name === 0)
    .map(([name, net]): [string, Bits] => [name, net.bits.map(readBit).map(known)]);
  const nets = [...Object.values(module.netnames).flatMap(({ bits }) => bits.map(readBit)), -1];
  return {
    top,
    netCount: nets.reduce((most, bit) => Math.max(most, bit), -1) + 1,
    inputs,
    outputs,
    signals: new Map(signals),
    cells: sortCells(cells, sources),
    registers,
  };
}

function initialValues(module: RtlilModule): Map<Bit, Bit> {
  const values = new Map<Bit, Bit>();
  for (const { bits, attributes } of Object.values(module.netnames)) {
    const text = attributes.init;
    if (text === undefined) continue;
    bits.forEach((bit, index) => {
      const value = readBit(text[text.length - 1 - index] ?? 'x');
      if (value !== UNDEFINED) values.set(readBit(bit), value);
    });
  }
  return values;
}

/** Every cell after those that it reads. @throws netlist/loop, netlist/undriven */
function sortCells(cells: readonly CombinationalCell[], sources: Bits): CombinationalCell[] {
  const driver = new Map<Bit, CombinationalCell>();
  for (const cell of cells) for (const bit of cell.y) driver.set(bit, cell);
  const given = new Set(sources);
  const state = new Map<CombinationalCell, 'open' | 'done'>();
  const sorted: CombinationalCell[] = [];
  const stack = [...cells].reverse();
  while (stack.length > 0) {
    const cell = stack[stack.length - 1];
    if (state.get(cell) === 'done') {
      stack.pop();
      continue;
    }
    const missing = new Set<CombinationalCell>();
    for (const bit of inputBits(cell)) {
      if (!isNet(bit) || given.has(bit)) continue;
      const before = driver.get(bit);
      if (before === undefined) throw problems.netlistUndriven(describeCell(cell));
      if (state.get(before) === 'open') throw problems.netlistLoop(describeCell(before));
      if (state.get(before) !== 'done') missing.add(before);
    }
    if (missing.size === 0) {
      state.set(cell, 'done');
      sorted.push(cell);
      stack.pop();
    } else {
      state.set(cell, 'open');
      stack.push(...missing);
    }
  }
  return sorted;
}
