// Adds up two or three rows of bits in one carry chain: one LUT per column.
//
// bits_i  the rows, the first one lowest, then the carries, which all weigh as much as column 0: one at most beside
//         two rows, two beside three
// sum_o   bits HIGH to LOW of the sum
//
// A bit of INVERT_A, INVERT_B, INVERT_C inverts that bit of the first, second, third row before it is added, at no
// cost.
//
// XILINX  0  the sum as an expression, for any tool: three rows become two adders where a LUT and its carry chain
//            cannot add three bits
//         1  LUT6_2 and CARRY4 of the 7 series. Of three bits a column's LUT makes the sum and the majority; the
//            next column's LUT adds that majority to its own sum, and the chain carries what is left.
//
// Latency: none, combinational.

`default_nettype none

module espalier_adder #(
  parameter               COLUMNS  = 4,
  parameter               ROWS     = 3,                  // 2 or 3
  parameter               CARRIES  = 0,                  // 0 to ROWS - 1
  parameter               LOW      = 0,
  parameter               HIGH     = COLUMNS + ROWS - 2,
  parameter               XILINX   = 0,
  parameter [COLUMNS-1:0] INVERT_A = {COLUMNS{1'b0}},
  parameter [COLUMNS-1:0] INVERT_B = {COLUMNS{1'b0}},
  parameter [COLUMNS-1:0] INVERT_C = {COLUMNS{1'b0}},
  parameter [COLUMNS-1:0] LONE     = {COLUMNS{1'b0}}     // columns with one bit at most, not inverted, no majority
) (
  input  wire [ROWS*COLUMNS+CARRIES-1:0] bits_i,
  output wire [HIGH-LOW:0]               sum_o
);

  localparam BITS = COLUMNS + ROWS - 1;

  wire [COLUMNS-1:0] a = bits_i[COLUMNS-1:0];
  wire [COLUMNS-1:0] b = bits_i[2*COLUMNS-1:COLUMNS];
  wire [COLUMNS-1:0] c;
  wire               first_carry;
  wire               second_carry;
  wire [BITS-1:0]    sum;

  assign sum_o = sum[HIGH:LOW];

  // Simulators compute also what nobody reads, so no more stands here than has to.
  generate
    if (LOW > 0) begin : g_low
      wire unused = &{1'b0, sum[LOW-1:0]};
    end
    if (HIGH < BITS - 1) begin : g_high
      wire unused = &{1'b0, sum[BITS-1:HIGH+1]};
    end

    if (ROWS == 2) begin : g_no_third_row
      assign c = {COLUMNS{1'b0}};
    end else begin : g_third_row
      assign c = bits_i[3*COLUMNS-1:2*COLUMNS];
    end

    if (CARRIES == 0) begin : g_no_carry
      assign first_carry = 1'b0;
    end else begin : g_carry
      assign first_carry = bits_i[ROWS*COLUMNS];
    end

    if (CARRIES < 2) begin : g_no_second_carry
      assign second_carry = 1'b0;
    end else begin : g_second_carry
      assign second_carry = bits_i[ROWS*COLUMNS+1];
    end

    if (XILINX == 0) begin : g_portable
      wire unused = &{1'b0, LONE};

      if (ROWS == 2) begin : g_two
        wire unused_row = &{1'b0, c, second_carry, INVERT_C};
        assign sum = {1'b0, a ^ INVERT_A} + {1'b0, b ^ INVERT_B} + {{COLUMNS{1'b0}}, first_carry};
      end else begin : g_three
        assign sum = {2'b00, a ^ INVERT_A} + {2'b00, b ^ INVERT_B} + {2'b00, c ^ INVERT_C}
                     + {{(COLUMNS+1){1'b0}}, first_carry} + {{(COLUMNS+1){1'b0}}, second_carry};
      end
    end else begin : g_xilinx
      localparam CHAINS = (BITS + 3) / 4;

      wire [4*CHAINS-1:0] propagate;
      wire [4*CHAINS-1:0] generated;
      wire [4*CHAINS-1:0] chain_sum;
      wire [4*CHAINS:0]   carry;
      wire [COLUMNS:0]    majority;  // of the column below

      assign majority[0] = second_carry;
      assign carry[0]    = first_carry;
      assign sum         = chain_sum[BITS-1:0];

      genvar i;
      for (i = 0; i < 4 * CHAINS; i = i + 1) begin : g_column
        if (i > COLUMNS || (i == COLUMNS && ROWS == 2)) begin : g_above
          assign propagate[i] = 1'b0;
          assign generated[i] = 1'b0;
        end else if (i == COLUMNS) begin : g_top
          assign propagate[i] = majority[i];
          assign generated[i] = 1'b0;
        end else if (LONE[i]) begin : g_lone
          assign propagate[i]  = a[i] | b[i] | c[i] | majority[i];
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
            .I0 (a[i]),
            .I1 (b[i]),
            .I2 (c[i]),
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
          .O      (chain_sum[4*i+3:4*i]),
          .CO     (carry[4*i+4:4*i+1])
        );
      end

      wire unused = &{1'b0, chain_sum, carry, majority[COLUMNS]};
    end
  endgenerate

endmodule

`default_nettype wire
