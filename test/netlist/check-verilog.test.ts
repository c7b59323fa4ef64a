import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { withVendorBodies } from '../../src/emit/bodies.js';
import { emitDesign } from '../../src/emit/design.js';
import { primitiveText } from '../../src/emit/primitives.js';
import { parseManifest, readDesign } from '../../src/emit/read-design.js';
import { checkVerilog } from '../../src/netlist/check-verilog.js';
import { writeHandDesign } from '../support/hand-designs.js';
import { designToProve, RANDOM_ARCHITECTURES } from '../support/random-designs.js';

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-verilog-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HINT =
  '(what Espalier does not write is not read: tools may take it to mean different things (docs/proof.md))';
const PORTS = 'input aclk, input reset, input [7:0] a, input [7:0] b, output [7:0] y';

/** A module of its own, with text before it and items in it. */
const moduleText = (items: string, before = ''): string =>
  `${before}module top (${PORTS});\n${items}\nendmodule\n`;

function check(sources: Readonly<Record<string, string>>, roms: Readonly<Record<string, string>> = {}): void {
  const design = writeHandDesign(mkdtempSync(`${folder}${path.sep}`), 'top', sources, roms);
  checkVerilog(design);
}

const refusal = (place: string, got: string, wanted: string): string =>
  `${place}: got ${got}, wanted ${wanted} ${HINT} [netlist/verilog]`;

describe('the check of the Verilog text', () => {
  it.each(RANDOM_ARCHITECTURES)('accepts what Espalier writes: %s', (architecture) => {
    for (let seed = 1; seed <= 12; seed++) {
      const { network, hardware } = designToProve(architecture, seed);
      const files = emitDesign(network, hardware, { version: '0', command: 'a test' });
      const manifest = parseManifest(files.get('manifest.json') as string);
      checkVerilog({ manifest, files });
    }
  });

  it('accepts the models of a body, and no other module of a vendor', () => {
    const { network, hardware } = designToProve('parallel', 1);
    const files = emitDesign(network, hardware, { version: '0', command: 'a test' });
    const emitted = mkdtempSync(`${folder}${path.sep}`);
    for (const [file, text] of files) {
      mkdirSync(path.dirname(path.join(emitted, file)), { recursive: true });
      writeFileSync(path.join(emitted, file), text);
    }
    const [body, ...others] = withVendorBodies(readDesign(emitted));
    expect(others).toEqual([]);
    expect(() => checkVerilog(body)).not.toThrow();
    expect(() => checkVerilog({ ...body, body: undefined })).toThrow(/^models\/xc7\.v:\d+: got \/\*/);
  });

  it('accepts the two ways to a product where all of their module is as it is shipped, and nowhere else', () => {
    const text = primitiveText('espalier_product');
    const of = (product: string) => ({
      'rtl/top.v': moduleText(`
  wire [15:0] whole;
  espalier_product #(.A_WIDTH (8), .B_WIDTH (8)) product (.a_i (a), .b_i (a), .product_o (whole));
  assign y = whole[7:0];`),
      'rtl/espalier_product.v': product,
    });
    expect(() => check(of(text))).not.toThrow();
    const line = text.split('\n').findIndex((row) => row.startsWith('`ifdef')) + 1;
    expect(() => check(of(text.replace('above[0] ? TOP', 'above[0] ? LAST')))).toThrow(
      refusal(
        `rtl/espalier_product.v:${line}`,
        '`ifdef',
        'no directives but those of modules that are shipped, as they are',
      ),
    );
  });

  it('accepts synchronous modules with parameters, generated blocks and images', () => {
    const items = `
  genvar i;
  reg [7:0] q;
  wire [7:0] sum = a + b, other = {8{a[0]}};
  generate
    for (i = 0; i < 8; i = i + 1) begin : g_bit
      if (i == 0) begin : g_first
        assign y[i] = q[i];
      end else begin : g_rest
        wire one = q[i] ^ other[i - 1 +: 1];
        assign y[i] = one;
      end
    end
  endgenerate
  always @(posedge aclk) begin
    if (!reset) q <= 8'h00;
    else if (a > 8'd3) q <= $signed(sum) >>> 1;
  end
  reg [7:0] words [0:1];
  initial begin
    $readmemh("w.mem", words);
  end
  reg [7:0] held [0:3];
  always @(posedge aclk) begin
    if (a[2]) held[a[1:0]] <= words[b[0]] ^ held[b[1:0]];
  end`;
    expect(() => check({ 'rtl/top.v': moduleText(items) }, { 'rtl/w.mem': '00\n01\n' })).not.toThrow();
  });

  const item = 'an item of a module';
  it.each([
    ['a register set at power-up', "reg q = 1'b1;", '=', ';'],
    ['a block at power-up', 'reg q;\ninitial q = 0;', 'q', '$readmemh', 3],
    ['a blocking assignment', 'reg [7:0] q;\nalways @(posedge aclk) q = a;', '=', '<=', 3],
    ['another clock', 'reg [7:0] q;\nalways @(posedge b) q <= a;', 'b', 'aclk', 3],
    ['the falling edge', 'reg [7:0] q;\nalways @(negedge aclk) q <= a;', 'negedge', 'posedge', 3],
    ['a second edge', 'reg [7:0] q;\nalways @(posedge aclk or negedge reset) q <= a;', 'or', ')', 3],
    ['a list of signals', 'reg [7:0] q;\nalways @(a) q <= a;', 'a', 'posedge', 3],
    ['a block that remembers', 'reg q;\nalways @* if (a[0]) q = b[0];', 'if', 'begin', 3],
    [
      'a block that sets what it had no value for',
      'reg q;\nalways @* begin if (a[0]) q = b[0]; end',
      'q',
      'what the block has set before',
      3,
    ],
    [
      'a block that reads constants alone',
      'localparam P = 1;\nreg q;\ninteger k;\nalways @* begin q = P; for (k = 0; k < 2; k = k + 1) q = ~q; end',
      'end',
      'a block that reads a signal',
      5,
    ],
    ['an array that counts down', 'reg q [3:0];', '3', '0'],
    ['an array that begins at 1', 'reg q [1:3];', '1', '0'],
    ['a delay', 'assign #7 y = a;', '#', 'a net'],
    [
      'a delay inside an assignment',
      'reg [7:0] q;\nalways @(posedge aclk) q <= #1 a;',
      '#',
      'an expression',
      3,
    ],
    ['a delay of a net', 'wire #3 w = a;', '#', 'the name of a signal'],
    ['an attribute', '(* keep *) wire w;', '(', item],
    ['an attribute behind an expression', 'assign y = a (* x *) + b;', '(', ';'],
    [
      'a choice by cases',
      'reg q;\nalways @(posedge aclk) case (a) default: q <= 0; endcase',
      'case',
      'a register',
      3,
    ],
    ['a name of the inside of an instance', 'assign y = top.a;', 'top', 'a name that is declared above'],
    ['an assignment into an instance', 'assign layer.y = a;', 'layer', 'a name that is declared above'],
    ['defparam', 'defparam x.W = 3;', 'defparam', item],
    ['force', 'initial force y = 0;', 'force', '$readmemh'],
    ['a function', 'function f; input x; f = x; endfunction', 'function', item],
    ['a task', 'task t; endtask', 'task', item],
    ['a wired net', 'wand [7:0] w;', 'wand', item],
    ['a gate', 'and g (y, a, b);', 'and', item],
    ['a pull', 'pullup (y);', 'pullup', item],
    ['an inout', 'inout z;', 'inout', item],
    ['SystemVerilog', 'logic [7:0] w;', 'logic', item],
    ['an assertion', 'assert property (a);', 'assert', item],
    ['a port without name', 'x inst (a);', 'a', '.'],
    ['a port by its name alone', 'x inst (.a);', ')', '('],
    ['all ports at once', 'x inst (.*);', '*', 'the name of a port'],
    ['a port twice', 'x inst (.a (a), .a (b));', '(', 'one connection of a'],
    ['a parameter by place', 'x #(3) inst (.a (a));', '3', '.'],
    [
      'a name that is declared below',
      'assign y = w;\nwire [7:0] w = a;',
      'w',
      'a name that is declared above',
    ],
    ['a name twice', 'wire w;\nwire w;', 'w, a second time', 'one declaration of a name', 3],
    [
      'a name that hides another',
      'wire w;\ngenerate if (1) begin : g\nwire w;\nend endgenerate',
      'w, a second time',
      'one declaration of a name',
      4,
    ],
    [
      'a memory that an image fills and a block writes',
      'reg [7:0] m [0:1];\ninitial $readmemh("w.mem", m);\nalways @(posedge aclk) m[a[0]] <= b;',
      'm, which is loaded and written',
      'a memory that is loaded or written',
      4,
    ],
    [
      'a write to bits of a word',
      'reg [7:0] m [0:1];\nalways @(posedge aclk) m[a[0]][3:0] <= b[3:0];',
      '[',
      'a whole word of a memory',
      3,
    ],
    ['bits of a word', 'reg [7:0] m [0:1];\nassign y = m[a[0]][3:0];', '[', 'a whole word of a memory', 3],
    ['a memory without index', 'reg [7:0] m [0:1];\nassign y = m;', ';', '[', 3],
    ['a range of words', 'reg [7:0] m [0:1];\nassign y = m[1:0];', ':', ']', 3],
    ['an array of two indices', 'reg m [0:1][0:3];', '[', ';'],
    [
      'a memory in a combinational block',
      'reg [7:0] m [0:1];\nreg [7:0] q;\nalways @* begin q = 0; if (a[1]) q = m[a[0]]; end',
      'the memory m in a combinational block',
      'an assignment or a clocked block that reads it',
      4,
    ],
    [
      'a memory that a combinational block writes',
      'reg [7:0] m [0:1];\nalways @* begin m[a[0]] = b; end',
      'm, a memory',
      'a register',
      3,
    ],
    [
      'a loop that clears a memory',
      'reg [7:0] m [0:1];\ninteger i;\nalways @(posedge aclk) for (i = 0; i < 2; i = i + 1) m[i] <= 0;',
      'for',
      'a register',
      4,
    ],
    [
      'a register in place of a memory',
      'reg [7:0] q;\ninitial $readmemh("w.mem", q);',
      'q, a register',
      'a memory',
      3,
    ],
    ['an assignment to a register', 'reg [7:0] q;\nassign q = a;', 'q, a register', 'a net', 3],
    ['a block without name', 'generate if (1) begin wire w; end endgenerate', 'wire', ':'],
    ['x', "assign y = 8'bx;", "8'bx", 'characters and tokens as Espalier writes them'],
    ['z', "assign y = 8'hz0;", "8'hz0", 'characters and tokens as Espalier writes them'],
    ['?', "assign y = 8'b?;", "8'b?", 'characters and tokens as Espalier writes them'],
    ['a number of any width', "assign y = 'h3;", "'", 'characters and tokens as Espalier writes them'],
    ['digits beyond the width', "assign y = 4'd16;", "4'd16", 'a number whose digits fit its width'],
    [
      'a number beyond 31 bits',
      'assign y = 2147483648;',
      '2147483648',
      'a number whose digits fit its width',
    ],
    ['digits of another base', "assign y = 8'b2;", "8'b2", 'a number whose digits fit its width'],
    ['an equality of x', 'assign y = a === b;', '===', ';'],
    ['a system function', 'assign y = $random;', '$random', 'an expression'],
    ['a text as a number', 'assign y = "a";', '"a"', 'an expression'],
    ['an escaped name', 'wire \\w ;', '\\w', 'characters and tokens as Espalier writes them'],
    [
      'a comment that begins and ends',
      'assign y = a /* b */;',
      '/*',
      'characters and tokens as Espalier writes them',
    ],
    ['a letter of another script', 'wire а;', '\\u{430}', 'characters and tokens as Espalier writes them'],
    [
      'a lone carriage return',
      'assign y = a; // x\r+ b',
      '\\u{d}',
      'characters and tokens as Espalier writes them',
    ],
    ['a macro', 'assign y = `A;', '`A', 'no directives but those of modules that are shipped, as they are'],
    [
      'an include',
      '`include "x.v"',
      '`include',
      'no directives but those of modules that are shipped, as they are',
    ],
    [
      'a definition',
      '`define A 1',
      '`define',
      'no directives but those of modules that are shipped, as they are',
    ],
    [
      'a condition',
      '`ifdef YOSYS\nassign y = a;\n`endif',
      '`ifdef',
      'no directives but those of modules that are shipped, as they are',
    ],
    [
      'an instruction to Yosys',
      '// synopsys translate_off\nassign y = 0;',
      'the instruction "synopsys translate_off" in a comment',
      item,
    ],
    [
      'an instruction to Verilator',
      'wire w; // verilator lint_off',
      'the instruction "verilator lint_off" in a comment',
      item,
    ],
    [
      'an instruction to others',
      '//pragma translate_off',
      'the instruction "pragma translate_off" in a comment',
      item,
    ],
    [
      'an absolute path',
      'reg m [0:1];\ninitial $readmemh("/etc/w.mem", m);',
      'the file "/etc/w.mem"',
      'the bare name of one ROM image of the manifest',
      3,
    ],
    ['a module that is not there', 'x inst (.a (a));', 'the module x', 'a module of the design'],
    ['a vector of instances', 'x inst [3:0] (.a (a));', '[', '('],
    ['an item after the module', 'endmodule\nwire w;', 'wire', 'module', 3],
  ])('refuses %s', (_, items, got, wanted, line = 2) => {
    expect(() => check({ 'rtl/top.v': moduleText(items) })).toThrow(
      refusal(`rtl/top.v:${line}`, got, wanted),
    );
  });

  it.each([
    ['timescale', '`timescale 1ns/1ps\n', '1ns', 'characters and tokens as Espalier writes them'],
    ['an attribute', '(* blackbox *) ', '(', 'module'],
    ['a package', 'package p; endpackage ', 'package', 'module'],
  ])('refuses before a module %s', (_, before, got, wanted) => {
    expect(() => check({ 'rtl/top.v': moduleText('', before) })).toThrow(refusal('rtl/top.v:1', got, wanted));
  });

  it('refuses a module that two files have, and one of the vendor', () => {
    const twice = { 'rtl/a.v': moduleText('assign y = 0;'), 'rtl/top.v': moduleText('') };
    expect(() => check(twice)).toThrow(refusal('rtl/top.v:1', 'the module top again', 'each module once'));
    const vendor = { 'rtl/top.v': `${moduleText('')}module LUT6 (input I0, output O);\nendmodule\n` };
    expect(() => check(vendor)).toThrow(refusal('rtl/top.v:4', 'the module LUT6 again', 'each module once'));
  });

  it('refuses a number for the name of a file, and a design without its top module', () => {
    const rom =
      'module rom #(parameter FILE = "") (input aclk);\nreg m [0:1];\ninitial $readmemh(FILE, m);\nendmodule\n';
    const text = moduleText("rom #(.FILE (64'h2f746d702f772e6d)) inst (.aclk (aclk));");
    expect(() => check({ 'rtl/rom.v': rom, 'rtl/top.v': text })).toThrow(
      refusal('rtl/top.v:2', 'the value of FILE', 'the name of a ROM image, as a text'),
    );
    expect(() => check({ 'rtl/rom.v': rom })).toThrow(
      refusal('manifest.json', 'the top module top', 'a module of the Verilog'),
    );
  });

  describe("of the ROM's conditional texts", () => {
    const rom = primitiveText('espalier_rom');
    const top = moduleText('assign y = a;');
    const edited = (from: string, to: string) => ({
      'rtl/espalier_rom.v': rom.replace(from, to),
      'rtl/top.v': top,
    });

    it('accepts them as they are shipped', () => {
      expect(() => check(edited('', ''))).not.toThrow();
    });

    const place = /rtl\/espalier_rom\.v:\d+: got /.source;
    it.each([
      ['another word', 'sum = 32', 'words[0] = 0; sum = 32', /`ifndef/],
      ['another branch', '`else\n  localparam PLACE = FILE;', '`else\n  localparam PLACE = "";', /`ifdef/],
      ['an instruction elsewhere', '  // synthesis translate_on\n', '', /`ifndef/],
      ['a name that only simulators see', 'reg [WIDTH:0] word_q;', 'reg [WIDTH:0] word_q, sum;', /sum/],
    ])('refuses %s', (_, from, to, got) => {
      expect(() => check(edited(from, to))).toThrow(
        new RegExp(`^${place}${got.source},.*netlist/verilog\\]$`),
      );
    });
  });
});
