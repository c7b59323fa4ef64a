import type { BoardBuild, BoardDesign } from '../build.js';
import type { BoardFlow } from './flow.js';
import { headLines, placedBits } from './pins.js';

/** Yosys, nextpnr-ice40 and icepack. */
export const icestorm: BoardFlow = {
  name: 'icestorm',
  files: (build, design) => new Map([[`${build.top}.pcf`, pcfText(build, design)]]),
};

/** Pins for nextpnr-ice40. The clock's frequency is an option of nextpnr's. */
export function pcfText(build: BoardBuild, design: BoardDesign): string {
  const lines = placedBits(design).map(({ port, pin }) => `set_io ${port} ${pin}`);
  return `${[...headLines('#', build), ...lines].join('\n')}\n`;
}
