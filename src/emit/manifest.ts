import { z } from 'zod';
import type { Problem } from '../core/errors.js';
import { LAYER_TRACE, OPERAND_PAGES, SAMPLE_BUS, type Spread, STREAM_PORT } from './manifest-buses.js';
import {
  count,
  cycles,
  file,
  identifier,
  list,
  MAX_BITS,
  MAX_DEPTH,
  members,
  name,
  sha256,
  unit,
  words,
} from './manifest-members.js';

/**
 * A manifest may come from anybody, and what it says goes into scripts, paths and loops: each member says here what it
 * may be. A new member is one line; optional, where manifests that were written before it shall stay readable.
 */

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
