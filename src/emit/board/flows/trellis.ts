import type { BoardBuild, BoardDesign } from '../build.js';
import { megahertz } from '../megahertz.js';
import type { BoardFlow } from './flow.js';
import { headLines, placedBits, portsByTiming } from './pins.js';

/** Yosys, nextpnr-ecp5 and ecppack. */
export const trellis: BoardFlow = {
  name: 'trellis',
  files: (build, design) => new Map([[`${build.top}.lpf`, lpfText(build, design)]]),
};

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
