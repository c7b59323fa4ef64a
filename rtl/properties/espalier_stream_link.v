// What espalier_stream_link promises, for a model checker. To the host, the rules of AXI4-Stream: a beat that is offered stays
// as it is until it is taken. To the design: the beats of the host, each once and in order, and never a whole sample with a beat
// that lacked a byte or of two packets. A packet's results are those of its whole samples up to the first fault, and tlast
// stands with the last beat of the last of them, if there is one, and with no other; the next packet waits for it.
//
// The host and the design keep the rules on their side. The design gives a result for each whole sample, sooner or later.

`default_nettype none

module espalier_stream_link_properties #(
  parameter IN_BEATS       = 2,
  parameter IN_COUNT_WIDTH = 1,
  parameter OUT_BEATS      = 1
) (
  input wire        aclk,
  input wire        aresetn,
  input wire        core_reset_i,
  input wire [15:0] data_i,
  input wire  [1:0] keep_i,
  input wire        valid_i,
  input wire        last_i,
  input wire        ready_i,
  input wire        x_ready_i,
  input wire  [7:0] y_data_i,
  input wire        y_valid_i
);

  localparam [2:0] LAST_IN  = IN_BEATS - 1;
  localparam [2:0] LAST_OUT = OUT_BEATS - 1;
  localparam [1:0] MOST     = 2'd2;   // samples inside the design

  wire        s_ready, m_valid, m_last, x_valid, x_last, y_ready, busy, begins, ends;
  wire        m_keep;
  wire  [7:0] m_data;
  wire [15:0] x_data;

  wire core_aresetn = aresetn & ~core_reset_i;
  wire x_ready      = x_ready_i & (pending_q < MOST);
  wire y_valid      = y_valid_i & (pending_q != 2'd0);
  wire y_last       = y_beat_q == LAST_OUT;

  espalier_stream_link #(
    .IN_WIDTH       (16),
    .IN_BEATS       (IN_BEATS),
    .IN_COUNT_WIDTH (IN_COUNT_WIDTH),
    .OUT_WIDTH      (8),
    .WORK_WIDTH     (2)
  ) link (
    .aclk           (aclk),
    .aresetn        (aresetn),
    .core_aresetn_i (core_aresetn),
    .s_axis_tdata   (data_i),
    .s_axis_tkeep   (keep_i),
    .s_axis_tvalid  (valid_i),
    .s_axis_tready  (s_ready),
    .s_axis_tlast   (last_i),
    .m_axis_tdata   (m_data),
    .m_axis_tkeep   (m_keep),
    .m_axis_tvalid  (m_valid),
    .m_axis_tready  (ready_i),
    .m_axis_tlast   (m_last),
    .x_data_o       (x_data),
    .x_valid_o      (x_valid),
    .x_ready_i      (x_ready),
    .x_last_o       (x_last),
    .y_data_i       (y_data_i),
    .y_valid_i      (y_valid),
    .y_ready_o      (y_ready),
    .y_last_i       (y_last),
    .busy_o         (busy),
    .begins_o       (begins),
    .ends_o         (ends)
  );

  reg        past_reset_q = 1'b0;
  reg        was_reset_q = 1'b0;       // the cycle before was one of aresetn
  reg        core_was_reset_q = 1'b0;  // or of the design's reset
  reg        waited_q, y_waited_q, s_waited_q, x_waited_q;
  reg  [8:0] m_q;
  reg [18:0] s_q;
  reg [16:0] x_q;
  reg  [7:0] y_q;
  // What the design sees: as espalier_frame counts.
  reg  [2:0] x_beat_q;
  reg        drop_q;
  reg  [1:0] pending_q;                // whole samples that are in it
  reg  [2:0] y_beat_q;
  // What the host has sent of this packet.
  reg  [2:0] s_beat_q;
  reg        broken_q;                 // it had a fault
  reg        inside_q;
  reg        closed_q;                 // it is in, and its results are not all out
  reg  [1:0] owed_q;                   // its whole samples before a fault, less those whose results left the design

  wire s_take   = valid_i & s_ready;
  wire s_whole  = (keep_i == 2'b11);
  wire s_good   = s_take & ~broken_q & s_whole & (s_beat_q == LAST_IN);
  wire s_fault  = s_take & ~broken_q & (~s_whole | (last_i & (s_beat_q != LAST_IN)));
  wire x_take   = x_valid & x_ready;
  wire x_right  = x_last == (x_beat_q == LAST_IN);
  wire x_whole  = x_take & ~drop_q & x_last & (x_beat_q == LAST_IN);
  wire y_take   = y_valid & y_ready;
  wire y_leaves = y_take & y_last;

  // The host's side and the design's.
  always @(*) begin
    if (s_waited_q & aresetn) assume (valid_i & ({last_i, keep_i, data_i} == s_q));
    if (y_waited_q & core_aresetn) assume (y_valid_i & (y_data_i == y_q));
  end

  always @(posedge aclk) begin
    was_reset_q      <= ~aresetn;
    core_was_reset_q <= ~core_aresetn;
    if (!aresetn) past_reset_q <= 1'b1;
    s_waited_q <= aresetn & valid_i & ~s_ready;
    s_q        <= {last_i, keep_i, data_i};
    waited_q   <= aresetn & m_valid & ~ready_i;
    m_q        <= {m_last, m_data};
    y_waited_q <= core_aresetn & y_valid & ~y_ready;
    y_q        <= y_data_i;
    x_waited_q <= core_aresetn & x_valid & ~x_ready & (pending_q < MOST);
    x_q        <= {x_last, x_data};
    if (!core_aresetn) begin
      {x_beat_q, y_beat_q, s_beat_q} <= 9'd0;
      {drop_q, broken_q, inside_q, closed_q} <= 4'd0;
      {pending_q, owed_q} <= 4'd0;
    end else begin
      if (x_take) begin
        drop_q   <= ~x_last & (drop_q | (x_beat_q == LAST_IN));
        x_beat_q <= (x_last | drop_q | (x_beat_q == LAST_IN)) ? 3'd0 : x_beat_q + 3'd1;
      end
      pending_q <= pending_q + {1'b0, x_whole} - {1'b0, y_leaves};
      if (y_take) y_beat_q <= y_last ? 3'd0 : y_beat_q + 3'd1;
      if (s_take) begin
        inside_q <= ~last_i;
        broken_q <= ~last_i & (broken_q | s_fault);
        s_beat_q <= (last_i | s_fault | (s_beat_q == LAST_IN)) ? 3'd0 : s_beat_q + 3'd1;
      end
      owed_q <= owed_q + {1'b0, s_good} - {1'b0, y_leaves};
      if (s_take & last_i) closed_q <= 1'b1;
      else if (ends | (owed_q == 2'd0)) closed_q <= 1'b0;
    end
  end

  always @(*) begin
    if (past_reset_q & was_reset_q) assert (~m_valid);
    // The rules of the streams.
    if (past_reset_q & aresetn & waited_q) assert (m_valid & ({m_last, m_data} == m_q));
    if (past_reset_q & aresetn & m_valid) assert (m_keep);
    if (past_reset_q & core_aresetn) begin
      // What only ends a sample that is dropped has no data.
      if (x_waited_q) assert (x_valid & (x_last == x_q[16]) & (drop_q | (x_data == x_q[15:0])));
      // Every beat of the host before a fault goes to the design as it is, in the cycle in which it is taken.
      if (s_take & ~broken_q) assert (x_take & (x_data == data_i) & ~drop_q & (x_beat_q == s_beat_q));
      // A sample is whole to the design where it was whole to the host.
      assert (x_whole == s_good);
      // A fault is seen by the design, which then begins anew.
      if (s_fault) assert (~x_right);
      if (x_take & ~s_take) assert (x_last & drop_q);
      if (s_take & broken_q) assert (~x_take);
      assert (pending_q == owed_q);
      // Nothing of the next packet comes while results of this one are owed.
      if (s_take) assert (~closed_q);
      assert (begins == (s_take & ~inside_q));
      assert (busy == (inside_q | closed_q));
      // The end of the packet: with its last result, once it is in.
      assert (ends == (y_leaves & closed_q & (owed_q == 2'd1)));
      if (y_leaves & ~closed_q) assert (owed_q > 2'd1);
      // The last beat of a result waits for nothing but the host, or to know whether another one follows.
      if (y_valid & ~y_ready) assert ((m_valid & ~ready_i) | (y_last & ~closed_q & (owed_q == 2'd1)));
    end
    // Nothing leaves a design that is being reset.
    if (past_reset_q & ~core_aresetn) assert (~y_ready);
    // What leaves the design is offered in the next cycle.
    if (past_reset_q & ~was_reset_q & aresetn & given_q) assert (m_valid & (m_data == y_q) & (m_last == ended_q));
  end

  reg given_q, ended_q;

  always @(posedge aclk) begin
    given_q <= aresetn & y_take;
    ended_q <= ends;
  end

endmodule

`default_nettype wire
