import { z } from 'zod';
import type { Problem } from '../core/errors.js';
import { parseSumFormat } from '../fixed/format.js';
import { isIdentifier } from './names.js';

/**
 * A manifest may come from anybody, and what it says goes into scripts, paths and loops: each member says here what it
 * may be. A new member is one line; optional, where manifests that were written before it shall stay readable.
 */

const NAMES = 'letters, digits and underscores, beginning with a letter, at most 100';
/** Of a network, a design, a layer. */
const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,99}$/, NAMES);
/** Of a module, an instance, a signal. */
const identifier = z
  .string()
  .refine(
    (text) => text.length <= 200 && isIdentifier(text),
    'a Verilog identifier of at most 200 characters',
  );
/** Text that nobody but people reads. */
const words = z.string().max(10_000);
const file = z
  .string()
  .max(250)
  .regex(
    /^\w[\w.-]*(\/\w[\w.-]*)*$/,
    'a path below the folder, of letters, digits, dots, dashes and underscores',
  );
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits');
const format = z
  .string()
  .max(40)
  .refine((text) => parseSumFormat(text) !== undefined, 'a format such as fixed<8,1>');

/** Bits of a bus: more than any simulator takes. */
export const MAX_BITS = 2 ** 20;
/** Bits of a sample in all its beats: a picture of 800 x 800 pixels in colour. */
export const MAX_SAMPLE_BITS = 2 ** 24;
/** Cycles, products, units: more than any design comes to that could be simulated. */
const MAX_COUNT = 2 ** 31;
const MAX_DEPTH = 2 ** 24;

const count = z.int().min(0).max(MAX_COUNT);
const cycles = z.int().min(1).max(MAX_COUNT);
const unit = z
  .int()
  .min(0)
  .max(2 ** 22);

const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();
const members = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape).readonly();

const FILE_RECORD = members({ file, sha256 });
export type FileRecord = z.output<typeof FILE_RECORD>;

const ROM_RECORD = members({
  file,
  sha256,
  /** Such as `hidden`, or `head`. */
  layer: name,
  /** What its words are, such as `weights of lane 0`. */
  purpose: words,
  width: z.int().min(1).max(MAX_BITS),
  depth: z.int().min(1).max(MAX_DEPTH),
});
/** One ROM image; the same contents as `.mem`, `.coe` and `.mif`. */
export type RomRecord = z.output<typeof ROM_RECORD>;

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
type Spread<T> = T extends FieldRun
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

const STREAM_PORT = members({
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

const LAYER_ENGINE = members({
  layer: name,
  engine: name,
  /** Why it was chosen, where the design's balance decided. */
  why: words.exactOptional(),
});
export type LayerEngine = z.output<typeof LAYER_ENGINE>;

const FIFO = members({
  /** The layer that its codes go round, or before which cells of a map wait. */
  layer: name,
  width: z.int().min(1).max(MAX_BITS),
  /** Samples that can be inside the layer at once: with one place less some of them would be lost. Or cells: with one less a map would take longer. */
  depth: z.int().min(1).max(MAX_DEPTH),
});
/** Where codes wait that a branch of the network carries round a layer, or that come in bursts. */
export type Fifo = z.output<typeof FIFO>;

const SAMPLE_BUS = members({ signal: identifier, valid: identifier, ready: identifier });
/** A bus of the top module with its handshake: bit k is bit k of the input's sample. */
export type SampleBus = z.output<typeof SAMPLE_BUS>;

const MAP_FRAMES = members({
  path: list(identifier),
  /** Of the input stream, with as many for each sample that begins, however many came. */
  beats: SAMPLE_BUS,
  /** A bit for each sample: whether it was of another length. */
  mark: SAMPLE_BUS,
  /** The layer whose maps are dropped where they come of such a sample. */
  layer: name,
  /** Where the others go on whole; absent where their cells go into the operand memory behind, which takes the marks. */
  given: SAMPLE_BUS.exactOptional(),
});
/** A group through which a map goes on beat by beat, before it is known whether all of it comes. */
export type MapFrames = z.output<typeof MAP_FRAMES>;

const LANE_UNIT = members({
  /** Its number in the network's layer. */
  unit,
  cycles,
});
export type LaneUnit = z.output<typeof LANE_UNIT>;

const LAYER_TIMING = members({
  layer: name,
  interval: cycles,
  latency: count,
  /** Products, and those with the zero weights too. */
  terms: count,
  denseTerms: count,
  /** The next three are absent where every product has hardware of its own. */
  lanes: cycles.exactOptional(),
  /** The interval of an engine that walks the zeros too, with as many lanes: for comparison. */
  denseInterval: cycles.exactOptional(),
  /** Of each lane the units it computes, in order, and the cycles each takes. */
  schedule: list(list(LANE_UNIT)).exactOptional(),
});
export type LayerTiming = z.output<typeof LAYER_TIMING>;
/** A layer whose lanes work off its products one after the other. */
export type LaneTiming = Required<LayerTiming>;

const TIMING = members({
  /** From the first beat of a sample in to the first beat of the next, in the steady state. */
  interval: cycles,
  /** From the edge at which a sample's first beat is taken to the edge at which its result's last beat is, the pipeline empty before. */
  latency: cycles,
  layers: list(LAYER_TIMING),
});
/** In clock cycles, both streams always ready. The harness measures them and they must be equal. */
export type Timing = z.output<typeof TIMING>;

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

const LAYER_TRACE = members({
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

const OPERAND_PAGES = members({
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

const FOLDED_LAYER = members({
  layer: name,
  constants: list(members({ unit, code: z.int() })),
  unread: list(unit),
});
export type FoldedLayer = z.output<typeof FOLDED_LAYER>;

const RESOURCE_ESTIMATE = members({
  /** The family that the model speaks of, as `espalier synth` names it. */
  target: name,
  /** For logic. */
  luts: count,
  /** LUTs used as shift registers, beside those. */
  lutRams: count,
  flipFlops: count,
  blockRams: count,
  /** Multipliers in DSP blocks; absent where there are none. */
  dsps: count.exactOptional(),
  /** Adders, at most, from one register to the next, or what takes as long. */
  adderLevels: count.exactOptional(),
});
export type ResourceEstimate = z.output<typeof RESOURCE_ESTIMATE>;

const SYNTHESIS_HINTS = members({
  /** Parameters of the top module to be set for a chip family, such as { xc7: { XILINX: 1 } }. */
  parameters: z
    .record(
      name,
      z
        .record(
          identifier,
          z
            .int()
            .min(-(2 ** 31))
            .max(2 ** 31),
        )
        .readonly(),
    )
    .readonly(),
  /** Modules so small and so many that they are counted with those that instantiate them. */
  inlined: list(identifier),
});
export type SynthesisHints = z.output<typeof SYNTHESIS_HINTS>;

const PROBLEM = members({
  code: words,
  where: words,
  got: words,
  wanted: words,
  hint: words.exactOptional(),
}) satisfies z.ZodType<Problem>;

const BOARD = members({
  /** As `espalier boards` lists it. */
  name: words,
  link: words,
  /** The board's top module, in `board/rtl`. */
  top: identifier,
  /** Of the design's clock. */
  hertz: count,
  /** Of a serial line. */
  baud: count,
  /** Images of its own: samples that it has inside. */
  roms: list(ROM_RECORD).exactOptional(),
});

export const MANIFEST = members({
  schema: z.literal('espalier/manifest'),
  version: z.literal(2),
  name,
  /** The top module. */
  top: identifier,
  architecture: z
    .string()
    .regex(/^[A-Za-z][\w-]{0,99}$/, 'letters, digits, dashes and underscores, at most 100'),
  generator: members({ version: words, command: words }),
  /** SHA-256 of `network.json` as emitted beside this file. */
  network: FILE_RECORD,
  /** Every Verilog file, in an order that compiles. */
  sources: list(FILE_RECORD).refine((records) => records.length > 0, 'at least one file'),
  roms: list(ROM_RECORD),
  /** What lies beside those for people and other tools, and nothing here reads: file lists, other ROM images, read-me. */
  companions: list(FILE_RECORD).exactOptional(),
  stream: members({ input: STREAM_PORT, output: STREAM_PORT }),
  /** Where the input's samples pass whole; absent where beats go on as they come. */
  samples: SAMPLE_BUS.exactOptional(),
  /** Where beats of a map go on before all of them are there. */
  frames: MAP_FRAMES.exactOptional(),
  /** Memories that layers read their operands from. */
  operands: list(OPERAND_PAGES).exactOptional(),
  /** The memory that keeps maps of the last layer until all of each is there. */
  kept: OPERAND_PAGES.exactOptional(),
  timing: TIMING,
  /** What builds each layer, where it is not the same for all or was chosen. */
  engines: list(LAYER_ENGINE).exactOptional(),
  /** Where branches wait; absent where none does. What a circuit hands on stands in its registers. */
  fifos: list(FIFO).exactOptional(),
  /** Buses inside the design that carry each layer's activations, for `--trace-layers`. */
  traces: list(LAYER_TRACE),
  /** What was folded away, for the report and for traces: the network's unit numbers. */
  folded: list(FOLDED_LAYER),
  unreadInputs: list(unit),
  warnings: list(PROBLEM).exactOptional(),
  /** Files of the user's by name, and layer by layer what of them was kept, rounded, folded and dropped. */
  madeFrom: members({ files: list(members({ name: words, sha256 })), account: list(words) }).exactOptional(),
  /** What the cost model expects of a synthesis; absent where the micro-architecture has no model. */
  estimate: RESOURCE_ESTIMATE.exactOptional(),
  /** What a synthesis must know beside the sources. */
  synthesis: SYNTHESIS_HINTS.exactOptional(),
  /** Features go in as whole numbers: feature × 10^decimals; how far the quantizer's codes are from its own rounding, in steps. */
  inputs: members({ decimals: list(count), error: z.number().min(0).max(1) }).exactOptional(),
  /** The board that `board/` is for. */
  board: BOARD.exactOptional(),
});

/**
 * `manifest.json` lies beside the emitted files and states every fact of the design that the harness, the boards,
 * the prover and the report need: nobody reads them out of the Verilog again. Paths are relative to its folder.
 */
export type Manifest = Spread<ManifestText>;
/** What `manifest.json` says, its fields in runs. */
export type ManifestText = z.output<typeof MANIFEST>;

/** Every ROM image of a design, and of the board that it is for. */
export const romsOf = ({ roms, board }: Manifest): readonly RomRecord[] => [...roms, ...(board?.roms ?? [])];
