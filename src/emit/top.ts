import { printFormat } from '../fixed/format.js';
import type { Slots } from '../hardware/slots.js';
import type { AffineNetwork } from '../network/affine.js';
import type { Generator, PlanContext, Source, StagePlan } from './architecture.js';
import { type FieldRun, fieldRuns, runFormat, runText } from './field-runs.js';
import { dataWidth, type HeadPlan, outputNotes, valuesWidth } from './heads/head.js';
import type { Field, SampleBus, StreamPort, Timing } from './manifest.js';
import { NameSpace } from './names.js';
import { twosComplement } from './rom.js';
import { sampleWidth, timingOf } from './stream.js';
import { renderTemplate } from './template.js';
import { inputSide, laidOut, outputPrimitives, outputSide, STREAM_NAMES } from './top-streams.js';
import {
  alignConnections,
  alignDeclarations,
  commentLines,
  commentText,
  constant,
  count,
  type Declaration,
  extend,
  fieldNotes,
  madeBy,
  slice,
} from './verilog.js';

const PORTS = [
  ...['aclk', 'aresetn', 's_axis_tdata', 's_axis_tvalid', 's_axis_tready', 's_axis_tlast'],
  ...['m_axis_tdata', 'm_axis_tvalid', 'm_axis_tready', 'm_axis_tlast', 'frame_error'],
];

/** What stands in the top module: beats gathered to samples, stages in a chain, the head, results spread to beats. */
export interface TopParts {
  readonly network: AffineNetwork;
  /** Such as `serial sparse inference`. */
  readonly what: string;
  readonly stages: readonly StagePlan[];
  readonly head: HeadPlan | undefined;
}

export interface TopPlan {
  /** Name of each stage's instance. */
  readonly instances: readonly string[];
  /** The modules of `rtl/` that it instantiates itself, and what those need; in an order that compiles. */
  readonly primitives: readonly string[];
  /** Undefined where the first stage takes beats. */
  readonly samples: SampleBus | undefined;
  readonly timing: Timing;
  readonly print: (generator: Generator) => Source;
}

export function planTop(parts: TopParts, context: PlanContext): TopPlan {
  const { stages, head } = parts;
  const names = namesOf(parts);
  const layers = stages.flatMap(({ timings }) => timings);
  const timing = timingOf(layers, head?.latency ?? 0, context.stream);
  const from = stages[0].takesBeats === undefined ? inputSide(context) : undefined;
  return {
    instances: names.stems.map(instanceOf),
    primitives: [...(from?.primitives ?? []), ...outputPrimitives(context)],
    samples: from?.bus,
    timing,
    print: (generator) => ({
      file: `${context.top}.v`,
      text: topText(parts, names, timing, context, generator),
    }),
  };
}

const instanceOf = (stem: string): string => `${stem}_layer`;

interface TopNames {
  /** What the names of each stage's instance and signals begin with. */
  readonly stems: readonly string[];
  readonly values: string;
  readonly data: string;
  readonly head: string;
}

function namesOf({ stages, head }: TopParts): TopNames {
  const names = new NameSpace([...PORTS, ...STREAM_NAMES, ...parametersOf(stages), 'unused']);
  const stems = stages.map(({ name }) =>
    names.claimFamily(name, ['_layer', '_x', '_y', '_y_valid', '_y_ready']),
  );
  const values = names.claimFamily('values', ['', '_valid', '_ready']);
  const data = head === undefined ? values : names.claimFamily('data', ['', '_valid', '_ready']);
  return { stems, values, data, head: head === undefined ? '' : names.claim('head') };
}

/** Parameters that some stage has. */
const parametersOf = (stages: readonly StagePlan[]): string[] => [
  ...new Set(stages.flatMap(({ parameters }) => parameters)),
];

function topText(
  parts: TopParts,
  names: TopNames,
  timing: Timing,
  context: PlanContext,
  generator: Generator,
): string {
  const { network, stages, head } = parts;
  const { stems, values, data } = names;
  const input = inputView(parts, names, context);
  const output = outputFields(parts, stems[stems.length - 1]);
  const unused = [...input.unused, ...output.unused];
  const result = laidOut(context, data);
  const isPlain = result.length <= MOST_INLINE;
  const to = outputSide(context, isPlain ? inline(result) : 'result', data);
  return renderTemplate('top.v', {
    module: context.top,
    title: `${network.name}: ${parts.what}, ${count(stages.length, 'layer')}.`,
    notes: commentLines(notes(context, timing)),
    madeBy: madeBy(generator),
    parameters: parameterLists(parametersOf(stages), (name) => `parameter ${name} = 0`),
    ports: alignDeclarations(ports(context), ',', ''),
    signals: alignDeclarations(
      [
        ...input.signals,
        ...signals(parts, names, context),
        ...(isPlain ? [] : [wire('result', sampleWidth(context.stream.output))]),
        ...to.signals,
      ],
      ';',
      ';',
    ),
    gathers: input.gathers,
    layers: stages.map(({ module, parameters }, index) => ({
      module,
      instance: instanceOf(stems[index]),
      parameters: parameterLists(parameters, (name) => `.${name} (${name})`),
      ports: alignConnections([
        ...(index === 0 ? input.connections : layerInput(stems[index - 1])),
        ...layerOutput(index, names),
      ]),
    })),
    valuesBus: values,
    outputFields: output.lines,
    heads: head === undefined ? [] : [headView(head, names)],
    results: isPlain ? [] : [{ lines: separate(result.toReversed()) }],
    outputs: to.instances,
    alwaysLast: to.alwaysLast,
    unused: unused.length === 0 ? [] : [{ bits: separate(unused) }],
  });
}

/** A result of so few pieces stands where it is used. */
const MOST_INLINE = 2;

const inline = (pieces: readonly string[]): string =>
  pieces.length === 1 ? pieces[0] : `{${pieces.toReversed().join(', ')}}`;

const wire = (name: string, width = 1): Declaration => ({ kind: 'wire', width, name });

/** No list where there are no parameters. */
const parameterLists = (parameters: readonly string[], print: (name: string) => string) =>
  parameters.length === 0 ? [] : [{ list: parameters.map(print).join(', ') }];

function notes({ stream }: PlanContext, timing: Timing): string[] {
  const { input, output } = stream;
  const inputs = fieldNotes(busOf('s_axis_tdata', input), input.fields, (run) => runText(run, 'input'));
  return [
    ...sampleNotes(stream),
    '',
    ...inputs,
    '',
    ...outputNotes(busOf('m_axis_tdata', output), output.fields),
    '',
    `Interval   ${count(timing.interval, 'cycle')} from one sample to the next`,
    `Latency    ${count(timing.latency, 'cycle')} from taking a sample to giving its result`,
  ];
}

/** What the places of fields are counted in. */
const busOf = (port: string, { beats }: StreamPort): string => (beats === 1 ? port : 'sample');

function sampleNotes({ input, output }: PlanContext['stream']): string[] {
  const code = "a code is value x 2^fraction in two's complement";
  const dropped = 'A sample of another length is dropped: frame_error.';
  if (input.beats === 1 && output.beats === 1) {
    return [`AXI4-Stream in and out; one beat is one sample, ${code}.`, dropped];
  }
  return [
    `AXI4-Stream in and out; ${code}.`,
    `A sample is ${count(input.beats, 'beat')}, its result ${count(output.beats, 'beat')}; the first one has the lowest bits, tlast marks the last.`,
    dropped,
  ];
}

function ports({ stream }: PlanContext): Declaration[] {
  return [
    { kind: 'input  wire', width: 1, name: 'aclk' },
    { kind: 'input  wire', width: 1, name: 'aresetn', comment: 'synchronous, active low' },
    { kind: 'input  wire', width: stream.input.width, name: 's_axis_tdata' },
    { kind: 'input  wire', width: 1, name: 's_axis_tvalid' },
    { kind: 'output wire', width: 1, name: 's_axis_tready' },
    { kind: 'input  wire', width: 1, name: 's_axis_tlast' },
    { kind: 'output wire', width: stream.output.width, name: 'm_axis_tdata' },
    { kind: 'output wire', width: 1, name: 'm_axis_tvalid' },
    { kind: 'input  wire', width: 1, name: 'm_axis_tready' },
    { kind: 'output wire', width: 1, name: 'm_axis_tlast' },
    { kind: 'output wire', width: 1, name: 'frame_error', comment: '1 for a cycle: a sample was dropped' },
  ];
}

function signals(
  { stages, head }: TopParts,
  { stems, values, data }: TopNames,
  context: PlanContext,
): Declaration[] {
  const stream = (name: string, width: number) => [
    wire(name, width),
    wire(`${name}_valid`),
    wire(`${name}_ready`),
  ];
  const last = stems.length - 1;
  const stageSignals = stages.flatMap(({ y }, index) =>
    index === last
      ? [wire(`${stems[index]}_y`, y.count * y.width)]
      : stream(`${stems[index]}_y`, y.count * y.width),
  );
  return [
    ...stageSignals,
    ...stream(values, valuesWidth(context)),
    ...(head === undefined ? [] : stream(data, dataWidth(context))),
  ];
}

type Connection = [port: string, net: string];

const CLOCK: readonly Connection[] = [
  ['aclk', 'aclk'],
  ['aresetn', 'aresetn'],
];

const layerInput = (before: string): Connection[] => [
  ...CLOCK,
  ['x_i', `${before}_y`],
  ['x_valid_i', `${before}_y_valid`],
  ['x_ready_o', `${before}_y_ready`],
];

function layerOutput(index: number, { stems, values }: TopNames): Connection[] {
  const out = index === stems.length - 1 ? values : `${stems[index]}_y`;
  return [
    ['y_o', `${stems[index]}_y`],
    ['y_valid_o', `${out}_valid`],
    ['y_ready_i', `${out}_ready`],
  ];
}

/** From the input stream to the first stage. */
interface InputView {
  readonly signals: readonly Declaration[];
  /** The template's text, where beats are gathered. */
  readonly gathers: readonly object[];
  readonly connections: readonly Connection[];
  /** Bits of the stream that the stage does not get. */
  readonly unused: readonly string[];
}

function inputView(parts: TopParts, { stems }: TopNames, context: PlanContext): InputView {
  const [first] = parts.stages;
  const firstInput = `${stems[0]}_x`;
  const bits = first.x.count * first.x.width;
  if (first.takesBeats !== undefined) return beatsView(bits, context);
  const { signals, gather } = inputSide(context);
  const { lines, unused } = inputSlots(parts, context);
  return {
    signals: [...signals, wire(firstInput, bits)],
    gathers: [{ gather, firstInput, inputSlots: lines }],
    connections: [
      ...CLOCK,
      ['x_i', firstInput],
      ['x_valid_i', 'sample_valid'],
      ['x_ready_o', 'sample_ready'],
    ],
    unused,
  };
}

/** The first stage's own are the lowest bits of a beat. */
function beatsView(bits: number, { stream: { input } }: PlanContext): InputView {
  const data = 's_axis_tdata';
  return {
    signals: [],
    gathers: [],
    connections: [
      ...CLOCK,
      ['x_i', slice(data, 0, bits, input.width)],
      ['x_valid_i', 's_axis_tvalid'],
      ['x_ready_o', 's_axis_tready'],
      ['x_last_i', 's_axis_tlast'],
      ['x_error_o', 'frame_error'],
    ],
    unused: bits === input.width ? [] : [slice(data, bits, input.width - bits, input.width)],
  };
}

function headView({ module }: HeadPlan, { head, values, data }: TopNames) {
  return {
    module,
    instance: head,
    ports: alignConnections([
      ['aclk', 'aclk'],
      ['aresetn', 'aresetn'],
      ['values_i', values],
      ['values_valid_i', `${values}_valid`],
      ['values_ready_o', `${values}_ready`],
      ['data_o', data],
      ['data_valid_o', `${data}_valid`],
      ['data_ready_i', `${data}_ready`],
    ]),
  };
}

/** The first layer's bus, highest slot first, and the bits of a sample that it leaves. */
function inputSlots({ network, stages }: TopParts, context: PlanContext) {
  const read = network.inputs.flatMap((one, input) => (one.read ? [input] : []));
  const { x, inputs = read } = stages[0];
  const { fields } = context.stream.input;
  const busWidth = sampleWidth(context.stream.input);
  const bus = 'sample';
  const slots = inputs.map((input) => {
    const { lsb, width, signed } = fields[input];
    const sign = signed ? slice(bus, lsb + width - 1, 1, busWidth) : undefined;
    return extend(slice(bus, lsb, width, busWidth), sign, width, x.width);
  });
  const whole = wholeRun(
    inputs.map((input) => fields[input]),
    x.width,
  );
  const lines =
    whole === undefined
      ? concatenation(
          slots.length === 0 ? [`${x.width}'d0`] : slots,
          inputs.map((input) => inputNote(network, input)),
        )
      : [
          `${slice(bus, whole.first.lsb, whole.count * x.width, busWidth)}  // ${runText(whole, 'input')}, ${runFormat(whole)}`,
        ];
  const unused: string[] = [];
  const leave = (lsb: number, width: number) => {
    if (width > 0) unused.push(slice(bus, lsb, width, busWidth));
  };
  let end = 0;
  const given = new Set(inputs);
  network.inputs.forEach((_, input) => {
    const { lsb, width } = fields[input];
    leave(end, lsb - end);
    if (!given.has(input)) leave(lsb, width);
    end = lsb + width;
  });
  leave(end, busWidth - end);
  return { lines, unused };
}

const inputNote = ({ inputs }: AffineNetwork, input: number): string => {
  const { format, name } = inputs[input];
  return `input ${input}, ${printFormat(format)}${name === undefined ? '' : `, ${commentText(name)}`}`;
};

/** The inputs, where they lie in a sample as in the first layer's bus and are told as one. */
function wholeRun(fields: readonly Field[], width: number): FieldRun | undefined {
  const runs = fieldRuns(fields);
  return runs.length === 1 && runs[0].count > 1 && fields[0].width === width ? runs[0] : undefined;
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
  const busWidth = slots.count * slots.width;
  const lsb = slot * slots.width;
  const used = Math.min(width, slots.width);
  return {
    bits: slice(bus, lsb, used, busWidth),
    sign: slots.signed ? slice(bus, lsb + used - 1, 1, busWidth) : undefined,
    rest: used === slots.width ? undefined : slice(bus, lsb + used, slots.width - used, busWidth),
  };
}

/** Lines of a concatenation whose first item stands lowest, so last. */
function concatenation(items: readonly string[], comments: readonly string[]): string[] {
  const separated = items.map((item, index) => (index === 0 ? item : `${item},`));
  const column = Math.max(...separated.map((text) => text.length));
  return separated
    .map((text, index) => (index in comments ? `${text.padEnd(column)}  // ${comments[index]}` : text))
    .reverse();
}

const separate = (items: readonly string[]): string[] =>
  items.map((item, index) => (index === items.length - 1 ? item : `${item},`));
