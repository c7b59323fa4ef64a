import { unsignedWidth } from '../fixed/format.js';
import type { PlanContext } from './architecture.js';
import { dataWidth, packedFields } from './heads/head.js';
import type { StreamPort } from './manifest.js';
import { sampleWidth } from './stream.js';
import { alignConnections, type Declaration, slice } from './verilog.js';

/** An instance as the top module's template prints it. */
export interface InstanceView {
  readonly module: string;
  readonly instance: string;
  readonly parameters: readonly string[];
  readonly ports: readonly string[];
}

/** Names that stand between the streams and the samples inside. */
export const STREAM_NAMES = [
  ...['sample', 'sample_valid', 'sample_ready', 'input_gather'],
  ...['result', 'beat', 'beat_valid', 'beat_ready', 'beat_last', 'output_spread', 'output_buffer'],
];

type Connections = readonly (readonly [name: string, value: string])[];

const viewOf = (
  module: string,
  instance: string,
  parameters: Connections,
  ports: Connections,
): InstanceView => ({
  module,
  instance,
  parameters: alignConnections(parameters),
  ports: alignConnections([['aclk', 'aclk'], ['aresetn', 'aresetn'], ...ports]),
});

const wire = (name: string, width = 1): Declaration => ({ kind: 'wire', width, name });

const beatParameters = ({ width, beats }: StreamPort): Connections => [
  ['WIDTH', `${width}`],
  ['BEATS', `${beats}`],
  ['COUNT_WIDTH', `${Math.max(1, unsignedWidth(beats - 1))}`],
];

/** From the input stream to `sample`, with `sample_valid` and `sample_ready`. */
export function inputSide({ stream: { input } }: PlanContext) {
  return {
    signals: [wire('sample', sampleWidth(input)), wire('sample_valid'), wire('sample_ready')],
    gather: viewOf('espalier_gather', 'input_gather', beatParameters(input), [
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

/**
 * From the bus `data`, with `_valid` and `_ready`, to the output stream: spread over beats, where there are several,
 * then a register stage.
 */
export function outputSide({ stream: { output } }: PlanContext, result: string, data: string) {
  const several = output.beats > 1;
  const beats: Connections = [
    ['s_data_i', result],
    ['s_valid_i', `${data}_valid`],
    ['s_ready_o', `${data}_ready`],
    ['m_data_o', 'beat'],
    ['m_valid_o', 'beat_valid'],
    ['m_ready_i', 'beat_ready'],
    ['m_last_o', 'beat_last'],
  ];
  const spread = viewOf('espalier_spread', 'output_spread', beatParameters(output), beats);
  const [from, stem] = several ? ['{beat_last, beat}', 'beat'] : [result, data];
  const buffer = viewOf(
    'espalier_skid_buffer',
    'output_buffer',
    [['WIDTH', `${several ? output.width + 1 : output.width}`]],
    [
      ['s_data_i', from],
      ['s_valid_i', `${stem}_valid`],
      ['s_ready_o', `${stem}_ready`],
      ['m_data_o', several ? '{m_axis_tlast, m_axis_tdata}' : 'm_axis_tdata'],
      ['m_valid_o', 'm_axis_tvalid'],
      ['m_ready_i', 'm_axis_tready'],
    ],
  );
  return {
    signals: several
      ? [wire('beat', output.width), wire('beat_valid'), wire('beat_ready'), wire('beat_last')]
      : [],
    instances: several ? [spread, buffer] : [buffer],
    /** The template's text where every beat is the last one of its sample. */
    alwaysLast: several ? [] : [{}],
  };
}

/** Modules of `rtl/` between a result and the output stream. */
export const outputPrimitives = ({ stream: { output } }: PlanContext): string[] => [
  ...(output.beats > 1 ? ['espalier_spread'] : []),
  'espalier_skid_buffer',
];

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
