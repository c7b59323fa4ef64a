import { bitsFor, unsignedWidth } from '../../../fixed/format.js';
import { primitiveText } from '../../primitives.js';
import { problems } from '../../problems.js';
import { type InstanceView, instanceView } from '../../verilog.js';
import type { BoardBuild, BoardDesign, BoardLink, BoardPort } from '../build.js';
import {
  bitsOf,
  clockPorts,
  coreInstance,
  isHidden,
  LINK_STREAMS,
  ledAssign,
  ledPort,
  parameter,
  printTop,
} from '../top.js';
import { classField } from './class-field.js';

const BEAT = 8;
/** The receiver looks at the middle of a bit three times. */
const LEAST_DIVIDER = 6;
/** Of ten bits the last one's middle may be off by less than half a bit, on both sides together. */
const BAUD_ERROR = 0.02;
/** Of a pause in a frame, in seconds: what a USB adapter and its driver take at most. */
const PAUSE = 0.02;
const IDENTITY_BYTES = 13;
const LIGHTS_NOTE =
  'The lowest LED changes with every result; the next one says that something was wrong since the reset; then the class.';

const PRIMITIVES = [
  'espalier_board_reset',
  'espalier_lights',
  'espalier_crc16',
  'espalier_uart_rx',
  'espalier_uart_tx',
  'espalier_link_rx',
  'espalier_link_tx',
  'espalier_uart_link',
];

/** A serial line: frames with a CRC, as docs/links.md tells. */
export const uart: BoardLink = {
  name: 'uart',
  beats: [BEAT],
  clock: 'board',
  host: [
    'npx espalier board run . --port PORT              # regression: every answer is compared with the network',
    'npx espalier export driver-python . --out host    # or driver-c, driver-typescript: for programs of yours',
  ],
  describe({ board, baud, manifest: { stream } }) {
    const by = board.uart?.by;
    const way =
      typeof by === 'object' ? `an adapter on ${by.header}` : by === 'usb' ? "the board's USB" : 'RS-232';
    return [
      `Serial line by ${way}: ${baud} baud, 8 bits, no parity, 1 stop bit.`,
      `A sample is ${stream.input.beats} bytes, its result ${stream.output.beats}.`,
    ];
  },
  build(build) {
    const { manifest, board, top } = build;
    const clock = clockPorts(build);
    const lights = lightsOf(build);
    const ports: BoardPort[] = [...clock.ports, ...linePorts(build), ...ledPort(board, lights.length)];
    const text = printTop(build, {
      what: `${manifest.name} on the ${board.title}, on a serial line of ${build.baud} baud`,
      notes: uart.describe(build),
      ports,
      signals: [
        ...clock.signals,
        ...['in_data', 'out_data'].map((name) => ({ kind: 'wire', width: BEAT, name })),
        ...['in_valid', 'in_ready', 'in_last', 'out_valid', 'out_ready', 'out_last', 'frame_error'].map(wire),
        { kind: 'wire', width: 16, name: 'bad_frames' },
        ...['answered', 'wrong'].map(wire),
        { kind: 'wire', width: decisionWidth(build), name: 'decision' },
      ],
      instances: [
        ...clock.instances,
        linkInstance(build),
        coreInstance(manifest, 'aresetn'),
        lightsInstance(build),
      ],
      assigns: ledAssign(board, lights, LIGHTS_NOTE),
      unused: [
        ...['answered', 'wrong'].filter((name) => isHidden(lights, name)),
        ...(isHidden(lights, 'decision', decisionWidth(build)) ? ['decision'] : []),
      ],
    });
    const primitives = [...clock.primitives, ...PRIMITIVES];
    return { ports, sources: new Map([...primitives.map(withText), [top, text]]) } satisfies BoardDesign;
  },
};

const wire = (name: string) => ({ kind: 'wire', width: 1, name });
const withText = (name: string) => [name, primitiveText(name)] as const;

function linePorts({ board }: BoardBuild): BoardPort[] {
  const { rx, tx } = board.uart as NonNullable<typeof board.uart>;
  return [
    { name: 'uart_rxd_i', direction: 'input', pins: [rx], timing: 'asynchronous', note: 'from the host' },
    { name: 'uart_txd_o', direction: 'output', pins: [tx], timing: 'asynchronous', note: 'to the host' },
  ];
}

/** @throws emit/board-baud */
function dividerOf({ hertz, baud }: BoardBuild): number {
  const divider = Math.round(hertz / baud);
  const isNear = Math.abs(hertz / divider / baud - 1) <= BAUD_ERROR;
  if (divider >= LEAST_DIVIDER && isNear) return divider;
  throw problems.boardBaud(baud, hertz, Math.floor(hertz / Math.max(LEAST_DIVIDER, divider)));
}

function linkInstance(build: BoardBuild): InstanceView {
  const { manifest, hertz } = build;
  const { input, output } = manifest.stream;
  const divider = dividerOf(build);
  const timeout = Math.round(hertz * PAUSE);
  return instanceView(
    'espalier_uart_link',
    'link',
    [
      parameter('IN_BYTES', input.beats),
      parameter('IN_COUNT_WIDTH', unsignedWidth(input.beats + 1)),
      parameter('OUT_BYTES', output.beats),
      parameter('OUT_COUNT_WIDTH', unsignedWidth(Math.max(output.beats, IDENTITY_BYTES) - 1)),
      parameter('DIVIDER', divider),
      parameter('DIVIDER_WIDTH', unsignedWidth(divider - 1)),
      parameter('TIMEOUT', timeout),
      parameter('TIMEOUT_WIDTH', unsignedWidth(timeout)),
      ['HASH', `64'h${manifest.network.sha256.slice(0, 16)}`],
    ],
    [
      ['aclk', 'aclk'],
      ['aresetn', 'aresetn'],
      ['rxd_i', 'uart_rxd_i'],
      ['txd_o', 'uart_txd_o'],
      ...LINK_STREAMS,
      ['bad_frames_o', 'bad_frames'],
    ],
  );
}

/** The field with the class, where it lies in one beat. */
const classOf = ({ manifest }: BoardBuild) => classField(manifest, BEAT);

/** Where there is none a bit that nothing reads. */
const decisionWidth = (build: BoardBuild): number => classOf(build)?.width ?? 1;

/** What the LEDs show, as many as there are of them. */
function lightsOf(build: BoardBuild): string[] {
  const { width = 0 } = classOf(build) ?? {};
  return ['answered', 'wrong', ...bitsOf('decision', width)].slice(0, build.board.leds.length);
}

function lightsInstance(build: BoardBuild): InstanceView {
  const { beats } = build.manifest.stream.output;
  const { lsb = 0, width = 1 } = classOf(build) ?? {};
  return instanceView(
    'espalier_lights',
    'lights',
    [
      parameter('DATA_WIDTH', BEAT),
      parameter('COUNT_WIDTH', bitsFor(beats)),
      parameter('BEAT', Math.floor(lsb / BEAT)),
      parameter('LSB', lsb % BEAT),
      parameter('WIDTH', width),
    ],
    [
      ['aclk', 'aclk'],
      ['aresetn', 'aresetn'],
      ['data_i', 'out_data'],
      ['valid_i', 'out_valid'],
      ['ready_i', 'out_ready'],
      ['last_i', 'out_last'],
      ['error_i', "frame_error | (bad_frames != 16'd0)"],
      ['answered_o', 'answered'],
      ['error_o', 'wrong'],
      ['field_o', 'decision'],
    ],
  );
}
