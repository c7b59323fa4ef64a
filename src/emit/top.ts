import { printFormat } from '../fixed/format.js';
import { busWidth } from '../hardware/slots.js';
import type { AffineNetwork } from '../network/affine.js';
import type { Generator, PlanContext, Source, StagePlan } from './architecture.js';
import { lengthOf, runFormat, runsForPeople, runText } from './field-runs.js';
import { streamNamed, streamSignals } from './handshakes.js';
import { outputNotes } from './heads/head.js';
import type { Timing } from './manifest.js';
import type { Field, FieldRun, SampleBus, StreamPort } from './manifest-buses.js';
import { NameSpace } from './names.js';
import { sampleWidth, timingOf } from './stream.js';
import { renderTemplate } from './template.js';
import { outputPrimitives, outputView } from './top-outputs.js';
import type { TopNames, TopParts } from './top-parts.js';
import { concatenation, inputSide, STREAM_NAMES } from './top-streams.js';
import {
  alignConnections,
  alignDeclarations,
  CLOCK,
  type Connections,
  commentLines,
  commentText,
  count,
  type Declaration,
  extend,
  fieldNotes,
  madeBy,
  separate,
  slice,
  wire,
} from './verilog.js';

const PORTS = [
  ...['aclk', 'aresetn', 's_axis_tdata', 's_axis_tvalid', 's_axis_tready', 's_axis_tlast'],
  ...['m_axis_tdata', 'm_axis_tvalid', 'm_axis_tready', 'm_axis_tlast', 'frame_error'],
];

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
  const { givesResults } = stages[stages.length - 1];
  const timing = timingOf(layers, head?.latency ?? 0, context.stream, givesResults?.beats.at(-1));
  const from = stages[0].takesBeats === undefined ? inputSide(context) : undefined;
  return {
    instances: names.stems.map(instanceOf),
    primitives: [...(from?.primitives ?? []), ...outputPrimitives(parts, context)],
    samples: from?.bus,
    timing,
    print: (generator) => ({
      file: `${context.top}.v`,
      text: topText(parts, names, timing, context, generator),
    }),
  };
}

const instanceOf = (stem: string): string => `${stem}_layer`;

function namesOf({ stages, head }: TopParts): TopNames {
  const names = new NameSpace([...PORTS, ...STREAM_NAMES, ...parametersOf(stages), 'unused']);
  const stems = stages.map(({ name }) =>
    names.claimFamily(name, [
      ...['_layer', '_x', '_y', '_y_valid', '_y_ready'],
      ...['_mark_valid', '_mark_ready', '_mark_spoilt'],
    ]),
  );
  const values = names.claimFamily('values', ['', '_valid', '_ready']);
  const data = head === undefined ? values : names.claimFamily('data', ['', '_valid', '_ready', '_last']);
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
  const { network, stages } = parts;
  const { stems } = names;
  const input = inputView(parts, names, context);
  const { signals, unused: unread, handshake, ...output } = outputView(parts, names, context);
  const unused = [...input.unused, ...unread];
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
        ...stages
          .slice(0, -1)
          .flatMap(({ y, givesMarks }, at) => [
            ...streamSignals(streamNamed(`${stems[at]}_y`), busWidth(y)),
            ...(givesMarks === undefined ? [] : MARKS.map((signal) => wire(`${stems[at]}_mark_${signal}`))),
          ]),
        ...signals,
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
        ...(stages[index - 1]?.givesMarks === undefined ? [] : markPorts(stems[index - 1], ['i', 'o', 'i'])),
        ['y_o', `${stems[index]}_y`],
        ['y_valid_o', `${index === stages.length - 1 ? handshake : `${stems[index]}_y`}_valid`],
        ['y_ready_i', `${index === stages.length - 1 ? handshake : `${stems[index]}_y`}_ready`],
        ...(stages[index].givesMarks === undefined ? [] : markPorts(stems[index], ['o', 'i', 'o'])),
      ]),
    })),
    ...output,
    unused: unused.length === 0 ? [] : [{ bits: separate(unused) }],
  });
}

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

const layerInput = (before: string): Connections => [
  ...CLOCK,
  ['x_i', `${before}_y`],
  ['x_valid_i', `${before}_y_valid`],
  ['x_ready_o', `${before}_y_ready`],
];

/** Of the samples that a stage gives before it is known whether they are whole. */
const MARKS = ['valid', 'ready', 'spoilt'] as const;

/** @param ways of each signal whether it goes in or out */
const markPorts = (giver: string, ways: readonly ('i' | 'o')[]): Connections =>
  MARKS.map((signal, at) => [`mark_${signal}_${ways[at]}`, `${giver}_mark_${signal}`]);

/** From the input stream to the first stage. */
interface InputView {
  readonly signals: readonly Declaration[];
  /** The template's text, where beats are gathered. */
  readonly gathers: readonly object[];
  readonly connections: Connections;
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

/** The first layer's bus, highest slot first, and the bits of a sample that it leaves. */
function inputSlots({ network, stages }: TopParts, context: PlanContext) {
  const read = network.inputs.flatMap((one, input) => (one.read ? [input] : []));
  const { x, inputs = read } = stages[0];
  const { fields } = context.stream.input;
  const sampleBits = sampleWidth(context.stream.input);
  const bus = 'sample';
  const slots = inputs.map((input) => {
    const { lsb, width, signed } = fields[input];
    const sign = signed ? slice(bus, lsb + width - 1, 1, sampleBits) : undefined;
    return extend(slice(bus, lsb, width, sampleBits), sign, width, x.width);
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
          `${slice(bus, whole.lsb, lengthOf(whole) * x.width, sampleBits)}  // ${runText(whole, 'input')}, ${runFormat(whole)}`,
        ];
  const unused: string[] = [];
  const leave = (lsb: number, width: number) => {
    if (width > 0) unused.push(slice(bus, lsb, width, sampleBits));
  };
  let end = 0;
  const given = new Set(inputs);
  network.inputs.forEach((_, input) => {
    const { lsb, width } = fields[input];
    leave(end, lsb - end);
    if (!given.has(input)) leave(lsb, width);
    end = lsb + width;
  });
  leave(end, sampleBits - end);
  return { lines, unused };
}

const inputNote = ({ inputs }: AffineNetwork, input: number): string => {
  const { format, name } = inputs[input];
  return `input ${input}, ${printFormat(format)}${name === undefined ? '' : `, ${commentText(name)}`}`;
};

/** The inputs, where they lie in a sample as in the first layer's bus and are told as one. */
function wholeRun(fields: readonly Field[], width: number): FieldRun | undefined {
  const [run, ...more] = runsForPeople(fields);
  const isWhole = more.length === 0 && run?.count !== undefined && run.groups === undefined;
  return isWhole && run.width === width ? run : undefined;
}
