import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeSimulation } from '../../src/cli/commands/simulate.js';
import { loadDesign } from '../../src/cosim/design.js';
import type { FailureKind } from '../../src/cosim/engine.js';
import { findEngine } from '../../src/cosim/engines/index.js';
import { expectedBeats, stalledJob } from '../../src/cosim/prepare.js';
import { describeDifference } from '../../src/cosim/record.js';
import { simulate } from '../../src/cosim/simulate.js';
import type { StallPattern } from '../../src/cosim/stalls.js';
import { makeStimulus } from '../../src/network/stimulus.js';
import { CACHE, newFolder, TINY, tinyDesign } from './fixture.js';

const ROWS = [
  [1, 2],
  [-7, 100],
];
const ENGINES = ['verilator', 'embedded', 'icarus'] as const;
const WRONG_SIGN = [['- b', '+ b']] as const;

describe.each(ENGINES)('simulate with %s', (engine) => {
  it('finds a right design right, and measures its timing', async () => {
    const record = await simulate(tinyDesign(), {
      engine,
      rows: ROWS,
      random: 400,
      traceLayers: true,
      cacheFolder: CACHE,
    });
    expect(record).toMatchObject({
      passed: true,
      samples: 2 + 7 + 400,
      differing: 0,
      difference: null,
      layersCompared: ['sum'],
      interval: { predicted: 1, measured: { least: 1, greatest: 1 } },
      latency: { predicted: 1, measured: { least: 1, greatest: 1 } },
    });
    // Stalls take cycles.
    expect(record.cycles).toBeGreaterThan(1.3 * record.samples);
  });

  it('reports the first difference down to the neuron, with a waveform of the sample alone', async () => {
    const outputFolder = newFolder();
    const record = await simulate(tinyDesign(WRONG_SIGN), {
      engine,
      rows: ROWS,
      random: 50,
      stalls: 'none',
      cacheFolder: CACHE,
      outputFolder,
    });
    expect(record.passed).toBe(false);
    expect(record.editedSources).toEqual(['rtl/tiny_sum.v']);
    expect(describeSimulation(record, (_, text) => text).at(-1)).toBe(
      'edited             since it was emitted: rtl/tiny_sum.v',
    );
    expect(record.difference).toEqual({
      kind: 'layer',
      sample: 0,
      segment: 'data',
      origin: 'data row 0',
      cycle: 9,
      layer: 'sum',
      field: 'unit 0',
      expected: { code: 4, value: 0.25 },
      got: { code: 12, value: 0.75 },
      input: [1, 2],
      alone: true,
      wave: 'difference.vcd',
    });
    const wave = readFileSync(path.join(outputFolder, 'difference.vcd'), 'utf8');
    expect(wave).toContain('y_q');
    expect(wave.split('\n').filter((line) => line.startsWith('#')).length).toBeGreaterThan(10);
    const xml = readFileSync(path.join(outputFolder, 'simulation.xml'), 'utf8');
    expect(xml).toContain(`<failure message="${describeDifference(record.difference!)}" type="difference">`);
    const { timing: _, ...product } = record;
    expect(JSON.parse(readFileSync(path.join(outputFolder, 'simulation.json'), 'utf8'))).toEqual(product);
  });

  it('repeats the way to a failure that a sample alone does not show', async () => {
    const outputFolder = newFolder();
    const counter = [
      ['reg                valid_q;', 'reg valid_q; reg [7:0] count_q;'],
      ["valid_q <= 1'b0;", "begin valid_q <= 1'b0; count_q <= 8'd0; end"],
      [
        'y_q <= a',
        "count_q <= count_q + 8'd1;\n    if (ready_o & valid_i) y_q <= (count_q == 8'd200) ? 11'd0 : a",
      ],
    ] as const;
    const record = await simulate(tinyDesign(counter), {
      engine,
      rows: ROWS,
      random: 300,
      cacheFolder: CACHE,
      outputFolder,
    });
    expect(record.difference).toMatchObject({
      kind: 'layer',
      sample: 200,
      origin: 'random vector 191',
      alone: false,
      got: { code: 0, value: 0 },
    });
    expect(existsSync(path.join(outputFolder, 'difference.vcd'))).toBe(true);
    expect(record.differing).toBe(1);
  });

  it('takes another timing than the predicted one for a failure', async () => {
    const { timing } = loadDesign(tinyDesign()).manifest;
    const folder = tinyDesign([], { timing: { ...timing, interval: 2, latency: 3 } });
    const outputFolder = newFolder();
    const record = await simulate(folder, { engine, random: 20, cacheFolder: CACHE, outputFolder });
    expect(record).toMatchObject({ passed: false, difference: null, differing: 0 });
    const xml = readFileSync(path.join(outputFolder, 'simulation.xml'), 'utf8');
    expect(xml).toContain(
      'name="initiation interval">\n      <failure message="predicted 2 cycles, measured 1"',
    );
    expect(xml).toContain('name="latency">\n      <failure message="predicted 3 cycles, measured 1"');
  });

  const rules: [FailureKind, readonly [string, string]][] = [
    ['validInReset', ["valid_q <= 1'b0;", "valid_q <= 1'b1;"]],
    ['validDropped', ['else if (ready_o) valid_q', 'else valid_q']],
    ['dataChanged', ['if (ready_o & valid_i)', 'if (valid_i)']],
    ['surplus', ['valid_q <= valid_i;', 'valid_q <= valid_q | valid_i;']],
    ['timeout', ['assign ready_o = ready_i | ~valid_q;', 'assign ready_o = ready_i & valid_q;']],
    ['finish', ['endmodule', 'always @(posedge aclk) if (valid_q) $finish;\nendmodule']],
    ['missing', ['assign valid_o = valid_q;', "assign valid_o = valid_q; wire never = 1'b0;"]],
  ];
  // Yosys, which reads for the embedded simulator, refuses a call of $finish.
  it.each(rules.filter(([kind]) => kind !== 'finish' || engine !== 'embedded'))(
    'sees a broken rule: %s',
    async (kind, edit) => {
      const { traces } = loadDesign(tinyDesign()).manifest;
      const never = kind === 'missing' ? { traces: [{ ...traces[0], valid: 'never' }] } : {};
      const design = loadDesign(tinyDesign([edit], never));
      const build = { traces: kind === 'missing', waves: false, selfChecks: true, cacheFolder: CACHE };
      const built = await findEngine(engine).build(design, build);
      const stimulus = makeStimulus(TINY, { regressions: [], rows: ROWS, random: 100, seed: 1 });
      const beats = await expectedBeats(design, stimulus, { traceLayers: build.traces });
      const { failure } = await built.run(
        stalledJob(design, beats, kind === 'surplus' ? 'none' : 'random', 1),
      );
      expect(failure?.kind).toBe(kind);
    },
  );

  it('says that a ROM is not there, whatever the simulator makes of it', async () => {
    const folder = tinyDesign([['tiny.mem', 'other.mem']]);
    await expect(simulate(folder, { engine, random: 5, cacheFolder: CACHE })).rejects.toThrow(
      {
        verilator:
          /^verilator, design tiny: got .*other\.mem.*, wanted a simulation without warnings or errors \[cosim\/simulator-failed\]$/s,
        embedded:
          /^rtl\/tiny_sum\.v:16: got the file "other\.mem", wanted the bare name of one ROM image of the manifest .* \[netlist\/verilog\]$/,
        icarus:
          /^icarus, design tiny: got .*other\.mem.*, wanted a simulation without warnings or errors \[cosim\/simulator-failed\]$/s,
      }[engine],
    );
  });

  it('says where Verilog does not compile', async () => {
    const folder = tinyDesign([['reg                valid_q;', 'reg valid_q']]);
    await expect(simulate(folder, { engine, random: 5, cacheFolder: CACHE })).rejects.toThrow(
      engine === 'embedded'
        ? /^rtl\/tiny_sum\.v:14: got wire, wanted ; .* \[netlist\/verilog\]$/
        : /^(verilator|iverilog), design tiny: got .*tiny_sum\.v:\d+.*syntax error.*, wanted a build without errors \[cosim\/build-failed\]$/s,
    );
  });
});

type Edits = readonly (readonly [string, string])[];

describe.each(['icarus', 'embedded'] as const)('unknown values, with %s,', (engine) => {
  const simulateTiny = async (edits: Edits, random: number, stalls: StallPattern = 'mixed') =>
    simulate(tinyDesign(edits), { engine, random, stalls, cacheFolder: CACHE });

  it('are errors where they reach the output', async () => {
    const constant = simulateTiny([['assign data_o  = y_q;', "assign data_o  = {y_q[10:1], 1'bx};"]], 5);
    if (engine === 'embedded') {
      await expect(constant).rejects.toThrow(
        /^rtl\/tiny_sum\.v:\d+: got 1'bx, wanted .* \[netlist\/verilog\]$/,
      );
    } else {
      expect((await constant).difference).toMatchObject({
        kind: 'output',
        sample: 0,
        field: 'unit 0',
        got: { code: 'x', value: null },
      });
    }
    const open = await simulateTiny(
      [
        ['reg                valid_q;', 'reg valid_q; reg open_q; always @(posedge aclk) open_q <= ~open_q;'],
        ['assign data_o  = y_q;', "assign data_o  = y_q ^ {10'd0, open_q};"],
      ],
      5,
    );
    expect(open.difference).toMatchObject({ kind: 'output', sample: 0, got: { code: 'x' } });
  });

  /** The table of three words is read at word number 3 in cycle 4999 only; `word_q` is 0 before and after. */
  const lateUnknown = (used: string): Edits => [
    [
      'reg                valid_q;',
      `reg valid_q; reg [15:0] cycle_q; reg [10:0] word_q;
  always @(posedge aclk) begin
    cycle_q <= aresetn ? cycle_q + 1'b1 : 16'd0;
    word_q  <= {7'd0, words[cycle_q == 16'd4999 ? 2'd3 : 2'd0] ^ 4'd3};
  end`,
    ],
    ['assign data_o  = y_q;', `assign data_o  = ${used};`],
  ];

  it('are errors where they arise late', async () => {
    const { difference } = await simulateTiny(lateUnknown('y_q ^ word_q'), 6_000, 'none');
    expect(difference).toMatchObject({ kind: 'output', cycle: 5008, got: { code: 'x', value: null } });
    const waiting = await simulateTiny(lateUnknown('y_q ^ word_q'), 6_000, 'mixed');
    expect(waiting.difference).toMatchObject({ kind: 'dataChanged', cycle: 5008 });
  });

  it('are none where they come to nothing', async () => {
    for (const used of ["y_q ^ (word_q & 11'd0)", "cycle_q == 16'd5000 ? y_q : y_q ^ word_q"]) {
      const record = await simulateTiny(lateUnknown(used), 6_000);
      expect(record.difference).toBeNull();
      expect(record.passed).toBe(true);
    }
  });

  it('are errors on the handshake', async () => {
    const { difference } = await simulateTiny([["if (!aresetn) valid_q <= 1'b0;\n    else if", 'if']], 5);
    expect(difference?.kind).toBe('validInReset');
    const late: Edits = [
      ...lateUnknown('y_q'),
      ['assign valid_o = valid_q;', 'assign valid_o = valid_q ^ word_q[0];'],
    ];
    expect((await simulateTiny(late, 6_000)).difference?.kind).toBe('unknown');
  });
});

describe('bits of no field', () => {
  it('must be zero', async () => {
    const folder = tinyDesign();
    const file = path.join(folder, 'rtl/tiny.v');
    writeFileSync(file, readFileSync(file, 'utf8').replace("5'b00000", "5'b00100"));
    const record = await simulate(folder, { engine: 'icarus', random: 5, cacheFolder: CACHE });
    expect(record.difference).toMatchObject({ kind: 'output', field: 'padding' });
  });
});

describe('a machine without Verilator', () => {
  it('simulates with the embedded engine, and says so', async () => {
    const { PATH } = process.env;
    process.env.PATH = newFolder();
    try {
      const record = await simulate(tinyDesign(), {
        random: 50,
        traceLayers: true,
        cacheFolder: newFolder(),
      });
      expect(record.passed).toBe(true);
      expect(record.engine.name).toBe('embedded');
      expect(record.engine.version).toMatch(
        /^embedded simulator, Verilog read by Yosys [\d.]+ \(WebAssembly\)$/,
      );
    } finally {
      process.env.PATH = PATH;
    }
  });

  it('uses Verilator where it is', async () => {
    const record = await simulate(tinyDesign(), { random: 50, cacheFolder: CACHE });
    expect(record.engine.name).toBe('verilator');
  });
});
