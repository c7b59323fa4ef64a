/** What hardware takes of a 7-series device, about. */
export interface DeviceCost {
  /** For logic. */
  readonly luts: number;
  /** LUTs used as shift registers or memory, beside those. */
  readonly lutRams: number;
  readonly flipFlops: number;
  readonly blockRams: number;
  /** Multipliers in DSP blocks. */
  readonly dsps: number;
}

/** What all parts take together; a part says what it takes any of. */
export function sumOf(parts: readonly Partial<DeviceCost>[]): DeviceCost {
  const sum = (member: keyof DeviceCost) =>
    Math.round(parts.reduce((total, part) => total + (part[member] ?? 0), 0));
  return {
    luts: sum('luts'),
    lutRams: sum('lutRams'),
    flipFlops: sum('flipFlops'),
    blockRams: sum('blockRams'),
    dsps: sum('dsps'),
  };
}

/** LUTs that choose one of so many bits. */
export const choiceLuts = (count: number): number => (count <= 1 ? 0 : count <= 4 ? 1 : (3 * count) / 8);

/** Of half a block RAM of 36 kilobits. */
const HALF_BITS = 18 * 1024;
const HALF_WIDTH = 36;

/** A ROM with a register behind it. */
export function romCost(depth: number, width: number): Partial<DeviceCost> {
  if (depth <= 1) return {};
  // Yosys takes block RAM from where half of the smallest is used.
  if (depth * width >= HALF_BITS / 2) {
    const halves = Math.max(Math.ceil((depth * width) / HALF_BITS), Math.ceil(width / HALF_WIDTH));
    return { blockRams: Math.ceil(halves / 2) };
  }
  return { luts: width * Math.ceil(depth / LUT_WORDS), flipFlops: width };
}

/** Words that a LUT has a bit of. */
const LUT_WORDS = 64;

/**
 * LUTs of a memory that is written, and read without a register behind it: of four LUTs three give a bit each, of half as
 * many words two; and those that choose, where it is deeper.
 */
export function lutMemory(depth: number, width: number): number {
  if (depth <= LUT_WORDS / 2) return 4 * Math.ceil(width / 6);
  const parts = Math.ceil(depth / LUT_WORDS);
  return parts * 4 * Math.ceil(width / 3) + (parts === 1 ? 0 : width * Math.ceil(parts / 4));
}

/** Where products are made. */
export const MULTIPLIERS = ['dsp', 'luts'] as const;
export type Multipliers = (typeof MULTIPLIERS)[number];

/** Bits of a DSP block's operands, signed. */
const DSP_WIDTHS = [25, 18] as const;
/** Yosys makes shorter products of LUTs. */
const SHORTEST_PRODUCT = 9;
/** LUTs of `espalier_product` by bits of the one word times bits of the other, as Yosys counts them. */
const LUTS_PER_BIT_PAIR = 1.6;

/** A multiplication of two signed words of these widths, with a register behind it. */
export function productCost(a: number, b: number, multipliers: Multipliers): Partial<DeviceCost> {
  if (multipliers === 'luts' || a + b < SHORTEST_PRODUCT) {
    return { luts: LUTS_PER_BIT_PAIR * a * b, flipFlops: a + b };
  }
  const [long, short] = [Math.max(a, b), Math.min(a, b)];
  return { dsps: Math.ceil(long / DSP_WIDTHS[0]) * Math.ceil(short / DSP_WIDTHS[1]) };
}
