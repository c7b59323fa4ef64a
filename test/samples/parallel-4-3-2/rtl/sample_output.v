// output: 2 neurons, fully parallel.
//
// x_i        3 unsigned codes of 5 bits, the first one lowest
// y_o        2 signed codes of 10 bits, the first one lowest
// valid      a bus is taken in a cycle in which valid and ready are 1
// XILINX     1: adders and tables as primitives of the 7 series
//
// Circuit    13 adders, 0 tables, 29 registers; constants are wired in
// Interval   1 cycle from one sample to the next
// Latency    4 cycles from taking x_i to giving y_o
//
// Made by espalier 0.0.0: espalier compile test/samples/parallel-4-3-2/network.json

`default_nettype none

module sample_output #(
  parameter XILINX = 0
) (
  input  wire        aclk,
  input  wire        aresetn,
  input  wire [14:0] x_i,
  input  wire        x_valid_i,
  output wire        x_ready_o,
  output wire [19:0] y_o,
  output wire        y_valid_o,
  input  wire        y_ready_i
);

  wire [4:0]  hidden_unit0 = x_i[4:0];
  wire [4:0]  hidden_unit1 = x_i[9:5];
  wire [4:0]  hidden_unit2 = x_i[14:10];
  reg  [3:0]  output_valid_q;
  wire [19:0] output_results;
  wire        output_results_valid = output_valid_q[3];
  wire        output_enable        = y_ready_i | ~output_results_valid;

  // Stage 1 of 4.
  reg [4:0] hidden_unit0_q;
  reg [4:0] hidden_unit2_q;
  reg [4:0] hidden_unit1_q;
  reg [5:0] output_unit0_sum_add1_q;
  reg [5:0] output_unit1_sum_add1_q;

  // Stage 2 of 4.
  reg [7:0] output_unit0_sum_add3_q;
  reg [1:0] output_unit0_sum_add2_q;
  reg       output_unit0_sum_add1_q_2;
  reg [2:0] output_unit0_sum_add4_q;
  reg [4:0] hidden_unit1_q_2;
  reg [1:0] hidden_unit0_q_2;
  reg [1:0] output_unit1_sum_add1_q_2;
  reg [4:0] output_unit1_sum_add3_q;
  reg       hidden_unit2_q_2;
  reg [1:0] output_unit1_sum_add2_q;

  // Stage 3 of 4.
  reg [3:0] output_unit0_sum_add3_q_2;
  reg [4:0] output_unit0_sum_add5_q;
  reg [1:0] output_unit0_sum_add4_q_2;
  reg [5:0] output_unit1_sum_add4_q;
  reg       output_unit1_sum_add2_q_2;
  reg [4:2] output_unit1_sum_add3_q_2;
  reg [1:0] output_unit1_sum_add5_q;
  reg       hidden_unit0_q_3;

  // Stage 4 of 4.
  reg [2:0] output_unit1_sum_add4_q_2;
  reg [3:0] output_unit1_sum_add6_q;
  reg       output_unit1_sum_add5_q_2;
  reg [4:3] output_unit1_sum_add3_q_3;
  reg       hidden_unit0_q_4;
  reg [8:0] output_unit0_sum_q;

  // Neuron 0: 5*hidden_unit0 - 4*hidden_unit1 + 3*hidden_unit2 - 16, -140..232
  wire [5:0] output_unit0_sum_add1;
  espalier_adder #(
    .COLUMNS (5), .ROWS (2), .CARRIES (1), .XILINX (XILINX)
  ) output_unit0_sum_add1_adder (
    .bits_i ({
      hidden_unit0[2],
      hidden_unit2,
      hidden_unit0
    }),
    .sum_o  (output_unit0_sum_add1)
  );
  wire [1:0] output_unit0_sum_add2;
  espalier_adder #(
    .COLUMNS (1), .ROWS (2), .CARRIES (1), .XILINX (XILINX), .INVERT_B (1'h1)
  ) output_unit0_sum_add2_adder (
    .bits_i ({
      1'd1,
      hidden_unit2_q[4],
      hidden_unit0_q[4]
    }),
    .sum_o  (output_unit0_sum_add2)
  );
  wire [7:0] output_unit0_sum_add3;
  espalier_adder #(
    .COLUMNS (7), .ROWS (2), .CARRIES (1), .XILINX (XILINX), .INVERT_A (7'h7f)
  ) output_unit0_sum_add3_adder (
    .bits_i ({
      1'd1,
      {output_unit0_sum_add1_q[4:0], hidden_unit0_q[1:0]},
      {hidden_unit1_q[4:2], hidden_unit2_q[3:0]}
    }),
    .sum_o  (output_unit0_sum_add3)
  );
  wire [2:0] output_unit0_sum_add4;
  espalier_adder #(
    .COLUMNS (2), .ROWS (2), .XILINX (XILINX), .INVERT_A (2'h3)
  ) output_unit0_sum_add4_adder (
    .bits_i ({
      {hidden_unit0_q[3], 1'd1},
      hidden_unit1_q[1:0]
    }),
    .sum_o  (output_unit0_sum_add4)
  );
  wire [4:0] output_unit0_sum_add5;
  espalier_adder #(
    .COLUMNS (4), .ROWS (2), .CARRIES (1), .XILINX (XILINX)
  ) output_unit0_sum_add5_adder (
    .bits_i ({
      output_unit0_sum_add4_q[2],
      {output_unit0_sum_add1_q_2, 1'd1, output_unit0_sum_add2_q},
      output_unit0_sum_add3_q[7:4]
    }),
    .sum_o  (output_unit0_sum_add5)
  );
  wire [6:0] output_unit0_sum_add6;
  espalier_adder #(
    .COLUMNS (7), .ROWS (2), .HIGH (6), .XILINX (XILINX), .LONE (7'h3c)
  ) output_unit0_sum_add6_adder (
    .bits_i ({
      {5'd16, output_unit0_sum_add4_q_2},
      {output_unit0_sum_add5_q, output_unit0_sum_add3_q_2[3:2]}
    }),
    .sum_o  (output_unit0_sum_add6)
  );
  wire [8:0] output_unit0_sum = {output_unit0_sum_add6, output_unit0_sum_add3_q_2[1:0]};

  // Neuron 1: -3*hidden_unit0 + 6*hidden_unit1 + 2*hidden_unit2 + 40, -53..288
  wire [5:0] output_unit1_sum_add1;
  espalier_adder #(
    .COLUMNS (5), .ROWS (2), .CARRIES (1), .XILINX (XILINX), .INVERT_A (5'h1f)
  ) output_unit1_sum_add1_adder (
    .bits_i ({
      hidden_unit0[2],
      {1'd1, hidden_unit2[4:1]},
      hidden_unit0
    }),
    .sum_o  (output_unit1_sum_add1)
  );
  wire [1:0] output_unit1_sum_add2;
  espalier_adder #(.COLUMNS (1), .ROWS (2), .XILINX (XILINX)) output_unit1_sum_add2_adder (
    .bits_i ({
      1'd1,
      hidden_unit0_q[3]
    }),
    .sum_o  (output_unit1_sum_add2)
  );
  wire [4:0] output_unit1_sum_add3;
  espalier_adder #(
    .COLUMNS (4), .ROWS (2), .CARRIES (1), .XILINX (XILINX)
  ) output_unit1_sum_add3_adder (
    .bits_i ({
      hidden_unit0_q[4],
      output_unit1_sum_add1_q[5:2],
      hidden_unit1_q[4:1]
    }),
    .sum_o  (output_unit1_sum_add3)
  );
  wire [5:0] output_unit1_sum_add4;
  espalier_adder #(
    .COLUMNS (5), .ROWS (2), .CARRIES (1), .XILINX (XILINX), .INVERT_A (5'h1f)
  ) output_unit1_sum_add4_adder (
    .bits_i ({
      hidden_unit2_q_2,
      {output_unit1_sum_add3_q[1:0], output_unit1_sum_add1_q_2, hidden_unit0_q_2[1]},
      hidden_unit1_q_2
    }),
    .sum_o  (output_unit1_sum_add4)
  );
  wire [1:0] output_unit1_sum_add5;
  espalier_adder #(.COLUMNS (1), .ROWS (2), .XILINX (XILINX)) output_unit1_sum_add5_adder (
    .bits_i ({
      hidden_unit1_q_2[0],
      output_unit1_sum_add2_q[0]
    }),
    .sum_o  (output_unit1_sum_add5)
  );
  wire [3:0] output_unit1_sum_add6;
  espalier_adder #(
    .COLUMNS (3), .ROWS (2), .CARRIES (1), .XILINX (XILINX)
  ) output_unit1_sum_add6_adder (
    .bits_i ({
      output_unit1_sum_add5_q[1],
      {output_unit1_sum_add3_q_2[2], 1'd1, output_unit1_sum_add2_q_2},
      output_unit1_sum_add4_q[5:3]
    }),
    .sum_o  (output_unit1_sum_add6)
  );
  wire [8:0] output_unit1_sum_add7;
  espalier_adder #(
    .COLUMNS (9), .ROWS (2), .HIGH (8), .XILINX (XILINX), .LONE (9'h138)
  ) output_unit1_sum_add7_adder (
    .bits_i ({
      {1'd0, output_unit1_sum_add3_q_3, 3'd0, output_unit1_sum_add5_q_2, 2'd3},
      {2'd3, output_unit1_sum_add6_q, output_unit1_sum_add4_q_2}
    }),
    .sum_o  (output_unit1_sum_add7)
  );
  wire [9:0] output_unit1_sum = {output_unit1_sum_add7, hidden_unit0_q_4};

  // The results, the first one lowest.
  assign output_results = {
    output_unit1_sum,                            // neuron 1, fixed<10,4>
    {output_unit0_sum_q[8], output_unit0_sum_q}  // neuron 0, fixed<9,3>
  };

  always @(posedge aclk) begin
    if (!aresetn) output_valid_q <= 4'd0;
    else if (output_enable) output_valid_q <= {output_valid_q[2:0], x_valid_i};
    if (output_enable) begin
      // Stage 1 of 4.
      hidden_unit0_q <= hidden_unit0;
      hidden_unit2_q <= hidden_unit2;
      hidden_unit1_q <= hidden_unit1;
      output_unit0_sum_add1_q <= output_unit0_sum_add1;
      output_unit1_sum_add1_q <= output_unit1_sum_add1;
      // Stage 2 of 4.
      output_unit0_sum_add3_q <= output_unit0_sum_add3;
      output_unit0_sum_add2_q <= output_unit0_sum_add2;
      output_unit0_sum_add1_q_2 <= output_unit0_sum_add1_q[5];
      output_unit0_sum_add4_q <= output_unit0_sum_add4;
      hidden_unit1_q_2 <= hidden_unit1_q;
      hidden_unit0_q_2 <= hidden_unit0_q[1:0];
      output_unit1_sum_add1_q_2 <= output_unit1_sum_add1_q[1:0];
      output_unit1_sum_add3_q <= output_unit1_sum_add3;
      hidden_unit2_q_2 <= hidden_unit2_q[0];
      output_unit1_sum_add2_q <= output_unit1_sum_add2;
      // Stage 3 of 4.
      output_unit0_sum_add3_q_2 <= output_unit0_sum_add3_q[3:0];
      output_unit0_sum_add5_q <= output_unit0_sum_add5;
      output_unit0_sum_add4_q_2 <= output_unit0_sum_add4_q[1:0];
      output_unit1_sum_add4_q <= output_unit1_sum_add4;
      output_unit1_sum_add2_q_2 <= output_unit1_sum_add2_q[1];
      output_unit1_sum_add3_q_2 <= output_unit1_sum_add3_q[4:2];
      output_unit1_sum_add5_q <= output_unit1_sum_add5;
      hidden_unit0_q_3 <= hidden_unit0_q_2[0];
      // Stage 4 of 4.
      output_unit1_sum_add4_q_2 <= output_unit1_sum_add4_q[2:0];
      output_unit1_sum_add6_q <= output_unit1_sum_add6;
      output_unit1_sum_add5_q_2 <= output_unit1_sum_add5_q[0];
      output_unit1_sum_add3_q_3 <= output_unit1_sum_add3_q_2[4:3];
      hidden_unit0_q_4 <= hidden_unit0_q_3;
      output_unit0_sum_q <= output_unit0_sum;
    end
  end

  assign y_o       = output_results;
  assign y_valid_o = output_results_valid;
  assign x_ready_o = output_enable;

  // Bits that are made, or handed in, and not needed.
  wire unused = &{
    1'b0,
    hidden_unit0_q[2]
  };

endmodule

`default_nettype wire
