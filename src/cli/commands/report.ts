import type { Command } from 'commander';
import { whole } from '../../core/number-text.js';
import type { CellUse, ClockReport, ToolReport } from '../../synth/reports/report.js';
import type { CliCommand } from '../command.js';
import { problems } from '../problems.js';
import { printTable } from '../table.js';

/** What tools have said of a design that they built. */
export const report: CliCommand = {
  name: 'report',
  summary: 'reads what Vivado, Quartus, Yosys and nextpnr report: cells used, clocks reached',
  examples: [
    ['espalier report utilization.rpt timing.rpt', 'report_utilization and report_timing_summary of Vivado'],
    [
      'espalier report output_files/top.fit.summary output_files/top.sta.rpt',
      'the fitter and the timing analyzer of Quartus',
    ],
    [
      'espalier report build/bitstream/mine_icebreaker/bitstream.json build/synth/mine-*-xc7.json',
      'nextpnr beside Yosys',
    ],
  ],
  declare(command: Command) {
    command.argument('<files...>', 'reports, recognised by what they say');
  },
  async run(files) {
    const { readText } = await import('../../core/files.js');
    const { readToolReport } = await import('../../synth/reports/index.js');
    const given = files.filter((file) => file !== undefined);
    if (given.length === 0) throw problems.usage('espalier report', 'no report');
    const reports = given.map((file) => ({ file, ...readToolReport(readText(file), file) }));
    const missed = reports.some(({ clocks }) => clocks.some(isMissed));
    return { result: reports, text: reports.map(describe).join('\n\n'), status: missed ? 1 : 0 };
  },
};

const isMissed = ({ setupSlack = 0, holdSlack = 0 }: ClockReport): boolean => setupSlack < 0 || holdSlack < 0;

function describe({
  file,
  tool,
  design,
  part,
  cells,
  clocks,
}: ToolReport & { readonly file: string }): string {
  const parts = [`${design}${part === undefined ? '' : ` on ${part}`}, ${tool}, ${file}`];
  if (cells.length > 0) {
    parts.push(printTable(['cells', 'used', 'of', 'share'], cells.map(cellRow), { numeric: [1, 2, 3] }));
  }
  if (clocks.length > 0) {
    const head = ['clock', 'MHz', 'reached', 'setup slack', 'hold slack', 'verdict'];
    parts.push(printTable(head, clocks.map(clockRow), { numeric: [1, 2, 3, 4] }));
  }
  return parts.join('\n\n');
}

const cellRow = ({ cell, used, available }: CellUse): string[] => [
  cell,
  whole(used),
  available === undefined ? '' : whole(available),
  available === undefined || available === 0 ? '' : `${((100 * used) / available).toFixed(1)} %`,
];

const megahertz = (hertz?: number) => (hertz === undefined ? '' : (hertz / 1e6).toFixed(2));
const slack = (nanoseconds?: number) => (nanoseconds === undefined ? '' : `${nanoseconds.toFixed(3)} ns`);

const clockRow = (clock: ClockReport): string[] => [
  clock.clock,
  megahertz(clock.hertz),
  megahertz(clock.reachedHertz),
  slack(clock.setupSlack),
  slack(clock.holdSlack),
  isMissed(clock) ? 'missed' : 'met',
];
