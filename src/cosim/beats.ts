import { busBytes, packInput, packOutput, packTrace, traceBytes, tracePlaces } from '../emit/bus.js';
import type { Manifest } from '../emit/manifest.js';
import type { LayerTrace } from '../emit/manifest-buses.js';
import { sampleWidth } from '../emit/stream.js';
import { inParts } from '../network/parts.js';
import { referenceModel } from '../network/reference.js';
import { makeStimulus, type StimulusOptions } from '../network/stimulus.js';
import type { QuantizedNetwork } from '../network/types.js';
import type { Job } from './engine.js';

/** Samples of a stimulus and what the reference model says of them, as beats of the design's buses, one after the other. */
export type Beats = Pick<Job, 'samples' | 'vectors' | 'expected' | 'traces'>;

/** What beats are made from, and where they are put: plain data, so that it can go to another thread. */
export interface BeatsOrder {
  readonly network: QuantizedNetwork;
  readonly stimulus: StimulusOptions;
  readonly stream: Manifest['stream'];
  /** The layers' buses that are wanted too. */
  readonly traces: readonly LayerTrace[];
  /** The stimulus's number of the first sample. */
  readonly first: number;
  /** Of zeros at the start. */
  readonly beats: Beats;
}

/** Room for the beats of so many samples, in memory that threads share. */
export function emptyBeats(
  samples: number,
  { stream, traces }: Pick<BeatsOrder, 'stream' | 'traces'>,
): Beats {
  const room = (bytes: number) => new Uint8Array(new SharedArrayBuffer(samples * bytes));
  return {
    samples,
    vectors: room(busBytes(sampleWidth(stream.input))),
    expected: room(busBytes(sampleWidth(stream.output))),
    traces: traces.map((trace) => room(traceBytes(trace))),
  };
}

/**
 * Runs the reference model over parts of an order.
 *
 * @returns a function that fills in the beats [from, to), counted from the order's first sample; it throws network/*
 */
export function beatsFiller(order: BeatsOrder): (from: number, to: number) => void {
  const { network, stream, traces, first, beats } = order;
  const stimulus = makeStimulus(network, order.stimulus);
  const run = referenceModel(network);
  // Of layers that are computed in parts each part has a bus; the outputs are what the network itself says.
  const parts = inParts(network).network;
  const runParts = parts === network || traces.length === 0 ? run : referenceModel(parts);
  const inputBytes = busBytes(sampleWidth(stream.input));
  const places = traces.map(tracePlaces);
  const outputBytes = busBytes(sampleWidth(stream.output));
  return (from, to) => {
    let sample = from;
    for (const codes of stimulus.vectors(first + from, first + to)) {
      const outcome = run(codes);
      const traced = runParts === run ? outcome : runParts(codes);
      packInput(stream.input, codes, beats.vectors, sample * inputBytes);
      packOutput(stream.output, outcome, beats.expected, sample * outputBytes);
      traces.forEach((trace, index) => {
        const offset = sample * traceBytes(trace);
        packTrace(parts, trace, places[index], { codes, outcome: traced }, beats.traces[index], offset);
      });
      sample += 1;
    }
  };
}

/** Samples [from, to). */
export function sliceBeats(beats: Beats, from: number, to: number): Beats {
  const end = Math.min(to, beats.samples);
  const cut = (bytes: Uint8Array) => {
    const size = bytes.length / beats.samples;
    return bytes.subarray(from * size, end * size);
  };
  return {
    samples: end - from,
    vectors: cut(beats.vectors),
    expected: cut(beats.expected),
    traces: beats.traces.map(cut),
  };
}

/** Some of the samples, in the order given. */
export function selectBeats(beats: Beats, samples: readonly number[]): Beats {
  const select = (bytes: Uint8Array) => {
    const size = bytes.length / beats.samples;
    return Buffer.concat(samples.map((sample) => bytes.subarray(sample * size, (sample + 1) * size)));
  };
  return {
    samples: samples.length,
    vectors: select(beats.vectors),
    expected: select(beats.expected),
    traces: beats.traces.map(select),
  };
}
