import { printFormat } from '../fixed/format.js';
import { busWidth, type Slots } from '../hardware/slots.js';
import type { PlanContext } from './architecture.js';
import { beatParameters, handedOnTo, streamNamed, streamSignals, takenFrom } from './handshakes.js';
import { dataWidth, type HeadPlan, packedFields, valuesWidth } from './heads/head.js';
import { twosComplement } from './rom.js';
import { sampleWidth } from './stream.js';
import type { TopNames, TopParts } from './top-parts.js';
import { concatenation } from './top-streams.js';
import {
  alignConnections,
  CLOCK,
  type Connections,
  clocked,
  constant,
  type Declaration,
  extend,
  type InstanceView,
  separate,
  slice,
  wire,
} from './verilog.js';

/** From the last stage to the output stream, for the template. */
interface OutputView {
  readonly signals: readonly Declaration[];
  /** What the names of the last stage's valid and ready begin with. */
  readonly handshake: string;
  readonly values: readonly object[];
  readonly heads: readonly object[];
  readonly results: readonly object[];
  readonly outputs: readonly InstanceView[];
  /** The template's text where every beat is the last one of its sample. */
  readonly alwaysLast: readonly object[];
  /** Bits of the last stage's bus that no output has. */
  readonly unused: readonly string[];
}

export function outputView(parts: TopParts, names: TopNames, context: PlanContext): OutputView {
  const { givesResults } = parts.stages[parts.stages.length - 1];
  return givesResults === undefined
    ? outputAsAWhole(parts, names, context)
    : outputInTurn(parts, names, context);
}

/** Modules of `rtl/` between a result and the output stream. */
export const outputPrimitives = ({ stages }: TopParts, { stream: { output } }: PlanContext): string[] => [
  ...(output.beats > 1 && stages[stages.length - 1].givesResults === undefined ? ['espalier_spread'] : []),
  'espalier_skid_buffer',
];

/** All outputs at once: to the head, where there is one, and in the end spread over beats. */
function outputAsAWhole(parts: TopParts, names: TopNames, context: PlanContext): OutputView {
  const { stages, head } = parts;
  const { stems, values, data } = names;
  const { y } = stages[stages.length - 1];
  const last = stems[stems.length - 1];
  const fields = outputFields(parts, last);
  const result = laidOut(context, data);
  const isPlain = result.length <= MOST_INLINE;
  const { signals, ...to } = outputSide(context, isPlain ? inline(result) : 'result', data);
  return {
    signals: [
      wire(`${last}_y`, busWidth(y)),
      ...streamSignals(streamNamed(values), valuesWidth(context)),
      ...(head === undefined ? [] : streamSignals(streamNamed(data), dataWidth(context))),
      ...(isPlain ? [] : [wire('result', sampleWidth(context.stream.output))]),
      ...signals,
    ],
    handshake: values,
    values: [{ bus: values, fields: fields.lines }],
    heads: head === undefined ? [] : [headView(head, names)],
    results: isPlain ? [] : [{ lines: separate(result.toReversed()) }],
    ...to,
    unused: fields.unused,
  };
}

/** One output after the other: the head has them in beats. */
function outputInTurn({ stages, head }: TopParts, names: TopNames, context: PlanContext): OutputView {
  const { stems, data } = names;
  const last = `${stems[stems.length - 1]}_y`;
  const { width } = context.stream.output;
  const connections: Connections = [
    ['word_i', last],
    ['word_valid_i', `${last}_valid`],
    ['word_ready_o', `${last}_ready`],
    ['data_o', data],
    ['data_valid_o', `${data}_valid`],
    ['data_ready_i', `${data}_ready`],
    ['data_last_o', `${data}_last`],
  ];
  return {
    signals: [
      ...streamSignals(streamNamed(last), stages[stages.length - 1].y.width),
      ...streamSignals(streamNamed(data), width),
      wire(`${data}_last`),
    ],
    handshake: last,
    values: [],
    heads: [
      { module: head?.module, instance: names.head, ports: alignConnections([...CLOCK, ...connections]) },
    ],
    results: [],
    outputs: [bufferOf(width, data, data, `${data}_last`)],
    alwaysLast: [],
    unused: [],
  };
}

/** The register stage before the output stream, of words or of beats with the mark of the last one. */
const bufferOf = (width: number, from: string, stem: string, last?: string): InstanceView =>
  clocked(
    'espalier_skid_buffer',
    'output_buffer',
    [['WIDTH', `${last === undefined ? width : width + 1}`]],
    [
      ...takenFrom({ ...streamNamed(stem), data: last === undefined ? from : `{${last}, ${from}}` }),
      ...handedOnTo({
        data: last === undefined ? 'm_axis_tdata' : '{m_axis_tlast, m_axis_tdata}',
        valid: 'm_axis_tvalid',
        ready: 'm_axis_tready',
      }),
    ],
  );

/** A result of so few pieces stands where it is used. */
const MOST_INLINE = 2;

const inline = (pieces: readonly string[]): string =>
  pieces.length === 1 ? pieces[0] : `{${pieces.toReversed().join(', ')}}`;

/**
 * From the bus `data`, with `_valid` and `_ready`, to the output stream: spread over beats, where there are several,
 * then a register stage.
 */
function outputSide({ stream: { output } }: PlanContext, result: string, data: string) {
  if (output.beats === 1) {
    return { signals: [], outputs: [bufferOf(output.width, result, data)], alwaysLast: [{}] };
  }
  const beats: Connections = [
    ...takenFrom({ ...streamNamed(data), data: result }),
    ...handedOnTo(streamNamed('beat')),
    ['m_last_o', 'beat_last'],
  ];
  return {
    signals: [...streamSignals(streamNamed('beat'), output.width), wire('beat_last')],
    outputs: [
      clocked('espalier_spread', 'output_spread', beatParameters(output.width, output.beats), beats),
      bufferOf(output.width, 'beat', 'beat', 'beat_last'),
    ],
    alwaysLast: [],
  };
}

/**
 * A result as its beats lie in it: the fields of `data`, which has none, with their gaps.
 *
 * @returns items of a concatenation, the lowest first
 */
export function laidOut(context: PlanContext, data: string): string[] {
  const { output } = context.stream;
  const packed = packedFields(context);
  const items: string[] = [];
  let from = 0;
  let end = 0;
  const close = (to: number, gap: number) => {
    if (to > from) items.push(slice(data, from, to - from, dataWidth(context)));
    if (gap > 0) items.push(`${gap}'d0`);
    from = to;
  };
  output.fields.forEach(({ lsb, width }, index) => {
    if (lsb > end) close(packed[index].lsb, lsb - end);
    end = lsb + width;
  });
  close(dataWidth(context), sampleWidth(output) - end);
  return items;
}

function headView({ module }: HeadPlan, { head, values, data }: TopNames) {
  return {
    module,
    instance: head,
    ports: alignConnections([
      ...CLOCK,
      ['values_i', values],
      ['values_valid_i', `${values}_valid`],
      ['values_ready_o', `${values}_ready`],
      ['data_o', data],
      ['data_valid_o', `${data}_valid`],
      ['data_ready_i', `${data}_ready`],
    ]),
  };
}

/** The value fields, highest first, and the bits of the last layer's results that they leave. */
function outputFields({ network, stages }: TopParts, lastStem: string) {
  const { y } = stages[stages.length - 1];
  const unused: string[] = [];
  const fields = network.outputs.map((output) => {
    const { width } = output.format;
    if (output.kind === 'constant') return constant(twosComplement(output.code, width), width);
    const { bits, sign, rest } = slotBits(`${lastStem}_y`, output.row, y, width);
    if (rest !== undefined) unused.push(rest);
    return extend(bits, sign, Math.min(width, y.width), width);
  });
  const comments = network.outputs.map(
    ({ kind, format }, unit) =>
      `output ${unit}, ${printFormat(format)}${kind === 'constant' ? ', constant' : ''}`,
  );
  return { lines: concatenation(fields, comments), unused };
}

function slotBits(bus: string, slot: number, slots: Slots, width: number) {
  const all = busWidth(slots);
  const lsb = slot * slots.width;
  const used = Math.min(width, slots.width);
  return {
    bits: slice(bus, lsb, used, all),
    sign: slots.signed ? slice(bus, lsb + used - 1, 1, all) : undefined,
    rest: used === slots.width ? undefined : slice(bus, lsb + used, slots.width - used, all),
  };
}
