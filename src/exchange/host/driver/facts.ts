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
  /** From a sample in to its result, on the board that the design is for. */
  readonly latencySeconds?: number;
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
export const BAUD = 115_200;
/** Of a frame there and one back, beside what they carry. */
const BYTES_OF_FRAMES = 14;
/** A byte on the line, with its start and its stop. */
const BITS_OF_A_BYTE = 10;

/** What every driver is made of. */
export interface DriverFacts {
  readonly name: string;
  readonly hasEncoder: boolean;
  /** Whether the encoder takes pictures, too. */
  readonly hasPictures: boolean;
  readonly inBytes: number;
  readonly outBytes: number;
  /** The first bytes of the hash, in hexadecimal: as many as the board says. */
  readonly hash: string;
  readonly labels: readonly string[];
  readonly input: SampleLayout['fields'];
  readonly inputSigned: readonly boolean[];
  readonly fields: readonly (ResultField & { readonly fraction: number })[];
  /** Lines for the head of the file. */
  readonly description: readonly string[];
}

export interface SerialFacts extends DriverFacts {
  readonly baud: number;
  /** That an answer may take. */
  readonly milliseconds: number;
}

export interface RegisterFacts extends DriverFacts {
  readonly inShape: PortShape;
  readonly outShape: PortShape;
}

export interface PortShape {
  readonly width: number;
  readonly beats: number;
}

/** What the registers say of a port: the beats in the lower three bytes, their width in the uppermost. */
export const shapeWord = ({ width, beats }: PortShape): number => width * 2 ** 24 + beats;

/** Longest payload: its length has two bytes. */
const MOST_BYTES = 65_535;

/** Digits of the hash that the registers say. */
const REGISTER_DIGITS = 32;
const REGISTER_BEATS = [8, 16, 32];

/**
 * Milliseconds in which an answer is surely there: what sample and result take on the line, what the design takes, and a
 * second for host and adapter.
 *
 * @param bytes of a sample and of a result
 */
export function answerMilliseconds(bytes: number, baud: number, latencySeconds = 0): number {
  const line = ((bytes + BYTES_OF_FRAMES) * BITS_OF_A_BYTE) / baud;
  return 100 * Math.ceil(10 * (1 + line + latencySeconds));
}

/** @throws exchange/driver-beats where the design's beats do not go over a serial line */
export function driverFacts(network: QuantizedNetwork, design: DriverDesign): SerialFacts {
  const { input, output, sha256, baud = BAUD, latencySeconds } = design;
  for (const port of [input, output]) {
    if (port.width !== 8) throw problems.driverBeats(network.name, port.width);
    if (port.beats > MOST_BYTES) throw problems.driverLength(network.name, port.beats, MOST_BYTES);
  }
  return {
    ...commonFacts(network, design, [
      `${network.name} on a board behind a serial line.`,
      '',
      'A frame has a sequence number and a CRC; one that is lost or damaged is sent again. A board that holds another network',
      'is told by its hash.',
    ]),
    hash: sha256.slice(0, 16),
    baud,
    milliseconds: answerMilliseconds(input.beats + output.beats, baud, latencySeconds),
  };
}

/**
 * What a driver for registers is made of.
 *
 * @param streams whether it may reach the design by streams too, whose beats may be wider
 * @throws exchange/driver-register-beats where the design's beats fit into no register
 */
export function registerFacts(
  network: QuantizedNetwork,
  design: DriverDesign,
  streams: boolean,
  what: readonly string[],
): RegisterFacts {
  const { input, output, sha256 } = design;
  const widths = streams ? [...REGISTER_BEATS, 64] : REGISTER_BEATS;
  for (const { width } of [input, output]) {
    if (!widths.includes(width)) throw problems.driverRegisterBeats(network.name, width, widths);
  }
  return {
    ...commonFacts(network, design, what),
    hash: sha256.slice(0, REGISTER_DIGITS),
    inShape: { width: input.width, beats: input.beats },
    outShape: { width: output.width, beats: output.beats },
  };
}

function commonFacts(network: QuantizedNetwork, { input, output }: DriverDesign, what: readonly string[]) {
  return {
    name: network.name,
    hasEncoder: network.input.encoder !== undefined,
    hasPictures: network.input.encoder?.picture !== undefined,
    inBytes: (input.beats * input.width) / 8,
    outBytes: (output.beats * output.width) / 8,
    labels: network.labels,
    input: input.fields,
    inputSigned: network.input.formats.map(({ signed }) => signed),
    fields: output.fields.map((field) => ({ ...field, fraction: fractionOf(field.format) })),
    description: [
      ...what,
      `Input codes: ${describeFormats(network.input.formats)}.`,
      ...describeLabels(network),
    ].map(commentText),
  };
}
