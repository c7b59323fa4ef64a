import type { z } from 'zod';
import type { AffineNetwork, NamedValue } from '../network/affine.js';
import type { QuantizedNetwork } from '../network/types.js';
import type {
  Field,
  LayerTrace,
  ResourceEstimate,
  SampleBus,
  StreamPort,
  SynthesisHints,
  Timing,
} from './manifest.js';
import type { NameSpace } from './names.js';
import type { RomImage } from './rom.js';

/**
 * A micro-architecture: how a network becomes Verilog. Each one is an object in the list of `architectures.ts`;
 * what all designs share (the stream's fields, folder, ROM files, manifest) is done once in `design.ts`.
 */
export interface Architecture<Options = unknown> {
  /** As `hardware.architecture` names it. */
  readonly name: string;
  /** Shape of the other members of `hardware`: strict, and every member has a default. */
  readonly options: z.ZodObject & z.ZodType<Options>;
  /** @throws hardware/* when the network cannot be built so */
  build(network: AffineNetwork, options: Options, context: BuildContext): Design;
}

/** What a design is told of the folder it goes into. */
export interface BuildContext {
  /** Name of the top module, legal and free; modules of the design are `<top>_<something>`. */
  readonly top: string;
  /** The names of modules: every new one is claimed here, so that none clashes with another or a keyword. */
  readonly modules: NameSpace;
  /** The network itself, with the layers of which nothing is left to compute. */
  readonly network: QuantizedNetwork;
  /** Names of all its layers. */
  readonly layers: readonly string[];
  readonly stream: { readonly input: StreamPort; readonly output: StreamPort };
  /** For the header of every file. */
  readonly generator: { readonly version: string; readonly command: string };
}

/**
 * A design as text. The top module has the ports aclk, aresetn, s_axis_tdata/tvalid/tready/tlast,
 * m_axis_tdata/tvalid/tready/tlast and frame_error, the data as `BuildContext.stream` lays them out.
 */
export interface Design {
  /** The generated files, in an order that compiles. */
  readonly sources: readonly Source[];
  /** The modules of `rtl/` that it instantiates, directly or not, such as `espalier_rom`; in an order that compiles. */
  readonly primitives: readonly string[];
  readonly roms: readonly RomImage[];
  readonly samples?: SampleBus;
  readonly timing: Timing;
  readonly traces: readonly LayerTrace[];
  readonly estimate?: ResourceEstimate;
  readonly synthesis?: SynthesisHints;
}

/** What a layer's bus says of a unit that the layer only hands on. */
export const handedOn = (layer: string, value: NamedValue): Pick<Field, 'handedOn'> =>
  value.layer === layer ? {} : { handedOn: value };

export interface Source {
  /** File name without folder, such as `wdbc_hidden.v`. */
  readonly file: string;
  readonly text: string;
}
