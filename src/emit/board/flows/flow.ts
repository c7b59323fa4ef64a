import type { ChipFamily } from '../../../targets/families.js';
import type { ToolProject } from '../../project/board-project.js';
import type { BoardBuild, BoardDesign } from '../build.js';

/** The tools that make a bitstream for a family. Each one is a file here, and a line in `index.ts`. */
export interface BoardFlow {
  readonly name: ChipFamily['flow'];
  /** Constraints, projects and scripts, path inside `board/` → text. */
  files(build: BoardBuild, design: BoardDesign): Map<string, string>;
  /** How they are called. */
  project(build: BoardBuild, design: BoardDesign): ToolProject;
}
