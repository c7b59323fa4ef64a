import { icestormChip } from '../../../targets/icestorm.js';
import type { BoardBuild, BoardDesign } from '../build.js';
import type { BoardFlow } from './flow.js';
import { headLines, placedBits, untilPlaced } from './pins.js';

/** Yosys, nextpnr-ice40 and icepack. */
export const icestorm: BoardFlow = {
  name: 'icestorm',
  files: (build, design) => new Map([[`${build.top}.pcf`, pcfText(build, design)]]),
  project: ({ top, board, hertz }) => {
    const chip = icestormChip(board.part);
    if (chip === undefined) throw new Error(`${board.part} is no iCE40 that is known`);
    const synthesis = `${chip.synthesis} ${chip.multipliers}`.trim();
    const place = `--${chip.chip} --package ${chip.packaging}`;
    const megahertz = hertz / 1e6;
    return {
      bitstream: [
        `cd rtl && yosys -q -p 'read_verilog $(notdir $(SOURCES)) $(addprefix ../,$(BOARD_SOURCES)); ${synthesis} -top ${top} -json $(BUILD)/${top}.json'`,
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
        constraints: [{ file: `board/${top}.pcf`, type: 'PCF' }],
      },
    };
  },
};

/** Pins for nextpnr-ice40. The clock's frequency is an option of nextpnr's. */
export function pcfText(build: BoardBuild, design: BoardDesign): string {
  const lines = placedBits(design).map(({ port, pin }) => `set_io ${port} ${pin}`);
  return `${[...headLines('#', build), ...lines].join('\n')}\n`;
}
