import { bodyOf } from '../emit/bodies.js';
import type { DesignFolder } from '../emit/read-design.js';
import { describeCell, readBit, readCell, readRoms } from './cells.js';
import { checkVerilog } from './check-verilog.js';
import { inferControls, inferWrites, whatCounts } from './controls.js';
import { checkDrivers } from './drivers.js';
import { problems } from './problems.js';
import { checkRoms } from './rom-images.js';
import type { RtlilDesign, RtlilModule } from './rtlil-json.js';
import {
  type Bit,
  type Bits,
  type CombinationalCell,
  inputBits,
  isNet,
  type MemoryCell,
  type Netlist,
  type RegisterCell,
  UNDEFINED,
} from './types.js';
import { type Yosys, yosysNetlist } from './yosys-job.js';

/** What the reader needs of a design. */
type ReadDesign = Pick<DesignFolder, 'manifest' | 'files' | 'body'>;

const CLOCK = 'aclk';
const DRIVERS_FILE = 'modules.il';
const NETLIST_FILE = 'netlist.json';

/**
 * Reads an emitted design back: Yosys parses, elaborates and flattens its Verilog, with nothing mapped to gates. What
 * Espalier does not write is refused before and after, so that no other tool reads it in another way.
 *
 * @throws netlist/*, file/unreadable
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
  const images = checkVerilog(design);
  const module = await elaborate(design, yosys, options);
  const roms = Object.entries(module.cells).flatMap(([name, cell]) =>
    cell.type === '$mem_v2' ? readRoms(name, cell) : [],
  );
  checkRoms(roms, images);
  return module;
}

/**
 * Yosys's part of the reading.
 *
 * @throws netlist/warning, netlist/driven-twice, netlist/undriven, netlist/yosys-*
 */
export async function elaborate(
  design: ReadDesign,
  yosys: Yosys,
  { timeoutSeconds }: { readonly timeoutSeconds: number },
): Promise<RtlilModule> {
  const { manifest, files } = design;
  const outputs = [DRIVERS_FILE, NETLIST_FILE];
  const task = `reading ${manifest.name}`;
  const made = await yosys.run({ task, script: readingScript(design), files, outputs, timeoutSeconds });
  checkLog(manifest.name, made.log);
  checkDrivers(made.files.get(DRIVERS_FILE) as string);
  const { top } = manifest;
  return yosysNetlist<RtlilDesign>(task, made, { file: NETLIST_FILE, top }).modules[top];
}

/** What Yosys doubts, others may read in another way. @throws netlist/warning */
function checkLog(name: string, log: string): void {
  const found = /^(?:(\S+:\d+): )?Warning: (.*)$/m.exec(log);
  if (found === null) return;
  const [, place = `yosys, reading ${name}`, warning] = found;
  throw problems.yosysWarned(place, warning);
}

/**
 * What Yosys does for {@link readRtlil}; part of what a kept netlist was made from. Nothing is optimised: that would
 * choose a value for an `x`, and drop one of two drivers.
 */
export function readingScript(design: Pick<ReadDesign, 'manifest' | 'body'>): string {
  const { sources, top } = design.manifest;
  const commands = [
    ...sources.map(({ file }) => `read_verilog -noautowire ${file}`),
    ...Object.entries(bodyOf(design).parameters).map(
      ([name, value]) => `chparam -set ${name} ${value} ${top}`,
    ),
    `hierarchy -check -top ${top}`,
    'proc -noopt',
    `write_rtlil ${DRIVERS_FILE}`,
    'memory_collect',
    'flatten',
    `write_json ${NETLIST_FILE}`,
  ];
  return `${commands.join('\n')}\n`;
}

/**
 * The typed netlist of a flat RTLIL module.
 *
 * @throws netlist/unknown-cell, netlist/clock, netlist/loop, netlist/undriven
 */
export function netlistFromRtlil(top: string, module: RtlilModule): Netlist {
  const context = { clock: module.ports[CLOCK]?.bits[0] ?? 'x' };
  const read = Object.entries(module.cells).flatMap(([name, cell]) => readCell(name, cell, context));
  const all = read.filter(
    (cell): cell is CombinationalCell => cell.kind !== 'register' && cell.kind !== 'memory',
  );
  const portsOf = (direction: string) =>
    new Map(
      Object.entries(module.ports)
        .filter(([, port]) => port.direction === direction)
        .map(([name, port]): [string, Bits] => [name, port.bits.map(readBit)]),
    );
  const inputs = portsOf('input');
  const outputs = portsOf('output');
  const withControls = inferControls(
    read.filter((cell): cell is RegisterCell => cell.kind === 'register'),
    all,
    new Set([...inputs.values()].flat()),
  );
  const written = read.filter((cell): cell is MemoryCell => cell.kind === 'memory');
  const signals = Object.entries(module.netnames)
    .filter(([, net]) => net.hide_name === 0)
    .map(([name, net]): [string, Bits] => [name, net.bits.map(readBit)]);
  const named = [...[...outputs.values()].flat(), ...signals.flatMap(([, bits]) => bits)];
  const counting = { cells: all, registers: withControls, memories: inferWrites(written, all) };
  const { cells, registers, memories } = whatCounts(counting, named);
  const sources = [...inputs.values(), ...registers.map(({ q }) => q)].flat();
  const driven = new Set([...sources, ...cells.flatMap(({ y }) => y)]);
  // A name that nothing reads may have nothing that drives it.
  const known = (bit: Bit) => (isNet(bit) && !driven.has(bit) ? UNDEFINED : bit);
  const nets = [...Object.values(module.netnames).flatMap(({ bits }) => bits.map(readBit)), -1];
  return {
    top,
    netCount: nets.reduce((most, bit) => Math.max(most, bit), -1) + 1,
    inputs,
    outputs,
    signals: new Map(signals.map(([name, bits]) => [name, bits.map(known)])),
    cells: sortCells(cells, sources),
    registers,
    memories,
  };
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
      if (before === undefined) throw problems.netlistUndriven(describeCell(cell), 'an input');
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
