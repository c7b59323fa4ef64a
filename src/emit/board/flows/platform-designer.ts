import type { BoardBuild, BoardDesign, HostBuses } from '../build.js';
import { titleLines } from './pins.js';

/** The component for Intel's Platform Designer: `TOP_hw.tcl`, beside the Verilog it names. */
export function platformDesignerFiles(
  build: BoardBuild,
  design: BoardDesign,
  buses: HostBuses,
): Map<string, string> {
  const { manifest, top } = build;
  const files = [
    ...manifest.sources.map(({ file }) => [`../${file}`, 'VERILOG'] as const),
    ...manifest.roms.map(({ file }) => [`../${file}`, 'OTHER'] as const),
    ...[...design.sources.keys()].map((module) => [`rtl/${module}.v`, 'VERILOG'] as const),
  ];
  const lines = [
    ...titleLines('#', build),
    '',
    'package require -exact qsys 16.0',
    '',
    `set_module_property NAME ${top}`,
    'set_module_property VERSION 1.0',
    'set_module_property GROUP Espalier',
    `set_module_property DISPLAY_NAME "${manifest.name}"`,
    'set_module_property EDITABLE false',
    '',
    'add_fileset synthesis QUARTUS_SYNTH',
    `set_fileset_property synthesis TOP_LEVEL ${top}`,
    ...files.map(([file, kind]) => `add_fileset_file ${baseOf(file)} ${kind} PATH ${file}`),
    '',
    ...clockLines,
    ...registerLines(buses.addressWidth),
    ...(buses.streams === undefined ? [] : streamLines(buses.streams)),
    ...interruptLines,
  ];
  return new Map([[`${top}_hw.tcl`, `${lines.join('\n')}\n`]]);
}

const baseOf = (file: string): string => file.replace(/^.*\//, '');

/** An interface with its properties and ports; a port's role is what Avalon calls it. */
function interfaceLines(
  name: string,
  [kind, end]: readonly [kind: string, end: string],
  properties: Readonly<Record<string, string | number>>,
  ports: readonly (readonly [port: string, role: string, direction: string, width: string | number])[],
): string[] {
  return [
    `add_interface ${name} ${kind} ${end}`,
    ...Object.entries(properties).map(
      ([property, value]) => `set_interface_property ${name} ${property} ${value}`,
    ),
    ...ports.map(
      ([port, role, direction, width]) => `add_interface_port ${name} ${port} ${role} ${direction} ${width}`,
    ),
    '',
  ];
}

const CLOCKED = { associatedClock: 'clock', associatedReset: 'reset' };

const clockLines = [
  ...interfaceLines('clock', ['clock', 'end'], {}, [['aclk', 'clk', 'Input', 1]]),
  ...interfaceLines('reset', ['reset', 'end'], { associatedClock: 'clock', synchronousEdges: 'BOTH' }, [
    ['aresetn', 'reset_n', 'Input', 1],
  ]),
];

/** Every access is answered in the cycle after it. */
const registerLines = (addressWidth: number) =>
  interfaceLines(
    'registers',
    ['avalon', 'end'],
    {
      ...CLOCKED,
      addressUnits: 'SYMBOLS',
      maximumPendingReadTransactions: 1,
      maximumPendingWriteTransactions: 1,
    },
    [
      ['avs_address', 'address', 'Input', addressWidth],
      ['avs_read', 'read', 'Input', 1],
      ['avs_write', 'write', 'Input', 1],
      ['avs_writedata', 'writedata', 'Input', 32],
      ['avs_byteenable', 'byteenable', 'Input', 4],
      ['avs_waitrequest', 'waitrequest', 'Output', 1],
      ['avs_readdata', 'readdata', 'Output', 32],
      ['avs_readdatavalid', 'readdatavalid', 'Output', 1],
      ['avs_writeresponsevalid', 'writeresponsevalid', 'Output', 1],
      ['avs_response', 'response', 'Output', 2],
    ],
  );

function streamLines({ input, output }: NonNullable<HostBuses['streams']>): string[] {
  const properties = {
    ...CLOCKED,
    dataBitsPerSymbol: 8,
    firstSymbolInHighOrderBits: 'false',
    readyLatency: 0,
  };
  const emptyWidth = (width: number) => Math.max(1, Math.log2(width / 8));
  return [
    ...interfaceLines('samples', ['avalon_streaming', 'end'], { ...properties, errorDescriptor: 'lost' }, [
      ['asi_data', 'data', 'Input', input],
      ['asi_empty', 'empty', 'Input', emptyWidth(input)],
      ['asi_valid', 'valid', 'Input', 1],
      ['asi_ready', 'ready', 'Output', 1],
      ['asi_startofpacket', 'startofpacket', 'Input', 1],
      ['asi_endofpacket', 'endofpacket', 'Input', 1],
      ['asi_error', 'error', 'Input', 1],
    ]),
    ...interfaceLines('results', ['avalon_streaming', 'start'], properties, [
      ['aso_data', 'data', 'Output', output],
      ['aso_empty', 'empty', 'Output', emptyWidth(output)],
      ['aso_valid', 'valid', 'Output', 1],
      ['aso_ready', 'ready', 'Input', 1],
      ['aso_startofpacket', 'startofpacket', 'Output', 1],
      ['aso_endofpacket', 'endofpacket', 'Output', 1],
    ]),
  ];
}

const interruptLines = interfaceLines(
  'interrupt_sender',
  ['interrupt', 'end'],
  { ...CLOCKED, associatedAddressablePoint: 'registers' },
  [['irq', 'irq', 'Output', 1]],
).slice(0, -1);
