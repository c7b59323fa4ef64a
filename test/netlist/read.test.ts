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

  it('knows enables and resets, and no first value', async () => {
    const { registers } = await read(
      `reg [7:0] q;
always @(posedge aclk) if (!reset) q <= 8'h81; else if (enable) q <= a;
assign y = q;`,
    );
    expect(registers).toHaveLength(1);
    const [{ enable, reset, initial }] = registers;
    expect(enable?.active).toBe(1);
    expect(reset?.active).toBe(0);
    expect(reset?.value).toEqual([-2, -1, -1, -1, -1, -1, -1, -2]);
    expect(initial).toEqual(Array(8).fill(-3));
  });

  const rom = 'reg [7:0] rom [0:3];\ninitial $readmemh("w.mem", rom);\nassign y = rom[a[1:0]];';

  it('reads ROM images', async () => {
    const { cells } = await read(rom, { 'rtl/w.mem': '01\nc3\n70\n00\n' });
    const found = cells.find((cell) => cell.kind === 'rom');
    expect(found?.words.map((word) => word.join(''))).toEqual([
      '10000000',
      '11000011',
      '00001110',
      '00000000',
    ]);
  });

  const ofOneImage = 'wanted the words of one image, all of them (emit the design again) [netlist/rom]';
  it.each([
    [
      'three words for four',
      '01\nc3\n70\n',
      `rtl/top.v:2: got a ROM whose words are those of no image of the manifest, ${ofOneImage}`,
    ],
    [
      'five words for four',
      '01\nc3\n70\n00\n00\n',
      `rtl/top.v:2: got a ROM whose words are those of no image of the manifest, ${ofOneImage}`,
    ],
    ['an address', '@0\nc3\n70\n00\n', 'rtl/w.mem:1: got @0, wanted a hexadecimal word of 8 bits'],
    ['a wide word', '01\n1c3\n70\n00\n', 'rtl/w.mem:2: got 1c3, wanted a hexadecimal word of 8 bits'],
    ['an x', '01\nc3\nx0\n00\n', 'rtl/w.mem:3: got x0, wanted a hexadecimal word of 8 bits'],
    ['a comment', '01\nc3 // y\n70\n00\n', 'rtl/w.mem:2: got c3 // y, wanted a hexadecimal word of 8 bits'],
  ])('refuses a ROM image with %s', async (_, image, message) => {
    await expect(read(rom, { 'rtl/w.mem': image })).rejects.toThrow(message);
  });

  it.each([
    ['two expressions', 'assign y = a + b;\nassign y = a - b;', 'y'],
    ['the same expression twice', 'assign y = a + b;\nassign y = a + b;', 'y'],
    ['an expression and a constant', "assign y = a + b;\nassign y = 8'd0;", 'y'],
    ['an expression and an input', 'assign y = a + b;\nassign y = a;', 'y'],
    ['two inputs', 'assign y = a;\nassign y = b;', 'y'],
    ['an input from inside', 'assign a = b;\nassign y = a;', 'a'],
    ['one bit of many', 'assign y = a + b;\nassign y[0] = a[0];', 'y'],
    ['an initial and another assignment', 'wire [7:0] w = a;\nassign w = b;\nassign y = w;', 'w'],
    [
      'two blocks for one register',
      'reg [7:0] q;\nalways @(posedge aclk) q <= a;\nalways @(posedge aclk) if (enable) q <= b;\nassign y = q;',
      'q',
    ],
  ])('refuses two drivers: %s', async (_, body, name) => {
    await expect(read(body)).rejects.toThrow(
      new RegExp(`got bit 0 of ${name}, which has more than one driver, .* \\[netlist/driven-twice\\]$`),
    );
  });

  it('refuses a net that another assignment would drive backwards', async () => {
    // To Yosys t is y, and so a + b; to others nothing drives it.
    const body = 'wire [7:0] t;\nassign y = t;\nwire [7:0] u = t + a;\nwire unused = &u;';
    await expect(read(body)).rejects.toThrow(
      'rtl/top.v:2: got bit 0 of t, which nothing drives, wanted one driver for every bit that is read ' +
        '[netlist/undriven]',
    );
  });

  it('keeps x: a register that is never reset, a bit that is not there', async () => {
    const never = await read('reg [7:0] u;\nalways @(posedge aclk) u <= u;\nassign y = (a + b) ^ u;');
    expect(never.registers).toHaveLength(1);
    const beyond = await read("wire [3:0] at = a[3:0];\nassign y = {7'd0, b[at]};");
    expect(beyond.cells.map((cell) => 'operator' in cell && cell.operator)).toContain('$shiftx');
    await expect(read("assign y = {7'd0, b[8]};")).rejects.toThrow(
      /got a warning of Yosys: Range select.* \[netlist\/warning\]$/,
    );
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

  const wanted = 'wanted registers, memories and word-level logic, as Espalier emits them';
  it.each([
    ['assign y = a / b;', `rtl/top.v:2: got $div, ${wanted} [netlist/unknown-cell]`],
    [
      'wire [7:0] l;\nassign l = (l ^ a) + b;\nassign y = l;',
      'rtl/top.v:3: got a combinational loop, wanted a register in every loop [netlist/loop]',
    ],
    [
      'wire [7:0] l;\nassign y = l + a;',
      'rtl/top.v:2: got bit 0 of l, which nothing drives, wanted one driver for every bit that is read ' +
        '[netlist/undriven]',
    ],
  ])('refuses %s', async (body, message) => {
    await expect(read(body)).rejects.toThrow(message);
  });
});
