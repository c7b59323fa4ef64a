import type { BoardBuild, BoardDesign } from '../build.js';
import type { BoardFlow } from './flow.js';
import { headLines, nanoseconds, placedBits, portsByTiming } from './pins.js';
import { platformDesignerFiles } from './platform-designer.js';

/** Intel Quartus Prime. */
export const quartus: BoardFlow = {
  name: 'quartus',
  files: (build, design) =>
    design.buses === undefined
      ? new Map([
          [`${build.top}.qpf`, `PROJECT_REVISION = "${build.top}"\n`],
          [`${build.top}.qsf`, qsfText(build, design)],
          [`${build.top}.sdc`, sdcText(build, design)],
        ])
      : platformDesignerFiles(build, design, design.buses),
};

function qsfText(build: BoardBuild, design: BoardDesign): string {
  const { board, family, manifest, top } = build;
  const sources = [
    ...manifest.sources.map(({ file }) => `../${file}`),
    ...[...design.sources.keys()].map((module) => `rtl/${module}.v`),
  ];
  const pins = placedBits(design).flatMap(({ port, pin, standard }) => [
    `set_location_assignment PIN_${pin} -to ${port}`,
    `set_instance_assignment -name IO_STANDARD "${standard}" -to ${port}`,
  ]);
  const lines = [
    `set_global_assignment -name FAMILY "${family.title.replace('Intel ', '')}"`,
    `set_global_assignment -name DEVICE ${board.part}`,
    `set_global_assignment -name TOP_LEVEL_ENTITY ${top}`,
    `set_global_assignment -name SDC_FILE ${top}.sdc`,
    // ROM images are looked for here.
    'set_global_assignment -name SEARCH_PATH ../rtl',
    ...sources.map((file) => `set_global_assignment -name VERILOG_FILE ${file}`),
    '',
    ...pins,
  ];
  return `${[...headLines('#', build), ...lines].join('\n')}\n`;
}

function sdcText(build: BoardBuild, design: BoardDesign): string {
  const { clock, inputs, outputs } = portsByTiming(design);
  const hertz = build.board.clock?.hertz ?? build.hertz;
  const names = (ports: readonly { name: string; pins: readonly unknown[] }[]) =>
    ports.map(({ name, pins }) => (pins.length === 1 ? name : `${name}[*]`)).join(' ');
  const lines =
    clock === undefined
      ? []
      : [
          `create_clock -name clk -period ${nanoseconds(hertz)} [get_ports {${clock.name}}]`,
          'derive_pll_clocks',
          'derive_clock_uncertainty',
          '',
          '# What comes in is of no clock, and sampled twice; what goes out is taken in by nobody with this clock.',
          `set_input_delay -clock clk 0.000 [get_ports {${names(inputs)}}]`,
          `set_false_path -from [get_ports {${names(inputs)}}] -to *`,
          `set_output_delay -clock clk 0.000 [get_ports {${names(outputs)}}]`,
          `set_false_path -from * -to [get_ports {${names(outputs)}}]`,
        ];
  return `${[...headLines('#', build), ...lines].join('\n')}\n`;
}
