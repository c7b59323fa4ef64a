import { benchName, benchSources } from '../../bench/index.js';
import { renderTemplate } from '../../template.js';
import { madeBy } from '../../verilog.js';
import type { BoardBuild, BoardDesign } from '../build.js';
import { blockDesignFiles } from './block-design.js';
import type { BoardFlow } from './flow.js';
import { headLines, nanoseconds, placedBits, portsByTiming, romFiles, sourcesOf } from './pins.js';

/** With pins of the board: scripts without and with a project. */
const onPins: Omit<BoardFlow, 'name'> = {
  files(build, design) {
    const { top, board, manifest } = build;
    const view = {
      top,
      part: board.part,
      // Of the device on the JTAG chain, such as `xc7a35t`.
      device: /^(xc7[a-z]\d+|xck?\d+)/.exec(board.part)?.[0],
      madeBy: madeBy(manifest.generator),
      bench: benchName(manifest),
      sources: sourcesOf(build, design),
      roms: romFiles(build, design),
      simulation: benchSources(manifest).map((file) => `../${file}`),
    };
    return new Map([
      [`${top}.xdc`, xdcText(build, design)],
      ...['build', 'project', 'program'].map(
        (script) => [`${script}.tcl`, renderTemplate(`board/vivado-${script}.tcl`, view)] as const,
      ),
    ]);
  },
  project: ({ top, board }) => ({
    bitstream: ['vivado -mode batch -nojournal -nolog -source board/build.tcl'],
    program: ['vivado -mode batch -nojournal -nolog -source board/program.tcl'],
    core: {
      tool: 'vivado',
      options: [`part: ${board.part}`],
      constraints: [{ file: `board/${top}.xdc`, type: 'xdc' }],
    },
  }),
};

/** Beside a processor: one script makes a block design and builds it. */
const besideProcessor: Omit<BoardFlow, 'name'> = {
  files: blockDesignFiles,
  project: ({ top }) => ({
    bitstream: [`cd board && vivado -mode batch -nojournal -nolog -source ${top}.tcl`],
    program: ["@echo 'the processor of the board loads the bitstream' >&2; exit 1"],
  }),
};

const wayOf = ({ buses }: BoardDesign) => (buses === undefined ? onPins : besideProcessor);

/** AMD Vivado. */
export const vivado: BoardFlow = {
  name: 'vivado',
  files: (build, design) => wayOf(design).files(build, design),
  project: (build, design) => wayOf(design).project(build, design),
};

/** A bank's voltage of the configuration pins, for devices that are not configured by a processor. */
const CONFIGURATION = [
  '',
  'set_property CFGBVS VCCO [current_design]',
  'set_property CONFIG_VOLTAGE 3.3 [current_design]',
];

function xdcText(build: BoardBuild, design: BoardDesign): string {
  const { board, family } = build;
  const pins = placedBits(design).map(
    ({ port, pin, standard }) =>
      `set_property -dict {PACKAGE_PIN ${pin} IOSTANDARD ${standard}} [get_ports {${port}}]`,
  );
  const { clock, inputs, outputs } = portsByTiming(design);
  const hertz = board.clock?.hertz ?? build.hertz;
  const period = nanoseconds(hertz);
  const timing =
    clock === undefined
      ? []
      : [
          '',
          `create_clock -name clk -period ${period} -waveform {0.000 ${nanoseconds(2 * hertz)}} [get_ports ${clock.name}]`,
          '',
          '# What comes in is of no clock, and sampled twice; what goes out is taken in by nobody with this clock.',
          `set_input_delay -clock clk 0.000 [get_ports {${inputs}}]`,
          `set_false_path -from [get_ports {${inputs}}]`,
          `set_output_delay -clock clk 0.000 [get_ports {${outputs}}]`,
          `set_false_path -to [get_ports {${outputs}}]`,
        ];
  const configuration = family.name === '7-series' ? CONFIGURATION : [];
  return `${[...headLines('#', build), ...pins, ...timing, ...configuration].join('\n')}\n`;
}
