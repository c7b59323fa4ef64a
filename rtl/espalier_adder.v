// Adds up two or three rows of bits in one carry chain: one LUT per column.
//
// A bit of INVERT_A, INVERT_B, INVERT_C inverts that bit of the row before it is added, at no cost.
//
// XILINX  0  the sum as an expression, for any tool: three rows become two adders where a LUT and its carry chain
//            cannot add three bits
//         1  LUT6_2 and CARRY4 of the 7 series. Of three bits a column's LUT makes the sum and the majority; the
//            next column's LUT adds that majority to its own sum, and the chain carries what is left.
//
// Latency: none, combinational.

module espalier_adder #(
  parameter               COLUMNS  = 4,
  parameter               ROWS     = 3,                  // 2 or 3
  parameter               XILINX   = 0,
  parameter [COLUMNS-1:0] INVERT_A = {COLUMNS{1'b0}},
  parameter [COLUMNS-1:0] INVERT_B = {COLUMNS{1'b0}},
  parameter [COLUMNS-1:0] INVERT_C = {COLUMNS{1'b0}},
  parameter [COLUMNS-1:0] LONE     = {COLUMNS{1'b0}}     // columns with one bit at most, not inverted, no majority
) (
  input  wire [COLUMNS-1:0]      a_i,
  input  wire [COLUMNS-1:0]      b_i,
  input  wire [COLUMNS-1:0]      c_i,      // 0 with two rows
  input  wire [1:0]              carry_i,  // both weigh 1; bit 1 is 0 with two rows
  output wire [COLUMNS+ROWS-2:0] sum_o
);

  generate
    if (XILINX == 0) begin : g_portable
      wire unused = &{1'b0, LONE};

      if (ROWS == 2) begin : g_two
        wire unused_row = &{1'b0, c_i, carry_i[1], INVERT_C};
        assign sum_o = {1'b0, a_i ^ INVERT_A} + {1'b0, b_i ^ INVERT_B} + {{COLUMNS{1'b0}}, carry_i[0]};
      end else begin : g_three
        assign sum_o = {2'b00, a_i ^ INVERT_A} + {2'b00, b_i ^ INVERT_B} + {2'b00, c_i ^ INVERT_C}
                     + {{(COLUMNS+1){1'b0}}, carry_i[0]} + {{(COLUMNS+1){1'b0}}, carry_i[1]};
      end
    end else begin : g_xilinx
      localparam BITS   = COLUMNS + ROWS - 1;
      localparam CHAINS = (BITS + 3) / 4;

      wire [4*CHAINS-1:0] propagate;
      wire [4*CHAINS-1:0] generated;
      wire [4*CHAINS-1:0] sum;
      wire [4*CHAINS:0]   carry;
      wire [COLUMNS:0]    majority;  // of the column below

      assign majority[0] = carry_i[1];
      assign carry[0]    = carry_i[0];
      assign sum_o       = sum[BITS-1:0];

      genvar i;
      for (i = 0; i < 4 * CHAINS; i = i + 1) begin : g_column
        if (i > COLUMNS || (i == COLUMNS && ROWS == 2)) begin : g_above
          assign propagate[i] = 1'b0;
          assign generated[i] = 1'b0;
        end else if (i == COLUMNS) begin : g_top
          assign propagate[i] = majority[i];
          assign generated[i] = 1'b0;
        end else if (LONE[i]) begin : g_lone
          assign propagate[i]  = a_i[i] | b_i[i] | c_i[i] | majority[i];
          assign generated[i]  = 1'b0;
          assign majority[i+1] = 1'b0;
        end else begin : g_lut
          // Inputs: a, b, c, the majority of the column below.
          localparam [2:0] INVERT = {ROWS == 3 && INVERT_C[i], INVERT_B[i], INVERT_A[i]};
          localparam [7:0] CARRY  = (ROWS == 2) ? (INVERT[0] ? 8'h55 : 8'haa) :
                                    (INVERT == 3'd0) ? 8'he8 : (INVERT == 3'd1) ? 8'hd4 :
                                    (INVERT == 3'd2) ? 8'hb2 : (INVERT == 3'd3) ? 8'h71 :
                                    (INVERT == 3'd4) ? 8'h8e : (INVERT == 3'd5) ? 8'h4d :
                                    (INVERT == 3'd6) ? 8'h2b : 8'h17;
          localparam [15:0] PARITY = (^INVERT) ? 16'h9669 : 16'h6996;
          wire second;

          LUT6_2 #(
            .INIT ({PARITY, PARITY, CARRY, CARRY, CARRY, CARRY})
          ) lut (
            .I0 (a_i[i]),
            .I1 (b_i[i]),
            .I2 (c_i[i]),
            .I3 (majority[i]),
            .I4 (1'b0),
            .I5 (1'b1),
            .O5 (second),
            .O6 (propagate[i])
          );

          // Where the sum of the column's bits is 0, what was added decides the carry.
          assign generated[i]  = (ROWS == 2) ? second : majority[i];
          assign majority[i+1] = (ROWS == 2) ? 1'b0 : second;
        end
      end

      for (i = 0; i < CHAINS; i = i + 1) begin : g_chain
        CARRY4 chain (
          .CI     (i == 0 ? 1'b0 : carry[4*i]),
          .CYINIT (i == 0 ? carry[0] : 1'b0),
          .DI     (generated[4*i+3:4*i]),
          .S      (propagate[4*i+3:4*i]),
          .O      (sum[4*i+3:4*i]),
          .CO     (carry[4*i+4:4*i+1])
        );
      end

      wire unused = &{1'b0, sum, carry, majority[COLUMNS]};
    end
  endgenerate

endmodule
