import type { Manifest } from '../manifest.js';
import { NameSpace } from '../names.js';
import { problems } from '../problems.js';
import type { BoardProject } from '../project/board-project.js';
import { printMem, romFile, romRecord } from '../rom.js';
import type { BoardBuild, BoardChoice, BoardDesign } from './build.js';
import { checkFit } from './fit.js';
import { flowOf } from './flows/index.js';
import { megahertz } from './megahertz.js';
import type { StoredSamples } from './stored.js';

/** A design on a board: what stands round the design, and the files of the tools that build it. */
export interface OnBoard {
  /** What the manifest says of it. */
  readonly facts: NonNullable<Manifest['board']>;
  readonly build: BoardBuild;
  readonly design: BoardDesign;
  /** Path inside the design's folder → text. */
  readonly files: ReadonlyMap<string, string>;
  readonly project: BoardProject;
  readonly notes: BoardNotes;
}

/** What the design's read-me says of its board. */
export interface BoardNotes {
  readonly title: string;
  readonly top: string;
  readonly clock: string;
  /** How a host reaches the design. */
  readonly link: readonly string[];
  /** What is entered in the design's folder, from the bitstream to the host. */
  readonly steps: readonly string[];
}

const FOLDER = 'board';

/**
 * Puts an emitted design on a board. The same manifest and choice give the same bytes.
 *
 * @param stored samples for a board that has no host
 * @throws emit/board-*
 */
export function putOnBoard(
  manifest: Manifest,
  choice: BoardChoice,
  stored: () => StoredSamples = noSamples,
): OnBoard {
  const { board, link, hertz, baud } = choice;
  checkBeats(manifest, choice);
  const build: BoardBuild = { ...choice, manifest, top: topName(manifest, board.name), stored };
  checkFit(build);
  const design = link.build(build);
  const { roms = [] } = design;
  const flow = flowOf(choice.family);
  const files = new Map([
    ...[...design.sources].map(([module, text]) => [`${FOLDER}/rtl/${module}.v`, text] as const),
    ...[...flow.files(build, design)].map(([file, text]) => [`${FOLDER}/${file}`, text] as const),
    ...roms.map((rom) => [romFile(rom), printMem(rom)] as const),
  ]);
  const facts = {
    ...{ name: board.name, link: link.name, top: build.top, hertz, baud },
    ...(roms.length === 0 ? {} : { roms: roms.map(romRecord) }),
  };
  const project: BoardProject = {
    ...flow.project(build, design),
    name: board.name,
    title: board.title,
    family: choice.family,
    top: build.top,
    sources: [...design.sources.keys()].map((module) => `${FOLDER}/rtl/${module}.v`),
    roms: roms.map(romFile),
  };
  const notes: BoardNotes = {
    ...{ title: board.title, top: build.top, clock: megahertz(hertz) },
    link: link.describe(build),
    steps: [
      ...(project.bitstream.some(isStep) ? ['make bitstream'] : []),
      ...(project.program.some(isStep) ? ['make program'] : []),
      ...link.host,
    ],
  };
  return { facts, build, design, files, project, notes };
}

/** A recipe that has nothing to run says so by `@echo`. */
const isStep = (line: string): boolean => !line.startsWith('@');

const noSamples = (): never => {
  throw new Error('a board without a host, and no samples for it');
};

/** `NAME_BOARD`, or a name that is free. */
function topName({ top, sources }: Manifest, board: string): string {
  const modules = sources.map(({ file }) => file.replace(/^.*\/|\.v$/g, ''));
  return new NameSpace(modules).claim(`${top}_${board.replaceAll('-', '_')}`);
}

function checkBeats({ stream: { input, output } }: Manifest, { link }: BoardChoice): void {
  if (input.width === output.width && link.beats.some((beat) => beat === input.width)) return;
  const widths = input.width === output.width ? `${input.width}` : `${input.width} in, ${output.width} out`;
  throw problems.boardBeat(link.name, `beats of ${widths} bits`, link.beats);
}
