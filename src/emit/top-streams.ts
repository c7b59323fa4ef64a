import type { PlanContext } from './architecture.js';
import { beatParameters, handedOnTo, streamNamed, streamSignals, takenFrom } from './handshakes.js';
import { sampleWidth } from './stream.js';
import { clocked } from './verilog.js';

/** Names that stand between the streams and the samples inside. */
export const STREAM_NAMES = [
  ...['sample', 'sample_valid', 'sample_ready', 'input_gather'],
  ...['result', 'beat', 'beat_valid', 'beat_ready', 'beat_last', 'output_spread', 'output_buffer'],
];

/** From the input stream to `sample`, with `sample_valid` and `sample_ready`. */
export function inputSide({ stream: { input } }: PlanContext) {
  const sample = streamNamed('sample');
  return {
    signals: streamSignals(sample, sampleWidth(input)),
    gather: clocked('espalier_gather', 'input_gather', beatParameters(input.width, input.beats), [
      ...takenFrom({ data: 's_axis_tdata', valid: 's_axis_tvalid', ready: 's_axis_tready' }),
      ['s_last_i', 's_axis_tlast'],
      ...handedOnTo(sample),
      ['error_o', 'frame_error'],
    ]),
    primitives: ['espalier_frame', 'espalier_gather'],
    bus: { signal: sample.data, valid: sample.valid, ready: sample.ready },
  };
}

/** Lines of a concatenation whose first item stands lowest, so last. */
export function concatenation(items: readonly string[], comments: readonly string[]): string[] {
  const separated = items.map((item, index) => (index === 0 ? item : `${item},`));
  const column = Math.max(...separated.map((text) => text.length));
  return separated
    .map((text, index) => (index in comments ? `${text.padEnd(column)}  // ${comments[index]}` : text))
    .reverse();
}
