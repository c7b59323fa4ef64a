import { icestormChip } from '../../../targets/icestorm.js';
import type { Manifest } from '../../manifest.js';
import type { BoardBuild, BoardDesign } from '../build.js';
import type { BoardFlow } from './flow.js';
import { headLines, placedBits, untilPlaced } from './pins.js';

/** Yosys, nextpnr-ice40 and icepack. */
export const icestorm: BoardFlow = {
  name: 'icestorm',
  files: (build, design) => new Map([[`${build.top}.pcf`, pcfText(build, design)]]),
  project: (build) => {
    const { top, board, hertz } = build;
    const chip = icestormChip(board.part);
    if (chip === undefined) throw new Error(`${board.part} is no iCE40 that is known`);
    const synthesis = `${chip.synthesis} ${chip.multipliers}`.trim();
    const macros = icestormMacros(build);
    const place = `--${chip.chip} --package ${chip.packaging}`;
    const megahertz = hertz / 1e6;
    return {
      bitstream: [
        `cd rtl && yosys -q -p 'read_verilog ${definitions(macros)} $(notdir $(SOURCES)) $(addprefix ../,$(BOARD_SOURCES)); ${synthesis} -top ${top} -json $(BUILD)/${top}.json'`,
        untilPlaced(
          `nextpnr-ice40 ${place} --freq ${megahertz} --json $(BUILD)/${top}.json --pcf board/${top}.pcf --asc $(BUILD)/${top}.asc`,
        ),
        `icepack $(BUILD)/${top}.asc $(BUILD)/${top}.bin`,
      ],
      program: [`iceprog $(BUILD)/${top}.bin`],
      core: {
        tool: 'icestorm',
        options: [
          `nextpnr_options: [${place.replaceAll(' ', ', ')}, --freq, "${megahertz}"]`,
          `yosys_synth_options: [${synthesis.replace('synth_ice40 ', '').replaceAll(' ', ', ')}]`,
        ],
        macros,
        constraints: [{ file: `board/${top}.pcf`, type: 'PCF' }],
      },
    };
  },
};

/** For Yosys's `read_verilog`. */
export const definitions = (macros: readonly string[]): string =>
  macros.map((macro) => `-D${macro}`).join(' ');

/** Of the chip's block RAMs, for ROMs and operands; links and windows have some, too. */
const SHARE = 3 / 4;

/** Macros that the modules of `rtl/` are read with. */
export const icestormMacros = ({ manifest, part }: BoardBuild): string[] => [
  'ESPALIER_ICE40',
  ...(blocksOf(manifest) <= SHARE * part.blockRams.count ? ['ESPALIER_BLOCK_MEMORIES'] : []),
];

/** Block RAMs of 256 words of 16 bits for all ROMs and operands, at most. */
function blocksOf({ roms, operands = [] }: Manifest): number {
  const blocks = (width: number, words: number) => Math.ceil(width / 16) * Math.ceil(words / 256);
  const ofRoms = roms.map(({ width, depth }) => (depth > 1 ? blocks(width, depth) : 0));
  const ofOperands = operands.map(
    ({ memories, width, pages, stride }) => memories.length * blocks(width, pages * stride),
  );
  return [...ofRoms, ...ofOperands].reduce((sum, count) => sum + count, 0);
}

/** Pins for nextpnr-ice40. The clock's frequency is an option of nextpnr's. */
export function pcfText(build: BoardBuild, design: BoardDesign): string {
  const lines = placedBits(design).map(({ port, pin }) => `set_io ${port} ${pin}`);
  return `${[...headLines('#', build), ...lines].join('\n')}\n`;
}
