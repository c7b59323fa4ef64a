import { problems } from '../problems.js';
import type { CellUse, ReportForm } from './report.js';

/** Reports that Espalier itself wrote, of Yosys and of nextpnr. */

interface SynthJson {
  readonly design: string;
  readonly target: string;
  readonly yosys: string;
  readonly flattened: { readonly resources: Readonly<Record<string, unknown>> };
}

interface BitstreamJson {
  readonly design: string;
  readonly part: string;
  readonly router: string;
  readonly hertz: number;
  readonly reachedHertz: number;
  readonly utilization: Readonly<Record<string, { readonly used: number; readonly available: number }>>;
}

const schemaOf = (text: string): string | undefined => /^\s*\{\s*"schema":\s*"([^"]*)"/.exec(text)?.[1];

/** @throws synth/report-version, synth/report-unreadable */
function read<T>(text: string, file: string): T {
  let json: { version?: unknown };
  try {
    json = JSON.parse(text);
  } catch {
    throw problems.reportUnreadable(file, 'text that is no whole JSON', 'a report as it was written');
  }
  if (json.version !== 1) throw problems.reportVersion(file, 'Espalier', String(json.version), 1, 1);
  return json as T;
}

const SYNTH_CELLS: readonly (readonly [key: string, cell: string])[] = [
  ['luts', 'LUTs'],
  ['carries', 'carry cells'],
  ['flipFlops', 'flip-flops'],
  ['dsps', 'DSP blocks'],
  ['blockRams', 'block RAMs'],
  ['lutRams', 'LUT RAMs'],
];

/** What `espalier synth` writes. */
export const yosysReport: ReportForm = {
  name: 'espalier synth',
  recognises: (text) => schemaOf(text) === 'espalier/synth',
  parse(text, file) {
    const { design, target, yosys, flattened } = read<SynthJson>(text, file);
    const cells = SYNTH_CELLS.map(([key, cell]): CellUse => {
      const used = flattened?.resources?.[key];
      if (typeof used === 'number') return { cell, used };
      throw problems.reportUnreadable(file, `no flattened.resources.${key}`, 'a number');
    });
    return { tool: yosys, design, part: target, cells, clocks: [] };
  },
};

/** What `espalier bitstream` writes. */
export const nextpnrReport: ReportForm = {
  name: 'espalier bitstream',
  recognises: (text) => schemaOf(text) === 'espalier/bitstream',
  parse(text, file) {
    const { design, part, router, hertz, reachedHertz, utilization } = read<BitstreamJson>(text, file);
    if (utilization === undefined || !(hertz > 0 && reachedHertz > 0)) {
      throw problems.reportUnreadable(file, 'no utilization or no clock', 'both');
    }
    const cells = Object.entries(utilization).map(([cell, use]) => ({ cell, ...use }));
    const setupSlack = Number((1e9 / hertz - 1e9 / reachedHertz).toFixed(3));
    return {
      tool: router,
      design,
      part,
      cells,
      clocks: [{ clock: 'aclk', hertz, reachedHertz, setupSlack }],
    };
  },
};
