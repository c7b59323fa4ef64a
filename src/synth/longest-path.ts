import type { CellClass, Family } from './families.js';
import { classOf, type MappedBit, type MappedCell, type MappedDesign, type MappedModule } from './mapped.js';

/** The longest path between registers, ports and instances: every LUT, carry cell, wide multiplexer, DSP is a level. */
export interface LongestPath {
  readonly levels: number;
  readonly luts: number;
  readonly carries: number;
}

interface Driver {
  readonly cell: MappedCell;
  readonly kind: CellClass['kind'];
  readonly pin: string;
  readonly bit: number;
}

const START: LongestPath = { levels: 0, luts: 0, carries: 0 };
/** DSP registers, by the names of the families that have them: a block with one ends the path. */
const DSP_REGISTERS = /^([ABMP]REG|REG_.*_CLK|[ABCD]_REG|TOPOUTPUT_SELECT|BOTOUTPUT_SELECT)$/;

/** The module's longest path, or nothing when it has a combinational loop. */
export function longestPath(
  family: Family,
  design: MappedDesign,
  module: MappedModule,
): LongestPath | undefined {
  const drivers = findDrivers(family, design, module);
  const known = new Map<MappedBit, LongestPath | 'open'>();
  const arrival = (bit: MappedBit): LongestPath | 'open' | undefined =>
    typeof bit === 'number' && drivers.has(bit) ? known.get(bit) : START;
  const stack = [...drivers.keys()];
  while (stack.length > 0) {
    const bit = stack[stack.length - 1];
    if (known.has(bit) && known.get(bit) !== 'open') {
      stack.pop();
      continue;
    }
    const driver = drivers.get(bit as number) as Driver;
    const inputs = inputsOf(family, driver);
    const missing = inputs.filter((input) => arrival(input) === undefined);
    if (missing.length > 0) {
      known.set(bit, 'open');
      stack.push(...(missing as number[]));
      continue;
    }
    const longest = inputs.map(arrival).reduce<LongestPath | 'open'>(later, START);
    if (longest === 'open') return undefined;
    known.set(bit, extend(longest, driver.kind));
    stack.pop();
  }
  return [...known.values()].reduce<LongestPath>((best, path) => later(best, path) as LongestPath, START);
}

function later(a: LongestPath | 'open', b: LongestPath | 'open' | undefined): LongestPath | 'open' {
  if (a === 'open' || b === 'open' || b === undefined) return 'open';
  return b.levels > a.levels ? b : a;
}

function extend(path: LongestPath, kind: CellClass['kind']): LongestPath {
  if (kind === 'buffer') return path;
  return {
    levels: path.levels + 1,
    luts: path.luts + (kind === 'lut' ? 1 : 0),
    carries: path.carries + (kind === 'carry' ? 1 : 0),
  };
}

/** The combinational cell behind each net; nets of registers, ports and instances have none. */
function findDrivers(family: Family, design: MappedDesign, module: MappedModule): Map<number, Driver> {
  const drivers = new Map<number, Driver>();
  for (const cell of Object.values(module.cells)) {
    const found = classOf(family, design, cell.type);
    if (found === undefined || endsPath(found.kind, cell)) continue;
    for (const [pin, bits] of Object.entries(cell.connections)) {
      if (cell.port_directions[pin] !== 'output') continue;
      bits.forEach((net, bit) => {
        if (typeof net === 'number') drivers.set(net, { cell, kind: found.kind, pin, bit });
      });
    }
  }
  return drivers;
}

function endsPath(kind: CellClass['kind'], cell: MappedCell): boolean {
  if (kind === 'flipFlop' || kind === 'blockRam') return true;
  if (kind !== 'dsp') return false;
  return Object.entries(cell.parameters).some(
    ([name, value]) => DSP_REGISTERS.test(name) && !/^(0*|NONE)$/.test(value),
  );
}

function inputsOf(family: Family, { cell, pin, bit }: Driver): MappedBit[] {
  const reaches = family.arcs[cell.type];
  const inputs: MappedBit[] = [];
  for (const [name, bits] of Object.entries(cell.connections)) {
    if (cell.port_directions[name] !== 'input') continue;
    bits.forEach((net, index) => {
      if (reaches === undefined || reaches({ pin: name, bit: index }, { pin, bit }, cell.parameters))
        inputs.push(net);
    });
  }
  return inputs;
}
