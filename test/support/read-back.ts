import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Bitstream } from '../../src/synth/icestorm/bitstream.js';
import { verilateLine } from './uart-line.js';

/** What a block RAM of the chip means. */
const RAM = path.resolve('test', 'synth', 'ram40.v');

/**
 * Makes Verilog again of the bits that were placed and routed, and puts the bench of a serial line round it.
 *
 * @param top the board's top module
 * @param reset what the bench's aresetn drives; absent: the board has no button, power-up resets it
 */
export function verilateBits(folder: string, top: string, { files }: Bitstream, reset?: string): void {
  for (const ending of ['asc', 'pcf']) {
    writeFileSync(path.join(folder, `${top}.${ending}`), files.get(`${top}.${ending}`) as string);
  }
  const words = ['-s', '-l', '-n', 'routed', '-p', `${top}.pcf`, `${top}.asc`];
  const netlist = execFileSync('icebox_vlog', words, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 });
  writeFileSync(path.join(folder, 'read-back.v'), netlist);
  const commands = 'read_verilog read-back.v; proc; opt_clean; write_verilog -noattr routed.v';
  execFileSync('yosys', ['-q', '-p', commands], { cwd: folder, stdio: 'pipe' });
  const button = reset === undefined ? '' : `.${reset}(aresetn), `;
  writeFileSync(
    path.join(folder, 'link_top.v'),
    `module link_top (input wire aclk, input wire aresetn, input wire rxd_i, output wire txd_o);
  wire unused = &{1'b0, aresetn};
  routed board (.clk_i(aclk), ${button}.uart_rxd_i(rxd_i), .uart_txd_o(txd_o));
endmodule
`,
  );
  verilateLine(folder, ['-Wno-fatal', '-Wno-lint', 'link_top.v', 'routed.v', RAM]);
}
