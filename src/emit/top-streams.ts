import { bitsFor } from '../fixed/format.js';
import type { PlanContext } from './architecture.js';
import type { StreamPort } from './manifest.js';
import { sampleWidth } from './stream.js';
import { type Connections, type Declaration, type InstanceView, instanceView } from './verilog.js';

/** Names that stand between the streams and the samples inside. */
export const STREAM_NAMES = [
  ...['sample', 'sample_valid', 'sample_ready', 'input_gather'],
  ...['result', 'beat', 'beat_valid', 'beat_ready', 'beat_last', 'output_spread', 'output_buffer'],
];

const CLOCK: Connections = [
  ['aclk', 'aclk'],
  ['aresetn', 'aresetn'],
];

/** With the clock and the reset. */
export const clocked = (
  module: string,
  instance: string,
  parameters: Connections,
  ports: Connections,
): InstanceView => instanceView(module, instance, parameters, [...CLOCK, ...ports]);

export const wire = (name: string, width = 1): Declaration => ({ kind: 'wire', width, name });

export const beatParameters = ({ width, beats }: StreamPort): Connections => [
  ['WIDTH', `${width}`],
  ['BEATS', `${beats}`],
  ['COUNT_WIDTH', `${bitsFor(beats)}`],
];

/** From the input stream to `sample`, with `sample_valid` and `sample_ready`. */
export function inputSide({ stream: { input } }: PlanContext) {
  return {
    signals: [wire('sample', sampleWidth(input)), wire('sample_valid'), wire('sample_ready')],
    gather: clocked('espalier_gather', 'input_gather', beatParameters(input), [
      ['s_data_i', 's_axis_tdata'],
      ['s_valid_i', 's_axis_tvalid'],
      ['s_ready_o', 's_axis_tready'],
      ['s_last_i', 's_axis_tlast'],
      ['m_data_o', 'sample'],
      ['m_valid_o', 'sample_valid'],
      ['m_ready_i', 'sample_ready'],
      ['error_o', 'frame_error'],
    ]),
    primitives: ['espalier_frame', 'espalier_gather'],
    bus: { signal: 'sample', valid: 'sample_valid', ready: 'sample_ready' },
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

export const separate = (items: readonly string[]): string[] =>
  items.map((item, index) => (index === items.length - 1 ? item : `${item},`));
