import type { FamilyName } from './families.js';

/**
 * What a chip has. A logic cell is what the maker counts: a LUT of six inputs and half its two flip-flops (AMD), a logic
 * element (MAX 10, Cyclone IV), an adaptive logic module (Cyclone V), a LUT of four inputs and a flip-flop (Lattice).
 */
export interface Part {
  readonly family: FamilyName;
  readonly logic: number;
  readonly logicUnit: 'LUT6' | 'LE' | 'ALM' | 'LUT4';
  readonly flipFlops: number;
  /** How many, and bits in each. */
  readonly blockRams: { readonly count: number; readonly bits: number };
  /** Multipliers or DSP blocks, as the maker counts them. */
  readonly dsps: number;
  /** How many times slower it is than the fastest parts of its family that boards have; 1 where nothing stands. */
  readonly slower?: number;
  /** The maker's document that says so. */
  readonly source: string;
}

const ARTIX7 = 'AMD DS180, 7 Series FPGAs Overview, table of Artix-7 devices';
const ZYNQ = 'AMD DS190, Zynq-7000 SoC Overview, table of devices';
const CYCLONE4 = 'Intel CYIV-51001, Cyclone IV Device Handbook, chapter 1, table of resources';
const CYCLONE5 = 'Intel CV-51001, Cyclone V Device Overview, tables of maximum resources';
const ICE40 = 'Lattice, iCE40 LP/HX and UltraPlus family data sheets, table of the family';
const KILOBITS = 1024;

const amd = (
  family: FamilyName,
  [logic, flipFlops, blockRams, dsps]: readonly [number, number, number, number],
  source: string,
): Part => ({
  family,
  logic,
  logicUnit: 'LUT6',
  flipFlops,
  blockRams: { count: blockRams, bits: 36 * KILOBITS },
  dsps,
  source,
});

/** Every part that a board has, by its ordering code in the spelling of the vendor's tool. */
export const PARTS = {
  'xc7a35tcpg236-1': amd('7-series', [20_800, 41_600, 50, 90], ARTIX7),
  'xc7a35ticsg324-1L': amd('7-series', [20_800, 41_600, 50, 90], ARTIX7),
  'xc7a100tcsg324-1': amd('7-series', [63_400, 126_800, 135, 240], ARTIX7),
  'xc7z007sclg400-1': amd('zynq-7000', [14_400, 28_800, 50, 66], ZYNQ),
  'xc7z010clg400-1': amd('zynq-7000', [17_600, 35_200, 60, 80], ZYNQ),
  'xc7z020clg400-1': amd('zynq-7000', [53_200, 106_400, 140, 220], ZYNQ),
  'xck26-sfvc784-2LV-c': amd('zynq-ultrascale+', [117_120, 234_240, 144, 1_248], 'AMD DS987, Kria K26 SOM'),
  '10M50DAF484C7G': {
    family: 'max10',
    logic: 49_760,
    logicUnit: 'LE',
    flipFlops: 49_760,
    blockRams: { count: 182, bits: 9 * KILOBITS },
    dsps: 144,
    source: 'Intel M10-OVERVIEW, MAX 10 FPGA Device Overview, table of maximum resources',
  },
  EP4CE22F17C6: {
    family: 'cyclone4e',
    logic: 22_320,
    logicUnit: 'LE',
    flipFlops: 22_320,
    blockRams: { count: 66, bits: 9 * KILOBITS },
    dsps: 66,
    source: CYCLONE4,
  },
  EP4CE115F29C7: {
    family: 'cyclone4e',
    logic: 114_480,
    logicUnit: 'LE',
    flipFlops: 114_480,
    blockRams: { count: 432, bits: 9 * KILOBITS },
    dsps: 266,
    source: CYCLONE4,
  },
  '5CSEMA5F31C6': {
    family: 'cyclone5',
    logic: 32_070,
    logicUnit: 'ALM',
    flipFlops: 128_300,
    blockRams: { count: 397, bits: 10 * KILOBITS },
    dsps: 87,
    source: CYCLONE5,
  },
  '5CSEBA6U23I7': {
    family: 'cyclone5',
    logic: 41_910,
    logicUnit: 'ALM',
    flipFlops: 166_036,
    blockRams: { count: 557, bits: 10 * KILOBITS },
    dsps: 112,
    source: CYCLONE5,
  },
  'up5k-sg48': {
    family: 'ice40',
    logic: 5_280,
    logicUnit: 'LUT4',
    flipFlops: 5_280,
    blockRams: { count: 30, bits: 4 * KILOBITS },
    dsps: 8,
    slower: 1.8,
    source: ICE40,
  },
  'hx8k-ct256': {
    family: 'ice40',
    logic: 7_680,
    logicUnit: 'LUT4',
    flipFlops: 7_680,
    blockRams: { count: 32, bits: 4 * KILOBITS },
    dsps: 0,
    source: ICE40,
  },
  'LFE5U-85F-6BG381C': {
    family: 'ecp5',
    logic: 83_640,
    logicUnit: 'LUT4',
    flipFlops: 83_640,
    blockRams: { count: 208, bits: 18 * KILOBITS },
    dsps: 156,
    source: 'Lattice FPGA-DS-02012, ECP5 and ECP5-5G Family Data Sheet, table of the family',
  },
} as const satisfies Readonly<Record<string, Part>>;

export type PartName = keyof typeof PARTS;
