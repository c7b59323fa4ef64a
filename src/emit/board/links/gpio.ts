import { unsignedWidth } from '../../../fixed/format.js';
import type { Board, Button } from '../../../targets/board.js';
import { primitiveText } from '../../primitives.js';
import { checksumText, romFile } from '../../rom.js';
import { type Declaration, type InstanceView, instanceView, wire } from '../../verilog.js';
import type { BoardBuild, BoardDesign, BoardLink, BoardPort } from '../build.js';
import { placeWidth, type StoredSamples } from '../stored.js';
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
import { digitsView } from './digits.js';

/** Seconds for which a contact must rest, and for which a sample is shown where they go by themselves. */
const REST = 0.01;
const PAUSE = 1;

/** No host: buttons choose samples that the board has inside, lights and digits show what the design says of them. */
export const gpio: BoardLink = {
  name: 'gpio',
  beats: [8, 16, 32, 64],
  clock: 'board',
  host: [],
  describe(build) {
    const { count } = build.stored();
    return [`${count} samples are stored. ${chooses(build.board)}`];
  },
  build(build) {
    const { manifest, board, top } = build;
    const stored = build.stored();
    const clock = clockPorts(build);
    const inputs = inputsOf(board);
    const lights = lightsOf(build, stored);
    const shown = digitsView(build, sampleWidthOf(stored), classOf(build)?.width);
    const ports: BoardPort[] = [
      ...clock.ports,
      ...inputs.flatMap(({ port }) => (port === undefined ? [] : [port])),
      ...ledPort(board, lights.length),
      ...shown.ports,
    ];
    const text = printTop(build, {
      what: `${manifest.name} on the ${board.title}, by itself`,
      notes: [...gpio.describe(build), ...shown.notes],
      ports,
      signals: [...clock.signals, ...signals(build, stored), ...shown.signals],
      instances: [
        ...clock.instances,
        ...inputs.flatMap(({ port, name }) =>
          port === undefined ? [] : [buttonInstance(build, name, port)],
        ),
        demoInstance(build, stored),
        coreInstance(manifest, 'aresetn'),
        ...shown.instances,
      ],
      assigns: [
        ...inputs.map(({ name, port, constant, value }) => ({
          target: name,
          value: port === undefined ? constant : value,
          note: port === undefined ? 'No contact for it.' : `${port.note}.`,
        })),
        ...ledAssign(
          board,
          lights,
          'The lowest LED: the result is right in every bit; the next one: one was not since the reset; then the class, and the number of the sample.',
        ),
        ...shown.assigns,
      ],
      unused: unusedOf(build, stored, lights, shown.reads),
    });
    const primitives = [
      ...clock.primitives,
      'espalier_board_reset',
      ...(inputs.some(({ port }) => port !== undefined) ? ['espalier_button'] : []),
      'espalier_demo',
      ...shown.primitives,
    ];
    return {
      ports,
      sources: new Map([...primitives.map((name) => [name, primitiveText(name)] as const), [top, text]]),
      roms: [stored.samples, stored.results],
    } satisfies BoardDesign;
  },
};

const classOf = ({ manifest }: BoardBuild) => classField(manifest, manifest.stream.output.width);
const classWidth = (build: BoardBuild): number => classOf(build)?.width ?? 1;
const sampleWidthOf = ({ count }: StoredSamples): number => unsignedWidth(count - 1);

/** Something that chooses: its port where the board has a contact for it. */
interface Chooser {
  readonly name: 'next' | 'previous' | 'by_itself';
  readonly port?: BoardPort;
  /** What of `espalier_button` it is. */
  readonly value: string;
  readonly constant: string;
}

function inputsOf(board: Board): readonly Chooser[] {
  const { next, previous } = buttonsOf(board);
  const [first] = board.switches;
  const chooser = (name: Chooser['name'], out: string, constant: string, port?: BoardPort): Chooser => ({
    name,
    value: `${name}_${out}`,
    constant,
    ...(port === undefined ? {} : { port }),
  });
  const port = (name: string, pin: Button | undefined, note: string): BoardPort | undefined =>
    pin && { name: `${name}_i`, direction: 'input', pins: [pin], timing: 'asynchronous', note };
  const byItself: BoardPort | undefined = next &&
    first && {
      name: 'by_itself_i',
      direction: 'input',
      pins: [first],
      timing: 'asynchronous',
      note: 'SW0: samples go by themselves',
    };
  return [
    chooser('next', 'pressed', "1'b0", port('next', next, `${next?.label}: the next sample`)),
    chooser('previous', 'pressed', "1'b0", port('previous', previous, `${previous?.label}: the one before`)),
    chooser('by_itself', 'on', next === undefined ? "1'b1" : "1'b0", byItself),
  ];
}

/** The right and the left one where there are such, else the first ones. */
function buttonsOf({ buttons }: Board): { next?: Button; previous?: Button } {
  const named = (label: RegExp) => buttons.find((button) => label.test(button.label));
  const next = named(/^(BTN)?R(IGHT)?$/) ?? buttons[0];
  const previous = named(/^(BTN)?L(EFT)?$/) ?? buttons.find((button) => button !== next);
  return { ...(next && { next }), ...(previous && { previous }) };
}

function chooses(board: Board): string {
  const { next, previous } = buttonsOf(board);
  if (next === undefined) return 'Each is shown for a second.';
  const back = previous === undefined ? '' : `, ${previous.label} the one before`;
  const own = board.switches.length === 0 ? '' : '; with SW0 on they go by themselves, one a second';
  return `${next.label} chooses the next one${back}${own}.`;
}

function buttonInstance({ board, hertz }: BoardBuild, name: string, port: BoardPort): InstanceView {
  const cycles = Math.ceil(hertz * REST);
  const { active = 1 } = Object.values(buttonsOf(board)).find((button) => button === port.pins[0]) ?? {};
  return instanceView(
    'espalier_button',
    `${name}_button`,
    [parameter('CYCLES', cycles), parameter('COUNT_WIDTH', unsignedWidth(cycles - 1))],
    [
      ['aclk', 'aclk'],
      ['aresetn', 'aresetn'],
      ['button_i', active === 1 ? port.name : `~${port.name}`],
      ['on_o', `${name}_on`],
      ['pressed_o', `${name}_pressed`],
    ],
  );
}

function demoInstance(build: BoardBuild, stored: StoredSamples): InstanceView {
  const { manifest, hertz } = build;
  const { input, output } = manifest.stream;
  const { lsb = 0 } = classOf(build) ?? {};
  const pause = hertz * PAUSE;
  const file = (image: StoredSamples['samples']) => `"${romFile(image).replace(/^.*\//, '')}"`;
  return instanceView(
    'espalier_demo',
    'demo',
    [
      parameter('WIDTH', input.width),
      parameter('SAMPLES', stored.count),
      parameter('SAMPLE_WIDTH', sampleWidthOf(stored)),
      parameter('IN_BEATS', input.beats),
      parameter('IN_COUNT_WIDTH', placeWidth(input)),
      parameter('OUT_BEATS', output.beats),
      parameter('OUT_COUNT_WIDTH', placeWidth(output)),
      parameter('CLASS_BEAT', Math.floor(lsb / output.width)),
      parameter('CLASS_LSB', lsb % output.width),
      parameter('CLASS_WIDTH', classWidth(build)),
      parameter('PAUSE', pause),
      parameter('PAUSE_WIDTH', unsignedWidth(pause - 1)),
      ['IN_FILE', file(stored.samples)],
      ['IN_CHECKSUM', checksumText(stored.samples)],
      ['OUT_FILE', file(stored.results)],
      ['OUT_CHECKSUM', checksumText(stored.results)],
    ],
    [
      ['aclk', 'aclk'],
      ['aresetn', 'aresetn'],
      ['next_i', 'next'],
      ['previous_i', 'previous'],
      ['auto_i', 'by_itself'],
      ...LINK_STREAMS,
      ['s_axis_tlast', 'out_last'],
      ['frame_error_i', 'frame_error'],
      ['sample_o', 'sample'],
      ['class_o', 'decision'],
      ['answered_o', 'answered'],
      ['agrees_o', 'agrees'],
      ['wrong_o', 'wrong'],
    ],
  );
}

function signals(build: BoardBuild, stored: StoredSamples): Declaration[] {
  const { width } = build.manifest.stream.input;
  const contacts = inputsOf(build.board).flatMap(({ name, port }) =>
    port === undefined ? [] : [`${name}_on`, `${name}_pressed`],
  );
  return [
    ...['next', 'previous', 'by_itself', ...contacts].map((name) => wire(name)),
    ...['in_data', 'out_data'].map((name) => wire(name, width)),
    ...['in_valid', 'in_ready', 'in_last', 'out_valid', 'out_ready', 'out_last', 'frame_error'].map((name) =>
      wire(name),
    ),
    wire('sample', sampleWidthOf(stored)),
    wire('decision', classWidth(build)),
    ...['answered', 'agrees', 'wrong'].map((name) => wire(name)),
  ];
}

/** What the LEDs show, as many as there are of them. */
function lightsOf(build: BoardBuild, stored: StoredSamples): string[] {
  const { width = 0 } = classOf(build) ?? {};
  const all = ['agrees', 'wrong', ...bitsOf('decision', width), ...bitsOf('sample', sampleWidthOf(stored))];
  return all.slice(0, build.board.leds.length);
}

/** Signals that no light, digit or chooser reads, or not all of. */
function unusedOf(
  build: BoardBuild,
  stored: StoredSamples,
  lights: readonly string[],
  digits: readonly string[],
): string[] {
  const contacts = inputsOf(build.board).flatMap(({ name, port, value }) =>
    port === undefined ? [] : [`${name}_on`, `${name}_pressed`].filter((signal) => signal !== value),
  );
  const widths = {
    sample: sampleWidthOf(stored),
    decision: classWidth(build),
    answered: 1,
    agrees: 1,
    wrong: 1,
  };
  const hidden = Object.entries(widths).filter(
    ([name, width]) => !digits.includes(name) && isHidden(lights, name, width),
  );
  return [...hidden.map(([name]) => name), ...contacts];
}
