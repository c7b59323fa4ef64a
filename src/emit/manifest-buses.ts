import { z } from 'zod';
import {
  count,
  cycles,
  format,
  identifier,
  list,
  MAX_BITS,
  MAX_DEPTH,
  MAX_SAMPLE_BITS,
  members,
  name,
  unit,
  words,
} from './manifest-members.js';

const STEPS = z.tuple([count, count]).readonly();
const PAIR = z.tuple([cycles, cycles]).readonly();

/**
 * Where cells of a map are repeated: down and across, from cell 0 to cell k there are floor((begins + k × strides) / times)
 * steps.
 */
const REPEATS = members({ begins: STEPS, strides: PAIR, times: PAIR });

const FIELD_RUN = members({
  kind: z.enum(['input', 'value', 'class', 'probability']),
  /**
   * The network's number of the input or output unit; 0 for class and probability. On a layer's bus the layer's unit, or
   * a number behind those for what the layer only hands on.
   */
  unit,
  /** Which unit of which earlier layer (or of `input`) it is, where the layer only hands it on. */
  handedOn: members({ layer: name, unit }).exactOptional(),
  name: words.exactOptional(),
  /** On a map's bus, where the unit is that of the first beat: units from one beat to the next, down and across. */
  steps: STEPS.exactOptional(),
  repeats: REPEATS.exactOptional(),
  lsb: z.int().min(0).max(MAX_SAMPLE_BITS),
  width: z.int().min(1).max(64),
  signed: z.boolean(),
  /** Such as `fixed<8,1>`; the field may be wider than its codes need, never narrower. */
  format,
  /** In the text: so many fields side by side, each of the next unit. */
  count: cycles.exactOptional(),
  /** So many times those, the units counted on. */
  groups: cycles.exactOptional(),
  /** Bits from one group to the next. */
  pitch: z.int().min(1).max(MAX_SAMPLE_BITS).exactOptional(),
}).refine(({ groups, pitch }) => (groups === undefined) === (pitch === undefined), {
  path: ['pitch'],
  message: 'a pitch where there are groups, and only there',
});
/** Fields of a bus that differ in unit and place alone, as the manifest's text has them. */
export type FieldRun = z.output<typeof FIELD_RUN>;
/** Bits [lsb + width − 1 : lsb] of a bus. Of codes that a map's layer hands on, `unit` is that of their own layer. */
export type Field = Omit<FieldRun, 'count' | 'groups' | 'pitch'>;

/** With every field of a bus on its own. */
export type Spread<T> = T extends FieldRun
  ? Field
  : T extends object
    ? { readonly [Member in keyof T]: Spread<T[Member]> }
    : T;

const hasFields = ({ width, fields }: { width: number; fields: readonly FieldRun[] }) =>
  fields.every(
    ({ lsb, width: one, count = 1, groups = 1, pitch = 0 }) =>
      lsb + (groups - 1) * pitch + count * one <= width,
  );
const FIELDS_INSIDE = { path: ['fields'], message: 'fields inside the bus' };

export const STREAM_PORT = members({
  /** Bits of a beat. */
  width: z.int().min(8).max(MAX_BITS).multipleOf(8, 'a multiple of 8'),
  /** Of a sample. */
  beats: z.int().min(1).max(MAX_SAMPLE_BITS),
  /** Their places are those in the sample: beat k holds its bits [k × width, (k + 1) × width). */
  fields: list(FIELD_RUN),
})
  .refine(({ width, beats }) => width * beats <= MAX_SAMPLE_BITS, {
    path: ['beats'],
    message: `a sample of at most ${MAX_SAMPLE_BITS} bits`,
  })
  .refine(({ width, beats, fields }) => hasFields({ width: width * beats, fields }), FIELDS_INSIDE);
/** An AXI4-Stream port; TLAST is 1 with the last beat of each sample. */
export type StreamPort = Spread<z.output<typeof STREAM_PORT>>;

export const SAMPLE_BUS = members({ signal: identifier, valid: identifier, ready: identifier });
/** A bus of the top module with its handshake: bit k is bit k of the input's sample. */
export type SampleBus = z.output<typeof SAMPLE_BUS>;

/** Rows and columns with which bands of positions begin, and the zone where each band of rows crosses one of columns; -1: none. */
const ZONES = members({
  begins: z.tuple([list(count), list(count)]).readonly(),
  numbers: list(list(z.int().min(-1).max(MAX_DEPTH))),
  count,
}).refine(
  ({ begins: [down, across], numbers }) =>
    [down, across].every(([first]) => first === 0) &&
    numbers.length === down.length &&
    numbers.every((band) => band.length === across.length),
  'bands that begin with 0, and a number where each crosses another',
);

const TAP = members({
  /** Which of the window's taps, row after row. */
  tap: count,
  /** The code that the first cell of the map has there, and units from one cell to the next, down and across. */
  value: members({ layer: name, unit }),
  steps: STEPS,
  repeats: REPEATS.exactOptional(),
  /** Only at positions of this zone. */
  zone: count.exactOptional(),
  lsb: z.int().min(0).max(MAX_SAMPLE_BITS),
  width: z.int().min(1).max(64),
  signed: z.boolean(),
  /** Its code where the tap lies in the padding, or the position in another zone. */
  outside: z.int(),
});

const WINDOW_BUS = members({
  path: list(identifier),
  signal: identifier,
  valid: identifier,
  ready: identifier,
  width: z.int().min(1).max(MAX_BITS),
  /** Rows and columns of cells that it is moved over. */
  shape: PAIR,
  size: PAIR,
  strides: PAIR,
  dilation: PAIR,
  /** Above, below, left and right; cells that it leaves out where it is negative. */
  padding: z.tuple([z.int(), z.int(), z.int(), z.int()]).readonly(),
  /** Of positions. */
  zones: ZONES.exactOptional(),
  fields: list(TAP),
});
/** The bus on which the codes under a window are handed to what works on a position, one position after the other. */
export type WindowBus = z.output<typeof WINDOW_BUS>;

const MAP_BUS = members({
  path: list(identifier),
  signal: identifier,
  valid: identifier,
  ready: identifier,
  width: z.int().min(1).max(MAX_BITS),
  fields: list(FIELD_RUN),
});
/** The bus on which a map that came position by position is handed on whole. */
export type MapBus = Spread<z.output<typeof MAP_BUS>>;

const QUEUE_BUS = members({
  path: list(identifier),
  signal: identifier,
  valid: identifier,
  ready: identifier,
});

export const LAYER_TRACE = members({
  layer: name,
  path: list(identifier),
  /** Module that the innermost instance of `path` is of. */
  module: identifier,
  signal: identifier,
  /** A one-bit signal of the same instance: 1 in exactly one cycle per sample, or until the next stage takes it. */
  valid: identifier,
  /** A one-bit signal of the same instance: the sample leaves in the cycle in which `valid` and this are 1. */
  ready: identifier,
  /** Bits of a beat. */
  width: z.int().min(1).max(MAX_BITS),
  /** Of a sample, where it is more than one: beat k holds its bits [k × width, (k + 1) × width). */
  beats: z.int().min(2).max(MAX_SAMPLE_BITS).exactOptional(),
  /** Beats of a row, where a beat is a position of a map: the fields are then those of one, at all positions the same. */
  columns: z.int().min(1).max(MAX_SAMPLE_BITS).exactOptional(),
  fields: list(FIELD_RUN),
  /** Of a layer that is one circuit, or has one set of lanes, for all positions of a map: what it reads. */
  window: WINDOW_BUS.exactOptional(),
  /** Where beats of the layer before leave a FIFO for it. */
  queue: QUEUE_BUS.exactOptional(),
  /** Where the layer's codes are gathered from beats; it carries those that somebody reads. */
  whole: MAP_BUS.exactOptional(),
}).refine(
  ({ width, beats = 1, columns, fields }) =>
    hasFields({ width: columns === undefined ? width * beats : width, fields }),
  FIELDS_INSIDE,
);
/** The bus `signal` in instance `path` (below the top module) holds the layer's codes while `valid` is 1. */
export type LayerTrace = Spread<z.output<typeof LAYER_TRACE>>;

export const OPERAND_PAGES = members({
  /** The layer that reads them, or whose codes are kept for the output stream. */
  layer: name,
  /** Instance that keeps account of them. */
  path: list(identifier),
  /** A signal of it with a bit for each page: whether a sample is in it, from the cycle on in which its last word comes. */
  full: identifier,
  /** A one-bit signal of it: the page of the oldest sample is free from the next cycle on. */
  release: identifier,
  /** Samples take turns; the first one after a reset has page 0. */
  pages: z.int().min(1).max(2),
  /** The memories, all with the same words: instances, then the memory's own name. */
  memories: list(list(identifier)).refine((paths) => paths.length > 0, 'at least one memory'),
  /** Bits of a word, words of a sample, and words from one page to the next. */
  width: z.int().min(1).max(MAX_BITS),
  words: z.int().min(1).max(MAX_DEPTH),
  stride: z.int().min(1).max(MAX_DEPTH),
  /**
   * Bit k of word w is bit w × width + k of a sample. Of a layer over maps, to which a position is a sample, units are the
   * numbers of the fields of its window's bus.
   */
  fields: list(FIELD_RUN),
})
  .refine(({ words, stride }) => words <= stride, { path: ['words'], message: 'words within a page' })
  .refine(({ width, words }) => width * words <= MAX_SAMPLE_BITS, {
    path: ['words'],
    message: `a sample of at most ${MAX_SAMPLE_BITS} bits`,
  })
  .refine(({ width, words, fields }) => hasFields({ width: width * words, fields }), FIELDS_INSIDE);
/** An operand memory: each page holds a sample's codes while `full` says so, and until `release`, that cycle included. */
export type OperandPages = Spread<z.output<typeof OPERAND_PAGES>>;
