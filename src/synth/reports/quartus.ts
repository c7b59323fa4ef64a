import { problems } from '../problems.js';
import { headed, knownVersion, numberOf, tableRows } from './lines.js';
import type { CellUse, ClockReport, ReportForm } from './report.js';

/** First numbers of the releases of Quartus Prime whose reports look as they are read here. */
const RELEASES = [16, 25] as const;

/** Lines of the fitter's summary that say how large a design is. */
const CELLS = [
  'Total logic elements',
  '    Total combinational functions',
  '    Dedicated logic registers',
  'Logic utilization (in ALMs)',
  'Total registers',
  'Total memory bits',
  'Total block memory bits',
  'Total RAM Blocks',
  'Embedded Multiplier 9-bit elements',
  'Total DSP Blocks',
];

/** The fitter's summary, `NAME.fit.summary`. */
export const quartusFit: ReportForm = {
  name: 'Quartus, fitter summary',
  recognises: (text) => /^Fitter Status : /m.test(text) && /^Quartus .*Version : /m.test(text),
  parse(text, file) {
    const version = headed(text, 'Quartus Prime Version')?.split(' ')[0];
    const tool = `Quartus Prime ${knownVersion(file, 'Quartus Prime', version, RELEASES)}`;
    const part = headed(text, 'Device');
    const cells = CELLS.flatMap((cell): CellUse[] => {
      const said = headed(text, cell.trim());
      if (said === undefined) return [];
      const name = cell.startsWith(' ') ? `  ${cell.trim()}` : cell;
      const [used, available] = said.replace(/\(.*$/, '').split('/');
      return [
        {
          cell: name,
          used: numberOf(used, file, cell.trim()),
          ...(available === undefined ? {} : { available: numberOf(available, file, cell.trim()) }),
        },
      ];
    });
    if (cells.length === 0)
      throw problems.reportUnreadable(file, 'no line of cells', 'lines such as Total registers');
    return {
      tool,
      design: headed(text, 'Top-level Entity Name') ?? '',
      ...(part === undefined ? {} : { part }),
      cells,
      clocks: [],
    };
  },
};

/** The timing analyzer's report, `NAME.sta.rpt`: what every corner says of every clock. */
export const quartusTiming: ReportForm = {
  name: 'Quartus, timing analyzer report',
  recognises: (text) => /^(TimeQuest )?Timing Analyzer report for /m.test(text),
  parse(text, file) {
    const version = /^Quartus (?:Prime )?(?:II )?Version (\S+)/m.exec(text)?.[1];
    const tool = `Quartus Prime ${knownVersion(file, 'Quartus Prime', version, RELEASES)}`;
    const design = /Timing Analyzer report for (.+)/.exec(text)?.[1].trim() ?? '';
    const wanted = new Map(
      rowsUnder(text, /^; Clocks +;/).map(([clock, , period]) => [
        clock.trim(),
        1e9 / numberOf(period, file, `the period of ${clock.trim()}`),
      ]),
    );
    const clocks = slowestOf(text, file).map(({ clock, reachedHertz }): ClockReport => {
      const hertz = wanted.get(clock);
      return {
        clock,
        ...(hertz === undefined
          ? {}
          : { hertz: Math.round(hertz), setupSlack: slackOf(hertz, reachedHertz) }),
        reachedHertz,
      };
    });
    if (clocks.length === 0) throw problems.reportUnreadable(file, 'no Fmax Summary', 'one for each corner');
    return { tool, design, cells: [], clocks };
  },
};

const slackOf = (wanted: number, reached: number): number =>
  Number((1e9 / wanted - 1e9 / reached).toFixed(3));

/** Of each clock the frequency that the slowest corner bears. */
function slowestOf(text: string, file: string): { clock: string; reachedHertz: number }[] {
  const slowest = new Map<string, number>();
  for (const [fmax, , clock] of rowsUnder(text, /^; .*Fmax Summary +;/)) {
    const name = clock.trim();
    const hertz = Math.round(numberOf(fmax.replace(/ *MHz$/, ''), file, `the Fmax of ${name}`) * 1e6);
    slowest.set(name, Math.min(hertz, slowest.get(name) ?? hertz));
  }
  return [...slowest].map(([clock, reachedHertz]) => ({ clock, reachedHertz }));
}

/** Rows of every table with such a title, without its heads. */
function rowsUnder(text: string, title: RegExp): string[][] {
  const rows: string[][] = [];
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    if (!title.test(lines[at])) continue;
    // Title, rule, head, rule; then rows up to a rule.
    const body: string[] = [];
    for (let row = at + 4; row < lines.length && lines[row].startsWith(';'); row++) body.push(lines[row]);
    rows.push(...tableRows(body.join('\n'), ';'));
  }
  return rows;
}
