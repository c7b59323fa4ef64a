// What espalier_registers promises, for a model checker: a start is taken only while nothing is in work; then every beat goes
// to the design once, in order, as it was written last before the start, the last one marked, and waits as it is; `done` comes
// with the last beat of the result and not before; the class is what its beat said; a beat of the result that is read later is
// the one that came; what is refused is not done.
//
// One beat of the sample and one of the result stand for all: the checker chooses which.

`default_nettype none

module espalier_registers_properties #(
  parameter IN_BEATS        = 2,
  parameter IN_COUNT_WIDTH  = 1,
  parameter OUT_BEATS       = 2,
  parameter OUT_COUNT_WIDTH = 1,
  parameter CLASS_BEAT      = 1,
  parameter CLASS_LSB       = 2,
  parameter CLASS_WIDTH     = 3
) (
  input wire       aclk,
  input wire       aresetn,
  input wire       write_i,
  input wire [8:0] write_address_i,
  input wire [7:0] write_data_i,
  input wire [3:0] write_strobe_i,
  input wire       read_i,
  input wire [8:0] read_address_i,
  input wire       ready_i,
  input wire       valid_i,
  input wire [7:0] data_i,
  input wire       frame_error_i,
  input wire [7:0] in_beat_i,
  input wire [7:0] out_beat_i
);

  wire        write_ok, read_ok, interrupt, core_aresetn, m_valid, m_last, s_ready;
  wire [31:0] read_data;
  wire  [7:0] m_data;

  reg  [7:0] given_q, taken_q;   // beats of the sample in work
  reg        busy_q, loading_q, done_q, enable_q;

  // The design gives a result only for a whole sample.
  wire s_valid = valid_i & busy_q & ~loading_q & core_aresetn;
  wire s_last  = taken_q == OUT_BEATS - 1;

  espalier_registers #(
    .HASH            (128'h00112233445566778899AABBCCDDEEFF),
    .ADDRESS_WIDTH   (9),
    .IN_WIDTH        (8),
    .IN_BEATS        (IN_BEATS),
    .IN_COUNT_WIDTH  (IN_COUNT_WIDTH),
    .OUT_WIDTH       (8),
    .OUT_BEATS       (OUT_BEATS),
    .OUT_COUNT_WIDTH (OUT_COUNT_WIDTH),
    .CLASS_BEAT      (CLASS_BEAT),
    .CLASS_LSB       (CLASS_LSB),
    .CLASS_WIDTH     (CLASS_WIDTH)
  ) bank (
    .aclk            (aclk),
    .aresetn         (aresetn),
    .write_i         (write_i),
    .write_address_i (write_address_i),
    .write_data_i    ({24'd0, write_data_i}),
    .write_strobe_i  (write_strobe_i),
    .write_ok_o      (write_ok),
    .read_i          (read_i),
    .read_address_i  (read_address_i),
    .read_data_o     (read_data),
    .read_ok_o       (read_ok),
    .interrupt_o     (interrupt),
    .core_aresetn_o  (core_aresetn),
    .m_axis_tdata    (m_data),
    .m_axis_tvalid   (m_valid),
    .m_axis_tready   (ready_i),
    .m_axis_tlast    (m_last),
    .s_axis_tdata    (data_i),
    .s_axis_tvalid   (s_valid),
    .s_axis_tready   (s_ready),
    .s_axis_tlast    (s_last),
    .frame_error_i   (frame_error_i)
  );

  // What the host does, by the addresses of docs/registers.md.
  wire control = write_i & (write_address_i[8:2] == 7'h0A) & write_strobe_i[0];
  wire status  = write_i & (write_address_i[8:2] == 7'h0B) & write_strobe_i[0];
  wire enables = write_i & (write_address_i[8:2] == 7'h0C) & write_strobe_i[0];
  wire reset   = control & write_data_i[1];
  wire start   = control & write_data_i[0] & ~reset & ~busy_q;
  wire puts    = write_i & (write_address_i[8:7] == 2'd1) & (write_address_i[6:2] < IN_BEATS) & write_strobe_i[0];
  wire take    = m_valid & ready_i;
  wire finish  = s_valid & s_last;

  reg        past_reset_q = 1'b0;
  reg        fixed_q = 1'b0;            // which beats are followed
  reg  [7:0] in_beat_q, out_beat_q;
  reg        written_q, arrived_q, classed_q;
  reg  [7:0] in_value_q, out_value_q;
  reg  [CLASS_WIDTH-1:0] class_q;
  reg        waited_q, reset_q;
  reg  [8:0] waiting_q;
  reg        read_q, read_out_q, read_class_q, read_status_q;
  reg  [7:0] then_q;
  reg  [2:0] then_status_q;

  always @(posedge aclk) begin
    waiting_q <= {m_last, m_data};
    reset_q   <= aresetn & reset;
    if (!fixed_q) begin
      fixed_q    <= 1'b1;
      in_beat_q  <= in_beat_i;
      out_beat_q <= out_beat_i;
    end
    if (!aresetn) begin
      past_reset_q <= 1'b1;
      {busy_q, loading_q, done_q, enable_q} <= 4'd0;
      {written_q, arrived_q, classed_q, waited_q} <= 4'd0;
      given_q <= 8'd0;
      taken_q <= 8'd0;
    end else begin
      waited_q  <= m_valid & ~ready_i & ~reset;
      busy_q    <= ~reset & (start | (busy_q & ~finish));
      loading_q <= ~reset & (start | (loading_q & ~(take & m_last)));
      done_q    <= ~reset & ~start & (finish | (done_q & ~(status & write_data_i[1])));
      if (enables) enable_q <= write_data_i[0];
      if (start) given_q <= 8'd0;
      else if (take) given_q <= given_q + 8'd1;
      if (reset | finish) taken_q <= 8'd0;
      else if (s_valid) taken_q <= taken_q + 8'd1;
      if (puts & ~loading_q & (write_address_i[6:2] == in_beat_q)) begin
        written_q  <= 1'b1;
        in_value_q <= write_data_i;
      end
      if (s_valid & (taken_q == out_beat_q)) begin
        arrived_q   <= 1'b1;
        out_value_q <= data_i;
      end
      if (s_valid & (taken_q == CLASS_BEAT)) begin
        classed_q <= 1'b1;
        class_q   <= data_i[CLASS_LSB +: CLASS_WIDTH];
      end
    end
    if (read_i) begin
      read_out_q    <= arrived_q & (read_address_i[8:7] == 2'd2) & (out_beat_q < OUT_BEATS) & (read_address_i[6:2] == out_beat_q);
      read_class_q  <= classed_q & (read_address_i[8:2] == 7'h0D);
      read_status_q <= read_address_i[8:2] == 7'h0B;
      then_status_q <= {loading_q, done_q, busy_q};
      then_q        <= read_address_i[8:2] == 7'h0D ? class_q : out_value_q;
      read_q        <= 1'b1;
    end
    if (!aresetn) read_q <= 1'b0;
  end

  always @(*) begin
    if (past_reset_q & aresetn) begin
      assert (m_valid == loading_q);
      if (m_valid) assert (given_q < IN_BEATS);
      if (m_valid) assert (m_last == (given_q == IN_BEATS - 1));
      if (m_valid & written_q & (given_q == in_beat_q)) assert (m_data == in_value_q);
      if (waited_q) assert (m_valid & ({m_last, m_data} == waiting_q));
      assert (s_ready);
      assert (core_aresetn == ~reset_q);
      assert (interrupt == (done_q & enable_q));
      if (write_i) assert (write_ok == ((puts & ~loading_q) | (write_address_i[8:2] == 7'h0A)
        | (write_address_i[8:2] == 7'h0B) | (write_address_i[8:2] == 7'h0C)));
      if (read_q & read_out_q) assert (read_ok & (read_data == then_q));
      if (read_q & read_class_q) assert (read_ok & (read_data == then_q));
      if (read_q & read_status_q) assert (read_ok & (read_data == {29'd0, then_status_q}));
    end
  end

endmodule

`default_nettype wire
