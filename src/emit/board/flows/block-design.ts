import type { FamilyName } from '../../../targets/families.js';
import { renderTemplate } from '../../template.js';
import type { BoardBuild, BoardDesign, HostBuses } from '../build.js';
import { megahertz } from '../megahertz.js';
import { romFiles, sourcesOf, titleLines } from './pins.js';

/** How a family's processor system is put into a block design: its IP, and what its pins are called there. */
interface Processor {
  readonly ip: string;
  readonly rule: string;
  /** Of the rule, beside the board's preset. */
  readonly automation: string;
  /** @param hertz of the clock for the logic */
  settings(hertz: number, streams: boolean): string[];
  readonly clock: string;
  readonly reset: string;
  readonly interrupts: string;
  /** The master that reaches registers, and its clock. */
  readonly control: readonly [bus: string, clock: string];
  /** The subordinate that reaches memory, and its clock. */
  readonly memory: readonly [bus: string, clock: string];
  /** Addresses of the design's registers and of the DMA engine's. */
  readonly addresses: { readonly design: string; readonly dma: string };
}

const setting = (name: string, value: string | number): string => `CONFIG.${name} {${value}}`;
const inMegahertz = (hertz: number): number => Number((hertz / 1e6).toFixed(6));

const PROCESSORS: Readonly<Partial<Record<FamilyName, Processor>>> = {
  'zynq-7000': {
    ip: 'xilinx.com:ip:processing_system7',
    rule: 'xilinx.com:bd_rule:processing_system7',
    automation: 'make_external {FIXED_IO, DDR} Master Disable Slave Disable',
    settings: (hertz, streams) => [
      setting('PCW_USE_M_AXI_GP0', 1),
      setting('PCW_USE_S_AXI_HP0', streams ? 1 : 0),
      setting('PCW_EN_CLK0_PORT', 1),
      setting('PCW_FPGA0_PERIPHERAL_FREQMHZ', inMegahertz(hertz)),
      setting('PCW_USE_FABRIC_INTERRUPT', 1),
      setting('PCW_IRQ_F2P_INTR', 1),
    ],
    clock: 'FCLK_CLK0',
    reset: 'FCLK_RESET0_N',
    interrupts: 'IRQ_F2P',
    control: ['M_AXI_GP0', 'M_AXI_GP0_ACLK'],
    memory: ['S_AXI_HP0', 'S_AXI_HP0_ACLK'],
    addresses: { design: '0x43C00000', dma: '0x40400000' },
  },
  'zynq-ultrascale+': {
    ip: 'xilinx.com:ip:zynq_ultra_ps_e',
    rule: 'xilinx.com:bd_rule:zynq_ultra_ps_e',
    automation: '',
    settings: (hertz, streams) => [
      setting('PSU__USE__M_AXI_GP0', 1),
      setting('PSU__USE__M_AXI_GP1', 0),
      setting('PSU__USE__M_AXI_GP2', 0),
      setting('PSU__USE__S_AXI_GP2', streams ? 1 : 0),
      setting('PSU__FPGA_PL0_ENABLE', 1),
      setting('PSU__CRL_APB__PL0_REF_CTRL__FREQMHZ', inMegahertz(hertz)),
      setting('PSU__USE__IRQ0', 1),
    ],
    clock: 'pl_clk0',
    reset: 'pl_resetn0',
    interrupts: 'pl_ps_irq0',
    control: ['M_AXI_HPM0_FPD', 'maxihpm0_fpd_aclk'],
    memory: ['S_AXI_HP0_FPD', 'saxihp0_fpd_aclk'],
    addresses: { design: '0xA0000000', dma: '0xA0010000' },
  },
};

/** Bytes of a DMA transfer's length register, in bits: 64 MiB less one. */
const LENGTH_BITS = 26;
/** The narrowest memory port of the DMA engine. */
const LEAST_MEMORY = 32;

/** The script that puts a design beside the processor system of a Zynq: `TOP.tcl`. */
export function blockDesignFiles(build: BoardBuild, design: BoardDesign): Map<string, string> {
  const { board, family, top, hertz } = build;
  const processor = PROCESSORS[family.name];
  if (processor === undefined || board.boardFiles === undefined || design.buses === undefined)
    throw new Error(`${board.title} has no processor system`);
  const { streams, addressWidth } = design.buses;
  const hasStreams = streams !== undefined;
  const text = renderTemplate('board/block-design.tcl', {
    head: titleLines('#', build),
    project: top,
    top,
    bit: top,
    part: board.part,
    boardPart: board.boardFiles,
    clock: megahertz(hertz),
    files: [...sourcesOf(build, design), ...romFiles(build, design)],
    processor: { ...processor, settings: processor.settings(hertz, hasStreams) },
    cells: cellsOf(streams),
    interfaces: interfacesOf(processor, hasStreams),
    nets: netsOf(processor, hasStreams),
    addresses: [
      { offset: processor.addresses.design, range: rangeText(addressWidth), segment: 'espalier/s_axi/reg0' },
      ...(hasStreams
        ? [{ offset: processor.addresses.dma, range: '64K', segment: 'dma/S_AXI_LITE/Reg' }]
        : []),
    ],
    others: hasStreams ? [{}] : [],
  });
  return new Map([[`${top}.tcl`, text]]);
}

const rangeText = (addressWidth: number): string => `${2 ** (addressWidth - 10)}K`;

function cellsOf(streams: HostBuses['streams']) {
  const interconnect = (name: string, masters: number, subordinates: number) => ({
    name,
    ip: 'xilinx.com:ip:smartconnect',
    settings: [setting('NUM_SI', masters), setting('NUM_MI', subordinates)].join(' '),
  });
  if (streams === undefined) return [interconnect('control', 1, 1)];
  const width = Math.max(LEAST_MEMORY, streams.input, streams.output);
  return [
    interconnect('control', 1, 2),
    interconnect('memory', 2, 1),
    {
      name: 'dma',
      ip: 'xilinx.com:ip:axi_dma',
      settings: [
        setting('c_include_sg', 0),
        setting('c_sg_include_stscntrl_strm', 0),
        setting('c_sg_length_width', LENGTH_BITS),
        setting('c_m_axi_mm2s_data_width', width),
        setting('c_m_axis_mm2s_tdata_width', streams.input),
        setting('c_m_axi_s2mm_data_width', width),
      ].join(' '),
    },
    { name: 'interrupts', ip: 'xilinx.com:ip:xlconcat', settings: setting('NUM_PORTS', 3) },
  ];
}

function interfacesOf({ control, memory }: Processor, hasStreams: boolean) {
  const line = (from: string, to: string) => ({ from, to });
  const registers = [
    line(`processor/${control[0]}`, 'control/S00_AXI'),
    line('control/M00_AXI', 'espalier/s_axi'),
  ];
  if (!hasStreams) return registers;
  return [
    ...registers,
    line('control/M01_AXI', 'dma/S_AXI_LITE'),
    line('dma/M_AXI_MM2S', 'memory/S00_AXI'),
    line('dma/M_AXI_S2MM', 'memory/S01_AXI'),
    line('memory/M00_AXI', `processor/${memory[0]}`),
    line('dma/M_AXIS_MM2S', 'espalier/s_axis'),
    line('espalier/m_axis', 'dma/S_AXIS_S2MM'),
  ];
}

function netsOf({ clock, reset, interrupts, control, memory }: Processor, hasStreams: boolean) {
  const ofStreams = (...names: string[]) => (hasStreams ? names : []);
  const nets = [
    {
      from: `processor/${clock}`,
      to: [
        `processor/${control[1]}`,
        'reset/slowest_sync_clk',
        'control/aclk',
        'espalier/aclk',
        ...ofStreams(
          `processor/${memory[1]}`,
          'memory/aclk',
          'dma/s_axi_lite_aclk',
          'dma/m_axi_mm2s_aclk',
          'dma/m_axi_s2mm_aclk',
        ),
      ],
    },
    { from: `processor/${reset}`, to: ['reset/ext_reset_in'] },
    {
      from: 'reset/peripheral_aresetn',
      to: ['control/aresetn', 'espalier/aresetn', ...ofStreams('memory/aresetn', 'dma/axi_resetn')],
    },
  ];
  if (!hasStreams) return [...nets, { from: 'espalier/irq', to: [`processor/${interrupts}`] }];
  return [
    ...nets,
    { from: 'dma/mm2s_introut', to: ['interrupts/In0'] },
    { from: 'dma/s2mm_introut', to: ['interrupts/In1'] },
    { from: 'espalier/irq', to: ['interrupts/In2'] },
    { from: 'interrupts/dout', to: [`processor/${interrupts}`] },
  ];
}
