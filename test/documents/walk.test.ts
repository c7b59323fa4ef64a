import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/cli.js';
import { compileTiny, runBench } from './tiny.js';

const GUIDE = readFileSync(path.join(ROOT, 'ARCHITECTURE.md'), 'utf8');
const WALK = GUIDE.slice(
  GUIDE.indexOf('## One network, from'),
  GUIDE.indexOf('## The network, and the chain'),
);

/** Drives the codes 8 and 4 once, and prints what the table has; a value that is not known yet is empty. */
const BENCH = `
module bench;
  reg clock = 0, reset_n = 0, valid = 0;
  wire ready, given, last, error;
  wire [15:0] answer;
  integer cycle = 0;
  always #5 clock = ~clock;
  tiny dut (.aclk(clock), .aresetn(reset_n), .s_axis_tdata(8'h48), .s_axis_tvalid(valid), .s_axis_tready(ready),
    .s_axis_tlast(1'b1), .m_axis_tdata(answer), .m_axis_tvalid(given), .m_axis_tready(1'b1), .m_axis_tlast(last),
    .frame_error(error));
  always @(negedge clock) if (valid | cycle != 0) begin
    $display("row %0d|%0d|%h|%0d|%0d|%0d|%0d|%0d", cycle, dut.hidden_layer.hidden_step, dut.hidden_layer.lane0.word,
      dut.hidden_layer.hidden_lane0_operand, $signed(dut.hidden_layer.lane0.weight), dut.hidden_layer.lane0.product_q,
      $signed(dut.hidden_layer.lane0.acc_q), dut.hidden_layer.hidden_lane0_code0);
    if (dut.hidden_layer.y_valid_o) $display("hidden %0d %h", cycle, dut.hidden_layer.y_o);
    if (given) $display("answer %0d %h", cycle, answer);
    cycle = cycle + 1;
  end
  initial begin
    repeat (3) @(posedge clock);
    #1 reset_n = 1;
    @(posedge clock);
    #1 valid = 1;
    @(posedge clock);
    #1 valid = 0;
    repeat (20) @(posedge clock);
    $finish;
  end
endmodule
`;

describe("ARCHITECTURE.md's walk through one network", () => {
  const { folder, manifest, network } = compileTiny();

  it('has the codes and the ROM words that compile gives', () => {
    expect(network.layers.map(({ kernel, bias }) => [kernel.codes, bias.codes])).toEqual([
      [
        [
          [8, -4],
          [24, 0],
        ],
        [64, 128],
      ],
      [[[16], [-8]], [-64]],
    ]);
    const words = readFileSync(path.join(folder, 'rtl', 'tiny_hidden_lane0_weights.mem'), 'utf8').match(
      /\b[\da-f]{3}\b/g,
    );
    expect(WALK).toContain(`\n${words?.join(' ')}\n`);
  });

  it('has the waveform that Icarus shows', () => {
    const file = path.join(folder, 'bench.v');
    writeFileSync(file, BENCH);
    const lines = runBench(folder, file);
    const told = [...WALK.matchAll(/^\| (\d+) +\|(.*)\|$/gm)].map(([, cycle, rest]) =>
      [cycle, ...rest.split('|').map((cell) => cell.trim())].join('|'),
    );
    const seen = lines
      .filter((line) => line.startsWith('row '))
      .map((line) => line.slice(4).replace(/\b[xX]+\b/g, ''));
    // A code is one when its sum is done, in cycles 5 and 6.
    const upTo = seen
      .slice(0, told.length)
      .map((line, cycle) => (cycle < 5 ? line.replace(/\|\d*$/, '|') : line));
    expect(upTo).toEqual(told);
    expect(lines.filter((line) => /^(?:hidden|answer) /.test(line))).toEqual([
      'hidden 6 0e',
      'hidden 7 06',
      'answer 16 0870',
    ]);
    expect(manifest.timing.latency).toBe(16);
  });
});
