import type { Board } from '../../targets/board.js';
import type { Manifest } from '../manifest.js';
import { problems } from '../problems.js';
import { renderTemplate } from '../template.js';
import {
  alignDeclarations,
  type Connections,
  commentLines,
  commentText,
  type Declaration,
  type InstanceView,
  instanceView,
  madeBy,
} from '../verilog.js';
import type { BoardBuild, BoardPort } from './build.js';
import { makeClock } from './clocks.js';
import { megahertz } from './megahertz.js';

export const parameter = (name: string, value: number): readonly [string, string] => [name, `${value}`];

/** The design between `in_…` and `out_…`. @param aresetn what resets it */
export const coreInstance = ({ top }: Manifest, aresetn: string): InstanceView =>
  instanceView(
    top,
    'core',
    [],
    [
      ['aclk', 'aclk'],
      ['aresetn', aresetn],
      ['s_axis_tdata', 'in_data'],
      ['s_axis_tvalid', 'in_valid'],
      ['s_axis_tready', 'in_ready'],
      ['s_axis_tlast', 'in_last'],
      ['m_axis_tdata', 'out_data'],
      ['m_axis_tvalid', 'out_valid'],
      ['m_axis_tready', 'out_ready'],
      ['m_axis_tlast', 'out_last'],
      ['frame_error', 'frame_error'],
    ],
  );

/** The other side of {@link coreInstance}: a link gives samples to `in_…` and takes results from `out_…`. */
export const LINK_STREAMS: Connections = [
  ['m_axis_tdata', 'in_data'],
  ['m_axis_tvalid', 'in_valid'],
  ['m_axis_tready', 'in_ready'],
  ['m_axis_tlast', 'in_last'],
  ['s_axis_tdata', 'out_data'],
  ['s_axis_tvalid', 'out_valid'],
  ['s_axis_tready', 'out_ready'],
];

const wire = (name: string): Declaration => ({ kind: 'wire', width: 1, name });

/** Ports, signals and instances that give `aclk` and `aresetn`. @throws emit/board-clock */
export function clockPorts({ board, family, hertz }: BoardBuild) {
  const { clock, reset } = board;
  if (clock === undefined) throw new Error(`${board.name} has no oscillator`);
  const isDirect = clock.hertz === hertz;
  const made = isDirect ? undefined : makeClock(family.name, clock.hertz, hertz);
  if (made !== undefined && 'nearest' in made) {
    throw problems.boardClock(board.title, hertz, clock.hertz, made.nearest);
  }
  const button = reset === undefined ? "1'b0" : reset.active === 1 ? 'reset_i' : '~reset_i';
  const ports: BoardPort[] = [
    { name: 'clk_i', direction: 'input', pins: [clock], timing: 'clock', note: megahertz(clock.hertz) },
  ];
  if (reset !== undefined) {
    const level = reset.active === 1 ? '1 while it is pressed' : '0 while it is pressed';
    const note = `${reset.label}, ${level}`;
    ports.push({ name: 'reset_i', direction: 'input', pins: [reset], timing: 'asynchronous', note });
  }
  const ofPll: Connections = clock.ofPll === undefined ? [] : [['PAD', '1']];
  const clockParts =
    made === undefined
      ? []
      : [
          instanceView(
            made.primitive,
            'clock',
            [...ofPll, ...made.parameters],
            [
              ['clk_i', 'clk_i'],
              ['aclk', 'aclk'],
              ['locked_o', 'locked'],
            ],
          ),
        ];
  const direct = (name: string, value: string): Declaration => ({ ...wire(name), value });
  return {
    ports,
    signals: [
      ...(made === undefined
        ? [direct('aclk', 'clk_i'), direct('locked', "1'b1")]
        : [wire('aclk'), wire('locked')]),
      wire('aresetn'),
    ],
    instances: [
      ...clockParts,
      instanceView(
        'espalier_board_reset',
        'reset',
        [],
        [
          ['aclk', 'aclk'],
          ['locked_i', 'locked'],
          ['button_i', button],
          ['aresetn', 'aresetn'],
        ],
      ),
    ],
    primitives: made === undefined ? [] : [made.primitive],
  };
}

/** The port of the first LEDs; none where the board has none. */
export function ledPort({ leds }: Board, count: number): BoardPort[] {
  if (count === 0) return [];
  const pins = leds.slice(0, count);
  const note = pins.map(({ label }) => label).join(', ');
  return [{ name: 'led_o', direction: 'output', pins, timing: 'asynchronous', note }];
}

/** A signal's bits, each by itself. */
export const bitsOf = (name: string, width: number): string[] =>
  Array.from({ length: width }, (_, bit) => (width === 1 ? name : `${name}[${bit}]`));

/** Whether some bit of a signal is on no light. */
export const isHidden = (lights: readonly string[], name: string, width = 1): boolean =>
  bitsOf(name, width).some((bit) => !lights.includes(bit));

/** An output of the top module, and its value. */
export interface Assign {
  readonly target: string;
  readonly value: string;
  readonly note: string;
}

export interface TopText {
  readonly what: string;
  readonly notes: readonly string[];
  readonly ports: readonly BoardPort[];
  readonly signals: readonly Declaration[];
  readonly instances: readonly InstanceView[];
  /** What outputs show that no instance drives. */
  readonly assigns: readonly Assign[];
  /** Signals that nothing reads. */
  readonly unused: readonly string[];
}

/** The board's top module. */
export function printTop({ manifest, top, hertz }: BoardBuild, text: TopText): string {
  const notes = [
    `The design's clock is ${megahertz(hertz)}, its network is ${manifest.network.sha256.slice(0, 16)}.`,
    ...text.notes,
  ];
  return renderTemplate('board/top.v', {
    what: commentText(text.what),
    notes: commentLines(notes),
    madeBy: madeBy(manifest.generator),
    module: top,
    ports: alignDeclarations(text.ports.map(declarationOf), ',', '').flatMap((line, at) => [
      ...(text.ports[at].attributes ?? []).map((attribute) => `(* ${attribute} *)`),
      line,
    ]),
    signals: alignDeclarations(text.signals, ';', ';'),
    instances: text.instances,
    assigns: text.assigns,
    unused: text.unused.length === 0 ? [] : [text.unused.join(', ')],
  });
}

const declarationOf = ({ name, direction, pins, width, note }: BoardPort): Declaration => ({
  kind: direction === 'input' ? 'input  wire' : 'output wire',
  width: width ?? pins.length,
  name,
  comment: pins.length === 0 ? note : `${pins.map(({ pin }) => pin).join(' ')}: ${note}`,
});

/** The LEDs of {@link ledPort}, the first one lowest, each at the level that lights it. */
export function ledAssign({ leds }: Board, shown: readonly string[], note: string): Assign[] {
  if (shown.length === 0) return [];
  const bits = shown.map((signal, at) => (leds[at].active === 1 ? signal : `~${signal}`));
  const value = bits.length === 1 ? bits[0] : `{${bits.toReversed().join(', ')}}`;
  return [{ target: 'led_o', value, note }];
}
