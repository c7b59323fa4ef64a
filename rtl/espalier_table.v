// Looks up a code by a few bits: one truth table per bit of the code.
//
// TRUTH holds the tables one above the other, that of the code's lowest bit lowest; bit k of a table is for index k.
//
// XILINX  0  the tables as constants that are indexed, for any tool
//         1  LUTs of the 7 series, which synthesis leaves as they are: a LUT6_2 for two tables of up to five index
//            bits, a LUT6 for one of six; two or four LUT6 and the multiplexers behind them for seven or eight
//
// Latency: none, combinational.

`default_nettype none

module espalier_table #(
  parameter                       INPUTS = 6,  // 1 to 8, from 2 on with XILINX
  parameter                       WIDTH  = 1,
  parameter                       XILINX = 0,
  parameter [WIDTH*2**INPUTS-1:0] TRUTH  = {WIDTH*2**INPUTS{1'b0}}
) (
  input  wire [INPUTS-1:0] index_i,
  output wire [WIDTH-1:0]  code_o
);

  localparam DEPTH = 2 ** INPUTS;

  genvar i, j;
  generate
    if (XILINX == 0) begin : g_portable
      for (i = 0; i < WIDTH; i = i + 1) begin : g_bit
        localparam [DEPTH-1:0] TABLE = TRUTH[i*DEPTH +: DEPTH];

        assign code_o[i] = TABLE[index_i];
      end
    end else begin : g_xilinx
      // Inputs that are left over are 0.
      wire [8:0] index  = { {(9-INPUTS){1'b0}}, index_i};
      wire       unused = &{1'b0, index};

      for (i = 0; i < WIDTH; i = i + 1) begin : g_bit
        localparam [DEPTH-1:0] TABLE = TRUTH[i*DEPTH +: DEPTH];

        if (INPUTS < 6 && i % 2 == 1) begin : g_pair
          localparam [DEPTH-1:0] BELOW = TRUTH[(i-1)*DEPTH +: DEPTH];

          LUT6_2 #(
            .INIT ({ {(32/DEPTH){TABLE}}, {(32/DEPTH){BELOW}}})
          ) lut (
            .I0 (index[0]),
            .I1 (index[1]),
            .I2 (index[2]),
            .I3 (index[3]),
            .I4 (index[4]),
            .I5 (1'b1),
            .O5 (code_o[i-1]),
            .O6 (code_o[i])
          );
        end else if (INPUTS >= 6 || i == WIDTH - 1) begin : g_single
          localparam LUTS = (INPUTS <= 6) ? 1 : DEPTH / 64;
          localparam BITS = (INPUTS <= 6) ? DEPTH : 64;

          wire [LUTS-1:0] part;

          for (j = 0; j < LUTS; j = j + 1) begin : g_part
            LUT6 #(
              .INIT ({(64/BITS){TABLE[j*BITS +: BITS]}})
            ) lut (
              .I0 (index[0]),
              .I1 (index[1]),
              .I2 (index[2]),
              .I3 (index[3]),
              .I4 (index[4]),
              .I5 (index[5]),
              .O  (part[j])
            );
          end

          if (LUTS == 1) begin : g_one
            assign code_o[i] = part[0];
          end else if (LUTS == 2) begin : g_two
            MUXF7 select (.I0 (part[0]), .I1 (part[1]), .S (index[6]), .O (code_o[i]));
          end else begin : g_four
            wire [1:0] half;

            MUXF7 select_low  (.I0 (part[0]), .I1 (part[1]), .S (index[6]), .O (half[0]));
            MUXF7 select_high (.I0 (part[2]), .I1 (part[3]), .S (index[6]), .O (half[1]));
            MUXF8 select      (.I0 (half[0]), .I1 (half[1]), .S (index[7]), .O (code_o[i]));
          end
        end
      end
    end
  endgenerate

endmodule

`default_nettype wire
