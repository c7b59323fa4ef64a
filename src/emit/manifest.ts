import type { Problem } from '../core/errors.js';

/**
 * `manifest.json` lies beside the emitted files and states every fact of the design that the harness, the boards,
 * the prover and the report need: nobody reads them out of the Verilog again. Paths are relative to its folder.
 */
export interface Manifest {
  readonly schema: 'espalier/manifest';
  readonly version: 1;
  readonly name: string;
  /** The top module. */
  readonly top: string;
  readonly architecture: string;
  readonly generator: { readonly version: string; readonly command: string };
  /** SHA-256 of `network.json` as emitted beside this file. */
  readonly network: { readonly file: string; readonly sha256: string };
  /** Every Verilog file, in an order that compiles. */
  readonly sources: readonly FileRecord[];
  readonly roms: readonly RomRecord[];
  readonly stream: { readonly input: StreamPort; readonly output: StreamPort };
  readonly timing: Timing;
  /** Buses inside the design that carry each layer's activations, for `--trace-layers`. */
  readonly traces: readonly LayerTrace[];
  /** What was folded away, for the report and for traces: the network's unit numbers. */
  readonly folded: readonly FoldedLayer[];
  readonly unreadInputs: readonly number[];
  readonly warnings: readonly Problem[];
  /** What the cost model expects of a synthesis; absent where the micro-architecture has no model. */
  readonly estimate?: ResourceEstimate;
  /** What a synthesis must know beside the sources. */
  readonly synthesis?: SynthesisHints;
}

export interface SynthesisHints {
  /** Parameters of the top module to be set for a chip family, such as { xc7: { XILINX: 1 } }. */
  readonly parameters: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Modules so small and so many that they are counted with those that instantiate them. */
  readonly inlined: readonly string[];
}

export interface ResourceEstimate {
  /** The family that the model speaks of, as `espalier synth` names it. */
  readonly target: string;
  /** For logic. */
  readonly luts: number;
  /** LUTs used as shift registers, beside those. */
  readonly lutRams: number;
  readonly flipFlops: number;
  readonly blockRams: number;
}

export interface FileRecord {
  readonly file: string;
  readonly sha256: string;
}

/** One ROM image; the same contents as `.mem`, `.coe` and `.mif`. */
export interface RomRecord extends FileRecord {
  readonly layer: string;
  /** What its words are, such as `weights of lane 0`. */
  readonly purpose: string;
  readonly width: number;
  readonly depth: number;
}

/** An AXI4-Stream port: one beat is one sample; `width` is a multiple of 8. */
export interface StreamPort {
  readonly width: number;
  readonly fields: readonly Field[];
}

/** Bits [lsb + width − 1 : lsb] of a bus. */
export interface Field {
  readonly kind: 'input' | 'value' | 'class' | 'probability';
  /** The network's number of the input or output unit; 0 for class and probability. */
  readonly unit: number;
  readonly name?: string;
  readonly lsb: number;
  readonly width: number;
  readonly signed: boolean;
  /** Such as `fixed<8,1>`; the field may be wider than its codes need, never narrower. */
  readonly format: string;
}

/** In clock cycles, both streams always ready. The harness measures them and they must be equal. */
export interface Timing {
  /** From one input handshake to the next, in the steady state. */
  readonly interval: number;
  /** From the edge of an input handshake to the edge of its output handshake, the pipeline empty before. */
  readonly latency: number;
  readonly layers: readonly LayerTiming[];
}

export interface LayerTiming {
  readonly layer: string;
  readonly interval: number;
  readonly latency: number;
  /** Products, and those with the zero weights too. */
  readonly terms: number;
  readonly denseTerms: number;
  /** The next three are absent where every product has hardware of its own. */
  readonly lanes?: number;
  /** The interval of an engine that walks the zeros too, with as many lanes: for comparison. */
  readonly denseInterval?: number;
  /** Of each lane the units it computes, in order, and the cycles each takes. */
  readonly schedule?: readonly (readonly LaneUnit[])[];
}

/** A layer whose lanes work off its products one after the other. */
export type LaneTiming = Required<LayerTiming>;

export interface LaneUnit {
  /** Its number in the network's layer. */
  readonly unit: number;
  readonly cycles: number;
}

/** The bus `signal` in instance `path` (below the top module) holds the layer's codes while `valid` is 1. */
export interface LayerTrace {
  readonly layer: string;
  readonly path: readonly string[];
  /** Module that the innermost instance of `path` is of. */
  readonly module: string;
  readonly signal: string;
  /** A one-bit signal of the same instance: 1 in exactly one cycle per sample, or until the next stage takes it. */
  readonly valid: string;
  /** A one-bit signal of the same instance: the sample leaves in the cycle in which `valid` and this are 1. */
  readonly ready: string;
  readonly width: number;
  readonly fields: readonly Field[];
}

export interface FoldedLayer {
  readonly layer: string;
  readonly constants: readonly { readonly unit: number; readonly code: number }[];
  readonly unread: readonly number[];
}
