import path from 'node:path';
import type { Command } from 'commander';
import { whole } from '../../core/number-text.js';
import type { BitstreamReport } from '../../synth/icestorm/bitstream.js';
import type { CliCommand } from '../command.js';
import { megahertz, wholeNumber } from '../option-parsers.js';
import { problems } from '../problems.js';
import { printTable } from '../table.js';

const DEFAULT_TIMEOUT_SECONDS = 1800;
const DEFAULT_SEEDS = 8;

/** A design → a bitstream, with the open tools. */
export const bitstream: CliCommand = {
  name: 'bitstream',
  summary: 'a bitstream for a board with an iCE40: Yosys, nextpnr-ice40, icepack',
  examples: [
    ['espalier bitstream build/mine', 'for the board that the design was emitted for'],
    [
      'espalier bitstream build/mine --board icebreaker --clock 48',
      'for another one; the design has beats of 8 bits',
    ],
  ],
  declare(command: Command) {
    command
      .argument('<design>', 'folder of a design')
      .option('--board <name>', 'the board (default: the one that the design was emitted for)')
      .option(
        '--clock <MHz>',
        "of the design (default: as emitted, or the oscillator's)",
        megahertz('--clock'),
      )
      .option(
        '--baud <rate>',
        'of the serial line (default: as emitted, or 115200)',
        wholeNumber('--baud', 1200, 12_000_000),
      )
      .option(
        '--seeds <n>',
        'placements to try until the clock is reached (default: 8)',
        wholeNumber('--seeds', 1, 1000),
      )
      .option(
        '--no-multipliers',
        "products in logic, where the chip's multipliers are wanted for something else",
      )
      .option(
        '--timeout <seconds>',
        `end a tool when it takes longer (default: ${DEFAULT_TIMEOUT_SECONDS})`,
        wholeNumber('--timeout', 1),
      )
      .option('--out <folder>', 'where the files go (default: build/bitstream/NAME)');
  },
  async run([folder], options, { onProgress }) {
    const { chooseBoard } = await import('../../emit/board/choice.js');
    const { putOnBoard } = await import('../../emit/board/index.js');
    const { readStored } = await import('../../emit/board/stored.js');
    const { readDesign } = await import('../../emit/read-design.js');
    const { findYosys } = await import('../../netlist/yosys.js');
    const { findIcestorm } = await import('../../synth/icestorm/tools.js');
    const { makeBitstream } = await import('../../synth/icestorm/bitstream.js');
    const { present } = await import('../../core/objects.js');
    const { addFiles, checkFiles } = await import('../../core/owned-folder.js');
    const design = readDesign(folder);
    const { board: emitted } = design.manifest;
    const name = options.board ?? emitted?.name;
    if (name === undefined)
      throw problems.usage('espalier bitstream', 'a design for no board, and no --board');
    const isSame = emitted !== undefined && emitted.name === name;
    const before = isSame ? { clock: emitted.hertz / 1e6, baud: emitted.baud } : {};
    // Samples that are stored stay what the board is to show, on another one too.
    const link = emitted?.roms === undefined ? 'uart' : emitted.link;
    const { clock, baud } = options;
    const choice = chooseBoard({ name, link, ...before, ...present({ clock, baud }) });
    const onBoard = putOnBoard(design.manifest, choice, () => readStored(design));
    const out = options.out ?? path.join('build', 'bitstream', onBoard.build.top);
    checkFiles(out, []);
    const tools = { yosys: await findYosys(), icestorm: await findIcestorm() };
    const { report, files } = await makeBitstream(design, onBoard, tools, {
      seeds: options.seeds ?? DEFAULT_SEEDS,
      timeoutSeconds: options.timeout ?? DEFAULT_TIMEOUT_SECONDS,
      multipliers: options.multipliers !== false,
      onProgress,
    });
    const text = `${JSON.stringify(report, null, 2)}\n`;
    addFiles(out, new Map<string, string | Uint8Array>([...files, ['bitstream.json', text]]));
    const bin = path.join(out, `${onBoard.build.top}.bin`);
    return {
      result: { folder: out, files: [...files.keys()], report },
      text: describe(report, bin),
      status: 0,
    };
  },
};

function describe(report: BitstreamReport, bin: string): string {
  const { utilization, hertz, reachedHertz, yosys, router, design, board } = report;
  const rows = Object.entries(utilization).map(([cell, { used, available }]) => [
    cell,
    whole(used),
    whole(available),
    `${((100 * used) / available).toFixed(0)} %`,
  ]);
  return [
    `${design} on ${board}, ${yosys}, ${router}`,
    '',
    printTable(['cells', 'used', 'of', 'share'], rows, { numeric: [1, 2, 3] }),
    '',
    `clock      ${hertz / 1e6} MHz; ${(reachedHertz / 1e6).toFixed(2)} MHz would do`,
    `bitstream  ${bin}`,
    `program    iceprog ${bin}`,
  ].join('\n');
}
