// Cells of a map into one word, the first one lowest; they always come in whole maps.
//
// No cycle is lost between maps. Without HELD the last cell passes through, and a word costs registers for BEATS - 1
// cells: latency 0 cycles from the last cell, s_ready_o is 1 for every cell but the last, for which it is m_ready_i.
// HELD keeps that one too, so that all cells are taken though the word is not: latency 1 cycle, and s_ready_o is
// m_ready_i while a word waits.

`default_nettype none

module espalier_collect #(
  parameter WIDTH       = 8,
  parameter BEATS       = 4,  // 1 or more
  parameter COUNT_WIDTH = 2,  // 2^COUNT_WIDTH >= BEATS
  parameter HELD        = 0
) (
  input  wire                   aclk,
  input  wire                   aresetn,
  input  wire [WIDTH-1:0]       s_data_i,
  input  wire                   s_valid_i,
  output wire                   s_ready_o,
  output wire [BEATS*WIDTH-1:0] m_data_o,
  output wire                   m_valid_o,
  input  wire                   m_ready_i
);

  localparam LAST_BEAT = BEATS - 1;

  generate
    if (HELD != 0) begin : g_held
      reg [BEATS*WIDTH-1:0] data_q;
      reg                   full_q;
      wire                  at_last;
      wire                  take = s_valid_i & s_ready_o;

      assign s_ready_o = ~full_q | m_ready_i;
      assign m_valid_o = full_q;
      assign m_data_o  = data_q;

      always @(posedge aclk) begin
        if (!aresetn) full_q <= 1'b0;
        else full_q <= (take & at_last) | (full_q & ~m_ready_i);
      end

      if (BEATS == 1) begin : g_one
        assign at_last = 1'b1;

        always @(posedge aclk) begin
          if (take) data_q <= s_data_i;
        end
      end else begin : g_several
        reg [COUNT_WIDTH-1:0] beat_q;   // number of the cell that comes next

        assign at_last = beat_q == LAST_BEAT[COUNT_WIDTH-1:0];

        always @(posedge aclk) begin
          if (!aresetn) beat_q <= {COUNT_WIDTH{1'b0}};
          else if (take) beat_q <= at_last ? {COUNT_WIDTH{1'b0}} : beat_q + 1'b1;
        end

        always @(posedge aclk) begin
          if (take) data_q <= {s_data_i, data_q[BEATS*WIDTH-1:WIDTH]};
        end
      end
    end else if (BEATS == 1) begin : g_through
      wire unused = &{1'b0, aclk, aresetn};

      assign s_ready_o = m_ready_i;
      assign m_valid_o = s_valid_i;
      assign m_data_o  = s_data_i;
    end else begin : g_shift
      reg [(BEATS-1)*WIDTH-1:0] data_q;
      reg [COUNT_WIDTH-1:0]     beat_q;   // number of the cell that comes next

      wire at_last = beat_q == LAST_BEAT[COUNT_WIDTH-1:0];
      wire take    = s_valid_i & s_ready_o;

      assign s_ready_o = m_ready_i | ~at_last;
      assign m_valid_o = s_valid_i & at_last;
      assign m_data_o  = {s_data_i, data_q};

      always @(posedge aclk) begin
        if (!aresetn) beat_q <= {COUNT_WIDTH{1'b0}};
        else if (take) beat_q <= at_last ? {COUNT_WIDTH{1'b0}} : beat_q + 1'b1;
      end

      always @(posedge aclk) begin
        if (take) data_q <= m_data_o[BEATS*WIDTH-1:WIDTH];
      end
    end
  endgenerate

endmodule

`default_nettype wire
