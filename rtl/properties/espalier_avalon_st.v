// What espalier_avalon_st promises, for a model checker. To the host, the rules of Avalon-ST: startofpacket with a packet's first
// beat and with no other, nothing empty, a beat that is offered stays. Inside, a beat is whole only if it was so outside, and a
// packet has the beats that it had. Both sides keep their rules.

`default_nettype none

module espalier_avalon_st_properties #(
  parameter WIDTH       = 16,
  parameter EMPTY_WIDTH = 1
) (
  input wire                   aclk,
  input wire                   aresetn,
  input wire                   core_reset_i,
  input wire       [WIDTH-1:0] data_i,
  input wire [EMPTY_WIDTH-1:0] empty_i,
  input wire                   valid_i,
  input wire                   start_i,
  input wire                   end_i,
  input wire                   error_i,
  input wire                   ready_i,
  input wire                   m_ready_i,
  input wire       [WIDTH-1:0] s_data_i,
  input wire                   s_valid_i,
  input wire                   s_last_i
);

  wire                   core_aresetn = aresetn & ~core_reset_i;
  wire                   asi_ready, aso_valid, aso_start, aso_end, m_valid, m_last, s_ready;
  wire       [WIDTH-1:0] aso_data, m_data;
  wire     [WIDTH/8-1:0] m_keep;
  wire [EMPTY_WIDTH-1:0] aso_empty;

  espalier_avalon_st #(
    .IN_WIDTH        (WIDTH),
    .IN_EMPTY_WIDTH  (EMPTY_WIDTH),
    .OUT_WIDTH       (WIDTH),
    .OUT_EMPTY_WIDTH (EMPTY_WIDTH)
  ) bridge (
    .aclk              (aclk),
    .aresetn           (aresetn),
    .core_aresetn_i    (core_aresetn),
    .asi_data          (data_i),
    .asi_empty         (empty_i),
    .asi_valid         (valid_i),
    .asi_ready         (asi_ready),
    .asi_startofpacket (start_i),
    .asi_endofpacket   (end_i),
    .asi_error         (error_i),
    .aso_data          (aso_data),
    .aso_empty         (aso_empty),
    .aso_valid         (aso_valid),
    .aso_ready         (ready_i),
    .aso_startofpacket (aso_start),
    .aso_endofpacket   (aso_end),
    .m_axis_tdata      (m_data),
    .m_axis_tkeep      (m_keep),
    .m_axis_tvalid     (m_valid),
    .m_axis_tready     (m_ready_i),
    .m_axis_tlast      (m_last),
    .s_axis_tdata      (s_data_i),
    .s_axis_tvalid     (s_valid_i),
    .s_axis_tready     (s_ready),
    .s_axis_tlast      (s_last_i)
  );

  reg                         past_reset_q = 1'b0;
  reg                         in_inside_q, out_inside_q;   // of a packet
  reg                         cut_q;                       // the design was reset while a beat waited
  reg                         waited_q, s_waited_q, i_waited_q;
  reg             [WIDTH+1:0] out_q;
  reg               [WIDTH:0] s_q;
  reg [WIDTH+EMPTY_WIDTH+2:0] i_q;
  reg     [WIDTH+WIDTH/8+0:0] m_q;

  always @(*) begin
    if (s_waited_q & aresetn) assume (s_valid_i & ({s_last_i, s_data_i} == s_q));
    if (i_waited_q & aresetn) assume (valid_i & ({data_i, empty_i, start_i, end_i, error_i} == i_q));
  end

  reg core_was_reset_q;

  always @(posedge aclk) begin
    core_was_reset_q <= ~core_aresetn;
    waited_q   <= aresetn & aso_valid & ~ready_i;
    out_q      <= {aso_start, aso_end, aso_data};
    s_waited_q <= aresetn & s_valid_i & ~s_ready;
    s_q        <= {s_last_i, s_data_i};
    i_waited_q <= aresetn & valid_i & ~asi_ready;
    i_q        <= {data_i, empty_i, start_i, end_i, error_i};
    m_q        <= {m_last, m_keep, m_data};
    if (!aresetn) begin
      past_reset_q <= 1'b1;
      in_inside_q  <= 1'b0;
      out_inside_q <= 1'b0;
      cut_q        <= 1'b0;
    end else begin
      in_inside_q <= core_aresetn & ((valid_i & asi_ready) ? ~end_i : in_inside_q);
      cut_q       <= ~ready_i & aso_valid & (cut_q | ~core_aresetn);
      if (aso_valid & ready_i) out_inside_q <= ~aso_end & ~cut_q & core_aresetn;
      else if (~aso_valid & ~core_aresetn) out_inside_q <= 1'b0;
    end
  end

  always @(*) begin
    if (past_reset_q & aresetn) begin
      if (waited_q) assert (aso_valid & ({aso_start, aso_end, aso_data} == out_q));
      if (i_waited_q & ~core_was_reset_q) assert (m_valid & ({m_last, m_keep, m_data} == m_q));
      assert (aso_valid == s_valid_i);
      assert (s_ready == ready_i);
      assert (aso_empty == {EMPTY_WIDTH{1'b0}});
      if (aso_valid) assert ((aso_data == s_data_i) & (aso_end == s_last_i) & (aso_start == ~out_inside_q));
      assert (m_valid == valid_i);
      assert (asi_ready == m_ready_i);
      if (m_valid) begin
        assert ((m_data == data_i) & (m_last == end_i));
        assert ((&m_keep) == (~error_i & (start_i == ~in_inside_q) & ~(end_i & (empty_i != {EMPTY_WIDTH{1'b0}}))));
      end
    end
  end

endmodule

`default_nettype wire
