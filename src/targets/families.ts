/** A chip family as its makers' tools see it. */
export interface ChipFamily {
  readonly name: FamilyName;
  /** The vendor's name of it. */
  readonly title: string;
  /** Who builds a bitstream: AMD Vivado, Intel Quartus, or Yosys and nextpnr with IceStorm or Trellis. */
  readonly flow: 'vivado' | 'quartus' | 'icestorm' | 'trellis';
  /** What `espalier synth --target` calls it; absent where Yosys has no flow for it here. */
  readonly synthesis?: 'xc7' | 'xcup' | 'cyclonev' | 'ecp5' | 'ice40';
  /** Yosys's own flow for it. */
  readonly yosys: string;
  /** What the parts of the family are called. */
  readonly part: RegExp;
  /** What its package pins are called. */
  readonly pin: RegExp;
  /** I/O standards that boards here use, in the words of the flow's constraint files. */
  readonly standards: readonly string[];
}

export type FamilyName =
  | '7-series'
  | 'zynq-7000'
  | 'zynq-ultrascale+'
  | 'max10'
  | 'cyclone4e'
  | 'cyclone5'
  | 'ice40'
  | 'ecp5';

const BALL = /^[A-Z]{1,2}\d{1,2}$/;
const XILINX_STANDARDS = ['LVCMOS33', 'LVCMOS25', 'LVCMOS18', 'LVCMOS15', 'LVCMOS12', 'LVTTL'];
const INTEL_STANDARDS = ['3.3-V LVTTL', '3.3-V LVCMOS', '3.3 V SCHMITT TRIGGER', '2.5 V', '1.8 V', '1.5 V'];
const LATTICE_STANDARDS = ['LVCMOS33', 'LVCMOS25', 'LVCMOS18'];

/** Every chip family that a board has, one entry each. */
export const CHIP_FAMILIES: readonly ChipFamily[] = [
  {
    name: '7-series',
    title: 'AMD 7 series',
    flow: 'vivado',
    synthesis: 'xc7',
    yosys: 'synth_xilinx -family xc7',
    part: /^xc7[ask]\d+ti?[a-z]+\d+-\d[LI]?$/,
    pin: BALL,
    standards: XILINX_STANDARDS,
  },
  {
    name: 'zynq-7000',
    title: 'AMD Zynq-7000',
    flow: 'vivado',
    synthesis: 'xc7',
    yosys: 'synth_xilinx -family xc7',
    part: /^xc7z\d+s?[a-z]+\d+-\d$/,
    pin: BALL,
    standards: XILINX_STANDARDS,
  },
  {
    name: 'zynq-ultrascale+',
    title: 'AMD Zynq UltraScale+',
    flow: 'vivado',
    synthesis: 'xcup',
    yosys: 'synth_xilinx -family xcup',
    part: /^(xczu\d+|xck26)[a-zA-Z0-9-]+$/,
    pin: BALL,
    standards: XILINX_STANDARDS,
  },
  {
    name: 'max10',
    title: 'Intel MAX 10',
    flow: 'quartus',
    yosys: 'synth_intel -family max10',
    part: /^10M\d{2}[DS][A-Z][A-Z]\d+[CI]\d[A-Z]?$/,
    pin: BALL,
    standards: INTEL_STANDARDS,
  },
  {
    name: 'cyclone4e',
    title: 'Intel Cyclone IV E',
    flow: 'quartus',
    yosys: 'synth_intel -family cycloneive',
    part: /^EP4CE\d+F\d+[CI]\d[A-Z]?$/,
    pin: BALL,
    standards: INTEL_STANDARDS,
  },
  {
    name: 'cyclone5',
    title: 'Intel Cyclone V',
    flow: 'quartus',
    synthesis: 'cyclonev',
    yosys: 'synth_intel_alm -family cyclonev',
    part: /^5C[EGS][A-Z]{2,3}\d[FU]\d+[CI]\d$/,
    pin: BALL,
    standards: INTEL_STANDARDS,
  },
  {
    name: 'ice40',
    title: 'Lattice iCE40',
    flow: 'icestorm',
    synthesis: 'ice40',
    yosys: 'synth_ice40',
    part: /^(up|hx|lp|u)\d+k-[a-z]+\d+$/,
    pin: /^([A-Z]\d{1,2}|\d{1,2})$/,
    standards: LATTICE_STANDARDS,
  },
  {
    name: 'ecp5',
    title: 'Lattice ECP5',
    flow: 'trellis',
    synthesis: 'ecp5',
    yosys: 'synth_ecp5',
    part: /^LFE5U(M5?G?)?-\d+F-\d[A-Z]{2}\d+C$/,
    pin: BALL,
    standards: LATTICE_STANDARDS,
  },
];
