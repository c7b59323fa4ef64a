import { bitsFor } from '../../../fixed/format.js';
import type { Manifest } from '../../manifest.js';
import { primitiveText } from '../../primitives.js';
import { type Connections, count, type Declaration, type InstanceView, instanceView } from '../../verilog.js';
import type { BoardBuild, BoardDesign, BoardLink, BoardPort } from '../build.js';
import { coreInstance, parameter, printTop } from '../top.js';
import {
  AVALON_MM,
  AXI_LITE,
  bankInstance,
  bankSignals,
  busInstance,
  CLOCKED,
  clockPorts,
  coreSignals,
  interruptPort,
  port,
  type RegisterBus,
  sameNames,
  widthOfAddress,
  wires,
} from './host-bus.js';

const BEATS = [32, 8, 16, 64] as const;

/** The streams of a host: their ports, and what stands between them and `espalier_stream_link`. */
interface HostStreams {
  readonly title: string;
  /** Names of the buses, for Vivado. */
  readonly buses: readonly string[];
  ports(manifest: Manifest): BoardPort[];
  /** Modules beside the link. */
  readonly modules: readonly string[];
  signals(manifest: Manifest): Declaration[];
  instances(manifest: Manifest): InstanceView[];
  /** What the link's `s_axis_…` and `m_axis_…` are connected to. */
  readonly link: Connections;
}

const AXI_STREAM: HostStreams = {
  title: 'AXI4-Stream',
  buses: ['s_axis', 'm_axis'],
  modules: [],
  ports: ({ stream: { input, output } }) => [
    ...axiStreamPorts('s_axis', input.width, 'samples'),
    ...axiStreamPorts('m_axis', output.width, 'results'),
  ],
  signals: () => [],
  instances: () => [],
  link: ['s_axis', 'm_axis'].flatMap((bus) =>
    ['tdata', 'tkeep', 'tvalid', 'tready', 'tlast'].map(
      (name) => [`${bus}_${name}`, `${bus}_${name}`] as const,
    ),
  ),
};

function axiStreamPorts(bus: 's_axis' | 'm_axis', width: number, what: string): BoardPort[] {
  const [there, back] = bus === 's_axis' ? (['input', 'output'] as const) : (['output', 'input'] as const);
  const note = `AXI4-Stream, ${what}`;
  return [
    port([there, `${bus}_tdata`, width], note),
    port([there, `${bus}_tkeep`, width / 8], note),
    port([there, `${bus}_tvalid`, 1], note),
    port([back, `${bus}_tready`, 1], note),
    port([there, `${bus}_tlast`, 1], note),
  ];
}

const emptyWidth = (width: number): number => bitsFor(width / 8);

function avalonPorts({ stream: { input, output } }: Manifest): BoardPort[] {
  const from = 'Avalon-ST, samples, the first symbol lowest';
  const to = 'Avalon-ST, results, the first symbol lowest';
  return [
    port(['input', 'asi_data', input.width], from),
    port(['input', 'asi_empty', emptyWidth(input.width)], from),
    port(['input', 'asi_valid', 1], from),
    port(['output', 'asi_ready', 1], from),
    port(['input', 'asi_startofpacket', 1], from),
    port(['input', 'asi_endofpacket', 1], from),
    port(['input', 'asi_error', 1], from),
    port(['output', 'aso_data', output.width], to),
    port(['output', 'aso_empty', emptyWidth(output.width)], to),
    port(['output', 'aso_valid', 1], to),
    port(['input', 'aso_ready', 1], to),
    port(['output', 'aso_startofpacket', 1], to),
    port(['output', 'aso_endofpacket', 1], to),
  ];
}

const AVALON_ST: HostStreams = {
  title: 'Avalon-ST',
  buses: [],
  modules: ['espalier_avalon_st'],
  ports: avalonPorts,
  signals: ({ stream: { input, output } }) => [
    ...wires(['from_data'], input.width),
    ...wires(['from_keep'], input.width / 8),
    ...wires(['to_data'], output.width),
    ...wires(['to_keep'], output.width / 8),
    ...wires(['from_valid', 'from_ready', 'from_last', 'to_valid', 'to_ready', 'to_last']),
  ],
  instances: (manifest) => {
    const { input, output } = manifest.stream;
    return [
      instanceView(
        'espalier_avalon_st',
        'bridge',
        [
          parameter('IN_WIDTH', input.width),
          parameter('IN_EMPTY_WIDTH', emptyWidth(input.width)),
          parameter('OUT_WIDTH', output.width),
          parameter('OUT_EMPTY_WIDTH', emptyWidth(output.width)),
        ],
        [
          ...CLOCKED,
          ['core_aresetn_i', 'core_aresetn'],
          ...sameNames(avalonPorts(manifest)),
          ['m_axis_tdata', 'from_data'],
          ['m_axis_tkeep', 'from_keep'],
          ['m_axis_tvalid', 'from_valid'],
          ['m_axis_tready', 'from_ready'],
          ['m_axis_tlast', 'from_last'],
          ['s_axis_tdata', 'to_data'],
          ['s_axis_tvalid', 'to_valid'],
          ['s_axis_tready', 'to_ready'],
          ['s_axis_tlast', 'to_last'],
        ],
      ),
    ];
  },
  link: [
    ...['data', 'keep', 'valid', 'ready', 'last'].map((name) => [`s_axis_t${name}`, `from_${name}`] as const),
    ...['data', 'keep', 'valid', 'ready', 'last'].map((name) => [`m_axis_t${name}`, `to_${name}`] as const),
  ],
};

/** Streams that a DMA engine fills and empties, with registers beside them. */
const streamsOn = (name: BoardLink['name'], bus: RegisterBus, streams: HostStreams): BoardLink => {
  const describe: BoardLink['describe'] = ({ manifest: { stream } }) => [
    `Samples and results by ${streams.title}, registers on ${bus.title}, as docs/links.md tells.`,
    `A sample is ${count(stream.input.beats, 'beat')} of ${stream.input.width} bits, its result ${stream.output.beats}.`,
  ];
  const build = (of: BoardBuild): BoardDesign => {
    const { manifest, board, top } = of;
    const { input, output } = manifest.stream;
    const address = widthOfAddress(manifest);
    const ports = [
      ...clockPorts(bus, streams.buses),
      ...bus.ports(address),
      ...streams.ports(manifest),
      interruptPort(bus),
    ];
    const text = printTop(of, {
      what: `${manifest.name} on the ${board.title}, on ${streams.title} with registers on ${bus.title}`,
      notes: describe(of),
      ports,
      signals: [
        ...bankSignals(address),
        ...streams.signals(manifest),
        ...coreSignals(manifest),
        ...wires(['busy', 'begins', 'ends']),
      ],
      instances: [
        busInstance(bus, address),
        bank(of),
        ...streams.instances(manifest),
        linkInstance(manifest, streams.link),
        coreInstance(manifest, 'core_aresetn'),
      ],
      assigns: [],
      unused: streams.modules.length === 0 ? [] : ['to_keep'],
    });
    const primitives = [bus.module, 'espalier_stream_registers', ...streams.modules, 'espalier_stream_link'];
    return {
      ports,
      sources: new Map([...primitives.map((one) => [one, primitiveText(one)] as const), [top, text]]),
      buses: {
        addressWidth: address,
        streams: { input: input.width, output: output.width },
      },
    };
  };
  return { name, beats: BEATS, clock: 'processor', host: bus.host, describe, build };
};

const bank = (build: BoardBuild) =>
  bankInstance(
    build,
    'espalier_stream_registers',
    [],
    [
      ['busy_i', 'busy'],
      ['begins_i', 'begins'],
      ['ends_i', 'ends'],
      ['data_i', 'out_data'],
      ['take_i', 'out_valid & out_ready'],
      ['last_i', 'out_last'],
      ['frame_error_i', 'frame_error'],
    ],
  );

const linkInstance = ({ stream: { input, output } }: Manifest, host: Connections): InstanceView =>
  instanceView(
    'espalier_stream_link',
    'link',
    [
      parameter('IN_WIDTH', input.width),
      parameter('IN_BEATS', input.beats),
      parameter('IN_COUNT_WIDTH', bitsFor(input.beats)),
      parameter('OUT_WIDTH', output.width),
    ],
    [
      ...CLOCKED,
      ['core_aresetn_i', 'core_aresetn'],
      ...host,
      ['x_data_o', 'in_data'],
      ['x_valid_o', 'in_valid'],
      ['x_ready_i', 'in_ready'],
      ['x_last_o', 'in_last'],
      ['y_data_i', 'out_data'],
      ['y_valid_i', 'out_valid'],
      ['y_ready_o', 'out_ready'],
      ['y_last_i', 'out_last'],
      ['busy_o', 'busy'],
      ['begins_o', 'begins'],
      ['ends_o', 'ends'],
    ],
  );

/** For the DMA engine of a Zynq. */
export const axiStream = streamsOn('axi-stream', AXI_LITE, AXI_STREAM);
/** For the modular scatter-gather DMA of Intel. */
export const avalonSt = streamsOn('avalon-st', AVALON_MM, AVALON_ST);
