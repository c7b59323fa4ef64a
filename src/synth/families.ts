/** What a cell of a mapped netlist is; `buffer` adds no level, `other` is what no pattern names. */
export type CellClass =
  | { readonly kind: 'lut'; readonly inputs: number }
  /** `luts`: LUTs that the carry cell contains, beside those that Yosys shows as cells of their own. */
  | { readonly kind: 'carry'; readonly luts: number }
  /** `luts`: LUTs that it is made of. */
  | { readonly kind: 'lutRam'; readonly luts: number }
  | { readonly kind: Exclude<CellKind, 'lut' | 'carry' | 'lutRam'> };

export type CellKind =
  | 'lut'
  | 'carry'
  | 'wideMux'
  | 'flipFlop'
  | 'dsp'
  | 'blockRam'
  | 'lutRam'
  | 'buffer'
  | 'other';

export interface Family {
  readonly name: string;
  /** For tables: the vendor's name of it. */
  readonly title: string;
  /** Yosys's flow for it, without I/O and clock buffers: out of context. */
  flow(top: string, flatten: boolean): string;
  /** The first pattern that matches the cell's type says what it is. */
  readonly cells: readonly (readonly [pattern: RegExp, cell: CellClass])[];
  /** Of cells whose outputs do not depend on all inputs, by their types. */
  readonly arcs: Readonly<Record<string, Arc>>;
}

/** Whether a path leads from an input bit to an output bit of a cell with these parameters. */
export type Arc = (input: PinBit, output: PinBit, parameters: Readonly<Record<string, string>>) => boolean;

export interface PinBit {
  readonly pin: string;
  readonly bit: number;
}

const lut = (inputs: number): CellClass => ({ kind: 'lut', inputs });
const LUTS_OF_XILINX = [1, 2, 3, 4, 5, 6].map((n) => [new RegExp(`^LUT${n}(_2)?$`), lut(n)] as const);

/** CARRY4 and CARRY8: bit i of O sees the bits below it and S[i]; bit i of CO also DI[i]. */
const xilinxCarry: Arc = (input, output) => {
  if (input.pin === 'CI' || input.pin === 'CYINIT' || input.pin === 'CI_TOP') return true;
  if (input.pin === 'DI' && output.pin === 'O') return input.bit < output.bit;
  return input.bit <= output.bit;
};

/** O5 is what the lower half of the table makes of I0 to I4. An input reaches what changes with it. */
const xilinxTable: Arc = (input, output, { INIT }) => {
  const index = Number(input.pin.slice(1));
  const table = [...INIT].reverse().slice(0, output.pin === 'O5' ? 32 : 64);
  return table.some((value, at) => value !== (table[at ^ (1 << index)] ?? value));
};

const XILINX_CELLS: Family['cells'] = [
  ...LUTS_OF_XILINX,
  [/^CARRY[48]$/, { kind: 'carry', luts: 0 }],
  [/^MUXF[789]$/, { kind: 'wideMux' }],
  [/^(FD[RSCP]E(_1)?|LD[CP]E)$/, { kind: 'flipFlop' }],
  [/^DSP48/, { kind: 'dsp' }],
  [/^(RAMB|URAM)/, { kind: 'blockRam' }],
  [/^(RAM(32|64)M|RAM128X1D|RAM256X1)/, { kind: 'lutRam', luts: 4 }],
  [/^(RAM\d+X1D|RAM128X1S)/, { kind: 'lutRam', luts: 2 }],
  [/^(RAM\d+|SRL)/, { kind: 'lutRam', luts: 1 }],
  [/^(INV|BUFG|IBUF|OBUF)/, { kind: 'buffer' }],
];

function xilinx(name: string, title: string): Family {
  return {
    name,
    title,
    flow: (top, flatten) =>
      `synth_xilinx -family ${name} -noiopad -noclkbuf ${flatten ? '-flatten ' : ''}-top ${top}`,
    cells: XILINX_CELLS,
    arcs: { CARRY4: xilinxCarry, CARRY8: xilinxCarry, LUT6_2: xilinxTable },
  };
}

const CYCLONE_V: Family = {
  name: 'cyclonev',
  title: 'Intel Cyclone V',
  flow: (top, flatten) => `synth_intel_alm -family cyclonev ${flatten ? '' : '-noflatten '}-top ${top}`,
  cells: [
    ...[2, 3, 4, 5, 6].map((n) => [new RegExp(`^MISTRAL_ALUT${n}$`), lut(n)] as const),
    [/^MISTRAL_ALUT_ARITH$/, { kind: 'carry', luts: 1 }],
    [/^MISTRAL_FF$/, { kind: 'flipFlop' }],
    [/^MISTRAL_MUL/, { kind: 'dsp' }],
    [/^MISTRAL_M10K$/, { kind: 'blockRam' }],
    [/^MISTRAL_MLAB$/, { kind: 'lutRam', luts: 1 }],
    [/^MISTRAL_(NOT|BUF|CLKBUF|IB|OB)$/, { kind: 'buffer' }],
  ],
  arcs: {},
};

const ECP5: Family = {
  name: 'ecp5',
  title: 'Lattice ECP5',
  flow: (top, flatten) => `synth_ecp5 ${flatten ? '' : '-noflatten '}-top ${top}`,
  cells: [
    [/^LUT4$/, lut(4)],
    [/^CCU2C$/, { kind: 'carry', luts: 2 }],
    [/^(PFUMX|L6MUX21)$/, { kind: 'wideMux' }],
    [/^TRELLIS_FF$/, { kind: 'flipFlop' }],
    [/^MULT18X18D$/, { kind: 'dsp' }],
    [/^(DP16KD|PDPW16KD)$/, { kind: 'blockRam' }],
    [/^TRELLIS_DPR16X4$/, { kind: 'lutRam', luts: 4 }],
  ],
  // Two bits: what belongs to the upper one does not reach the lower one's sum.
  arcs: { CCU2C: (input, output) => !(input.pin.endsWith('1') && output.pin === 'S0') },
};

const ICE40: Family = {
  name: 'ice40',
  title: 'Lattice iCE40',
  flow: (top, flatten) => `synth_ice40 ${flatten ? '' : '-noflatten '}-top ${top}`,
  cells: [
    [/^SB_LUT4$/, lut(4)],
    [/^SB_CARRY$/, { kind: 'carry', luts: 0 }],
    [/^SB_DFF/, { kind: 'flipFlop' }],
    [/^SB_MAC16$/, { kind: 'dsp' }],
    [/^SB_(RAM|SPRAM)/, { kind: 'blockRam' }],
    [/^SB_(GB|IO)$/, { kind: 'buffer' }],
  ],
  arcs: {},
};

/** Every family that `espalier synth` knows, one line each. */
export const FAMILIES: readonly Family[] = [
  xilinx('xc7', 'AMD 7 series'),
  xilinx('xcup', 'AMD UltraScale+'),
  CYCLONE_V,
  ECP5,
  ICE40,
];
