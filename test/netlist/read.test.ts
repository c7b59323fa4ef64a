import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readNetlist } from '../../src/netlist/read.js';
import type { Netlist } from '../../src/netlist/types.js';
import { findYosys } from '../../src/netlist/yosys.js';
import { writeHandDesign } from '../support/hand-designs.js';

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-read-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function read(body: string, roms: Readonly<Record<string, string>> = {}): Promise<Netlist> {
  const ports = 'input aclk, input other, input reset, input enable, input [7:0] a, input [7:0] b';
  const text = `module top (${ports}, output [7:0] y);\n${body}\nendmodule\n`;
  const design = writeHandDesign(mkdtempSync(`${folder}${path.sep}`), 'top', { 'rtl/top.v': text }, roms);
  return readNetlist(design, await findYosys('native'), { timeoutSeconds: 60 });
}

describe('reading a netlist', () => {
  it('keeps words, names and places', async () => {
    const { cells, signals, inputs, outputs } = await read(
      'wire [7:0] sum;\nassign sum = a + b;\nassign y = sum;',
    );
    expect(cells).toHaveLength(1);
    const [cell] = cells;
    expect(cell).toMatchObject({ kind: 'binary', operator: '$add', place: { file: 'rtl/top.v', line: 3 } });
    expect(cell.y).toEqual(signals.get('sum'));
    expect(cell.y).toEqual(outputs.get('y'));
    expect(cell.kind === 'binary' && cell.a.bits).toEqual(inputs.get('a'));
  });

  it('knows enables, resets and first values', async () => {
    const { registers } = await read(
      `reg [7:0] q = 8'h05;
always @(posedge aclk) if (!reset) q <= 8'h81; else if (enable) q <= a;
assign y = q;`,
    );
    expect(registers).toHaveLength(1);
    const [{ enable, reset, initial }] = registers;
    expect(enable?.active).toBe(1);
    expect(reset?.active).toBe(0);
    expect(reset?.needsEnable).toBe(false);
    expect(reset?.value).toEqual([-2, -1, -1, -1, -1, -1, -1, -2]);
    expect(initial).toEqual([-2, -1, -2, -1, -1, -1, -1, -1]);
  });

  it('reads ROM images, and x where they have no word', async () => {
    const body =
      'reg [3:0] rom [0:3];\ninitial $readmemh("rtl/w.mem", rom);\nassign y = {4\'d0, rom[a[1:0]]};';
    const { cells } = await read(body, { 'rtl/w.mem': '1\nc\n7\n' });
    const rom = cells.find((cell) => cell.kind === 'rom');
    expect(rom?.words.map((word) => [...word])).toEqual([
      [1, 0, 0, 0],
      [0, 0, 1, 1],
      [1, 1, 1, 0],
      [2, 2, 2, 2],
    ]);
  });

  it('keeps the signals that the manifest names, in modules with parameters too', async () => {
    const text = `module top (input aclk, input [7:0] a, output [7:0] y);
  layer #(.STEP(8'd3)) layer0 (.x_i(a), .y_o(y));
endmodule
module layer #(parameter STEP = 1) (input [7:0] x_i, output [7:0] y_o);
  wire [15:0] results = {x_i - STEP, x_i + STEP};
  assign y_o = results[7:0];
endmodule
`;
    const folderOfDesign = mkdtempSync(`${folder}${path.sep}`);
    const { manifest, ...design } = writeHandDesign(folderOfDesign, 'top', { 'rtl/top.v': text });
    const trace = { layer: 'none', path: ['layer0'], module: 'layer', signal: 'results' };
    const traces = [{ ...trace, valid: 'x_i', ready: 'x_i', width: 16, fields: [] }];
    const traced = { ...design, manifest: { ...manifest, traces } };
    const { signals } = await readNetlist(traced, await findYosys('native'), { timeoutSeconds: 60 });
    expect(signals.get('layer0.results')?.filter((bit) => bit < 0)).toEqual([]);
  });

  const wanted = 'wanted registers, read-only memories and word-level logic, as Espalier emits them';
  it.each([
    ['assign y = a / b;', `rtl/top.v:2: got $div, ${wanted} [netlist/unknown-cell]`],
    [
      'reg [7:0] q;\nalways @(posedge aclk or negedge reset) if (!reset) q <= 0; else q <= a;\nassign y = q;',
      `rtl/top.v:3: got $adff, ${wanted} [netlist/unknown-cell]`,
    ],
    [
      'reg [7:0] m [0:3];\nalways @(posedge aclk) m[a[1:0]] <= b;\nassign y = m[b[1:0]];',
      `rtl/top.v:2: got a memory that is written, ${wanted} [netlist/unknown-cell]`,
    ],
    [
      'reg [7:0] q;\nalways @(posedge other) q <= a;\nassign y = q;',
      'rtl/top.v:3: got a register on another clock or edge, wanted registers on the rising edge of aclk ' +
        '[netlist/clock]',
    ],
    [
      'wire [7:0] l;\nassign l = (l ^ a) + b;\nassign y = l;',
      'rtl/top.v:3: got a combinational loop, wanted a register in every loop [netlist/loop]',
    ],
    [
      'wire [7:0] l;\nassign y = l + a;',
      'rtl/top.v:3: got an input that nothing drives, wanted a driver [netlist/undriven]',
    ],
  ])('refuses %s', async (body, message) => {
    await expect(read(body)).rejects.toThrow(message);
  });
});
