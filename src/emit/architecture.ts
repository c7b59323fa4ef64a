import type { z } from 'zod';
import { present } from '../core/objects.js';
import type { Interval } from '../fixed/interval.js';
import type { CellStream } from '../hardware/cell-stream.js';
import type { DeviceCost, Multipliers } from '../hardware/device-cost.js';
import type { Part } from '../hardware/part.js';
import type { ResultBeats } from '../hardware/serial/operand-memory.js';
import type { Slots } from '../hardware/slots.js';
import type { LoweredNetwork } from '../lower/types.js';
import type { NamedValue } from '../network/affine.js';
import type { QuantizedNetwork } from '../network/types.js';
import type { Fifo, LayerTiming, Manifest, MapFrames, SynthesisHints } from './manifest.js';
import type { Field, LayerTrace, OperandPages, StreamPort } from './manifest-buses.js';
import type { NameSpace } from './names.js';
import type { RomImage } from './rom.js';

/** What `hardware.architecture` may name: an engine for all layers, or a way to choose one for each. */
export interface Approach<Options = unknown> {
  readonly name: string;
  /** Shape of the other members of `hardware`: strict, and every member has a default. */
  readonly options: z.ZodObject & z.ZodType<Options>;
  /** Options of which each takes the other's place. */
  readonly alternatives: readonly (readonly [string, string])[];
}

/**
 * A micro-architecture: how layers become a chain of modules. Each one is an object in the list of `architectures.ts`.
 * Planning gives every fact of the modules and no text; printing gives their text and no new fact. What all designs share
 * (streams, head, top module, ROM files, manifest) is done once, by `plan.ts` and `design.ts`.
 */
export interface Architecture<Options = unknown> extends Approach<Options> {
  /** @throws hardware/* when the layers cannot be built so */
  plan(part: Part, options: Options, context: PartContext): ChainPlan;
  /** Ways to build a layer, or neighbours over maps, to choose from; what does not hang on the interval is done once. */
  offers(part: Part, multipliers: Multipliers | 'auto', context: PartContext): Offers;
}

/**
 * @param interval cycles from one sample to the next, at most
 * @param mostLuts what takes more by a first estimate is not looked at
 */
export type Offers = (interval: number, mostLuts: number) => readonly Offer[];

/** A way to build layers, and what it comes to. */
export interface Offer {
  /** Of the engine, complete. */
  readonly options: unknown;
  readonly cost: DeviceCost;
  readonly interval: number;
  /** For people, such as `on 3 lanes`. */
  readonly form: string;
  readonly ends: Ends;
}

/** What hangs on a chain at its two ends: where its stages do not take beats and give results themselves, others do. */
export interface Ends extends Pick<StagePlan, 'y' | 'givesResults'> {
  readonly takesBeats: boolean;
}

export function endsOf(stages: readonly StagePlan[]): Ends {
  const { y, givesResults } = stages[stages.length - 1];
  return { takesBeats: stages[0].takesBeats === true, y, ...present({ givesResults }) };
}

/** What is known of a design before its layers are planned. */
export interface PlanContext {
  /** Name of the top module, legal and free; modules of the design are `<top>_<something>`. */
  readonly top: string;
  /** The names of modules: every new one is claimed here, so that none clashes with another or a keyword. */
  readonly modules: NameSpace;
  /** The network itself, with the layers of which nothing is left to compute. */
  readonly network: QuantizedNetwork;
  readonly lowered: LoweredNetwork;
  readonly stream: { readonly input: StreamPort; readonly output: StreamPort };
  /** How the last layer's results can leave one by one; absent where they leave as a whole. */
  readonly results?: ResultBeats;
}

/** The same for the layers at hand. */
export interface PartContext extends PlanContext {
  /** Where the configuration says an option of theirs, such as `hardware.lanes`. */
  readonly placeOf: (option: string) => string;
}

/** For the header of every file: Espalier's version and the command that made the design. */
export type Generator = Manifest['generator'];

/** Layers as modules that stand one behind the other in the top module. */
export interface ChainPlan {
  /** For the header of the top module, such as `serial sparse inference`. */
  readonly what: string;
  /** At least one. */
  readonly stages: readonly StagePlan[];
  /** The modules of `rtl/` that the stages instantiate, beside their own; in an order that compiles. */
  readonly primitives: readonly string[];
  /** What its layers take of a 7-series device, about; absent where there is no model of it. */
  readonly cost?: DeviceCost;
  /** Adders, at most, from one register to the next, or what takes as long; absent where nobody has counted. */
  readonly adderLevels?: number;
  readonly synthesis?: SynthesisHints;
  /** What the last stage hands on, by slot. */
  readonly given: readonly Interval[];
}

/**
 * A module with the ports aclk, aresetn, then the streams x (in) and y (out), each with valid and ready. What the bus of
 * one has at a time the bus of the next one has: all codes of a sample, or one.
 */
export interface StagePlan {
  /** Of the layer that it ends with; names its instance. */
  readonly name: string;
  readonly module: string;
  /** Parameters that the top module has too and hands down; 0 unless set. */
  readonly parameters: readonly string[];
  /** What is on its input bus at a time; beats of the input stream, which are `count` codes, where it takes them itself. */
  readonly x: Slots;
  readonly y: Slots;
  /** Of a first stage the network's inputs in the slots of x, where these are others than those that are read. */
  readonly inputs?: readonly number[];
  /** The first one of a chain that takes beats has the ports x_last_i and x_error_o too, and drops what is too short or long. */
  readonly takesBeats?: true;
  /** The modules of `rtl/` that it instantiates itself, beside those of its engine. */
  readonly primitives?: readonly string[];
  /** Of a group of maps: what it is when its cells leave in so many words each, in place of whole maps. */
  readonly givesCells?: { readonly stream: CellStream; readonly plan: (words: number) => StagePlan };
  /** The words in which it takes each cell of the group of maps before it. */
  readonly takesCells?: number;
  /** It has the ports mark_valid_o, mark_ready_i and mark_spoilt_o too, and the stage behind it the same the other way round. */
  readonly givesMarks?: true;
  /** The last one of a chain may give the network's outputs one by one, in their order, each in the only slot of y. */
  readonly givesResults?: ResultBeats;
  /** What it takes of a 7-series device beside its layers: windows, FIFOs, words at both ends. */
  readonly beside?: DeviceCost;
  /** Of the layers in it, in order. */
  readonly timings: readonly LayerTiming[];
  readonly roms: readonly RomImage[];
  /** What goes round its layers waits in them. */
  readonly fifos: readonly Fifo[];
  /** @param instance its name in the top module */
  readonly traces: (instance: string) => LayerTrace[];
  /** @param instance its name in the top module */
  readonly frames?: (instance: string) => MapFrames;
  /** @param instance its name in the top module */
  readonly operands?: (instance: string) => OperandPages[];
  /** @param instance its name in the top module */
  readonly kept?: (instance: string) => OperandPages;
  /** Its text, behind that of the modules that it instantiates. */
  readonly print: (generator: Generator) => Source[];
}

/** What stages take beside their layers. */
export const costsBeside = (stages: readonly StagePlan[]): DeviceCost[] =>
  stages.flatMap(({ beside }) => beside ?? []);

/** What a layer's bus says of a unit that the layer only hands on. */
export const handedOn = (layer: string, value: NamedValue): Pick<Field, 'handedOn'> =>
  value.layer === layer ? {} : { handedOn: value };

export interface Source {
  /** File name without folder, such as `wdbc_hidden.v`. */
  readonly file: string;
  readonly text: string;
}
