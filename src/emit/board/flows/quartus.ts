import type { ChipFamily, FamilyName } from '../../../targets/families.js';
import { renderTemplate } from '../../template.js';
import { madeBy } from '../../verilog.js';
import type { BoardBuild, BoardDesign } from '../build.js';
import type { BoardFlow } from './flow.js';
import { headLines, nanoseconds, placedBits, portsByTiming, sourcesOf } from './pins.js';
import { platformDesignerFiles } from './platform-designer.js';

/** With pins of the board: a project, and a script that compiles it. */
const onPins: Omit<BoardFlow, 'name'> = {
  files: (build, design) =>
    new Map([
      [`${build.top}.qpf`, `PROJECT_REVISION = "${build.top}"\n`],
      [`${build.top}.qsf`, qsfText(build, design)],
      [`${build.top}.sdc`, sdcText(build, design)],
      [
        'build.tcl',
        renderTemplate('board/quartus-build.tcl', {
          top: build.top,
          madeBy: madeBy(build.manifest.generator),
        }),
      ],
    ]),
  project: ({ top, board, family }) => ({
    bitstream: ['quartus_sh -t board/build.tcl'],
    // A chip with a processor has that first on its JTAG chain.
    program: [
      `quartus_pgm -m jtag -o 'p;board/output_files/${top}.sof${/^5CS/.test(board.part) ? '@2' : ''}'`,
    ],
    core: {
      tool: 'quartus',
      options: [`family: ${quartusFamily(family)}`, `device: ${board.part}`],
      constraints: [{ file: `board/${top}.sdc`, type: 'SDC' }],
    },
  }),
};

/** Beside a processor: a component, to be put into a system in Platform Designer. */
const besideProcessor: Omit<BoardFlow, 'name'> = {
  files: platformDesignerFiles,
  project: ({ top }) => {
    const refusal = `@echo 'board/${top}_hw.tcl is a component for Platform Designer: the system is yours' >&2; exit 1`;
    return { bitstream: [refusal], program: [refusal] };
  },
};

const wayOf = ({ buses }: BoardDesign) => (buses === undefined ? onPins : besideProcessor);

/** Intel Quartus Prime. */
export const quartus: BoardFlow = {
  name: 'quartus',
  files: (build, design) => wayOf(design).files(build, design),
  project: (build, design) => wayOf(design).project(build, design),
};

const quartusFamily = ({ title }: ChipFamily): string => title.replace('Intel ', '');

/** What only some families have to be told. */
const OF_FAMILY: Readonly<Partial<Record<FamilyName, readonly string[]>>> = {
  // Without it the chip's memories come up empty: Error 16031, "does not support memory initialization or ROM".
  max10: ['set_global_assignment -name INTERNAL_FLASH_UPDATE_MODE "SINGLE IMAGE WITH ERAM"'],
};

function qsfText(build: BoardBuild, design: BoardDesign): string {
  const { board, family, top } = build;
  const pins = placedBits(design).flatMap(({ port, pin, standard }) => [
    `set_location_assignment PIN_${pin} -to ${port}`,
    `set_instance_assignment -name IO_STANDARD "${standard}" -to ${port}`,
  ]);
  const lines = [
    `set_global_assignment -name FAMILY "${quartusFamily(family)}"`,
    `set_global_assignment -name DEVICE ${board.part}`,
    `set_global_assignment -name TOP_LEVEL_ENTITY ${top}`,
    `set_global_assignment -name SDC_FILE ${top}.sdc`,
    'set_global_assignment -name PROJECT_OUTPUT_DIRECTORY output_files',
    'set_global_assignment -name VERILOG_INPUT_VERSION VERILOG_2001',
    // Quartus does not set it by itself: what is for simulations alone is left out.
    'set_global_assignment -name VERILOG_MACRO "SYNTHESIS=1"',
    // Pins of the board that the design has nothing to do with drive nothing.
    'set_global_assignment -name RESERVE_ALL_UNUSED_PINS "AS INPUT TRI-STATED WITH WEAK PULL-UP"',
    ...(OF_FAMILY[family.name] ?? []),
    // ROM images are looked for here.
    'set_global_assignment -name SEARCH_PATH ../rtl',
    ...sourcesOf(build, design).map((file) => `set_global_assignment -name VERILOG_FILE ${file}`),
    '',
    ...pins,
  ];
  return `${[...headLines('#', build), ...lines].join('\n')}\n`;
}

function sdcText(build: BoardBuild, design: BoardDesign): string {
  const { clock, inputs, outputs } = portsByTiming(design);
  const hertz = build.board.clock?.hertz ?? build.hertz;
  const lines =
    clock === undefined
      ? []
      : [
          `create_clock -name clk -period ${nanoseconds(hertz)} [get_ports {${clock.name}}]`,
          'derive_pll_clocks',
          'derive_clock_uncertainty',
          '',
          '# What comes in is of no clock, and sampled twice; what goes out is taken in by nobody with this clock.',
          `set_input_delay -clock clk 0.000 [get_ports {${inputs}}]`,
          `set_false_path -from [get_ports {${inputs}}] -to *`,
          `set_output_delay -clock clk 0.000 [get_ports {${outputs}}]`,
          `set_false_path -from * -to [get_ports {${outputs}}]`,
        ];
  return `${[...headLines('#', build), ...lines].join('\n')}\n`;
}
