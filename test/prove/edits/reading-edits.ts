import { add, all, type Edit, edits, replace } from './edit.js';

const line =
  (number: number, change: (word: string) => string) =>
  (text: string): string =>
    text
      .split('\n')
      .map((word, at) => (at === number ? change(word) : word))
      .join('\n');

/** Bits of which Yosys's netlist would keep one driver of several. */
const DRIVERS: readonly Edit[] = [
  ...edits('parallel', 'netlist/driven-twice', [
    ['a second expression', 'tiny_hidden.v', add("  assign y_o = hidden_results + 18'd1;")],
    ['the same expression again', 'tiny_hidden.v', add('  assign y_valid_o = hidden_valid_q[1];')],
    ['a second block for a register', 'tiny_hidden.v', add('  always @(posedge aclk) input0_q <= x_i[5:0];')],
    [
      'a second block for one bit',
      'tiny_output.v',
      add("  always @(posedge aclk) output_valid_q[1] <= 1'b1;"),
    ],
    ['an input that is driven inside', 'tiny_hidden.v', add('  assign x_valid_i = y_ready_i;')],
    ['two wires joined', 'tiny.v', add('  assign hidden_y_valid = values_valid;')],
  ]),
  // Yosys's own error: it does not connect what gives a bit to what has one already.
  ...edits('parallel', 'netlist/yosys-failed', [
    ['a constant beside an expression', 'tiny.v', add("  assign values = 31'd0;")],
    ['a bit of a wire that an instance drives', 'tiny.v', add("  assign data[32] = 1'b0;")],
    [
      'an output that is a constant',
      'tiny.v',
      replace(/\.y_o( +)\(output_y\)/, ".y_o$1({22'd0, output_y[10:0]})"),
    ],
  ]),
  ...edits('parallel', 'netlist/undriven', [
    [
      'an output of two instances',
      'tiny.v',
      replace('.m_valid_o (m_axis_tvalid)', '.m_valid_o (s_axis_tready)'),
    ],
    [
      'a wire that Yosys would drive backwards',
      'tiny_hidden.v',
      all(add('  wire [17:0] t;\n  assign y_o = t;'), replace('assign y_o       = hidden_results;', '')),
    ],
    ['a port that is not connected', 'tiny.v', replace(/\n\s+\.values_valid_i \(values_valid\),/, '')],
    ['a result that is left out', 'tiny_hidden.v', replace('assign y_valid_o = hidden_results_valid;', '')],
    [
      'one bit that is left out',
      'tiny.v',
      all(
        replace('wire [30:0] values;', 'wire [30:0] values;\n  wire [30:0] some;'),
        replace('assign values = {', 'assign values[29:0] = some[29:0];\n  assign some = {'),
      ),
    ],
  ]),
];

/** Values that the Verilog leaves open. */
const UNKNOWNS: readonly Edit[] = [
  ...edits('parallel', /./, [
    [
      'a register that keeps itself, in the sum',
      'tiny_hidden.v',
      all(
        add('  reg u;\n  always @(posedge aclk) u <= u;'),
        replace(
          'wire [5:0]  input0 = x_i[5:0];',
          "reg k;\n  always @(posedge aclk) k <= k;\n  wire [5:0]  input0 = x_i[5:0] ^ {5'd0, k};",
        ),
      ),
    ],
    [
      'a register that turns',
      'tiny_head.v',
      replace(
        'assign data_o         = {',
        "reg u;\n  always @(posedge aclk) u <= ~u;\n  assign data_o         = {32'd0, u} ^ {",
      ),
    ],
    [
      'a register that is compared with itself',
      'tiny_head.v',
      replace(
        'assign data_o         = {',
        "reg u;\n  always @(posedge aclk) u <= u;\n  assign data_o         = {32'd0, u != u} | {",
      ),
    ],
    [
      'a register times zero',
      'tiny_head.v',
      replace(
        'assign data_o         = {',
        "reg u;\n  always @(posedge aclk) u <= u;\n  assign data_o         = {32'd0, u} * 33'd0 + {",
      ),
    ],
    [
      'a register less itself',
      'tiny_head.v',
      replace(
        'assign data_o         = {',
        "reg u;\n  always @(posedge aclk) u <= u;\n  wire [32:0] w = {32'd0, u};\n  assign data_o         = w - w + {",
      ),
    ],
    [
      'a choice by a register that nothing sets',
      'tiny_head.v',
      replace(
        'assign data_o         = {',
        "reg u;\n  always @(posedge aclk) u <= u;\n  wire [32:0] w = u ? 33'd1 : 33'd0;\n  assign data_o         = w ^ {",
      ),
    ],
    [
      'a bit beyond a word, at a place that is computed',
      'tiny_head.v',
      replace(
        'assign data_o         = {',
        "wire [3:0] at = 4'd11 + {3'd0, value0[0]};\n  assign data_o         = {32'd0, value0[at]} ^ {",
      ),
    ],
    [
      'valid from a register that nothing sets',
      'tiny_head.v',
      replace("if (!aresetn) valid_q <= 2'd0;\n    else if", 'if'),
    ],
    [
      'a state that only some bits of are reset',
      'tiny_output.v',
      replace("if (!aresetn) output_valid_q <= 2'd0;", "if (!aresetn) output_valid_q[0] <= 1'b0;"),
    ],
  ]),
  ...edits('parallel', 'netlist/verilog', [
    [
      'a block that no change of a signal ever runs',
      'tiny_head.v',
      replace(
        'assign data_o         = {',
        "reg [32:0] w;\n  always @* begin\n    w = 33'd0;\n  end\n  assign data_o         = w ^ {",
      ),
    ],
  ]),
  ...edits('parallel', 'netlist/warning', [
    ['a bit that is not there', 'tiny_hidden.v', replace('x_i[23:18]', 'x_i[24:19]')],
    ['a port of another width', 'tiny.v', replace(/\.x_i( +)\(hidden_y\)/, '.x_i$1(hidden_y[11:0])')],
  ]),
  ...edits('parallel', 'netlist/unknown-cell', [
    [
      'a division by zero',
      'tiny_head.v',
      replace(
        'assign data_o         = {',
        "assign data_o         = {32'd0, value0[0]} / {33{value0[0] & ~value0[0]}} ^ {",
      ),
    ],
    ['a remainder', 'tiny_head.v', replace('= value1 > value0', '= (value1 % value0) > 0')],
    ['a power', 'tiny_head.v', replace('= value1 > value0', '= (value1 ** value0) > 0')],
  ]),
  ...edits('parallel', 'netlist/loop', [
    [
      'a loop that holds its value',
      'tiny.v',
      all(
        replace('wire [32:0] data;', 'wire [32:0] data;\n  wire kept;'),
        add('  assign kept = kept & values_valid;'),
        replace("({7'd0, data})", "({6'd0, kept, data})"),
      ),
    ],
  ]),
  ...edits('parallel', 'netlist/clock', [
    ['another clock by a port', 'tiny.v', replace('.aclk      (aclk)', '.aclk      (s_axis_tvalid)')],
    ['the other edge by a port', 'tiny.v', replace('.aclk      (aclk)', '.aclk      (~aclk)')],
    [
      'a clock behind a gate, by a port',
      'tiny.v',
      replace('.aclk      (aclk)', '.aclk      (aclk & s_axis_tvalid)'),
    ],
  ]),
];

const WEIGHTS = 'tiny_hidden_lane0_weights.mem';

const ROMS: readonly Edit[] = [
  ...edits('serial', 'netlist/rom', [
    ['an address in an image', WEIGHTS, line(0, (word) => `@0 ${word}`)],
    ['an address line in an image', WEIGHTS, (text) => `@1\n${text}`],
    ['a word left out', WEIGHTS, (text) => text.replace(/.*\n/, '')],
    ['a word too many', WEIGHTS, (text) => `${text}10f\n`],
    ['an x in a word', WEIGHTS, line(1, (word) => `${word.slice(0, -1)}x`)],
    ['a word that is too wide', WEIGHTS, line(1, (word) => `f${word}`)],
    ['an underscore', WEIGHTS, line(1, (word) => `${word[0]}_${word.slice(1)}`)],
    ['a comment in an image', WEIGHTS, (text) => `// ${text}`],
    ['two words on a line', WEIGHTS, (text) => text.replace('\n', ' ')],
    ['a letter that is no digit', WEIGHTS, line(0, (word) => word.replace('f', 'Z'))],
    ['a ROM deeper than its image', 'tiny_hidden.v', replace('.WORDS           (6)', '.WORDS           (7)')],
    [
      'a ROM shorter than its image',
      'tiny_hidden.v',
      replace('.WORDS           (6)', '.WORDS           (5)'),
    ],
  ]),
  ...edits('serial', 'netlist/verilog', [
    [
      'an absolute path',
      'tiny_hidden.v',
      replace('"tiny_hidden_lane0_weights.mem"', '"/tmp/tiny_hidden_lane0_weights.mem"'),
    ],
    [
      'a path through another folder',
      'tiny_hidden.v',
      replace('"tiny_hidden_lane0_weights.mem"', '"../rtl/tiny_hidden_lane0_weights.mem"'),
    ],
    [
      'an image that is not listed',
      'tiny_hidden.v',
      replace('"tiny_hidden_lane0_weights.mem"', '"other.mem"'),
    ],
    [
      'a path in numbers',
      'tiny_hidden.v',
      replace('"tiny_hidden_lane0_weights.mem"', "64'h2f746d702f772e6d"),
    ],
    [
      'a path put together',
      'tiny_hidden.v',
      replace('("tiny_hidden_lane0_weights.mem")', '({"/tmp/", "tiny_hidden_lane0_weights.mem"})'),
    ],
    ['a folder for images', 'espalier_rom.v', (text) => `\`define ESPALIER_ROM_DIR "/tmp/"\n${text}`],
    [
      'another place in the branch that Yosys leaves out',
      'espalier_rom.v',
      replace('localparam PLACE = {`ESPALIER_ROM_DIR, FILE};', 'localparam PLACE = "/tmp/w.mem";'),
    ],
    [
      'a check that changes the contents',
      'espalier_rom.v',
      replace("sum = 32'd0;", "sum = 32'd0; words[0] = 0;"),
    ],
    [
      'a name of the check in the design',
      'espalier_rom.v',
      all(
        replace('reg [WIDTH:0] word_q;', "reg [WIDTH:0] word_q;\n  wire [31:0]   sum = 32'd0;"),
        replace('data_o  = word_q[WIDTH-1:0]', 'data_o  = word_q[WIDTH-1:0] ^ sum[WIDTH-1:0]'),
      ),
    ],
    ['a ROM whose addresses count down', 'espalier_rom.v', replace('words [0:DEPTH-1]', 'words [DEPTH-1:0]')],
    [
      'a file that is read bit by bit',
      'espalier_rom.v',
      replace('$readmemh(PLACE, words);', '$readmemb(PLACE, words);'),
    ],
    [
      'a file that is read in part',
      'espalier_rom.v',
      replace('$readmemh(PLACE, words);', '$readmemh(PLACE, words, 1);'),
    ],
    ['a checksum of other contents', 'tiny_hidden.v', replace("32'h00003af0", "32'h00003af1")],
    ['the checksum of another image', 'tiny_hidden.v', replace("32'h00003af0", "32'h00001fa0")],
  ]),
  ...edits('serial', /./, [
    ['an image of other words', WEIGHTS, line(0, (word) => (Number.parseInt(word, 16) ^ 0x10).toString(16))],
    [
      'a word without its marker',
      'tiny_hidden_lane0_weights.mem',
      line(2, (word) => (Number.parseInt(word, 16) & 0xff).toString(16)),
    ],
    [
      'the last word marked at another place',
      WEIGHTS,
      line(5, (word) => (Number.parseInt(word, 16) ^ 0x80).toString(16)),
    ],
    [
      'a bias of the other neuron',
      'tiny_hidden_lane0_biases.mem',
      (text) => `${text.trim().split('\n').reverse().join('\n')}\n`,
    ],
    ['two weights exchanged', WEIGHTS, (text) => text.replace(/^(.*)\n([\s\S]*\n)(.*)\n$/, '$3\n$2$1\n')],
    [
      'a probability off by one',
      'tiny_head_probability.mem',
      line(0, (word) => (Number.parseInt(word, 16) ^ 1).toString(16)),
    ],
  ]),
];

export const READING_EDITS: readonly Edit[] = [...DRIVERS, ...UNKNOWNS, ...ROMS];
