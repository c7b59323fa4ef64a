import { assertNever } from '../core/assert.js';
import { type Format, fractionOf, parseSumFormat, valueOfCode } from '../fixed/format.js';
import { INPUT } from '../network/graph.js';
import type { Outcome, QuantizedNetwork } from '../network/types.js';
import type { Field, LayerTrace, StreamPort } from './manifest-buses.js';
import { traceFields } from './trace-fields.js';

/** Bytes of a bus of so many bits. */
export const busBytes = (width: number): number => Math.ceil(width / 8);

/** Puts a code's two's complement into bits [lsb + width − 1 : lsb] of little-endian bytes that are zero there. */
function writeField(bytes: Uint8Array, offset: number, field: Field, code: number): void {
  // Never a code past ±2^53: rounding down keeps a negative one's two's complement.
  let rest = code;
  let bit = field.lsb;
  let left = field.width;
  while (left > 0) {
    const shift = bit % 8;
    const count = Math.min(8 - shift, left);
    const modulus = 1 << count;
    const above = Math.floor(rest / modulus);
    bytes[offset + (bit - shift) / 8] |= (rest - above * modulus) << shift;
    rest = above;
    bit += count;
    left -= count;
  }
}

/** The code in a field of a bus of little-endian bytes. */
export function readField(bytes: Uint8Array, field: Field, offset = 0): number {
  let code = 0;
  let weight = 1;
  let bit = field.lsb;
  let left = field.width;
  while (left > 0) {
    const shift = bit % 8;
    const count = Math.min(8 - shift, left);
    const bits = (bytes[offset + (bit - shift) / 8] >> shift) % 2 ** count;
    const isNegative = field.signed && count === left && bits >= 2 ** (count - 1);
    code += (isNegative ? bits - 2 ** count : bits) * weight;
    weight *= 2 ** count;
    bit += count;
    left -= count;
  }
  return code;
}

/** The real number that a field's code stands for. */
export function fieldValue(field: Field, code: number): number {
  // The manifest's shape lets no other text through.
  return valueOfCode(code, fractionOf(parseSumFormat(field.format) as Format));
}

/** Writes one sample's input codes as the beats of the input stream, one after the other. */
export function packInput(
  port: StreamPort,
  codes: readonly number[],
  bytes: Uint8Array,
  offset: number,
): void {
  for (const field of port.fields) writeField(bytes, offset, field, codes[field.unit]);
}

/** The input codes in a sample. */
export function unpackInput(port: StreamPort, sample: Uint8Array): number[] {
  const codes: number[] = [];
  for (const field of port.fields) codes[field.unit] = readField(sample, field);
  return codes;
}

/** Writes what the output stream must carry for an outcome; bits of no field are zero. */
export function packOutput(port: StreamPort, outcome: Outcome, bytes: Uint8Array, offset: number): void {
  for (const field of port.fields) writeField(bytes, offset, field, outputCode(field, outcome));
}

function outputCode(field: Field, outcome: Outcome): number {
  switch (field.kind) {
    case 'value':
      return outcome.outputs[field.unit];
    case 'class':
      return outcome.class as number;
    case 'probability':
      return outcome.probability as number;
    case 'input':
      throw new Error('internal error: an input field on the output stream');
    default:
      return assertNever(field.kind);
  }
}

/** What a network makes of a sample, and the sample. */
export interface Computed {
  readonly codes: readonly number[];
  readonly outcome: Outcome;
}

/** Bytes of a sample on a layer's bus: every beat begins with one. */
export const traceBytes = ({ width, beats = 1 }: LayerTrace): number => beats * busBytes(width);

/** The fields of a layer's bus where the bytes of a sample have them. */
export const tracePlaces = (trace: LayerTrace): Field[] =>
  traceFields(trace).map((field) => {
    const beat = Math.floor(field.lsb / trace.width);
    return { ...field, lsb: 8 * beat * busBytes(trace.width) + (field.lsb % trace.width) };
  });

/**
 * Writes what a layer's bus must carry for a sample.
 *
 * @param fields the bus's, as {@link tracePlaces} gives them
 */
export function packTrace(
  network: QuantizedNetwork,
  trace: LayerTrace,
  fields: readonly Field[],
  { codes, outcome }: Computed,
  bytes: Uint8Array,
  offset: number,
): void {
  const codesOf = (name: string) =>
    name === INPUT ? codes : outcome.layers[network.layers.findIndex((layer) => layer.name === name)];
  const own = codesOf(trace.layer);
  for (const field of fields) {
    const { handedOn, unit } = field;
    const code = handedOn === undefined ? own[unit] : codesOf(handedOn.layer)[handedOn.unit];
    writeField(bytes, offset, field, code);
  }
}
