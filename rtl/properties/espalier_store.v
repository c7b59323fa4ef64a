// What espalier_store promises, for a model checker: the words of maps that are not spoilt, each once and in order, whole
// maps only; a word that waits stays as it is.

`default_nettype none

module espalier_store_properties #(
  parameter WIDTH         = 1,
  parameter WORDS         = 2,
  parameter ADDRESS_WIDTH = 1,
  parameter MARKS         = 0
) (
  input wire             aclk,
  input wire             aresetn,
  input wire [WIDTH-1:0] s_data_i,
  input wire             s_valid_i,
  input wire             mark_valid_i,
  input wire             mark_spoilt_i,
  input wire             m_ready_i
);

  localparam LAST = WORDS - 1;

  wire             s_ready;
  wire             mark_ready;
  wire [WIDTH-1:0] m_data;
  wire             m_valid;

  espalier_store #(
    .WIDTH         (WIDTH),
    .WORDS         (WORDS),
    .ADDRESS_WIDTH (ADDRESS_WIDTH),
    .MARKS         (MARKS)
  ) store (
    .aclk          (aclk),
    .aresetn       (aresetn),
    .s_data_i      (s_data_i),
    .s_valid_i     (s_valid_i),
    .s_ready_o     (s_ready),
    .mark_valid_i  (mark_valid_i),
    .mark_ready_o  (mark_ready),
    .mark_spoilt_i (mark_spoilt_i),
    .m_data_o      (m_data),
    .m_valid_o     (m_valid),
    .m_ready_i     (m_ready_i)
  );

  reg                   past_reset_q = 1'b0;
  reg [3:0]             taken_q;    // words of the map that comes in
  reg                   waits_q;    // it has come, and its mark has not
  reg [WORDS*WIDTH-1:0] coming_q;   // its words, the last one highest
  reg [1:0]             held_q;     // whole maps of which a word is still to leave
  reg [WORDS*WIDTH-1:0] oldest_q;
  reg [WORDS*WIDTH-1:0] second_q;
  reg [WORDS*WIDTH-1:0] third_q;
  reg [3:0]             given_q;    // words of the oldest one that have left
  reg                   waited_q;
  reg [WIDTH-1:0]       waiting_q;

  wire take     = s_valid_i & s_ready;
  wire give     = m_valid & m_ready_i;
  wire ends     = give & (given_q == LAST[3:0]);
  wire complete = waits_q | (take & (taken_q == LAST[3:0]));
  wire whole    = complete & ((MARKS == 0) | (mark_valid_i & ~mark_spoilt_i));

  wire [WORDS*WIDTH-1:0] coming = take ? {s_data_i, coming_q[WORDS*WIDTH-1:WIDTH]} : coming_q;
  wire [1:0]             left   = held_q - {1'b0, ends};

  always @(posedge aclk) begin
    waiting_q <= m_data;
    if (!aresetn) begin
      past_reset_q <= 1'b1;
      taken_q      <= 4'd0;
      waits_q      <= 1'b0;
      held_q       <= 2'd0;
      given_q      <= 4'd0;
      waited_q     <= 1'b0;
    end else begin
      coming_q <= coming;
      waits_q  <= (MARKS != 0) & complete & ~mark_valid_i;
      waited_q <= m_valid & ~m_ready_i;
      held_q   <= left + {1'b0, whole};
      if (take) taken_q <= (taken_q == LAST[3:0]) ? 4'd0 : taken_q + 4'd1;
      if (give) given_q <= (given_q == LAST[3:0]) ? 4'd0 : given_q + 4'd1;
      if (whole & (left == 2'd0)) oldest_q <= coming;
      else if (ends) oldest_q <= second_q;
      if (whole & (left == 2'd1)) second_q <= coming;
      else if (ends) second_q <= third_q;
      if (whole & (left == 2'd2)) third_q <= coming;
    end
  end

  always @(*) begin
    if (past_reset_q & aresetn) begin
      if (waits_q) assert (~s_ready);
      assert (mark_ready == ((MARKS != 0) & complete));
      if (m_valid) assert (held_q != 2'd0);
      if (m_valid) assert (m_data == oldest_q[given_q*WIDTH +: WIDTH]);
      if (waited_q) assert (m_valid & (m_data == waiting_q));
    end
  end

endmodule

`default_nettype wire
