import { add, all, type Edit, edits, replace } from './edit.js';

/** What tools read in two ways, or at another place: refused before any of them sees it. */
const PARALLEL_OUTPUT = 'assign y_o       = hidden_results;';
const SERIAL_OUTPUT = 'assign y_o       = hidden_y_q;';
const WRONG = 'assign y_o       = ~hidden_results;';

const conditional = (directive: string, first: string, second: string) =>
  replace(PARALLEL_OUTPUT, `${directive}\n  ${first}\n\`else\n  ${second}\n\`endif`);

const CONDITIONALS: readonly Edit[] = edits('parallel', 'netlist/verilog', [
  ['another text for simulators', 'tiny_hidden.v', conditional('`ifdef SYNTHESIS', PARALLEL_OUTPUT, WRONG)],
  ['another text for Verilator', 'tiny_hidden.v', conditional('`ifdef VERILATOR', WRONG, PARALLEL_OUTPUT)],
  ['another text for all but Yosys', 'tiny_hidden.v', conditional('`ifdef YOSYS', PARALLEL_OUTPUT, WRONG)],
  ['another text for Icarus', 'tiny_hidden.v', conditional('`ifndef __ICARUS__', PARALLEL_OUTPUT, WRONG)],
  [
    'another text for a vendor',
    'tiny_hidden.v',
    conditional('`ifdef XILINX_SIMULATOR', WRONG, PARALLEL_OUTPUT),
  ],
  [
    'a chain of conditions',
    'tiny_hidden.v',
    replace(PARALLEL_OUTPUT, `\`ifdef A\n\`elsif VERILATOR\n${WRONG}\n\`else\n${PARALLEL_OUTPUT}\n\`endif`),
  ],
  ['a macro for a name', 'tiny_hidden.v', (text) => `\`define hidden_results_q hidden_results\n${text}`],
  ['a macro for a keyword', 'tiny.v', (text) => `\`define negedge posedge\n${text}`],
  [
    'a macro that a run defines',
    'tiny_hidden.v',
    replace(PARALLEL_OUTPUT, 'assign y_o = hidden_results `FAULT;'),
  ],
  ['text of another folder', 'tiny_hidden.v', replace(PARALLEL_OUTPUT, '`include "/tmp/output.vh"')],
  ['text of a neighbour', 'tiny_hidden.v', replace(PARALLEL_OUTPUT, '`include "tiny_head.v"')],
  ['inputs pulled up', 'tiny.v', (text) => `\`unconnected_drive pull1\n${text}`],
  ['nets that are 1 unless driven', 'tiny.v', (text) => `\`default_nettype tri1\n${text}`],
  ['another unit of time', 'tiny.v', (text) => `\`timescale 1ns / 1ps\n${text}`],
  ['another line and file', 'tiny_hidden.v', (text) => `\`line 1 "/etc/passwd" 0\n${text}`],
  ['a cell', 'tiny_hidden.v', (text) => `\`celldefine\n${text}\`endcelldefine\n`],
]);

const hidden = (begin: string, end: string) =>
  replace(
    'assign y_valid_o = hidden_y_valid;',
    `assign y_valid_o = hidden_y_valid\n${begin}\n  & 1'b0\n${end}\n  ;`,
  );

const COMMENTS: readonly Edit[] = edits('serial', 'netlist/verilog', [
  [
    'text that Synopsys tools leave out',
    'tiny_hidden.v',
    hidden('// synopsys translate_off', '// synopsys translate_on'),
  ],
  [
    'text that synthesis leaves out',
    'tiny_hidden.v',
    hidden('// synthesis translate_off', '// synthesis translate_on'),
  ],
  [
    'text that a pragma leaves out',
    'tiny_hidden.v',
    hidden('// pragma translate_off', '// pragma translate_on'),
  ],
  [
    'text left out within a line',
    'tiny_hidden.v',
    hidden('/* synopsys translate_off */', '/* synopsys translate_on */'),
  ],
  [
    'text that RTL synthesis leaves out',
    'tiny_hidden.v',
    hidden('// rtl_synthesis off', '// rtl_synthesis on'),
  ],
  [
    'a comment that ends at a carriage return',
    'tiny_hidden.v',
    replace(SERIAL_OUTPUT, '// as emitted\rassign y_o = 0;'),
  ],
  ['a comment inside a comment', 'tiny_hidden.v', replace(SERIAL_OUTPUT, `/* /* */ ${SERIAL_OUTPUT} // */`)],
  [
    'a letter that looks like another',
    'tiny_hidden.v',
    replace('assign y_o       = hidden_y_q;', 'assign y_o = hiddеn_y_q;'),
  ],
  ['a space that is none', 'tiny_hidden.v', replace('assign y_valid_o', 'assign\u00a0y_valid_o')],
  [
    'the end of a file in its middle',
    'tiny_hidden.v',
    replace('assign y_valid_o', '\u001a assign y_valid_o'),
  ],
  ['a name with an escape', 'tiny_hidden.v', replace('reg [11:0] hidden_y_q;', 'reg [11:0] \\hidden_y_q ;')],
]);

const CLOCKED: readonly Edit[] = edits('parallel', 'netlist/verilog', [
  [
    'a blocking assignment before another block reads',
    'tiny_hidden.v',
    replace('input3_q <= input3;', 'input3_q = input3;'),
  ],
  ['a block at the other edge', 'tiny_hidden.v', replace('always @(posedge aclk)', 'always @(negedge aclk)')],
  ['a block at both edges', 'tiny_hidden.v', replace('always @(posedge aclk)', 'always @(aclk)')],
  [
    'a block at another signal',
    'tiny_hidden.v',
    replace('always @(posedge aclk)', 'always @(posedge x_valid_i)'),
  ],
  [
    'a reset that does not wait',
    'tiny_hidden.v',
    replace('(posedge aclk)', '(posedge aclk or negedge aresetn)'),
  ],
  [
    'a clock behind a gate',
    'tiny_hidden.v',
    replace('always @(posedge aclk)', 'always @(posedge aclk & x_valid_i)'),
  ],
  ['a clock with a condition', 'tiny_hidden.v', replace('@(posedge aclk)', '@(posedge aclk iff x_valid_i)')],
  ['a delay in an assignment', 'tiny_hidden.v', replace('input3_q <= input3;', 'input3_q <= #7 input0;')],
  ['a delay before an assignment', 'tiny_hidden.v', replace('input3_q <= input3;', '#7 input3_q <= input3;')],
  [
    'a wait in a block',
    'tiny_hidden.v',
    replace('input3_q <= input3;', 'input3_q <= @(posedge aclk) input3;'),
  ],
  [
    'a repeated wait',
    'tiny_hidden.v',
    replace('input3_q <= input3;', 'input3_q <= repeat (2) @(posedge aclk) input3;'),
  ],
  [
    'a choice among patterns',
    'tiny_head.v',
    replace(
      /round1_unit1_q <= 2'd2;/,
      "casez (value0) 11'b1zzzzzzzzzz: round1_unit1_q <= 2'd0; default: round1_unit1_q <= 2'd2; endcase",
    ),
  ],
  [
    'a choice that is said to be full',
    'tiny_head.v',
    replace(
      /round1_unit1_q <= 2'd2;/,
      "(* full_case, parallel_case *) case (value0[0]) 1'b0: round1_unit1_q <= 2'd2; endcase",
    ),
  ],
  [
    'a loop of statements',
    'tiny_hidden.v',
    replace('input3_q <= input3;', 'repeat (2) input3_q <= input3_q + 1;'),
  ],
  ['an assignment that holds', 'tiny_hidden.v', replace('input3_q <= input3;', 'assign input3_q = input3;')],
  ['threads in a block', 'tiny_hidden.v', replace('input3_q <= input3;', 'fork input3_q <= input3; join')],
  [
    'a block that is left',
    'tiny_hidden.v',
    replace('input3_q <= input3;', 'begin : b input3_q <= input3; disable b; end'),
  ],
]);

const LATCH = 'reg [5:0] late;\n  always @(x_valid_i) if (x_valid_i) late = x_i[5:0];';

const CONSTRUCTS: readonly Edit[] = edits('serial', 'netlist/verilog', [
  ['a delay of a wire', 'tiny_hidden.v', replace(SERIAL_OUTPUT, 'assign #7 y_o = hidden_y_q;')],
  ['a list of signals that lacks one', 'tiny_hidden.v', add(LATCH)],
  ['a latch', 'tiny_hidden.v', add('reg l;\n  always @* if (x_valid_i) l = x_i[0];')],
  ['a latch of SystemVerilog', 'tiny_hidden.v', add('reg l;\n  always_latch if (x_valid_i) l = x_i[0];')],
  ['an assignment into an instance', 'tiny.v', add("  assign output_layer.output_y_q = 10'd0;")],
  ['a value out of an instance', 'tiny.v', replace('(data),', '({head.class_q, data[17:0]}),')],
  ['a parameter from outside', 'tiny.v', add('  defparam output_buffer.WIDTH = 8;')],
  ['a parameter by its place', 'tiny.v', replace('.WIDTH (24)', '24')],
  [
    'ports by their place',
    'tiny.v',
    replace(/tiny_head head \([^;]*\);/, 'tiny_head head (aclk, aresetn, values);'),
  ],
  [
    'a value at power-up',
    'espalier_skid_buffer.v',
    replace('reg             valid_q;', "reg             valid_q = 1'b1;"),
  ],
  ['a block at power-up', 'espalier_skid_buffer.v', add("  initial skid_valid_q = 1'b1;")],
  ['a value forced', 'tiny.v', add('  initial force m_axis_tvalid = 1;')],
  ['a procedure at the end', 'tiny.v', add('  final $finish;')],
  ['x', 'espalier_requantize.v', replace("{IN_WIDTH{1'b0}} : sum_i", "{IN_WIDTH{1'bx}} : sum_i")],
  ['x beside the sum', 'espalier_requantize.v', replace(': sum_i;', ": (sum_i ^ {IN_WIDTH{1'bx}});")],
  ['z', 'tiny_hidden.v', replace(SERIAL_OUTPUT, "assign y_o = aresetn ? hidden_y_q : 12'hzzz;")],
  ['a question mark', 'tiny_hidden.v', replace(SERIAL_OUTPUT, "assign y_o = hidden_y_q | 12'b?;")],
  [
    'an equality that sees x',
    'tiny_hidden.v',
    replace(SERIAL_OUTPUT, "assign y_o = hidden_y_q & {12{hidden_y_q !== 12'hfff}};"),
  ],
  ['a wired or', 'tiny_hidden.v', add('  wor w;\n  assign w = x_valid_i;\n  assign w = y_ready_i;')],
  ['a net of three states', 'tiny_hidden.v', add('  tri t;\n  assign t = x_valid_i;')],
  ['a net that stays charged', 'tiny_hidden.v', add('  trireg t;\n  assign t = x_valid_i;')],
  ['a weak driver', 'tiny_hidden.v', add("  assign (weak1, weak0) y_valid_o = 1'b1;")],
  ['a pull', 'tiny_hidden.v', add('  pullup (y_valid_o);')],
  ['a supply', 'tiny_hidden.v', add('  supply1 y_valid;')],
  ['a gate', 'tiny_hidden.v', add('  and g (y_valid_o, x_valid_i, y_ready_i);')],
  ['a switch', 'tiny_hidden.v', add('  tranif1 t (y_valid_o, x_valid_i, y_ready_i);')],
  [
    'a primitive of its own',
    'tiny_hidden.v',
    (text) => `primitive p (o, i); output o; input i; table 1 : 1; endtable endprimitive\n${text}`,
  ],
  ['a function', 'tiny_hidden.v', add('  function f;\n    input i;\n    f = i;\n  endfunction')],
  ['a task', 'tiny_hidden.v', add('  task t;\n    hidden_y_q = 0;\n  endtask')],
  ['a number of chance', 'tiny_hidden.v', replace(SERIAL_OUTPUT, 'assign y_o = hidden_y_q + $random;')],
  ['the time', 'tiny_hidden.v', replace(SERIAL_OUTPUT, 'assign y_o = hidden_y_q + $time;')],
  [
    'an argument of the run',
    'tiny_hidden.v',
    replace(SERIAL_OUTPUT, 'assign y_o = hidden_y_q + $test$plusargs("wrong");'),
  ],
  ['delays of paths', 'tiny_hidden.v', add('  specify\n    (x_valid_i => y_valid_o) = 7;\n  endspecify')],
  ['a module bound into another', 'tiny.v', (text) => `${text}bind tiny_hidden tiny_wrong w (.*);\n`],
  [
    'a type of SystemVerilog',
    'tiny_hidden.v',
    replace('reg [11:0] hidden_y_q;', 'logic [11:0] hidden_y_q = 0;'),
  ],
  [
    'a configuration',
    'tiny.v',
    (text) => `config c; design tiny; instance tiny.head use tiny_output; endconfig\n${text}`,
  ],
  ['an assumption', 'tiny.v', add('  always @(posedge aclk) assume (m_axis_tready);')],
  [
    'an instance that is kept apart',
    'tiny.v',
    replace('tiny_head head', '(* keep_hierarchy *) tiny_head head'),
  ],
  ['a text for a number', 'tiny_hidden.v', replace(SERIAL_OUTPUT, 'assign y_o = hidden_y_q ^ "a";')],
  ['a number wider than it says', 'tiny_head.v', replace("values_i != 10'd0", "values_i != 10'd1024")],
  ['a number beyond 31 bits', 'tiny_head.v', replace("values_i != 10'd0", 'values_i != 4294967296')],
  ['a net that nobody declared', 'tiny_hidden.v', replace('y_ready_i (y_ready_i)', 'y_ready_i (y_raedy_i)')],
  [
    'a net that is declared too late',
    'tiny_hidden.v',
    all(
      replace('assign y_valid_o = hidden_y_valid;', 'assign y_valid_o = late;'),
      add('  wire late = hidden_y_valid;'),
    ),
  ],
  [
    'a name that hides another',
    'tiny_hidden.v',
    replace(
      SERIAL_OUTPUT,
      "generate if (1) begin : g wire [11:0] hidden_y_q = 12'd0; assign y_o = hidden_y_q; end endgenerate",
    ),
  ],
  [
    'a module a second time',
    'tiny_head.v',
    (text) => `${text}\nmodule tiny_output (input aclk);\nendmodule\n`,
  ],
  [
    'a black box before the module',
    'tiny_head.v',
    (text) => `(* blackbox *) module espalier_rom (input aclk);\nendmodule\n${text}`,
  ],
  [
    'a module of the vendor',
    'tiny_head.v',
    (text) => `${text}\nmodule LUT6_2 (input I0, output O5, output O6);\nendmodule\n`,
  ],
  ['a vector of instances', 'tiny.v', replace('output_buffer (', 'output_buffer [1:0] (')],
  ['a port by its name alone', 'tiny.v', replace(/\.values_i +\(values\)/, '.values_i')],
]);

export const TEXT_EDITS: readonly Edit[] = [...CONDITIONALS, ...COMMENTS, ...CLOCKED, ...CONSTRUCTS];
