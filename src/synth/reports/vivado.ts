import { problems } from '../problems.js';
import { headed, knownVersion, numberOf, tableRows } from './lines.js';
import type { CellUse, ClockReport, ReportForm } from './report.js';

/** Years of the releases whose reports look as they are read here. */
const YEARS = [2018, 2025] as const;

/** Rows of the utilization report that say how large a design is, as the families of AMD call them. */
const CELLS = new Set([
  'Slice LUTs',
  'Slice LUTs*',
  'CLB LUTs',
  'CLB LUTs*',
  '  LUT as Logic',
  '  LUT as Memory',
  'Slice Registers',
  'CLB Registers',
  'CARRY8',
  'Block RAM Tile',
  'URAM',
  'DSPs',
]);

function head(text: string, file: string) {
  const said = headed(text, 'Tool Version');
  const version = /Vivado v\.(\S+)/.exec(said ?? '')?.[1];
  const tool = `Vivado ${knownVersion(file, 'Vivado', version, YEARS)}`;
  const part = headed(text, 'Device');
  return { tool, design: headed(text, 'Design') ?? '', ...(part === undefined ? {} : { part }) };
}

/** `report_utilization`. */
export const vivadoUtilization: ReportForm = {
  name: 'Vivado, report_utilization',
  recognises: (text) => /Tool Version *: Vivado/.test(text) && /Command +: report_utilization/.test(text),
  parse(text, file) {
    const facts = head(text, file);
    const cells: CellUse[] = [];
    // Releases differ in the columns between these two.
    let columns = { used: -1, available: -1 };
    for (const row of tableRows(text, '|')) {
      const [name] = row;
      if (name.trim() === 'Site Type') {
        columns = { used: row.indexOf('Used'), available: row.indexOf('Available') };
      } else if (CELLS.has(name) && columns.used >= 0 && !cells.some(({ cell }) => cell === name)) {
        const used = numberOf(row[columns.used] ?? '', file, name);
        cells.push({ cell: name, used, available: numberOf(row[columns.available] ?? '', file, name) });
      }
    }
    if (cells.length === 0)
      throw problems.reportUnreadable(file, 'no table of cells', 'one with Used and Available');
    return { ...facts, cells, clocks: [] };
  },
};

/** `report_timing_summary`. */
export const vivadoTiming: ReportForm = {
  name: 'Vivado, report_timing_summary',
  recognises: (text) => /Tool Version *: Vivado/.test(text) && /Command +: report_timing_summary/.test(text),
  parse(text, file) {
    const facts = head(text, file);
    const clocks = clocksOf(text, file);
    const [worst, hold] = worstOf(text, file);
    // The slack is that of the whole design: with one clock it is that clock's.
    const all: ClockReport[] =
      clocks.length === 1
        ? [withSlack(clocks[0], worst, hold)]
        : [...clocks, { clock: 'all', setupSlack: worst, holdSlack: hold }];
    return { ...facts, cells: [], clocks: all };
  },
};

function withSlack({ clock, hertz = 0 }: ClockReport, setupSlack: number, holdSlack: number): ClockReport {
  const period = 1e9 / hertz;
  return { clock, hertz, reachedHertz: Math.round(1e9 / (period - setupSlack)), setupSlack, holdSlack };
}

function clocksOf(text: string, file: string): ClockReport[] {
  const table =
    /^Clock +Waveform\(ns\) +Period\(ns\) +Frequency\(MHz\)[^\n]*\n[- ]+\n((?:\S[^\n]*\n| +\S[^\n]*\n)*)/m.exec(
      text,
    );
  return (table?.[1] ?? '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const words = /^ *(\S+) +\{[^}]*\} +(\S+) +(\S+)/.exec(line);
      if (words === null)
        throw problems.reportUnreadable(file, JSON.stringify(line), 'a clock with its period');
      return { clock: words[1], hertz: Math.round(1e9 / numberOf(words[2], file, words[1])) };
    });
}

/** Slack to setup and to hold, of all paths. */
function worstOf(text: string, file: string): [setup: number, hold: number] {
  const row = /^ *WNS\(ns\)[^\n]*WHS\(ns\)[^\n]*\n[- ]+\n *(\S+) +\S+ +\S+ +\S+ +(\S+)/m.exec(text);
  if (row === null) throw problems.reportUnreadable(file, 'no Design Timing Summary', 'one with WNS and WHS');
  return [numberOf(row[1], file, 'WNS'), numberOf(row[2], file, 'WHS')];
}
