import type { ChipFamily } from '../../targets/families.js';
import { benchName } from '../bench/index.js';
import type { Manifest } from '../manifest.js';
import { renderTemplate } from '../template.js';
import { madeBy } from '../verilog.js';
import type { BoardProject } from './board-project.js';
import { plainVersion, vendorFiles } from './vendor.js';
import { vhdlFile } from './vhdl.js';

/** What Yosys maps a design to that is for no board; Edalize's name of it. */
const ELSE = { title: 'AMD 7 series', yosys: 'synth_xilinx -family xc7', arch: 'xilinx' };
const ARCH: Readonly<Record<ChipFamily['flow'], string>> = {
  vivado: 'xilinx',
  quartus: 'intel',
  icestorm: 'ice40',
  trellis: 'ecp5',
};
const NO_BOARD = `@echo 'this design is for no board: espalier emit network.json --board NAME' >&2; exit 1`;

/** A Makefile, a FuseSoC core, VHDL, and scripts that package the design for vendors' tools. */
export function projectFiles(manifest: Manifest, board?: BoardProject): Map<string, string> {
  const { top } = manifest;
  return new Map([
    ['Makefile', makefile(manifest, board)],
    [`${top}.core`, coreFile(manifest, board)],
    vhdlFile(manifest),
    ...vendorFiles(manifest),
  ]);
}

const lines = (files: readonly string[]): string[] =>
  files.map((file, at) => (at === files.length - 1 ? file : `${file} \\`));

function makefile(manifest: Manifest, board?: BoardProject): string {
  const { top, sources, generator } = manifest;
  const { title, yosys } = board?.family ?? ELSE;
  return renderTemplate('project/Makefile', {
    what:
      board === undefined
        ? `The design ${top}.`
        : `The design ${top}, and ${board.top} on the ${board.title}.`,
    top,
    bench: benchName(manifest),
    madeBy: madeBy(generator),
    family: title,
    synthesis: yosys,
    sources: lines(sources.map(({ file }) => file)),
    boardSources: board === undefined ? [] : [{ lines: lines(board.sources) }],
    bitstreamText: board === undefined ? '(for a board alone)' : `the bitstream for the ${board.title}`,
    programText: board === undefined ? '(for a board alone)' : 'into the board',
    bitstreamNeeds: board === undefined ? [] : ['$(BUILD)'],
    bitstream: board?.bitstream ?? [NO_BOARD],
    program: board?.program ?? [NO_BOARD],
  });
}

function coreFile(manifest: Manifest, board?: BoardProject): string {
  const { top, sources, roms, generator } = manifest;
  const macros = board?.core?.macros ?? [];
  return renderTemplate('project/design.core', {
    top,
    bench: benchName(manifest),
    madeBy: madeBy(generator),
    version: `${plainVersion(generator)}.0`,
    sources: sources.map(({ file }) => file),
    roms: roms.map(({ file }) => imageView(file)),
    vectors: [`${top}_samples.mem`, `${top}_results.mem`],
    arch: board === undefined ? ELSE.arch : ARCH[board.family.flow],
    boards:
      board?.core === undefined
        ? []
        : [{ ...board, ...board.core, macros: macros.join(', '), roms: board.roms.map(imageView) }],
    macros,
  });
}

/** Tools find an image by its bare name, where they run. */
const imageView = (file: string) => ({ file, name: file.replace(/^.*\//, '') });
