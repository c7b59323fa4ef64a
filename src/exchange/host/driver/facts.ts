import { type Format, fractionOf } from '../../../fixed/format.js';
import type { QuantizedNetwork } from '../../../network/types.js';
import { commentText, describeFormats, describeLabels } from '../../comment.js';
import { problems } from '../../problems.js';
import type { SampleLayout } from '../layout.js';

/** What a driver has to know of an emitted design. */
export interface DriverDesign {
  /** SHA-256 of its `network.json`, in hexadecimal. */
  readonly sha256: string;
  readonly input: SampleLayout;
  readonly output: ResultLayout;
  /** Of the serial line; without it the board's manifest says none. */
  readonly baud?: number;
}

/** How a result lies in the beats of the output stream. */
export interface ResultLayout {
  readonly width: number;
  readonly beats: number;
  readonly fields: readonly ResultField[];
}

export interface ResultField {
  readonly kind: 'value' | 'class' | 'probability';
  /** Number of the output; 0 for class and probability. */
  readonly unit: number;
  readonly lsb: number;
  readonly width: number;
  readonly signed: boolean;
  readonly format: Format;
}

/** 12 MHz divide well by it, and every adapter has it. */
const BAUD = 115_200;

/** What every driver for a serial line is made of. */
export interface DriverFacts {
  readonly name: string;
  readonly hasEncoder: boolean;
  readonly inBytes: number;
  readonly outBytes: number;
  /** The first 8 bytes of the hash, in hexadecimal. */
  readonly hash: string;
  readonly baud: number;
  readonly labels: readonly string[];
  readonly input: SampleLayout['fields'];
  readonly inputSigned: readonly boolean[];
  readonly fields: readonly (ResultField & { readonly fraction: number })[];
  /** Lines for the head of the file. */
  readonly description: readonly string[];
}

/** Longest payload: its length has two bytes. */
const MOST_BYTES = 65_535;

/** @throws exchange/driver-beats where the design's beats do not go over a serial line */
export function driverFacts(network: QuantizedNetwork, design: DriverDesign): DriverFacts {
  const { input, output, sha256, baud = BAUD } = design;
  for (const port of [input, output]) {
    if (port.width !== 8) throw problems.driverBeats(network.name, port.width);
    if (port.beats > MOST_BYTES) throw problems.driverLength(network.name, port.beats, MOST_BYTES);
  }
  return {
    name: network.name,
    hasEncoder: network.input.encoder !== undefined,
    inBytes: input.beats,
    outBytes: output.beats,
    hash: sha256.slice(0, 16),
    baud,
    labels: network.labels,
    input: input.fields,
    inputSigned: network.input.formats.map(({ signed }) => signed),
    fields: output.fields.map((field) => ({ ...field, fraction: fractionOf(field.format) })),
    description: [
      `${network.name} on a board behind a serial line.`,
      '',
      'A frame has a sequence number and a CRC; one that is lost or damaged is sent again. A board that holds another network',
      'is told by its hash.',
      `Input codes: ${describeFormats(network.input.formats)}.`,
      ...describeLabels(network),
    ].map(commentText),
  };
}
