import type { BoardBuild, BoardDesign, BoardPort } from '../build.js';
import { titleLines } from './pins.js';

/** The component for Intel's Platform Designer: `TOP_hw.tcl`, beside the Verilog it names. */
export function platformDesignerFiles(build: BoardBuild, design: BoardDesign): Map<string, string> {
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
    ...INTERFACES.flatMap((one) => interfaceLines(one, design.ports)),
  ];
  return new Map([[`${top}_hw.tcl`, lines.join('\n')]]);
}

const baseOf = (file: string): string => file.replace(/^.*\//, '');

/** An interface of the component. */
interface Interface {
  readonly name: string;
  readonly kind: string;
  readonly properties: Readonly<Record<string, string | number>>;
  /** Of a port: its role, if it belongs here; what Avalon calls it. */
  role(port: string): string | undefined;
}

/** Of one port. */
const only = (name: string, role: string) => (port: string) => (port === name ? role : undefined);

/** Of all ports that begin so; the rest of the name is the role. */
const behind = (start: string) => (port: string) =>
  port.startsWith(start) ? port.slice(start.length) : undefined;

const CLOCKED = { associatedClock: 'clock', associatedReset: 'reset' };

/** The first symbol of a beat is the lowest one. */
const STREAM = { ...CLOCKED, dataBitsPerSymbol: 8, firstSymbolInHighOrderBits: 'false', readyLatency: 0 };

const INTERFACES: readonly Interface[] = [
  { name: 'clock', kind: 'clock end', properties: {}, role: only('aclk', 'clk') },
  {
    name: 'reset',
    kind: 'reset end',
    properties: { associatedClock: 'clock', synchronousEdges: 'BOTH' },
    role: only('aresetn', 'reset_n'),
  },
  {
    // Every access is answered in the cycle after it.
    name: 'registers',
    kind: 'avalon end',
    properties: {
      ...CLOCKED,
      addressUnits: 'SYMBOLS',
      maximumPendingReadTransactions: 1,
      maximumPendingWriteTransactions: 1,
    },
    role: behind('avs_'),
  },
  {
    name: 'samples',
    kind: 'avalon_streaming end',
    properties: { ...STREAM, errorDescriptor: 'lost' },
    role: behind('asi_'),
  },
  { name: 'results', kind: 'avalon_streaming start', properties: STREAM, role: behind('aso_') },
  {
    name: 'interrupt_sender',
    kind: 'interrupt end',
    properties: { ...CLOCKED, associatedAddressablePoint: 'registers' },
    role: only('irq', 'irq'),
  },
];

/** An interface with its properties and ports; nothing where the top module has none of its ports. */
function interfaceLines({ name, kind, properties, role }: Interface, ports: readonly BoardPort[]): string[] {
  const own = ports.flatMap((port) => {
    const found = role(port.name);
    if (found === undefined) return [];
    const way = port.direction === 'input' ? 'Input' : 'Output';
    return [`add_interface_port ${name} ${port.name} ${found} ${way} ${port.width}`];
  });
  if (own.length === 0) return [];
  return [
    `add_interface ${name} ${kind}`,
    ...Object.entries(properties).map(
      ([property, value]) => `set_interface_property ${name} ${property} ${value}`,
    ),
    ...own,
    '',
  ];
}
