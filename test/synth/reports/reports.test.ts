import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { report as command } from '../../../src/cli/commands/report.js';
import { readToolReport } from '../../../src/synth/reports/index.js';
import { newFolder } from '../../support/cli.js';
import { messageOf } from '../../support/messages.js';

const SAMPLES = path.resolve('test', 'synth', 'reports', 'samples');
const sample = (file: string) => readFileSync(path.join(SAMPLES, file), 'utf8');
const read = (file: string, edit = (text: string) => text) => readToolReport(edit(sample(file)), file);

describe('a report of Vivado', () => {
  it('on utilization: cells by their names, of how many', () => {
    expect(read('vivado-utilization.rpt')).toEqual({
      tool: 'Vivado 2022.2',
      design: 'sample_basys3',
      part: 'xc7a35tcpg236-1',
      cells: [
        { cell: 'Slice LUTs', used: 512, available: 20_800 },
        { cell: '  LUT as Logic', used: 480, available: 20_800 },
        { cell: '  LUT as Memory', used: 32, available: 9_600 },
        { cell: 'Slice Registers', used: 401, available: 41_600 },
        { cell: 'Block RAM Tile', used: 1.5, available: 50 },
        { cell: 'DSPs', used: 2, available: 90 },
      ],
      clocks: [],
    });
  });

  it('on utilization, of a release without the column of what is prohibited, and of UltraScale+', () => {
    const older = read('vivado-utilization.rpt', (text) =>
      text
        .replaceAll('| Prohibited ', '')
        .replaceAll(/^(\|[^|]+\|[^|]+\|[^|]+)\|\s+0 (\|.*)$/gm, '$1$2')
        .replaceAll('2022.2', '2019.1')
        .replaceAll('Slice LUTs', 'CLB LUTs'),
    );
    expect(older.tool).toBe('Vivado 2019.1');
    expect(older.cells[0]).toEqual({ cell: 'CLB LUTs', used: 512, available: 20_800 });
  });

  it('on timing: the clock, and what it would bear', () => {
    expect(read('vivado-timing.rpt')).toEqual({
      tool: 'Vivado 2022.2',
      design: 'sample_basys3',
      part: '7a35t-cpg236',
      cells: [],
      clocks: [{ clock: 'clk', hertz: 100e6, reachedHertz: 125e6, setupSlack: 2, holdSlack: 0.045 }],
    });
  });

  it('on timing with several clocks says the worst of all of them', () => {
    const two = read('vivado-timing.rpt', (text) =>
      text.replace(/^(clk .*)$/m, '$1\n  half {0.000 10.000}     20.000          50.000'),
    );
    expect(two.clocks).toEqual([
      { clock: 'clk', hertz: 100e6 },
      { clock: 'half', hertz: 50e6 },
      { clock: 'all', setupSlack: 2, holdSlack: 0.045 },
    ]);
  });
});

describe('a report of Quartus', () => {
  it("of the fitter: what the chip's cells are called there", () => {
    expect(read('quartus.fit.summary')).toEqual({
      tool: 'Quartus Prime 22.1std.1',
      design: 'sample_de10_lite',
      part: '10M50DAF484C7G',
      cells: [
        { cell: 'Total logic elements', used: 1034, available: 49_760 },
        { cell: '  Total combinational functions', used: 830, available: 49_760 },
        { cell: '  Dedicated logic registers', used: 612, available: 49_760 },
        { cell: 'Total registers', used: 612 },
        { cell: 'Total memory bits', used: 2048, available: 1_677_312 },
        { cell: 'Embedded Multiplier 9-bit elements', used: 1, available: 288 },
      ],
      clocks: [],
    });
  });

  it('of the timing analyzer: the slowest corner of each clock', () => {
    expect(read('quartus.sta.rpt')).toEqual({
      tool: 'Quartus Prime 22.1std.1',
      design: 'sample_de10_lite',
      cells: [],
      clocks: [{ clock: 'clk', hertz: 50e6, setupSlack: 7.5, reachedHertz: 80e6 }],
    });
  });
});

const SYNTH = {
  schema: 'espalier/synth',
  version: 1,
  design: 'mine',
  target: 'xc7',
  yosys: 'Yosys 0.23',
  flattened: { resources: { luts: 500, carries: 40, flipFlops: 300, dsps: 1, blockRams: 0, lutRams: 8 } },
};
const BITSTREAM = {
  schema: 'espalier/bitstream',
  version: 1,
  design: 'mine',
  part: 'up5k-sg48',
  router: 'nextpnr-ice40 0.4',
  hertz: 40e6,
  reachedHertz: 32e6,
  utilization: { ICESTORM_LC: { used: 1700, available: 5280 } },
};
const json = (value: object) => JSON.stringify(value, null, 2);

it('reports of Yosys and nextpnr stand beside them', () => {
  expect(readToolReport(json(SYNTH), 'synth.json')).toMatchObject({
    tool: 'Yosys 0.23',
    part: 'xc7',
    cells: [
      { cell: 'LUTs', used: 500 },
      { cell: 'carry cells', used: 40 },
      { cell: 'flip-flops', used: 300 },
      { cell: 'DSP blocks', used: 1 },
      { cell: 'block RAMs', used: 0 },
      { cell: 'LUT RAMs', used: 8 },
    ],
  });
  expect(readToolReport(json(BITSTREAM), 'bitstream.json')).toMatchObject({
    tool: 'nextpnr-ice40 0.4',
    cells: [{ cell: 'ICESTORM_LC', used: 1700, available: 5280 }],
    clocks: [{ clock: 'aclk', hertz: 40e6, reachedHertz: 32e6, setupSlack: -6.25 }],
  });
});

describe('what is no report of a known version is refused', () => {
  it.each<[string, () => unknown, string]>([
    [
      'another text',
      () => readToolReport('module top; endmodule\n', 'top.v'),
      'top.v: got a text that is no report known here, wanted one of: Vivado, report_utilization; ' +
        'Vivado, report_timing_summary; Quartus, fitter summary; Quartus, timing analyzer report; espalier synth; ' +
        'espalier bitstream [synth/report-unknown]',
    ],
    [
      'a release of Vivado that nobody has seen',
      () => read('vivado-utilization.rpt', (text) => text.replace('v.2022.2', 'v.2031.1')),
      'vivado-utilization.rpt: got a report of Vivado 2031.1, wanted one of Vivado 2018 to 2025 ' +
        '(another version may print other tables, so that nothing is read of it) [synth/report-version]',
    ],
    [
      'a Quartus of old',
      () =>
        read('quartus.sta.rpt', (text) =>
          text.replace('Quartus Prime Version 22.1std.1', 'Quartus II Version 13.1.0'),
        ),
      'quartus.sta.rpt: got a report of Quartus Prime 13.1.0, wanted one of Quartus Prime 16 to 25 ' +
        '(another version may print other tables, so that nothing is read of it) [synth/report-version]',
    ],
    [
      'a number that is none',
      () => read('vivado-utilization.rpt', (text) => text.replace('|  512 |', '|  5l2 |')),
      'vivado-utilization.rpt: got "5l2" for Slice LUTs, wanted a number [synth/report-unreadable]',
    ],
    [
      'a report that ends early',
      () => read('vivado-timing.rpt', (text) => text.slice(0, text.indexOf('WNS'))),
      'vivado-timing.rpt: got no Design Timing Summary, wanted one with WNS and WHS [synth/report-unreadable]',
    ],
    [
      'one of our own, of another version',
      () => readToolReport(json({ ...SYNTH, version: 2 }), 'synth.json'),
      'synth.json: got a report of Espalier 2, wanted version 1 (another version may print other tables, so that nothing ' +
        'is read of it) [synth/report-version]',
    ],
    [
      'one of our own, cut off',
      () => readToolReport(json(BITSTREAM).slice(0, -5), 'bitstream.json'),
      'bitstream.json: got text that is no whole JSON, wanted a report as it was written [synth/report-unreadable]',
    ],
  ])('%s', (_, act, message) => {
    expect(messageOf(act)).toBe(message);
  });
});

it('the command prints them one below the other, and fails where a clock is missed', async () => {
  const { writeFileSync } = await import('node:fs');
  const folder = newFolder('reports');
  const file = path.join(folder, 'bitstream.json');
  writeFileSync(file, json(BITSTREAM));
  const paths = [path.join(SAMPLES, 'vivado-timing.rpt'), file];
  const { text, status } = await command.run(paths as never, {} as never, {} as never);
  expect(status).toBe(1);
  expect(text).toContain('sample_basys3 on 7a35t-cpg236, Vivado 2022.2');
  expect(text).toMatch(/aclk +40\.00 +32\.00 +-6\.250 ns +missed/);
  expect(text).toMatch(/clk +100\.00 +125\.00 +2\.000 ns +0\.045 ns +met/);
});
