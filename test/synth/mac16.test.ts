import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { newFolder } from '../support/cli.js';

const MODEL = path.resolve('test', 'synth', 'mac16.v');
/** The simulation models that come with Yosys, in the folder beside its own. */
const YOSYS = execFileSync('sh', ['-c', 'command -v yosys'], { encoding: 'utf8' }).trim();
const LIBRARY = path.join(realpathSync(YOSYS), '..', '..', 'share', 'yosys', 'ice40', 'cells_sim.v');

/** Where the product leaves alone, nothing is said of the carry. */
const compared = (parameters: string) =>
  parameters.includes('LOWERINPUT') ? '{mine, mine_co} !== {theirs, theirs_co}' : 'mine !== theirs';

const bench = (parameters: string) => `\`timescale 1ns/1ps
module bench;
  reg clk = 0;
  reg [15:0] a = 0, b = 0, c = 0, d = 0;
  reg ce = 0;
  reg [5:0] hold = 0;
  wire [31:0] mine, theirs;
  wire mine_co, theirs_co;
  integer differing = 0, k;
  reg changed = 0;
  reg [31:0] last = 0;
  model_mac16 #(${parameters}) model (
    .CLK(clk), .CE(ce), .A(a), .B(b), .C(c), .D(d), .AHOLD(hold[0]), .BHOLD(hold[1]), .CHOLD(hold[2]), .DHOLD(hold[3]),
    .IRSTTOP(1'b0), .IRSTBOT(1'b0), .ORSTTOP(1'b0), .ORSTBOT(1'b0), .OLOADTOP(1'b0), .OLOADBOT(1'b0), .ADDSUBTOP(1'b0),
    .ADDSUBBOT(1'b0), .OHOLDTOP(hold[4]), .OHOLDBOT(hold[5]), .CI(1'b0), .ACCUMCI(1'b0), .SIGNEXTIN(1'b0), .O(mine),
    .CO(mine_co));
  SB_MAC16 #(${parameters}) known (
    .CLK(clk), .CE(ce), .A(a), .B(b), .C(c), .D(d), .AHOLD(hold[0]), .BHOLD(hold[1]), .CHOLD(hold[2]), .DHOLD(hold[3]),
    .IRSTTOP(k < 0), .IRSTBOT(k < 0), .ORSTTOP(k < 0), .ORSTBOT(k < 0), .OLOADTOP(1'b0), .OLOADBOT(1'b0), .ADDSUBTOP(1'b0),
    .ADDSUBBOT(1'b0), .OHOLDTOP(hold[4]), .OHOLDBOT(hold[5]), .CI(1'b0), .ACCUMCI(1'b0), .SIGNEXTIN(1'b0), .O(theirs),
    .CO(theirs_co));
  initial begin
    k = -1;
    #1 k = 0;
    for (k = 0; k < 5000; k = k + 1) begin
      a = (k % 3 == 0) ? 16'h8000 : $random;
      b = (k % 5 == 0) ? 16'h8000 : $random;
      c = $random; d = $random; ce = $random | $random; hold = $random & $random;
      #1 if (${compared(parameters)}) differing = differing + 1;
      if (mine !== last) changed = 1;
      last = mine;
      #1 clk = 1;
      #1 if (${compared(parameters)}) differing = differing + 1;
      #1 clk = 0;
    end
    $display("%0d differing, %s", differing, changed ? "alive" : "dead");
    $finish;
  end
endmodule
`;

/** What Yosys sets beside signs and registers: a product alone, behind a register of the sum, or added to. */
const OUTPUTS = {
  'the product': ".TOPOUTPUT_SELECT(2'd3), .BOTOUTPUT_SELECT(2'd3)",
  'the register of {C, D} and the product':
    ".TOPOUTPUT_SELECT(2'd1), .BOTOUTPUT_SELECT(2'd1), .TOPADDSUB_LOWERINPUT(2'd2), .BOTADDSUB_LOWERINPUT(2'd2), " +
    ".TOPADDSUB_UPPERINPUT(1'b1), .BOTADDSUB_UPPERINPUT(1'b1), .TOPADDSUB_CARRYSELECT(2'd3)",
  'their sum itself':
    ".TOPOUTPUT_SELECT(2'd0), .BOTOUTPUT_SELECT(2'd0), .TOPADDSUB_LOWERINPUT(2'd2), .BOTADDSUB_LOWERINPUT(2'd2), " +
    ".TOPADDSUB_UPPERINPUT(1'b1), .BOTADDSUB_UPPERINPUT(1'b1), .TOPADDSUB_CARRYSELECT(2'd3)",
  'what came out and the product':
    ".TOPOUTPUT_SELECT(2'd1), .BOTOUTPUT_SELECT(2'd1), .TOPADDSUB_LOWERINPUT(2'd2), .BOTADDSUB_LOWERINPUT(2'd2), " +
    ".TOPADDSUB_CARRYSELECT(2'd3)",
};
const REGISTERS = [
  ".A_REG(1'b1), .B_REG(1'b1), .C_REG(1'b1), .D_REG(1'b1)",
  ".TOP_8x8_MULT_REG(1'b1), .BOT_8x8_MULT_REG(1'b1), .PIPELINE_16x16_MULT_REG1(1'b1), .PIPELINE_16x16_MULT_REG2(1'b1)",
  ".A_REG(1'b1), .PIPELINE_16x16_MULT_REG2(1'b1)",
];
const SIGNS = ['.A_SIGNED(1), .B_SIGNED(1)', '.A_SIGNED(0), .B_SIGNED(1)', '.A_SIGNED(0), .B_SIGNED(0)'];

function played(parameters: string): string {
  const folder = newFolder('mac16');
  const model = readFileSync(MODEL, 'utf8').replace('module SB_MAC16', 'module model_mac16');
  writeFileSync(path.join(folder, 'model.v'), model);
  writeFileSync(path.join(folder, 'bench.v'), bench(parameters));
  const words = [
    '-g2005',
    '-DNO_ICE40_DEFAULT_ASSIGNMENTS',
    '-o',
    'bench',
    '-s',
    'bench',
    'bench.v',
    'model.v',
    LIBRARY,
  ];
  execFileSync('iverilog', words, { cwd: folder, stdio: 'pipe' });
  return execFileSync('vvp', ['-n', 'bench'], { cwd: folder, encoding: 'utf8' });
}

describe("the model of the iCE40's multiplier is that of Yosys' library", () => {
  it.each(Object.entries(OUTPUTS))('%s', (_, output) => {
    for (const [at, registers] of REGISTERS.entries()) {
      expect(played([output, registers, SIGNS[at]].join(', '))).toBe('0 differing, alive\n');
    }
  });

  it('and is not where the library multiplies 8 by 8 bits', () => {
    expect(played(`${OUTPUTS['the product']}, .MODE_8x8(1'b1)`)).not.toMatch(/^0 differing/);
  });
});
