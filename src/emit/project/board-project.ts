import type { ChipFamily } from '../../targets/families.js';

/** What a board adds to a design's Makefile and to its core file. */
export interface BoardProject extends ToolProject {
  /** Of `espalier boards`. */
  readonly name: string;
  readonly title: string;
  readonly family: ChipFamily;
  /** Its top module, and its Verilog, path inside the design's folder. */
  readonly top: string;
  readonly sources: readonly string[];
  /** ROM images of its own. */
  readonly roms: readonly string[];
}

/** The part of it that the board's tools have. */
export interface ToolProject {
  /** Lines of the Makefile's recipes, run in the design's folder. */
  readonly bitstream: readonly string[];
  readonly program: readonly string[];
  /** A target of the core file; none where only a script of the tool's can build the board. */
  readonly core?: {
    /** What Edalize calls the tool, and lines of its options. */
    readonly tool: string;
    readonly options: readonly string[];
    /** Macros that the Verilog is read with. */
    readonly macros?: readonly string[];
    /** Edalize's types of them, path inside the design's folder. */
    readonly constraints: readonly { readonly file: string; readonly type: string }[];
  };
}
