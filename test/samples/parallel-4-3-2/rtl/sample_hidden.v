// hidden: 3 neurons, fully parallel.
//
// x_i        4 unsigned codes of 6 bits, the first one lowest
// y_o        3 unsigned codes of 5 bits, the first one lowest
// valid      a bus is taken in a cycle in which valid and ready are 1
// XILINX     1: adders and tables as primitives of the 7 series
//
// Circuit    23 adders, 0 tables, 48 registers; constants are wired in
// Interval   1 cycle from one sample to the next
// Latency    5 cycles from taking x_i to giving y_o
//
// Made by espalier 0.0.0: espalier compile test/samples/parallel-4-3-2/network.json

`default_nettype none

module sample_hidden #(
  parameter XILINX = 0
) (
  input  wire        aclk,
  input  wire        aresetn,
  input  wire [23:0] x_i,
  input  wire        x_valid_i,
  output wire        x_ready_o,
  output wire [14:0] y_o,
  output wire        y_valid_o,
  input  wire        y_ready_i
);

  wire [5:0]  input0 = x_i[5:0];
  wire [5:0]  input1 = x_i[11:6];
  wire [5:0]  input2 = x_i[17:12];
  wire [5:0]  input3 = x_i[23:18];
  reg  [4:0]  hidden_valid_q;
  wire [14:0] hidden_results;
  wire        hidden_results_valid = hidden_valid_q[4];
  wire        hidden_enable        = y_ready_i | ~hidden_results_valid;

  // Stage 1 of 5.
  reg [2:0] input0_q;
  reg [3:0] hidden_unit0_sum_add2_q;
  reg [5:0] input1_q;
  reg [6:0] hidden_unit0_sum_add1_q;
  reg [5:0] input2_q;
  reg [5:0] input3_q;
  reg [6:0] hidden_unit1_sum_add1_q;
  reg [6:0] hidden_unit1_sum_add2_q;
  reg [3:0] hidden_unit1_sum_add3_q;
  reg [6:0] hidden_unit2_sum_add2_q;
  reg [7:0] hidden_unit2_sum_add1_q;
  reg [3:0] hidden_unit2_sum_add3_q;

  // Stage 2 of 5.
  reg [9:1] hidden_unit0_sum_add3_q;
  reg [5:1] input2_q_2;
  reg [4:0] input1_q_2;
  reg [1:0] hidden_unit0_sum_add5_q;
  reg [1:0] hidden_unit0_sum_add4_q;
  reg [2:0] input0_q_2;
  reg [3:0] hidden_unit1_sum_add2_q_2;
  reg [3:0] hidden_unit1_sum_add5_q;
  reg [3:0] hidden_unit1_sum_add1_q_2;
  reg [1:0] hidden_unit1_sum_add4_q;
  reg [4:0] input3_q_2;
  reg [2:0] hidden_unit1_sum_add3_q_2;
  reg [9:0] hidden_unit2_sum_add4_q;
  reg       hidden_unit2_sum_add3_q_2;
  reg [4:0] hidden_unit2_sum_add5_q;

  // Stage 3 of 5.
  reg [9:1] hidden_unit0_sum_add3_q_2;
  reg [5:0] hidden_unit0_sum_add6_q;
  reg       hidden_unit0_sum_add4_q_2;
  reg       input2_q_3;
  reg [9:0] hidden_unit1_sum_add6_q;
  reg [4:0] hidden_unit1_sum_add7_q;
  reg       hidden_unit1_sum_add5_q_2;
  reg       input3_q_3;
  reg [9:0] hidden_unit2_sum_add4_q_2;
  reg [1:0] hidden_unit2_sum_add6_q;
  reg [3:0] hidden_unit2_sum_add5_q_2;

  // Stage 4 of 5.
  reg [5:0] hidden_unit0_active_q;
  reg [9:0] hidden_unit1_sum_add6_q_2;
  reg [1:0] hidden_unit1_sum_add8_q;
  reg       hidden_unit1_sum_add5_q_3;
  reg       input3_q_4;
  reg [3:0] hidden_unit1_sum_add7_q_2;
  reg [5:0] hidden_unit2_active_q;

  // Stage 5 of 5.
  reg [5:0] hidden_unit1_active_q;
  reg [4:0] hidden_unit0_clamped_q;
  reg [4:0] hidden_unit2_clamped_q;

  // Neuron 0: 3*input0 + 5*input1 - 2*input2 + 104, -22..608
  wire [6:0] hidden_unit0_sum_add1;
  espalier_adder #(
    .COLUMNS (6), .ROWS (2), .CARRIES (1), .XILINX (XILINX)
  ) hidden_unit0_sum_add1_adder (
    .bits_i ({
      input1[2],
      input1,
      input0
    }),
    .sum_o  (hidden_unit0_sum_add1)
  );
  wire [3:0] hidden_unit0_sum_add2;
  espalier_adder #(
    .COLUMNS (3), .ROWS (2), .CARRIES (1), .XILINX (XILINX), .INVERT_A (3'h7), .INVERT_B (3'h7)
  ) hidden_unit0_sum_add2_adder (
    .bits_i ({
      input1[3],
      input0[5:3],
      input2[4:2]
    }),
    .sum_o  (hidden_unit0_sum_add2)
  );
  wire [9:1] hidden_unit0_sum_add3;
  espalier_adder #(
    .COLUMNS (9), .ROWS (2), .CARRIES (1), .LOW (1), .XILINX (XILINX), .INVERT_A (9'h7)
  ) hidden_unit0_sum_add3_adder (
    .bits_i ({
      1'd1,
      {hidden_unit0_sum_add1_q, input1_q[1:0]},
      {2'd3, hidden_unit0_sum_add2_q, input0_q}
    }),
    .sum_o  (hidden_unit0_sum_add3)
  );
  wire [1:0] hidden_unit0_sum_add4;
  espalier_adder #(
    .COLUMNS (1), .ROWS (2), .XILINX (XILINX), .INVERT_A (1'h1)
  ) hidden_unit0_sum_add4_adder (
    .bits_i ({
      1'd1,
      input2_q[0]
    }),
    .sum_o  (hidden_unit0_sum_add4)
  );
  wire [1:0] hidden_unit0_sum_add5;
  espalier_adder #(.COLUMNS (1), .ROWS (2), .XILINX (XILINX)) hidden_unit0_sum_add5_adder (
    .bits_i ({
      1'd1,
      input1_q[5]
    }),
    .sum_o  (hidden_unit0_sum_add5)
  );
  wire [5:0] hidden_unit0_sum_add6;
  espalier_adder #(
    .COLUMNS (5), .ROWS (2), .CARRIES (1), .XILINX (XILINX), .INVERT_B (5'h1)
  ) hidden_unit0_sum_add6_adder (
    .bits_i ({
      hidden_unit0_sum_add4_q[1],
      {hidden_unit0_sum_add5_q, input1_q_2[4], 1'd1, input2_q_2[1]},
      hidden_unit0_sum_add3_q[6:2]
    }),
    .sum_o  (hidden_unit0_sum_add6)
  );
  wire [9:3] hidden_unit0_sum_add7;
  espalier_adder #(
    .COLUMNS (10), .ROWS (2), .LOW (3), .HIGH (9), .XILINX (XILINX), .INVERT_B (10'h20), .LONE (10'h29e)
  ) hidden_unit0_sum_add7_adder (
    .bits_i ({
      {1'd0, hidden_unit0_sum_add3_q_2[9:7], input2_q_3, 4'd0, hidden_unit0_sum_add4_q_2},
      {3'd6, hidden_unit0_sum_add6_q, hidden_unit0_sum_add3_q_2[1]}
    }),
    .sum_o  (hidden_unit0_sum_add7)
  );
  wire [10:4] hidden_unit0_sum = hidden_unit0_sum_add7;
  wire [6:0] hidden_unit0_rounded = hidden_unit0_sum;
  wire [5:0] hidden_unit0_active = hidden_unit0_rounded[5:0] & {6{~hidden_unit0_rounded[6]}};
  wire [4:0] hidden_unit0_clamped = (|hidden_unit0_active_q[5]) ? {5{1'b1}} : hidden_unit0_active_q[4:0];

  // Neuron 1: 3*input0 + 5*input1 + 4*input2 - 3*input3 - 216, -405..540
  wire [6:0] hidden_unit1_sum_add1;
  espalier_adder #(
    .COLUMNS (6), .ROWS (2), .CARRIES (1), .XILINX (XILINX)
  ) hidden_unit1_sum_add1_adder (
    .bits_i ({
      input1[2],
      input1,
      input0
    }),
    .sum_o  (hidden_unit1_sum_add1)
  );
  wire [6:0] hidden_unit1_sum_add2;
  espalier_adder #(
    .COLUMNS (6), .ROWS (2), .CARRIES (1), .XILINX (XILINX), .INVERT_B (6'h3f)
  ) hidden_unit1_sum_add2_adder (
    .bits_i ({
      input3[2],
      input3,
      input2
    }),
    .sum_o  (hidden_unit1_sum_add2)
  );
  wire [3:0] hidden_unit1_sum_add3;
  espalier_adder #(
    .COLUMNS (3), .ROWS (2), .CARRIES (1), .XILINX (XILINX), .INVERT_A (3'h7)
  ) hidden_unit1_sum_add3_adder (
    .bits_i ({
      input3[3],
      input1[5:3],
      input0[5:3]
    }),
    .sum_o  (hidden_unit1_sum_add3)
  );
  wire [1:0] hidden_unit1_sum_add4;
  espalier_adder #(.COLUMNS (1), .ROWS (2), .XILINX (XILINX)) hidden_unit1_sum_add4_adder (
    .bits_i ({
      1'd1,
      input3_q[5]
    }),
    .sum_o  (hidden_unit1_sum_add4)
  );
  wire [3:0] hidden_unit1_sum_add5;
  espalier_adder #(
    .COLUMNS (3), .ROWS (2), .CARRIES (1), .XILINX (XILINX)
  ) hidden_unit1_sum_add5_adder (
    .bits_i ({
      hidden_unit1_sum_add3_q[3],
      hidden_unit1_sum_add2_q[6:4],
      hidden_unit1_sum_add1_q[6:4]
    }),
    .sum_o  (hidden_unit1_sum_add5)
  );
  wire [9:0] hidden_unit1_sum_add6;
  espalier_adder #(
    .COLUMNS (9), .ROWS (2), .CARRIES (1), .XILINX (XILINX), .INVERT_A (9'h7)
  ) hidden_unit1_sum_add6_adder (
    .bits_i ({
      input3_q_2[0],
      {2'd3, hidden_unit1_sum_add4_q[1], hidden_unit1_sum_add1_q_2, input1_q_2[1:0]},
      {hidden_unit1_sum_add5_q[2:0], hidden_unit1_sum_add2_q_2[3:1], input0_q_2}
    }),
    .sum_o  (hidden_unit1_sum_add6)
  );
  wire [4:0] hidden_unit1_sum_add7;
  espalier_adder #(.COLUMNS (4), .ROWS (2), .XILINX (XILINX)) hidden_unit1_sum_add7_adder (
    .bits_i ({
      {hidden_unit1_sum_add4_q[0], input3_q_2[4], 2'd3},
      {hidden_unit1_sum_add3_q_2, hidden_unit1_sum_add2_q_2[0]}
    }),
    .sum_o  (hidden_unit1_sum_add7)
  );
  wire [1:0] hidden_unit1_sum_add8;
  espalier_adder #(
    .COLUMNS (1), .ROWS (2), .CARRIES (1), .XILINX (XILINX)
  ) hidden_unit1_sum_add8_adder (
    .bits_i ({
      1'd1,
      hidden_unit1_sum_add7_q[4],
      hidden_unit1_sum_add6_q[6]
    }),
    .sum_o  (hidden_unit1_sum_add8)
  );
  wire [10:4] hidden_unit1_sum_add9;
  espalier_adder #(
    .COLUMNS (11), .ROWS (2), .LOW (4), .HIGH (10), .XILINX (XILINX), .LONE (11'h540)
  ) hidden_unit1_sum_add9_adder (
    .bits_i ({
      {1'd0, hidden_unit1_sum_add6_q_2[9:7], 1'd0, hidden_unit1_sum_add7_q_2, input3_q_4, 1'd1},
      {1'd1, hidden_unit1_sum_add5_q_3, 1'd0, hidden_unit1_sum_add8_q, hidden_unit1_sum_add6_q_2[5:0]}
    }),
    .sum_o  (hidden_unit1_sum_add9)
  );
  wire [10:4] hidden_unit1_sum = hidden_unit1_sum_add9;
  wire [6:0] hidden_unit1_rounded = hidden_unit1_sum;
  wire [5:0] hidden_unit1_active = hidden_unit1_rounded[5:0] & {6{~hidden_unit1_rounded[6]}};
  wire [4:0] hidden_unit1_clamped = (|hidden_unit1_active_q[5]) ? {5{1'b1}} : hidden_unit1_active_q[4:0];

  // Neuron 2: 5*input0 - 2*input1 + 3*input2 + 5*input3 + 72, -54..891
  wire [7:0] hidden_unit2_sum_add1;
  espalier_adder #(
    .COLUMNS (7), .ROWS (2), .CARRIES (1), .XILINX (XILINX), .INVERT_A (7'h3f)
  ) hidden_unit2_sum_add1_adder (
    .bits_i ({
      input3[1],
      {input0[5:4], input0[5:1]},
      {input2[5], input1}
    }),
    .sum_o  (hidden_unit2_sum_add1)
  );
  wire [6:0] hidden_unit2_sum_add2;
  espalier_adder #(
    .COLUMNS (6), .ROWS (2), .CARRIES (1), .XILINX (XILINX)
  ) hidden_unit2_sum_add2_adder (
    .bits_i ({
      input0[0],
      {1'd1, input2[4:0]},
      input3
    }),
    .sum_o  (hidden_unit2_sum_add2)
  );
  wire [3:0] hidden_unit2_sum_add3;
  espalier_adder #(
    .COLUMNS (3), .ROWS (2), .CARRIES (1), .XILINX (XILINX), .INVERT_B (3'h7)
  ) hidden_unit2_sum_add3_adder (
    .bits_i ({
      input3[3],
      input2[5:3],
      input0[3:1]
    }),
    .sum_o  (hidden_unit2_sum_add3)
  );
  wire [9:0] hidden_unit2_sum_add4;
  espalier_adder #(
    .COLUMNS (9), .ROWS (2), .CARRIES (1), .XILINX (XILINX), .INVERT_A (9'h7)
  ) hidden_unit2_sum_add4_adder (
    .bits_i ({
      input3_q[0],
      {hidden_unit2_sum_add1_q, input0_q[0]},
      {hidden_unit2_sum_add2_q[6:1], input2_q[2:0]}
    }),
    .sum_o  (hidden_unit2_sum_add4)
  );
  wire [4:0] hidden_unit2_sum_add5;
  espalier_adder #(.COLUMNS (4), .ROWS (2), .XILINX (XILINX)) hidden_unit2_sum_add5_adder (
    .bits_i ({
      {input3_q[5:4], 1'd1, hidden_unit2_sum_add2_q[0]},
      {hidden_unit2_sum_add3_q[2:0], input3_q[2]}
    }),
    .sum_o  (hidden_unit2_sum_add5)
  );
  wire [1:0] hidden_unit2_sum_add6;
  espalier_adder #(
    .COLUMNS (1), .ROWS (2), .CARRIES (1), .XILINX (XILINX)
  ) hidden_unit2_sum_add6_adder (
    .bits_i ({
      hidden_unit2_sum_add5_q[4],
      hidden_unit2_sum_add3_q_2,
      hidden_unit2_sum_add4_q[6]
    }),
    .sum_o  (hidden_unit2_sum_add6)
  );
  wire [10:4] hidden_unit2_sum_add7;
  espalier_adder #(
    .COLUMNS (11), .ROWS (2), .LOW (4), .HIGH (10), .XILINX (XILINX), .LONE (11'h440)
  ) hidden_unit2_sum_add7_adder (
    .bits_i ({
      {1'd0, hidden_unit2_sum_add4_q_2[9:7], 1'd0, hidden_unit2_sum_add5_q_2, 2'd3},
      {3'd7, hidden_unit2_sum_add6_q, hidden_unit2_sum_add4_q_2[5:0]}
    }),
    .sum_o  (hidden_unit2_sum_add7)
  );
  wire [10:4] hidden_unit2_sum = hidden_unit2_sum_add7;
  wire [6:0] hidden_unit2_rounded = hidden_unit2_sum;
  wire [5:0] hidden_unit2_active = hidden_unit2_rounded[5:0] & {6{~hidden_unit2_rounded[6]}};
  wire [4:0] hidden_unit2_clamped = (|hidden_unit2_active_q[5]) ? {5{1'b1}} : hidden_unit2_active_q[4:0];

  // The results, the first one lowest.
  assign hidden_results = {
    hidden_unit2_clamped_q,  // neuron 2, ufixed<5,1>
    hidden_unit1_clamped,    // neuron 1, ufixed<5,1>
    hidden_unit0_clamped_q   // neuron 0, ufixed<5,1>
  };

  always @(posedge aclk) begin
    if (!aresetn) hidden_valid_q <= 5'd0;
    else if (hidden_enable) hidden_valid_q <= {hidden_valid_q[3:0], x_valid_i};
    if (hidden_enable) begin
      // Stage 1 of 5.
      input0_q <= input0[2:0];
      hidden_unit0_sum_add2_q <= hidden_unit0_sum_add2;
      input1_q <= input1;
      hidden_unit0_sum_add1_q <= hidden_unit0_sum_add1;
      input2_q <= input2;
      input3_q <= input3;
      hidden_unit1_sum_add1_q <= hidden_unit1_sum_add1;
      hidden_unit1_sum_add2_q <= hidden_unit1_sum_add2;
      hidden_unit1_sum_add3_q <= hidden_unit1_sum_add3;
      hidden_unit2_sum_add2_q <= hidden_unit2_sum_add2;
      hidden_unit2_sum_add1_q <= hidden_unit2_sum_add1;
      hidden_unit2_sum_add3_q <= hidden_unit2_sum_add3;
      // Stage 2 of 5.
      hidden_unit0_sum_add3_q <= hidden_unit0_sum_add3;
      input2_q_2 <= input2_q[5:1];
      input1_q_2 <= input1_q[4:0];
      hidden_unit0_sum_add5_q <= hidden_unit0_sum_add5;
      hidden_unit0_sum_add4_q <= hidden_unit0_sum_add4;
      input0_q_2 <= input0_q;
      hidden_unit1_sum_add2_q_2 <= hidden_unit1_sum_add2_q[3:0];
      hidden_unit1_sum_add5_q <= hidden_unit1_sum_add5;
      hidden_unit1_sum_add1_q_2 <= hidden_unit1_sum_add1_q[3:0];
      hidden_unit1_sum_add4_q <= hidden_unit1_sum_add4;
      input3_q_2 <= input3_q[4:0];
      hidden_unit1_sum_add3_q_2 <= hidden_unit1_sum_add3_q[2:0];
      hidden_unit2_sum_add4_q <= hidden_unit2_sum_add4;
      hidden_unit2_sum_add3_q_2 <= hidden_unit2_sum_add3_q[3];
      hidden_unit2_sum_add5_q <= hidden_unit2_sum_add5;
      // Stage 3 of 5.
      hidden_unit0_sum_add3_q_2 <= hidden_unit0_sum_add3_q;
      hidden_unit0_sum_add6_q <= hidden_unit0_sum_add6;
      hidden_unit0_sum_add4_q_2 <= hidden_unit0_sum_add4_q[0];
      input2_q_3 <= input2_q_2[5];
      hidden_unit1_sum_add6_q <= hidden_unit1_sum_add6;
      hidden_unit1_sum_add7_q <= hidden_unit1_sum_add7;
      hidden_unit1_sum_add5_q_2 <= hidden_unit1_sum_add5_q[3];
      input3_q_3 <= input3_q_2[1];
      hidden_unit2_sum_add4_q_2 <= hidden_unit2_sum_add4_q;
      hidden_unit2_sum_add6_q <= hidden_unit2_sum_add6;
      hidden_unit2_sum_add5_q_2 <= hidden_unit2_sum_add5_q[3:0];
      // Stage 4 of 5.
      hidden_unit0_active_q <= hidden_unit0_active;
      hidden_unit1_sum_add6_q_2 <= hidden_unit1_sum_add6_q;
      hidden_unit1_sum_add8_q <= hidden_unit1_sum_add8;
      hidden_unit1_sum_add5_q_3 <= hidden_unit1_sum_add5_q_2;
      input3_q_4 <= input3_q_3;
      hidden_unit1_sum_add7_q_2 <= hidden_unit1_sum_add7_q[3:0];
      hidden_unit2_active_q <= hidden_unit2_active;
      // Stage 5 of 5.
      hidden_unit1_active_q <= hidden_unit1_active;
      hidden_unit0_clamped_q <= hidden_unit0_clamped;
      hidden_unit2_clamped_q <= hidden_unit2_clamped;
    end
  end

  assign y_o       = hidden_results;
  assign y_valid_o = hidden_results_valid;
  assign x_ready_o = hidden_enable;

  // Bits that are made, or handed in, and not needed.
  wire unused = &{
    1'b0,
    input2_q_2[4:2],
    input1_q_2[3:2],
    hidden_unit0_sum_add3_q_2[6:2],
    input3_q_2[3:2],
    hidden_unit1_sum_add6_q_2[6],
    hidden_unit2_sum_add4_q_2[6]
  };

endmodule

`default_nettype wire
