import { bitsFor } from '../fixed/format.js';
import { type Connections, type Declaration, wire } from './verilog.js';

/** A bus with its handshake. */
export interface StreamNames {
  readonly data: string;
  readonly valid: string;
  readonly ready: string;
}

/** A bus, and `_valid` and `_ready` of the same name. */
export const streamNamed = (data: string): StreamNames => ({
  data,
  valid: `${data}_valid`,
  ready: `${data}_ready`,
});

export const streamSignals = ({ data, valid, ready }: StreamNames, width: number): Declaration[] => [
  wire(data, width),
  wire(valid),
  wire(ready),
];

/** The ports of a module of `rtl/` through which it takes. */
export const takenFrom = ({ data, valid, ready }: StreamNames): Connections => [
  ['s_data_i', data],
  ['s_valid_i', valid],
  ['s_ready_o', ready],
];

/** Those through which it gives. */
export const handedOnTo = ({ data, valid, ready }: StreamNames): Connections => [
  ['m_data_o', data],
  ['m_valid_o', valid],
  ['m_ready_i', ready],
];

/** Parameters of a module of `rtl/` that counts beats. */
export const beatParameters = (width: number, beats: number): Connections => [
  ['WIDTH', `${width}`],
  ['BEATS', `${beats}`],
  ['COUNT_WIDTH', `${bitsFor(beats)}`],
];
