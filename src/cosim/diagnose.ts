import path from 'node:path';
import { fieldValue, readField, tracePlaces, unpackInput } from '../emit/bus.js';
import type { Field } from '../emit/manifest-buses.js';
import { INPUT, placeLayers } from '../network/graph.js';
import { inParts } from '../network/parts.js';
import { type Stimulus, type StimulusSegment, segmentOf } from '../network/stimulus.js';
import { isMap } from '../network/tensor.js';
import type { QuantizedNetwork } from '../network/types.js';
import { type Beats, selectBeats } from './beats.js';
import type { LoadedDesign } from './design.js';
import type { BuildOptions, Engine, FailureKind, Job, RunFailure } from './engine.js';
import { expectedBeats, measuringSamples, stalledJob } from './prepare.js';

/** The first thing that went wrong in a simulation, down to the neuron. */
export interface Difference {
  readonly kind: FailureKind;
  /** Of the stimulus. */
  readonly sample: number;
  readonly segment: StimulusSegment['kind'];
  /** Such as `data row 17`. */
  readonly origin: string;
  /** Of the run in which it was found: one block of the samples, from reset on. */
  readonly cycle: number;
  readonly layer?: string;
  /** Such as `unit 3`, `class` or `padding`. */
  readonly field?: string;
  readonly expected?: Reading;
  readonly got?: Reading;
  /** The sample's input codes. */
  readonly input: readonly number[];
  /** Whether the sample alone, without stalls, fails too; otherwise what went before it matters. */
  readonly alone: boolean;
  /** File name of the waveform, beside the record; absent when the failure could not be repeated. */
  readonly wave?: string;
}

/** A field's contents. */
export interface Reading {
  /** A whole number, or hexadecimal digits with `x` where bits are unknown. */
  readonly code: number | string;
  /** Null for unknown bits and for padding. */
  readonly value: number | null;
}

export const WAVE_FILE = 'difference.vcd';

/** A run that failed, and what it is looked into with. */
export interface FailedRun {
  readonly design: LoadedDesign;
  readonly engine: Engine;
  readonly build: Omit<BuildOptions, 'traces' | 'waves'>;
  readonly stimulus: Stimulus;
  /** The sample that the run began with. */
  readonly first: number;
  /** The same job over other beats from that sample on: its sample s is theirs, modulo their number. */
  readonly makeJob: (beats: Beats) => Job;
  readonly failure: RunFailure;
  /** For the waveform; nothing is written without it. */
  readonly outputFolder: string | undefined;
}

/**
 * Repeats a failure with every layer's bus in view and a waveform: the sample alone when it fails alone, otherwise
 * the whole way to it.
 */
export async function diagnose(failed: FailedRun): Promise<Difference> {
  const { design, engine, stimulus, first, failure, outputFolder } = failed;
  const { latency, interval } = design.manifest.timing;
  const built = await engine.build(design, { ...failed.build, traces: true, waves: true });
  const most = failure.sample + measuringSamples(design);
  const beats = await expectedBeats(design, stimulus, { traceLayers: true, first, most });
  const sample = failure.sample % beats.samples;
  const job = failed.makeJob(beats);
  const wave = (from: number, to: number): Pick<Job, 'wave'> =>
    outputFolder === undefined ? {} : { wave: { file: path.join(outputFolder, WAVE_FILE), from, to } };

  const one = stalledJob(design, selectBeats(beats, [sample]), 'none', job.seed);
  const alone = await built.run({ ...one, ...wave(0, one.watchDog), stopAtFirst: true });
  if (alone.failure !== null) {
    const found = { ...alone.failure, sample, cycle: failure.cycle };
    return describe(failed, beats, found, { alone: true, repeated: true });
  }
  const from = Math.max(0, failure.sentAt - 2 * interval);
  const again = await built.run({ ...job, ...wave(from, failure.cycle + latency), stopAtFirst: true });
  const repeated = again.failure !== null;
  return describe(failed, beats, again.failure ?? failure, { alone: false, repeated });
}

function describe(
  { design, stimulus, first, outputFolder }: FailedRun,
  beats: Beats,
  failure: RunFailure,
  { alone, repeated }: { alone: boolean; repeated: boolean },
): Difference {
  const { stream, traces } = design.manifest;
  const sample = failure.sample % beats.samples;
  const contents = (bytes: Uint8Array) => {
    const size = bytes.length / beats.samples;
    return bytes.subarray(sample * size, (sample + 1) * size);
  };
  const common = {
    kind: failure.kind,
    sample: first + sample,
    segment: segmentOf(stimulus.segments, first + sample).kind,
    origin: stimulus.origin(first + sample),
    cycle: failure.cycle,
    input: unpackInput(stream.input, contents(beats.vectors)),
    alone,
    ...(repeated && outputFolder !== undefined ? { wave: WAVE_FILE } : {}),
  };
  const unitText = unitTexts(design.network);
  const lastLayer = design.network.layers[design.network.layers.length - 1].name;
  if (failure.kind === 'output') {
    const expected = contents(beats.expected);
    return { ...common, ...firstField(stream.output.fields, lastLayer, expected, failure.got, unitText) };
  }
  if (failure.trace < 0) return common;
  const trace = traces[failure.trace];
  if (failure.kind !== 'layer') return { ...common, layer: trace.layer };
  const expected = contents(beats.traces[failure.trace]);
  return { ...common, ...firstField(tracePlaces(trace), trace.layer, expected, failure.got, unitText) };
}

/**
 * The first field of a bus in which two samples differ.
 *
 * @param got in hexadecimal, the lowest byte first; `x` and `z` where bits are unknown
 */
export function firstField(
  fields: readonly Field[],
  layer: string,
  expected: Uint8Array,
  got: string,
  unitText: UnitText = (_, unit) => `unit ${unit}`,
): Pick<Difference, 'layer' | 'field' | 'expected' | 'got'> {
  const bytes = Buffer.from(got.replaceAll('x', '0').replaceAll('z', '0'), 'hex');
  const unknown = Buffer.from(got.replace(/[^xz]/g, '0').replace(/[xz]/g, 'f'), 'hex');
  for (const field of fields) {
    const wanted = readField(expected, field);
    const isUnknown = readField(unknown, { ...field, signed: false }) !== 0;
    const seen = readField(bytes, field);
    if (wanted === seen && !isUnknown) continue;
    return {
      layer,
      field: fieldName(field, layer, unitText),
      expected: { code: wanted, value: fieldValue(field, wanted) },
      got: isUnknown ? { code: 'x', value: null } : { code: seen, value: fieldValue(field, seen) },
    };
  }
  const hex = (sample: Uint8Array) => Buffer.from(sample.toReversed()).toString('hex');
  return {
    layer,
    field: 'padding',
    expected: { code: hex(expected), value: null },
    got: { code: hex(bytes), value: null },
  };
}

/** What a layer's unit is called. */
type UnitText = (layer: string, unit: number) => string;

/** Of a map a unit has a place: `unit 7 (channel 1, row 0, column 3)`. */
function unitTexts(network: QuantizedNetwork): UnitText {
  const placed = placeLayers(inParts(network).network);
  return (name, unit) => {
    const given = placed.find(({ layer }) => layer.name === name)?.output;
    const shape = name === INPUT ? network.input.shape : given?.shape;
    if (shape === undefined || !isMap(shape)) return `unit ${unit}`;
    const [, columns, channels] = shape;
    const cell = Math.floor(unit / channels);
    const [row, column] = [Math.floor(cell / columns), cell % columns];
    return `unit ${unit} (channel ${unit % channels}, row ${row}, column ${column})`;
  };
}

function fieldName({ kind, unit, handedOn }: Field, layer: string, unitText: UnitText): string {
  if (handedOn !== undefined)
    return `${unitText(handedOn.layer, handedOn.unit)} of ${handedOn.layer}, handed on`;
  if (kind === 'value') return unitText(layer, unit);
  return kind === 'input' ? `unit ${unit}` : kind;
}
