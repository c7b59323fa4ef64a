import { z } from 'zod';
import { bitsFor, type Format, printFormat } from '../fixed/format.js';
import type { AffineNetwork } from '../network/affine.js';
import { isMap } from '../network/tensor.js';
import type { InputPort } from '../network/types.js';
import type { LayerTiming, Manifest, Timing } from './manifest.js';
import type { Field, StreamPort } from './manifest-buses.js';

/** Bits of a beat; `all`: a sample is one beat, as wide as it needs. */
export const BEAT_WIDTHS = [8, 16, 32, 64, 'all'] as const;
export type BeatWidth = (typeof BEAT_WIDTHS)[number];

/** The member `stream` of `hardware`, the same for every micro-architecture. */
export const STREAM_OPTIONS = z.strictObject({
  width: z
    .literal(BEAT_WIDTHS, `one of ${BEAT_WIDTHS.join(', ')}`)
    .optional()
    .describe(
      'Bits of a beat of both streams; `all`: a sample is one beat. Absent: one beat, where that has at most 1024 bits; for larger maps the first that positions fit in and come in words of, for other samples 32.',
    ),
});

/** No wider bus is common: what moves samples from memory to a stream ends there. */
const WIDEST_DEFAULT = 1024;
/** Where a sample is wider, and no map. */
const NARROW_DEFAULT = 32;

/**
 * How wide beats are where nobody says it: as a whole sample, or where that is too wide, as the narrowest that a position of
 * a map fits in. Another one is taken where so the map's positions come in beats of their own, since others wait for all of it.
 */
export function defaultBeat(affine: AffineNetwork, { shape }: InputPort): BeatWidth {
  const { input, output } = streamOf(affine);
  if (Math.max(input.width, output.width) <= WIDEST_DEFAULT) return 'all';
  if (shape === undefined || !isMap(shape)) return NARROW_DEFAULT;
  const codes = affine.inputs.slice(0, shape[2]).map(({ format }) => format.width);
  const widths = BEAT_WIDTHS.filter((width) => width !== 'all');
  const isRoomy = (width: number) => width >= sumOf(codes);
  const wanted = [...widths.filter(isRoomy), ...widths.filter((width) => !isRoomy(width)).reverse()];
  return wanted.find((width) => comesInWords(codes, shape[0] * shape[1], width)) ?? wanted[0];
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);

/**
 * Whether positions, one behind the other, make words of some beats that have whole ones, all words as many.
 *
 * @param codes bits of those of a position
 */
function comesInWords(codes: readonly number[], positions: number, beat: number): boolean {
  let end = 0;
  for (let position = 1; 2 * position <= positions; position++) {
    for (const width of codes) end = placeOf(width, end, beat) + width;
    // From the first position on that begins with a beat everything is as before.
    if (placeOf(codes[0], end, beat) % beat === 0) return positions % position === 0;
  }
  return false;
}

/**
 * The layout of both streams, the same for every micro-architecture. In: every input. Out: every output, then the
 * class, then the probability. One beat a sample: fields from bit 0 up without gaps, the whole rounded up to bytes.
 * Beats of a given width: no field is split over two where it fits one, and a wider one begins with a beat. Nor is a position of
 * a map, where otherwise positions did not come in whole words: a layer takes a position a clock at most, and would wait for all.
 */
export function streamOf(
  network: AffineNetwork,
  beat: BeatWidth = 'all',
  { shape }: Pick<InputPort, 'shape'> = {},
): Manifest['stream'] {
  const inputs = network.inputs.map(({ format, name }, unit) =>
    codeField('input', unit, format, name === undefined ? {} : { name }),
  );
  const outputs = network.outputs.map(({ format }, unit) => codeField('value', unit, format));
  return {
    input: pack(inputs, beat, codesTogether(inputs, beat, shape)),
    output: pack([...outputs, ...headFields(network)], beat),
  };
}

/** The width that both streams were laid out for. */
export const beatWidthOf = ({ input, output }: Manifest['stream']): BeatWidth =>
  BEAT_WIDTHS.find((width) => width === input.width && width === output.width) ?? 'all';

/** Bits of a sample: its beats one above the other, the first one lowest. */
export const sampleWidth = ({ width, beats }: Pick<StreamPort, 'width' | 'beats'>): number => width * beats;

/** Of the register stage before the output stream. */
const BUFFER_LATENCY = 1;

/**
 * From the first beat of a sample in to its last beat out, and from one result to the next. Layers work side by side
 * on consecutive samples while beats come and go, so that the slowest sets the interval.
 *
 * @param headLatency of what stands between the layers and the output stream
 * @param lastBeats of a result, from when the layers and the head have all of it
 */
export function timingOf(
  layers: readonly LayerTiming[],
  headLatency: number,
  { input, output }: Manifest['stream'],
  lastBeats: number = output.beats,
): Timing {
  const inside = layers.reduce((sum, { latency }) => sum + latency, headLatency + BUFFER_LATENCY);
  return {
    interval: Math.max(...layers.map(({ interval }) => interval), input.beats, output.beats),
    latency: input.beats - 1 + inside + lastBeats - 1,
    layers,
  };
}

type Unplaced = Omit<Field, 'lsb'>;

function headFields({ head, outputs }: AffineNetwork): Unplaced[] {
  if (head.kind === 'values') return [];
  const width = bitsFor(outputs.length);
  const format = `ufixed<${width},${width}>`;
  const decision: Unplaced = { kind: 'class', unit: 0, width, signed: false, format };
  if (head.kind === 'argmax' || head.probability === undefined) return [decision];
  return [decision, codeField('probability', 0, head.probability.format)];
}

function codeField(
  kind: Field['kind'],
  unit: number,
  format: Format,
  rest: { name?: string } = {},
): Unplaced {
  const { width, signed } = format;
  return { kind, unit, width, signed, format: printFormat(format), ...rest };
}

/** Codes of the positions with which each beat begins, as many as fit one and part the map; none where no beat has to. */
function codesTogether(
  inputs: readonly Unplaced[],
  beat: BeatWidth,
  shape: readonly number[] | undefined,
): number | undefined {
  if (beat === 'all' || shape === undefined || !isMap(shape)) return undefined;
  const codes = inputs.slice(0, shape[2]).map(({ width }) => width);
  const positions = shape[0] * shape[1];
  if (comesInWords(codes, positions, beat)) return undefined;
  let each = Math.max(1, Math.floor(beat / sumOf(codes)));
  while (positions % each > 0) each -= 1;
  return each * codes.length;
}

/** @param together so many fields begin with a beat */
function pack(unplaced: readonly Unplaced[], beat: BeatWidth, together?: number): StreamPort {
  let end = 0;
  const fields = unplaced.map((field, at) => {
    const isFirst = together !== undefined && at % together === 0;
    const lsb = beat === 'all' ? end : placeOf(isFirst ? beat : field.width, end, beat);
    end = lsb + field.width;
    return { ...field, lsb };
  });
  if (beat === 'all') return { width: Math.ceil(end / 8) * 8, beats: 1, fields };
  return { width: beat, beats: Math.ceil(end / beat), fields };
}

/** Behind `end`, in the beat that is begun if there is room for the whole field, otherwise at the start of the next. */
function placeOf(width: number, end: number, beat: number): number {
  const room = (beat - (end % beat)) % beat;
  return width <= room ? end : end + room;
}
