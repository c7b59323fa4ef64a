import { bitsFor, type Format, finestFraction, fractionOf } from '../../fixed/format.js';
import type { ResultBeats } from '../../hardware/serial/operand-memory.js';
import type { Slots } from '../../hardware/slots.js';
import type { AffineNetwork } from '../../network/affine.js';
import type { Generator, PlanContext } from '../architecture.js';
import type { Manifest } from '../manifest.js';
import type { Field, StreamPort } from '../manifest-buses.js';
import { renderTemplate } from '../template.js';
import {
  alignConnections,
  alignDeclarations,
  commentLines,
  type Declaration,
  extend,
  madeBy,
  slice,
} from '../verilog.js';
import { type HeadPlan, outputNotes } from './head.js';
import { inTurnCost } from './in-turn-cost.js';

/**
 * How results can leave one by one as they are computed: every output is computed and begins with a beat, and what
 * stands behind the last one can be known by then. Undefined where they leave as a whole.
 */
export function resultBeatsOf(
  { outputs }: AffineNetwork,
  { output: { fields, width, beats } }: Manifest['stream'],
): ResultBeats | undefined {
  const rows = outputs.flatMap((output) => (output.kind === 'row' ? [output.row] : []));
  const isEach = rows.length === outputs.length && new Set(rows).size === rows.length;
  if (outputs.length === 1 || !isEach) return undefined;
  const starts = [...fields.slice(0, outputs.length).map(({ lsb }) => lsb / width), beats];
  if (!starts.every(Number.isInteger)) return undefined;
  return { rows, beats: rows.map((_, unit) => starts[unit + 1] - starts[unit]) };
}

/**
 * The module between the last layer and the output stream where results come one by one, each in the slot `y`. It keeps
 * the largest one so far, and spreads every one over its beats.
 */
export function planInTurn(
  network: AffineNetwork,
  y: Slots,
  results: ResultBeats,
  context: PlanContext,
): HeadPlan {
  const module = context.modules.claim(`${context.top}_head`);
  return {
    module,
    primitives: ['espalier_results'],
    roms: [],
    latency: 0,
    cost: inTurnCost(network, context.stream.output, results),
    print: (generator) => ({
      file: `${module}.v`,
      text: textOf(module, network, y, results, context, generator),
    }),
  };
}

function textOf(
  module: string,
  network: AffineNetwork,
  y: Slots,
  results: ResultBeats,
  context: PlanContext,
  generator: Generator,
): string {
  const { output } = context.stream;
  const last = network.outputs.length - 1;
  const unitWidth = bitsFor(last + 1);
  const decision = output.fields.find(({ kind }) => kind === 'class');
  const { bits, value, unread } = wordsOf(network, y, unitWidth);
  const most = Math.max(...results.beats);
  const countWidth = bitsFor(most);
  return renderTemplate('heads/in-turn.v', {
    design: network.name,
    module,
    notes: commentLines(notes(output)),
    madeBy: madeBy(generator),
    ports: alignDeclarations(ports(y, output), ',', ''),
    control: alignDeclarations(
      [
        { kind: 'reg', width: unitWidth, name: 'unit_q', comment: 'the output that comes next' },
        { kind: 'wire', width: 1, name: 'at_last', value: `unit_q == ${unitWidth}'d${last}` },
        { kind: 'wire', width: 1, name: 'take', value: 'word_valid_i & word_ready_o' },
      ],
      ';',
      ';',
    ),
    none: `${unitWidth}'d0`,
    decisions: decision === undefined ? [] : [{ signals: decisionSignals(value, unitWidth) }],
    fields: alignDeclarations(
      fieldSignals(bits, decision, most * output.width, output.fields[last].lsb),
      ';',
      ';',
    ),
    last: chosen(
      results.beats.map((beats) => `${countWidth}'d${beats - 1}`),
      unitWidth,
    ),
    parameters: alignConnections([
      ['WIDTH', `${output.width}`],
      ['BEATS', `${most}`],
      ['COUNT_WIDTH', `${countWidth}`],
    ]),
    unused: unread,
  });
}

const notes = ({ fields }: StreamPort): string[] => [
  ...outputNotes('sample', fields),
  '',
  'The first beat of an output passes through.',
];

const ports = (y: Slots, { width }: StreamPort): Declaration[] => [
  { kind: 'input  wire', width: 1, name: 'aclk' },
  { kind: 'input  wire', width: 1, name: 'aresetn' },
  { kind: 'input  wire', width: y.width, name: 'word_i' },
  { kind: 'input  wire', width: 1, name: 'word_valid_i' },
  { kind: 'output wire', width: 1, name: 'word_ready_o' },
  { kind: 'output wire', width, name: 'data_o' },
  { kind: 'output wire', width: 1, name: 'data_valid_o' },
  { kind: 'input  wire', width: 1, name: 'data_ready_i' },
  { kind: 'output wire', width: 1, name: 'data_last_o' },
];

interface Words {
  /** The output's field, as it lies in its beats: as wide as the widest one. */
  readonly bits: Sized;
  /** The output at the finest fraction of all, signed. */
  readonly value: Sized;
  /** The part of a word that no field has. */
  readonly unread: readonly string[];
}

interface Sized {
  readonly text: string;
  readonly width: number;
}

/** What a word is, by the output that it is. */
function wordsOf({ outputs }: AffineNetwork, y: Slots, unitWidth: number): Words {
  const finest = finestFraction(outputs.map(({ format }) => format));
  const zerosOf = (format: Format) => finest - fractionOf(format);
  const widest = Math.max(...outputs.map(({ format }) => format.width));
  const valueWidth = Math.max(
    ...outputs.map(({ format }) => format.width + zerosOf(format) + (format.signed ? 0 : 1)),
  );
  const fieldText = ({ width }: Format) => {
    const used = Math.min(width, y.width);
    const sign = y.signed ? slice('word_i', used - 1, 1, y.width) : undefined;
    return extend(slice('word_i', 0, used, y.width), sign, used, width);
  };
  const valueText = (format: Format) => {
    const { width, signed } = format;
    const used = Math.min(width, y.width);
    const isSigned = signed && (y.signed || used === width);
    const sign = isSigned ? slice('word_i', used - 1, 1, y.width) : undefined;
    const zeros = zerosOf(format);
    const value = extend(slice('word_i', 0, used, y.width), sign, used, valueWidth - zeros);
    return zeros === 0 ? value : `{${value}, ${zeros}'d0}`;
  };
  const bitsText = (format: Format) => extend(fieldText(format), undefined, format.width, widest);
  const formats = outputs.map(({ format }) => format);
  const read = Math.min(widest, y.width);
  return {
    bits: { text: chosen(formats.map(bitsText), unitWidth), width: widest },
    value: { text: chosen(formats.map(valueText), unitWidth), width: valueWidth },
    unread: read === y.width ? [] : [`&{1'b0, ${slice('word_i', read, y.width - read, y.width)}}`],
  };
}

/** One of several texts by the output's number; that of most of them needs no comparison. */
function chosen(texts: readonly string[], unitWidth: number): string {
  const units = new Map<string, number[]>();
  for (const [unit, text] of texts.entries()) units.set(text, [...(units.get(text) ?? []), unit]);
  const [[most], ...others] = [...units].sort(([, a], [, b]) => b.length - a.length);
  return others.reduce((rest, [text, ours]) => {
    const isOurs = ours.map((unit) => `(unit_q == ${unitWidth}'d${unit})`).join(' | ');
    return `${ours.length === 1 ? isOurs : `(${isOurs})`} ? ${text} : ${rest}`;
  }, most);
}

const decisionSignals = ({ text, width }: Sized, unitWidth: number): string[] =>
  alignDeclarations(
    [
      { kind: 'wire signed', width, name: 'value', value: text },
      { kind: 'reg signed', width, name: 'largest_q' },
      { kind: 'reg', width: unitWidth, name: 'decision_q' },
      {
        kind: 'wire',
        width: 1,
        name: 'is_larger',
        value: `(unit_q == ${unitWidth}'d0) | (value > largest_q)`,
      },
      { kind: 'wire', width: unitWidth, name: 'decision', value: 'is_larger ? unit_q : decision_q' },
    ],
    ';',
    ';',
  );

/** The class stands where the last output's field has ended. */
function fieldSignals(
  { text, width }: Sized,
  decision: Field | undefined,
  all: number,
  start: number,
): Declaration[] {
  const bits = extend(text, undefined, width, all);
  if (decision === undefined) return [{ kind: 'wire', width: all, name: 'result', value: bits }];
  const lsb = decision.lsb - start;
  const end = lsb + decision.width;
  const placed = `at_last ? decision : ${slice('bits', lsb, decision.width, all)}`;
  const above = end === all ? '' : `${slice('bits', end, all - end, all)}, `;
  return [
    { kind: 'wire', width: all, name: 'bits', value: bits },
    {
      kind: 'wire',
      width: all,
      name: 'result',
      value: `{${above}${placed}, ${slice('bits', 0, lsb, all)}}`,
    },
  ];
}
