import { bitsFor } from '../../../fixed/format.js';
import { addressWidth } from '../../../targets/registers.js';
import type { Manifest } from '../../manifest.js';
import { type Connections, type InstanceView, instanceView } from '../../verilog.js';
import type { BoardBuild, BoardPort } from '../build.js';
import { parameter } from '../top.js';
import { classField } from './class-field.js';

/** Pieces of the links of a processor system on the chip: clock, register bus, bank of registers. */

/** Direction, name, bits. */
type PortText = readonly [direction: 'input' | 'output', name: string, width: number];

/** Bits of a word of the registers. */
const WORD = 32;
/** Of an address: vendors' tools map no less than 4 KiB. */
const LEAST_ADDRESS = 12;

export const port = (
  [direction, name, width]: PortText,
  note: string,
  attributes: readonly string[] = [],
): BoardPort => ({ name, direction, pins: [], width, timing: 'internal', note, attributes });

export const sameNames = (ports: readonly BoardPort[]): Connections => ports.map(({ name }) => [name, name]);

export const wires = (names: readonly string[], width = 1) =>
  names.map((name) => ({ kind: 'wire', width, name }));

export const widthOfAddress = ({ stream }: Manifest): number =>
  Math.max(LEAST_ADDRESS, addressWidth(stream.input.beats, stream.output.beats));

/** The bus by which a processor reads and writes registers. */
export interface RegisterBus {
  /** In front of the bank. */
  readonly module: string;
  readonly title: string;
  /** What is entered on the host for a driver of the registers. */
  readonly host: readonly string[];
  ports(addressWidth: number): BoardPort[];
  /** Attributes by which the maker's tool knows what is beside the bus. */
  readonly attributes: {
    /** @param streams names of the interfaces beside the registers' */
    clock(streams: readonly string[]): readonly string[];
    readonly reset: readonly string[];
    readonly interrupt: readonly string[];
  };
}

export const AXI_LITE: RegisterBus = {
  module: 'espalier_axi_lite',
  title: 'AXI4-Lite',
  host: [
    'npx espalier export driver-pynq . --out host         # Python, for PYNQ: bring it and the bitstream onto the board',
    'npx espalier export driver-registers . --out host    # C99, for registers that are mapped into memory',
  ],
  ports: (address) =>
    (
      [
        ['input', 's_axi_awaddr', address],
        ['input', 's_axi_awprot', 3],
        ['input', 's_axi_awvalid', 1],
        ['output', 's_axi_awready', 1],
        ['input', 's_axi_wdata', WORD],
        ['input', 's_axi_wstrb', WORD / 8],
        ['input', 's_axi_wvalid', 1],
        ['output', 's_axi_wready', 1],
        ['output', 's_axi_bresp', 2],
        ['output', 's_axi_bvalid', 1],
        ['input', 's_axi_bready', 1],
        ['input', 's_axi_araddr', address],
        ['input', 's_axi_arprot', 3],
        ['input', 's_axi_arvalid', 1],
        ['output', 's_axi_arready', 1],
        ['output', 's_axi_rdata', WORD],
        ['output', 's_axi_rresp', 2],
        ['output', 's_axi_rvalid', 1],
        ['input', 's_axi_rready', 1],
      ] satisfies PortText[]
    ).map((text) => port(text, 'AXI4-Lite, registers')),
  attributes: {
    clock: (streams) => [
      `X_INTERFACE_PARAMETER = "ASSOCIATED_BUSIF ${['s_axi', ...streams].join(':')}, ASSOCIATED_RESET aresetn"`,
    ],
    reset: ['X_INTERFACE_PARAMETER = "POLARITY ACTIVE_LOW"'],
    interrupt: [
      'X_INTERFACE_INFO = "xilinx.com:signal:interrupt:1.0 interrupt INTERRUPT", X_INTERFACE_PARAMETER = "SENSITIVITY LEVEL_HIGH"',
    ],
  },
};

export const AVALON_MM: RegisterBus = {
  module: 'espalier_avalon_mm',
  title: 'Avalon-MM',
  host: [
    'npx espalier export driver-registers . --out host    # C99, for registers that are mapped into memory',
  ],
  ports: (address) =>
    (
      [
        ['input', 'avs_address', address],
        ['input', 'avs_read', 1],
        ['input', 'avs_write', 1],
        ['input', 'avs_writedata', WORD],
        ['input', 'avs_byteenable', WORD / 8],
        ['output', 'avs_waitrequest', 1],
        ['output', 'avs_readdata', WORD],
        ['output', 'avs_readdatavalid', 1],
        ['output', 'avs_writeresponsevalid', 1],
        ['output', 'avs_response', 2],
      ] satisfies PortText[]
    ).map((text) => port(text, 'Avalon-MM, registers, addresses in bytes')),
  // Platform Designer reads them in the component's file.
  attributes: { clock: () => [], reset: [], interrupt: [] },
};

export const clockPorts = ({ attributes }: RegisterBus, streams: readonly string[]): BoardPort[] => [
  port(['input', 'aclk', 1], 'of the buses and the design', attributes.clock(streams)),
  port(['input', 'aresetn', 1], 'of the buses and the design, synchronous', attributes.reset),
];

export const interruptPort = ({ attributes }: RegisterBus): BoardPort =>
  port(['output', 'irq', 1], 'high while a result is there, where it is enabled', attributes.interrupt);

export const CLOCKED: Connections = [
  ['aclk', 'aclk'],
  ['aresetn', 'aresetn'],
];

/** Signals between the bus and the bank. */
export const bankSignals = (address: number) => [
  ...wires(['write', 'write_ok', 'read', 'read_ok', 'core_aresetn']),
  ...wires(['write_address', 'read_address'], address),
  ...wires(['write_data', 'read_data'], WORD),
  ...wires(['write_strobe'], WORD / 8),
];

export const busInstance = (bus: RegisterBus, address: number): InstanceView =>
  instanceView(
    bus.module,
    'bus',
    [parameter('ADDRESS_WIDTH', address)],
    [
      ...CLOCKED,
      ...sameNames(bus.ports(address)),
      ['write_o', 'write'],
      ['write_address_o', 'write_address'],
      ['write_data_o', 'write_data'],
      ['write_strobe_o', 'write_strobe'],
      ['write_ok_i', 'write_ok'],
      ['read_o', 'read'],
      ['read_address_o', 'read_address'],
      ['read_data_i', 'read_data'],
      ['read_ok_i', 'read_ok'],
    ],
  );

/** A bank of registers: what both kinds have in common, and what stands beside it. */
export function bankInstance(
  { manifest }: BoardBuild,
  module: string,
  parameters: Connections,
  ports: Connections,
): InstanceView {
  const { network, stream } = manifest;
  const { input, output } = stream;
  const { lsb = 0, width = 0 } = classField(manifest, WORD) ?? {};
  return instanceView(
    module,
    'registers',
    [
      ['HASH', `128'h${network.sha256.slice(0, 32)}`],
      parameter('ADDRESS_WIDTH', widthOfAddress(manifest)),
      parameter('IN_WIDTH', input.width),
      parameter('IN_BEATS', input.beats),
      ...parameters,
      parameter('OUT_WIDTH', output.width),
      parameter('OUT_BEATS', output.beats),
      parameter('OUT_COUNT_WIDTH', bitsFor(output.beats)),
      parameter('CLASS_BEAT', Math.floor(lsb / output.width)),
      parameter('CLASS_LSB', lsb % output.width),
      parameter('CLASS_WIDTH', width),
    ],
    [
      ...CLOCKED,
      ['write_i', 'write'],
      ['write_address_i', 'write_address'],
      ['write_data_i', 'write_data'],
      ['write_strobe_i', 'write_strobe'],
      ['write_ok_o', 'write_ok'],
      ['read_i', 'read'],
      ['read_address_i', 'read_address'],
      ['read_data_o', 'read_data'],
      ['read_ok_o', 'read_ok'],
      ['interrupt_o', 'irq'],
      ['core_aresetn_o', 'core_aresetn'],
      ...ports,
    ],
  );
}

/** Signals of the design's streams. */
export const coreSignals = ({ stream }: Manifest) => [
  ...wires(['in_data'], stream.input.width),
  ...wires(['out_data'], stream.output.width),
  ...wires(['in_valid', 'in_ready', 'in_last', 'out_valid', 'out_ready', 'out_last', 'frame_error']),
];
