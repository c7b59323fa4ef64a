import { unsignedWidth } from '../../../fixed/format.js';
import type { SevenSegment } from '../../../targets/board.js';
import { type Declaration, type InstanceView, instanceView, wire } from '../../verilog.js';
import type { BoardBuild, BoardPort } from '../build.js';
import { type Assign, parameter } from '../top.js';

/** Digits of seven segments in a board's top module; all empty where it has none. */
export interface DigitsView {
  readonly notes: readonly string[];
  readonly ports: readonly BoardPort[];
  readonly signals: readonly Declaration[];
  readonly instances: readonly InstanceView[];
  readonly assigns: readonly Assign[];
  readonly primitives: readonly string[];
  /** Signals that digits read. */
  readonly reads: readonly string[];
}

const NOTHING: DigitsView = {
  ...{ notes: [], ports: [], signals: [], instances: [], assigns: [], primitives: [], reads: [] },
};

/** Codes of `espalier_digit`. */
const BLANK = "5'd16";
const DASH = "5'd17";
const LETTER_E = "5'd14";
/** Of all digits that share their segments. */
const FRAMES_A_SECOND = 250;
/** Of the class: two digits are all that a display of four has for it. */
const MOST_CLASS_BITS = 8;

/**
 * From the right: the class; whether the result is there and right; on the left the number of the sample.
 *
 * @param sampleBits bits of `sample`
 * @param classBits bits of `decision`; undefined where there is no class
 */
export function digitsView(build: BoardBuild, sampleBits: number, classBits?: number): DigitsView {
  const { sevenSegment } = build.board;
  if (sevenSegment === undefined) return NOTHING;
  const { digits } = sevenSegment;
  const decision = classBits === undefined ? [] : hexDigits('decision', Math.min(classBits, MOST_CLASS_BITS));
  const right = [...decision, `(~answered ? ${DASH} : agrees ? ${BLANK} : ${LETTER_E})`];
  const left = hexDigits('sample', sampleBits);
  const blanks = Array<string>(digits.length - right.length - left.length).fill(BLANK);
  const notes = [
    'Digits, in hexadecimal: the sample on the left, its class on the right, an E beside it where the result is wrong.',
  ];
  const reads = ['sample', 'answered', 'agrees', ...(classBits === undefined ? [] : ['decision'])];
  const view = viewOf(sevenSegment, build, [...right, ...blanks, ...left]);
  return { notes, reads, ...view };
}

/** The lowest digit first. */
const hexDigits = (name: string, width: number): string[] =>
  Array.from({ length: Math.ceil(width / 4) }, (_, digit) => {
    const low = 4 * digit;
    const bits = Math.min(4, width - low);
    const part = width === bits ? name : bits === 1 ? `${name}[${low}]` : `${name}[${low + bits - 1}:${low}]`;
    return `{${5 - bits}'d0, ${part}}`;
  });

type View = Omit<DigitsView, 'notes' | 'reads'>;

/** @param codes of the digits, the rightmost one first */
function viewOf(display: SevenSegment, build: BoardBuild, codes: readonly string[]): View {
  switch (display.kind) {
    case 'multiplexed':
      return multiplexed(display, build, codes);
    case 'direct':
      return direct(display, codes);
  }
}

const port = (name: string, pins: BoardPort['pins'], note: string): BoardPort => ({
  ...{ name, pins, note, direction: 'output', timing: 'asynchronous' },
});

const levelOf = (value: string, active: 0 | 1): string => (active === 1 ? value : `~${value}`);

function multiplexed(
  { segments, point, digits, active }: Extract<SevenSegment, { kind: 'multiplexed' }>,
  { hertz }: BoardBuild,
  codes: readonly string[],
): View {
  const period = Math.max(2, Math.round(hertz / (FRAMES_A_SECOND * digits.length)));
  return {
    ports: [
      port('segments_o', segments, 'segments a to g of all digits'),
      port('point_o', [point], 'the point of all digits'),
      port('digits_o', digits, 'chooses a digit, the rightmost one lowest'),
    ],
    signals: [wire('lit', 7), wire('chosen', digits.length)],
    instances: [
      instanceView(
        'espalier_digits',
        'digits',
        [
          parameter('DIGITS', digits.length),
          parameter('PERIOD', period),
          parameter('PERIOD_WIDTH', unsignedWidth(period - 1)),
        ],
        [
          ['aclk', 'aclk'],
          ['aresetn', 'aresetn'],
          ['codes_i', `{${codes.toReversed().join(', ')}}`],
          ['segments_o', 'lit'],
          ['digits_o', 'chosen'],
        ],
      ),
    ],
    assigns: [
      { target: 'segments_o', value: levelOf('lit', active.segments), note: 'Segments.' },
      { target: 'point_o', value: `1'b${1 - active.segments}`, note: 'No point is lit.' },
      { target: 'digits_o', value: levelOf('chosen', active.digits), note: 'Digits.' },
    ],
    primitives: ['espalier_digit', 'espalier_digits'],
  };
}

/** A digit of eight pins has its point as the eighth. */
function direct(
  { digits, active }: Extract<SevenSegment, { kind: 'direct' }>,
  codes: readonly string[],
): View {
  return {
    ports: digits.map((pins, at) => port(`digit${at}_o`, pins, `digit ${at}, segments a to g`)),
    signals: digits.map((_, at) => wire(`lit${at}`, 7)),
    instances: digits.map((_, at) =>
      instanceView(
        'espalier_digit',
        `digit${at}`,
        [],
        [
          ['code_i', codes[at]],
          ['segments_o', `lit${at}`],
        ],
      ),
    ),
    assigns: digits.map((pins, at) => ({
      target: `digit${at}_o`,
      value: levelOf(pins.length === 7 ? `lit${at}` : `{1'b0, lit${at}}`, active),
      note: `Digit ${at}, from the right.`,
    })),
    primitives: ['espalier_digit'],
  };
}
