import { type DeviceCost, lutMemory } from '../device-cost.js';
import type { OperandMemory, OperandSource } from './operand-memory.js';
import type { SerialLayer } from './plan.js';

type OperandCost = Partial<DeviceCost>;

/** A slice has two flip-flops for each LUT. */
export const weightOf = ({ luts = 0, lutRams = 0, flipFlops = 0, blockRams = 0 }: OperandCost): number =>
  luts + lutRams + flipFlops / 2 + BLOCK_LUTS * blockRams;

/** Chips have so many LUTs, or more, for each block RAM. */
const BLOCK_LUTS = 200;

/** Words of half a block RAM where they are as wide as can be, and their bits. */
const SHALLOWEST = 512;
const WIDEST = 36;
/** Deeper ones lack the bits that are for parity. */
const DEEPEST_WITH_PARITY = 2048;
const WITHOUT_PARITY = 32;
/** From so many bits on Yosys takes a block RAM. */
const BLOCK_BITS = 4096;

/** What gathers a sample, keeps it while it is worked on, and chooses one of its codes for each lane. */
export function costOfRegisters({ x, lanes }: SerialLayer, source: OperandSource): OperandCost {
  // Who gives words one by one has nothing to say which register takes them.
  const writes = source.from === 'layer' ? source.words : 0;
  return {
    luts: writes + lanes.length * x.width * quarters(x.count),
    flipFlops: x.count * x.width + source.gathered,
  };
}

/** What keeps the pages, and a copy of them for each lane. */
export function costOfMemory({ x, lanes }: SerialLayer, memory: OperandMemory): OperandCost {
  const { pages, addressWidth, codes, cut, cellWords = 1 } = memory;
  const choice = codes === 1 ? 0 : x.width * quarters(codes);
  return {
    luts: 2 * addressWidth + 4 * pages + lanes.length * choice + cut * quarters(cellWords),
    flipFlops: addressWidth + 3 * pages,
    ...memoryCost(x.width, memory, lanes.length),
  };
}

function memoryCost(width: number, { pages, addressWidth, codes }: OperandMemory, copies: number) {
  const depth = pages * 2 ** addressWidth;
  const bits = codes * width;
  if (depth * bits >= BLOCK_BITS) return { blockRams: copies * blockRams(depth, bits) };
  return { lutRams: copies * lutMemory(depth, bits) };
}

/** Half a block RAM has 512 words of 36 bits, or twice as many of half as many bits, and so on down to one. */
function blockRams(depth: number, bits: number): number {
  const deep = 2 ** Math.ceil(Math.log2(Math.max(1, depth / SHALLOWEST)));
  const each = Math.max(1, (deep * SHALLOWEST <= DEEPEST_WITH_PARITY ? WIDEST : WITHOUT_PARITY) / deep);
  return (Math.ceil(bits / each) * Math.max(1, deep / WITHOUT_PARITY)) / 2;
}

/** LUTs that choose one of so many bits. */
const quarters = (count: number): number => Math.ceil(count / 4);
