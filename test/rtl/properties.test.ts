import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const RTL = path.resolve('rtl');
const PROPERTIES = path.join(RTL, 'properties');
const folder = mkdtempSync(path.join(tmpdir(), 'espalier-properties-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every primitive with properties: parameters to prove them for, and breaks that must show. */
const PRIMITIVES: Readonly<
  Record<string, { parameters: Parameters[]; breaks: [from: string, to: string][] }>
> = {
  espalier_skid_buffer: {
    parameters: [{ WIDTH: 1 }, { WIDTH: 3 }],
    breaks: [
      ['wire advance = m_ready_i | ~valid_q;', 'wire advance = m_ready_i;'],
      ['wire advance = m_ready_i | ~valid_q;', "wire advance = 1'b1;"],
      ['skid_valid_q ? skid_data_q : s_data_i', 's_data_i'],
      ['if (s_ready_o) skid_data_q', 'skid_data_q'],
      ["      skid_valid_q <= 1'b0;\n", ''],
      ['assign m_valid_o = valid_q;', 'assign m_valid_o = valid_q & m_ready_i;'],
      ['assign s_ready_o = ~skid_valid_q;', "assign s_ready_o = 1'b1;"],
    ],
  },
  espalier_bypass: {
    parameters: [
      { WIDTH: 2, DEPTH: 2, INDEX_WIDTH: 1 },
      { WIDTH: 2, DEPTH: 3, INDEX_WIDTH: 2 },
      { WIDTH: 1, DEPTH: 4, INDEX_WIDTH: 2 },
    ],
    breaks: [
      ['filled_q ? oldest_q + 1', '1 ? oldest_q + 1'],
      ['filled_q <= ~last;', "filled_q <= 1'b1;"],
      ['end else if (get_i & ~put_i) begin', 'end else if (get_i) begin'],
      ['last ? oldest_q : oldest_q - 1', '0 ? oldest_q : oldest_q - 1'],
      ['if (put_i) words_q', 'words_q'],
      ["      filled_q <= 1'b0;\n", ''],
    ],
  },
  espalier_sequencer: {
    parameters: [
      { STEPS: 3, STEP_WIDTH: 2, PIPELINE: 3, FIRST_RESULT: 1, LOOK_AHEAD: 0 },
      { STEPS: 1, STEP_WIDTH: 1, PIPELINE: 4, FIRST_RESULT: 0, LOOK_AHEAD: 1 },
      { STEPS: 5, STEP_WIDTH: 3, PIPELINE: 2, FIRST_RESULT: 4, LOOK_AHEAD: 0 },
      { STEPS: 4, STEP_WIDTH: 2, PIPELINE: 5, FIRST_RESULT: 0, LOOK_AHEAD: 1 },
    ],
    breaks: [
      ['assign x_ready_o = idle & ~stall;', 'assign x_ready_o = idle;'],
      ['assign enable_o  = ~stall;', "assign enable_o  = 1'b1;"],
      ['localparam LAST_STEP  = STEPS - 1;', 'localparam LAST_STEP  = STEPS - 2;'],
      ['assign issue_o   = ~idle | x_valid_i;', "assign issue_o   = 1'b1;"],
      ['issue_o & at_last};', 'issue_o & idle};'],
      ["else if (y_ready_i) y_valid_q <= 1'b0;", "else y_valid_q <= 1'b0;"],
      ["      last_q  <= {PIPELINE{1'b0}};\n", ''],
    ],
  },
};

type Parameters = Readonly<Record<string, number>>;

/** What the model checker says of a primitive's text: whether every property holds in every reachable state. */
function holds(primitive: string, text: string, parameters: Parameters, name: string): boolean {
  const file = (extension: string) => path.join(folder, `${name}.${extension}`);
  const top = `${primitive}_properties`;
  const settings = Object.entries(parameters).map(([key, value]) => `-set ${key} ${value}`);
  writeFileSync(file('v'), text);
  writeFileSync(
    file('ys'),
    [
      `read_verilog -formal ${file('v')} ${path.join(PROPERTIES, `${primitive}.v`)}`,
      `chparam ${settings.join(' ')} ${top}`,
      `hierarchy -check -top ${top}`,
      'proc',
      'flatten',
      'setundef -undriven -anyseq',
      'opt -keepdc',
      'memory',
      'async2sync',
      'dffunmap',
      'opt_clean',
      // Registers may hold anything at power-up.
      'formalff -clk2ff -ff2anyinit',
      'techmap',
      'opt -fast',
      'abc -g AND -fast',
      'opt_clean',
      `write_aiger -I -B -zinit ${file('aig')}`,
    ].join('\n'),
  );
  execFileSync('yosys', ['-q', '-s', file('ys')], { stdio: 'pipe' });
  const said = execFileSync('yosys-abc', ['-c', `read_aiger ${file('aig')}; fold; pdr`], {
    encoding: 'utf8',
    cwd: folder,
  });
  const proved = said.includes('Property proved.');
  expect(proved || /was asserted in frame/.test(said), said).toBe(true);
  return proved;
}

describe.each(Object.entries(PRIMITIVES))('%s', (primitive, { parameters, breaks }) => {
  const text = readFileSync(path.join(RTL, `${primitive}.v`), 'utf8');

  it.each(parameters)('keeps its properties with %o', (some) => {
    expect(holds(primitive, text, some, `${primitive}-${Object.values(some).join('-')}`)).toBe(true);
  });

  it.each(breaks)('loses one with %j → %j', (from, to) => {
    expect(text).toContain(from);
    const broken = text.replaceAll(from, to);
    const shows = parameters.some((some) => !holds(primitive, broken, some, `${primitive}-broken`));
    expect(shows).toBe(true);
  });
});

it('every file of properties is proved', () => {
  expect(
    readdirSync(PROPERTIES)
      .map((file) => path.basename(file, '.v'))
      .sort(),
  ).toEqual(Object.keys(PRIMITIVES).sort());
});
