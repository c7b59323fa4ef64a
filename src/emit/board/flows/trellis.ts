import type { BoardBuild, BoardDesign } from '../build.js';
import { megahertz } from '../megahertz.js';
import type { BoardFlow } from './flow.js';
import { headLines, placedBits, portsByTiming, untilPlaced } from './pins.js';

/** Yosys, nextpnr-ecp5 and ecppack. */
export const trellis: BoardFlow = {
  name: 'trellis',
  files: (build, design) => new Map([[`${build.top}.lpf`, lpfText(build, design)]]),
  project: ({ top, board, hertz }) => ({
    bitstream: [
      `cd rtl && yosys -q -p 'read_verilog $(notdir $(SOURCES)) $(addprefix ../,$(BOARD_SOURCES)); synth_ecp5 -top ${top} -json $(BUILD)/${top}.json'`,
      untilPlaced(
        `nextpnr-ecp5 ${chipOf(board.part)} --freq ${hertz / 1e6} --json $(BUILD)/${top}.json --lpf board/${top}.lpf --textcfg $(BUILD)/${top}.config`,
      ),
      `ecppack --compress $(BUILD)/${top}.config $(BUILD)/${top}.bit`,
    ],
    program: [`openFPGALoader --board ulx3s $(BUILD)/${top}.bit`],
    core: {
      tool: 'trellis',
      options: [`nextpnr_options: [${chipOf(board.part).replaceAll(' ', ', ')}, --freq, "${hertz / 1e6}"]`],
      constraints: [{ file: `board/${top}.lpf`, type: 'LPF' }],
    },
  }),
};

/** Of `LFE5U-85F-6BG381C`: the size, the speed grade and the package, as nextpnr-ecp5 takes them. */
function chipOf(part: string): string {
  const [, size, speed, , balls] = /-(\d+)F-(\d)(BG|MG)(\d+)/.exec(part) ?? [];
  return `--${size}k --speed ${speed} --package CABGA${balls}`;
}

function lpfText(build: BoardBuild, design: BoardDesign): string {
  const { clock } = portsByTiming(design);
  const { hertz } = build.board.clock ?? build;
  const pins = placedBits(design).flatMap(({ port, pin, standard }) => [
    `LOCATE COMP "${port}" SITE "${pin}";`,
    `IOBUF PORT "${port}" IO_TYPE=${standard};`,
  ]);
  const period = clock === undefined ? [] : [`FREQUENCY PORT "${clock.name}" ${megahertz(hertz)};`];
  return `${[...headLines('#', build), ...pins, ...period].join('\n')}\n`;
}
