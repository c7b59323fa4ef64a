import { add, all, type Edit, edits, replace } from './edit.js';

/** What the prover itself must notice: some complaint of each. */
const HANDSHAKES: readonly Edit[] = [
  ...edits('parallel', /./, [
    [
      'a stage that takes while it waits',
      'tiny_hidden.v',
      replace('assign x_ready_o = hidden_enable;', "assign x_ready_o = 1'b1;"),
    ],
    [
      'a stage that never takes',
      'tiny_hidden.v',
      replace('assign x_ready_o = hidden_enable;', "assign x_ready_o = 1'b0;"),
    ],
    ['a stage that moves while it waits', 'tiny_output.v', replace(/(output_enable +)= [^;]*;/, "$1= 1'b1;")],
    [
      'a stage that takes by its data',
      'tiny_hidden.v',
      replace('assign x_ready_o = hidden_enable;', 'assign x_ready_o = hidden_enable & ~x_i[0];'),
    ],
    [
      'valid by its data',
      'tiny_head.v',
      replace('data_valid_o   = valid_q[1]', 'data_valid_o   = valid_q[1] & data_o[0]'),
    ],
    [
      'valid a cycle early',
      'tiny_head.v',
      replace('data_valid_o   = valid_q[1]', 'data_valid_o   = valid_q[0]'),
    ],
    [
      'valid that is not cleared',
      'tiny_head.v',
      replace('{valid_q[0], values_valid_i}', '{valid_q[0] | valid_q[1], values_valid_i}'),
    ],
    ['valid that is never set', 'tiny_head.v', replace('{valid_q[0], values_valid_i}', "{valid_q[0], 1'b0}")],
    ['a result twice', 'espalier_skid_buffer.v', replace('skid_valid_q <= ~advance &', 'skid_valid_q <=')],
    [
      'a result that is dropped',
      'espalier_skid_buffer.v',
      replace('skid_valid_q <= ~advance & (skid_valid_q | s_valid_i);', "skid_valid_q <= 1'b0;"),
    ],
    [
      'two results in the wrong order',
      'espalier_skid_buffer.v',
      replace('data_q <= skid_valid_q ? skid_data_q : s_data_i;', 'data_q <= s_data_i;'),
    ],
    [
      'a result that changes while it waits',
      'espalier_skid_buffer.v',
      replace('if (advance) data_q <=', 'data_q <='),
    ],
    [
      'a word that is kept too long',
      'espalier_skid_buffer.v',
      replace('if (s_ready_o) skid_data_q', 'if (s_ready_o & s_valid_i & m_ready_i) skid_data_q'),
    ],
    [
      'a standstill after seven results',
      'espalier_skid_buffer.v',
      all(
        replace(
          'wire advance = m_ready_i | ~valid_q;',
          "reg [2:0] count_q;\n  wire advance = (m_ready_i | ~valid_q) & (count_q != 3'd7);",
        ),
        add(
          "  always @(posedge aclk) if (!aresetn) count_q <= 3'd0; else if (m_ready_i & valid_q) count_q <= count_q + 3'd1;",
        ),
      ),
    ],
    [
      'another result after five',
      'espalier_skid_buffer.v',
      all(
        replace('reg             valid_q;', 'reg             valid_q;\n  reg [2:0] count_q;'),
        replace(
          'assign m_data_o  = data_q;',
          "assign m_data_o  = data_q ^ {{(WIDTH-1){1'b0}}, count_q == 3'd5};",
        ),
        add(
          "  always @(posedge aclk) if (!aresetn) count_q <= 3'd0; else if (m_ready_i & valid_q) count_q <= (count_q == 3'd5) ? 3'd0 : count_q + 3'd1;",
        ),
      ),
    ],
    [
      'a result that hangs on the one before',
      'tiny_head.v',
      all(
        replace('reg  [1:0] valid_q;', 'reg  [1:0] valid_q;\n  reg        before_q;'),
        replace('assign data_o         = {', "assign data_o         = {32'd0, before_q} ^ {"),
        add(
          "  always @(posedge aclk) if (!aresetn) before_q <= 1'b0; else if (data_ready_i & valid_q[1]) before_q <= round2_values_q[0] & round2_values_q[1];",
        ),
      ),
    ],
    [
      'input taken while it is not valid',
      'tiny_hidden.v',
      all(
        replace('reg [5:0] input3_q;', 'reg [5:0] input3_q;\n  reg seen_q;'),
        replace('assign y_o       = hidden_results;', "assign y_o       = hidden_results ^ {17'd0, seen_q};"),
        add(
          "  always @(posedge aclk) if (!aresetn) seen_q <= 1'b0; else if (~x_valid_i & x_i[0]) seen_q <= 1'b1;",
        ),
      ),
    ],
  ]),
  ...edits('serial', /./, [
    [
      'results overwritten while they wait',
      'espalier_sequencer.v',
      replace(
        'wire blocked = y_valid_q & first_q[PIPELINE-1];',
        "wire blocked = 1'b0 & first_q[PIPELINE-1];",
      ),
    ],
    [
      'a sample taken in mid-walk',
      'espalier_sequencer.v',
      replace('assign x_ready_o = idle & ~stall;', 'assign x_ready_o = ~stall;'),
    ],
    [
      'a walk that begins without a sample',
      'espalier_sequencer.v',
      replace('assign issue_o   = ~idle | x_valid_i;', "assign issue_o   = 1'b1;"),
    ],
    [
      'a walk that is a step short',
      'espalier_sequencer.v',
      replace('localparam LAST_STEP  = STEPS - 1;', 'localparam LAST_STEP  = STEPS - 2;'),
    ],
    [
      'results said to be there a cycle early',
      'espalier_sequencer.v',
      replace('enable_o & last_q[PIPELINE-1]', 'enable_o & last_q[PIPELINE-2]'),
    ],
    [
      'results that stay for ever',
      'espalier_sequencer.v',
      replace("else if (y_ready_i) y_valid_q <= 1'b0;", ''),
    ],
    [
      'results that are gone before they are taken',
      'espalier_sequencer.v',
      replace('else if (y_ready_i) y_valid_q', 'else y_valid_q'),
    ],
    [
      'results of a broken ROM',
      'espalier_sequencer.v',
      replace('y_valid_q <= ~fault_i;', 'y_valid_q <= fault_i;'),
    ],
    [
      'a lane that does not stand still',
      'tiny_hidden.v',
      replace('.enable_i    (hidden_enable)', ".enable_i    (1'b1)"),
    ],
    [
      'a sample that changes in mid-walk',
      'tiny_hidden.v',
      replace(/(\.enable_i +)\(hidden_take\)/, '$1(hidden_enable)'),
    ],
    [
      'results of one neuron in the place of another',
      'tiny_hidden.v',
      replace("hidden_lane0_slot_q == 1'd0", "hidden_lane0_slot_q == 1'd1"),
    ],
    [
      'a probability of the sample before',
      'tiny_head.v',
      replace('.enable_i  (enable & values_valid_i)', '.enable_i  (enable & ~values_valid_i)'),
    ],
    [
      'a class of the sample before',
      'tiny_head.v',
      all(
        replace('reg        class_q;', 'reg        class_q, early_q;'),
        replace(/class_q {2}<= ([^;]*);/, 'early_q  <= $1;\n      class_q  <= early_q;'),
      ),
    ],
  ]),
];

const ARITHMETIC: readonly Edit[] = [
  ...edits('serial', /./, [
    [
      'a weight without sign',
      'espalier_mac_lane.v',
      replace('$signed(operand) * $signed(weight)', '$signed(operand) * weight'),
    ],
    [
      'an input without sign',
      'espalier_mac_lane.v',
      replace('$signed(operand) * $signed(weight)', 'operand * $signed(weight)'),
    ],
    [
      'a bias left out',
      'espalier_mac_lane.v',
      replace('(first_q ? start : acc_q)', "(first_q ? {ACC_WIDTH{1'b0}} : acc_q)"),
    ],
    [
      'a sum that goes on',
      'espalier_mac_lane.v',
      replace('(first_q ? start : acc_q)', '(first_q ? start + acc_q : acc_q)'),
    ],
    ['a difference', 'espalier_mac_lane.v', replace(') + product_extended', ') - product_extended')],
    [
      'the operand beside the one wanted',
      'espalier_select.v',
      replace('.index_i (index_i),', ".index_i (index_i ^ 1'b1),"),
    ],
    [
      'an operand past the last',
      'espalier_select.v',
      replace('.index_i (index_i),', ".index_i (index_i + 1'b1),"),
    ],
    [
      'half a step too much',
      'espalier_requantize.v',
      replace('assign biased = scaled + HALF;', 'assign biased = scaled + HALF + ONE;'),
    ],
    [
      'rounding left out',
      'espalier_requantize.v',
      replace('assign biased = scaled + HALF;', 'assign biased = scaled;'),
    ],
    ['ReLU left out', 'espalier_requantize.v', replace('(RELU != 0) & sum_i', '(RELU == 0) & sum_i')],
    ['one bit of the index', 'tiny_head.v', replace('.SHIFT      (8)', '.SHIFT      (7)')],
    ['a class that is 1 for 0', 'tiny_head.v', replace("~values_i[9] & (values_i != 10'd0)", '~values_i[9]')],
    [
      'a class that is wrong for one value',
      'tiny_head.v',
      replace("(values_i != 10'd0)", "(values_i != 10'd0) & (values_i != 10'd77)"),
    ],
    ['padding that is not zero', 'tiny.v', replace("{5'd0, data}", "{5'd1, data}")],
    ['padding that tells something', 'tiny.v', replace("{5'd0, data}", "{4'd0, data[10], data}")],
    ['an input in the place of another', 'tiny.v', replace(/sample\[5:0\]( +\/\/)/, 'sample[11:6]$1')],
    ['an input that is not read', 'tiny.v', replace(/sample\[5:0\]( +\/\/)/, 'sample[23:18]$1')],
    ['an output that is constant', 'tiny.v', replace("({5'd0, data})", "(24'd0)")],
    [
      'a fault that is not noticed',
      'espalier_rom.v',
      replace('valid_i & ~word_q[WIDTH]', 'valid_i & word_q[WIDTH]'),
    ],
  ]),
  ...edits('parallel', /./, [
    [
      'a column too high',
      'tiny_hidden.v',
      replace('{input0[5], input3[5], input1[5], input1[4:0]}', "{input0[5], input3[5], input1[4:0], 1'b0}"),
    ],
    ['a row that is not inverted', 'tiny_hidden.v', replace(".INVERT_A (8'h9f)", ".INVERT_A (8'h9e)")],
    ['a carry that is left out', 'tiny_hidden.v', replace(/\b1'd1,$/m, "1'd0,")],
    ['two rows of three', 'espalier_adder.v', replace("+ {2'b00, c ^ INVERT_C}", '')],
    [
      'a carry that is counted twice',
      'espalier_adder.v',
      replace("{{(COLUMNS+1){1'b0}}, second_carry}", "{{(COLUMNS+1){1'b0}}, first_carry}"),
    ],
    ['a constant that is lost', 'tiny_hidden.v', replace("11'd49", "11'd48")],
    [
      'an operand a cycle late',
      'tiny_hidden.v',
      all(
        replace('reg [5:0] input3_q;', 'reg [5:0] input3_q, late_q;'),
        replace('input3_q <= input3;', 'late_q <= input3;\n      input3_q <= late_q;'),
      ),
    ],
    [
      'a register that does not stand still',
      'tiny_hidden.v',
      all(replace('input3_q <= input3;', ''), add('  always @(posedge aclk) input3_q <= input3;')),
    ],
    [
      'an output in the place of another',
      'tiny.v',
      all(replace('output_y[9:0]  ', 'output_y[20:11]'), replace('output_y[20:11],', 'output_y[9:0],')),
    ],
    [
      'a class that takes the second of equals',
      'tiny_head.v',
      replace('value1 > value0', 'value1 >= value0'),
    ],
    [
      'a class that leaves one out',
      'tiny_head.v',
      replace('round2_second0 ? round1_unit1_q', 'round2_second0 ? round1_unit0_q'),
    ],
    [
      'a class that is constant',
      'tiny_head.v',
      replace('{round2_unit0_q, round2_values_q}', "{2'd0, round2_values_q}"),
    ],
    [
      'values and class of two samples',
      'tiny_head.v',
      replace('round2_values_q <= round1_values_q;', 'round2_values_q <= values_i;'),
    ],
    [
      'one wrong input of all',
      'tiny_hidden.v',
      replace(
        'assign y_o       = hidden_results;',
        "assign y_o       = hidden_results ^ {17'd0, x_i == 24'h123456};",
      ),
    ],
    [
      'one wrong value of a layer',
      'tiny_output.v',
      replace('hidden_unit1_q <= hidden_unit1;', 'hidden_unit1_q <= hidden_unit1 ^ (hidden_unit1 == 2);'),
    ],
  ]),
];

/** Resets at any time, valid that waits for ready: what no number of vectors with one reset shows. */
const RESETS: readonly Edit[] = [
  ...edits('parallel', /./, [
    ['a stale word after a second reset', 'espalier_skid_buffer.v', replace("skid_valid_q <= 1'b0;", '')],
    [
      'a register that counts resets',
      'espalier_skid_buffer.v',
      all(
        replace('reg             valid_q;', 'reg             valid_q;\n  reg [1:0] resets_q;\n  reg was_q;'),
        replace(
          'assign m_data_o  = data_q;',
          "assign m_data_o  = data_q ^ {{(WIDTH-1){1'b0}}, resets_q == 2'd2};",
        ),
        add(
          "  always @(posedge aclk) begin\n    was_q <= aresetn;\n    if (was_q & ~aresetn) resets_q <= resets_q + 2'd1;\n  end",
        ),
      ),
    ],
    [
      'a register that valid sets in reset',
      'tiny_hidden.v',
      all(
        replace('reg [5:0] input3_q;', 'reg [5:0] input3_q;\n  reg early_q;'),
        replace(
          'assign y_o       = hidden_results;',
          "assign y_o       = hidden_results ^ {17'd0, early_q};",
        ),
        add('  always @(posedge aclk) if (!aresetn) early_q <= x_valid_i;'),
      ),
    ],
    [
      'a register that needs the eighth cycle of reset',
      'espalier_skid_buffer.v',
      all(
        replace('reg             valid_q;', 'reg             valid_q;\n  reg [2:0] count_q;\n  reg bad_q;'),
        replace('assign m_data_o  = data_q;', "assign m_data_o  = data_q ^ {{(WIDTH-1){1'b0}}, bad_q};"),
        add(
          "  always @(posedge aclk) begin\n    count_q <= aresetn ? 3'd0 : count_q + 3'd1;\n    if (!aresetn & (count_q == 3'd7)) bad_q <= 1'b0;\n  end",
        ),
      ),
    ],
    [
      'valid that waits for ready',
      'espalier_skid_buffer.v',
      replace('assign m_valid_o = valid_q;', 'assign m_valid_o = valid_q & m_ready_i;'),
    ],
    [
      'valid that comes when ready was seen',
      'espalier_skid_buffer.v',
      all(
        replace('reg             valid_q;', 'reg             valid_q;\n  reg seen_q;'),
        replace('assign m_valid_o = valid_q;', 'assign m_valid_o = valid_q & seen_q;'),
        add("  always @(posedge aclk) if (!aresetn) seen_q <= 1'b0; else if (m_ready_i) seen_q <= 1'b1;"),
      ),
    ],
    [
      'ready that waits for the sink of the whole design',
      'tiny.v',
      replace(/\.y_ready_i( +)\(hidden_y_ready\)/, '.y_ready_i$1(hidden_y_ready & m_axis_tready)'),
    ],
  ]),
  ...edits('serial', /./, [
    [
      'a step that is not reset',
      'espalier_sequencer.v',
      replace("if (!aresetn) step_q <= {STEP_WIDTH{1'b0}};\n    else if", 'if'),
    ],
    ['a marker that is not reset', 'espalier_sequencer.v', replace("last_q  <= {PIPELINE{1'b0}};", '')],
    [
      'a neuron that is not reset',
      'espalier_mac_lane.v',
      replace("slot_q          <= {SLOT_WIDTH{1'b0}};", ''),
    ],
    ['a sum that is not reset', 'espalier_mac_lane.v', replace("first_q         <= 1'b1;", '')],
    [
      'a fault that outlives a reset',
      'espalier_mac_lane.v',
      replace("if (!aresetn) fault_q <= 1'b0;\n    else fault_q", 'fault_q'),
    ],
    [
      'results that are valid in reset',
      'espalier_sequencer.v',
      replace("if (!aresetn) y_valid_q <= 1'b0;\n        else if", 'if'),
    ],
  ]),
];

export const LOGIC_EDITS: readonly Edit[] = [...HANDSHAKES, ...ARITHMETIC];
export const RESET_EDITS: readonly Edit[] = RESETS;
