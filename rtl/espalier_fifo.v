// First in, first out. A word that goes in shows in the cycle after; neither data, valid nor ready passes
// combinationally, and while it is full it takes nothing.
//
// MEMORY  0  the newest word lies lowest and the others move up, bit by bit, which is what shift registers do
//         1  words stay where they were written: LUT RAM, for many of them
//
// Latency: 1 cycle.

`default_nettype none

module espalier_fifo #(
  parameter WIDTH       = 8,
  parameter DEPTH       = 2,  // 1 or more; in a memory 2 or more
  parameter INDEX_WIDTH = 1,  // 2^INDEX_WIDTH >= DEPTH
  parameter MEMORY      = 0
) (
  input  wire             aclk,
  input  wire             aresetn,
  input  wire [WIDTH-1:0] s_data_i,
  input  wire             s_valid_i,
  output wire             s_ready_o,
  output wire [WIDTH-1:0] m_data_o,
  output wire             m_valid_o,
  input  wire             m_ready_i
);

  localparam LAST = DEPTH - 1;

  // One less than the words inside, while there are any.
  reg [INDEX_WIDTH-1:0] oldest_q;
  reg                   filled_q;

  wire last = oldest_q == {INDEX_WIDTH{1'b0}};
  wire put  = s_valid_i & s_ready_o;
  wire get  = filled_q & m_ready_i;

  assign s_ready_o = ~filled_q | (oldest_q != LAST[INDEX_WIDTH-1:0]);
  assign m_valid_o = filled_q;

  always @(posedge aclk) begin
    if (!aresetn) begin
      oldest_q <= {INDEX_WIDTH{1'b0}};
      filled_q <= 1'b0;
    end else if (put & ~get) begin
      oldest_q <= filled_q ? oldest_q + 1'b1 : oldest_q;
      filled_q <= 1'b1;
    end else if (get & ~put) begin
      oldest_q <= last ? oldest_q : oldest_q - 1'b1;
      filled_q <= ~last;
    end
  end

  generate
    if (DEPTH == 1) begin : g_one
      reg [WIDTH-1:0] word_q;

      assign m_data_o = word_q;

      always @(posedge aclk) begin
        if (put) word_q <= s_data_i;
      end
    end else if (MEMORY == 0) begin : g_shift
      genvar place;

      for (place = 0; place < WIDTH; place = place + 1) begin : g_bit
        reg [DEPTH-1:0] bits_q;

        assign m_data_o[place] = bits_q[oldest_q];

        always @(posedge aclk) begin
          if (put) bits_q <= {bits_q[DEPTH-2:0], s_data_i[place]};
        end
      end
    end else begin : g_memory
      reg [WIDTH-1:0]       words [0:DEPTH-1];
      reg [INDEX_WIDTH-1:0] in_q;
      reg [INDEX_WIDTH-1:0] out_q;

      assign m_data_o = words[out_q];

      always @(posedge aclk) begin
        if (!aresetn) begin
          in_q  <= {INDEX_WIDTH{1'b0}};
          out_q <= {INDEX_WIDTH{1'b0}};
        end else begin
          if (put) in_q <= (in_q == LAST[INDEX_WIDTH-1:0]) ? {INDEX_WIDTH{1'b0}} : in_q + 1'b1;
          if (get) out_q <= (out_q == LAST[INDEX_WIDTH-1:0]) ? {INDEX_WIDTH{1'b0}} : out_q + 1'b1;
        end
      end

      always @(posedge aclk) begin
        if (put) words[in_q] <= s_data_i;
      end
    end
  endgenerate

endmodule

`default_nettype wire
