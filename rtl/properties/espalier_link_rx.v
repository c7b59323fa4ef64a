// What espalier_link_rx promises, for a model checker: a payload is given on only behind a whole frame with a right CRC, byte
// by byte as it came, offered until it is taken, the last byte said; while one frame is in work no other is taken, and what
// began as a frame and is none is said once; a frame of length 0 asks, and nothing of it is given on. The CRC is computed here bit by bit, of the bytes as they come.

`default_nettype none

module espalier_link_rx_properties #(
  parameter BYTES         = 2,
  parameter COUNT_WIDTH   = 2,
  parameter TIMEOUT       = 3,
  parameter TIMEOUT_WIDTH = 2
) (
  input wire       aclk,
  input wire       aresetn,
  input wire [7:0] data_i,
  input wire       valid_i,
  input wire       error_i,
  input wire       ready_i,
  input wire       done_i
);

  // A byte comes whole or is lost.
  wire valid_in = valid_i & ~error_i;

  wire [7:0] m_data, number;
  wire       m_valid, m_last, good, ask, bad;
  wire [2:0] reason;

  // Answers come after the payload was given.
  reg  work_q, giving_q;
  wire done = done_i & work_q & ~giving_q;

  espalier_link_rx #(
    .BYTES         (BYTES),
    .COUNT_WIDTH   (COUNT_WIDTH),
    .TIMEOUT       (TIMEOUT),
    .TIMEOUT_WIDTH (TIMEOUT_WIDTH)
  ) link_rx (
    .aclk       (aclk),
    .aresetn    (aresetn),
    .data_i     (data_i),
    .valid_i    (valid_in),
    .error_i    (error_i),
    .m_data_o   (m_data),
    .m_valid_o  (m_valid),
    .m_ready_i  (ready_i),
    .m_last_o   (m_last),
    .good_o     (good),
    .ask_o      (ask),
    .bad_o      (bad),
    .reason_o   (reason),
    .sequence_o (number),
    .done_i     (done)
  );

  function [15:0] crc_of;
    input [15:0] crc;
    input  [7:0] value;
    integer bit_number;
    begin
      crc_of = crc;
      for (bit_number = 7; bit_number >= 0; bit_number = bit_number - 1)
        crc_of = {crc_of[14:0], 1'b0} ^ ((crc_of[15] ^ value[bit_number]) ? 16'h1021 : 16'h0000);
    end
  endfunction

  localparam [15:0] LENGTH = BYTES;

  reg                  past_reset_q = 1'b0;
  reg            [7:0] one_q, two_q, three_q, four_q;   // the last four bytes, the newest first
  reg                  inside_q, asks_q;
  reg            [7:0] sequence_q;
  reg            [7:0] place_q;
  reg           [15:0] crc_q;
  reg            [7:0] silence_q;
  reg    [8*BYTES-1:0] coming_q;   // the payload that comes in, the newest byte highest
  reg    [8*BYTES-1:0] giving_data_q;
  reg            [7:0] given_q;

  wire        sync   = ~inside_q & valid_in & (four_q == 8'hA5) & (three_q == 8'h5A);
  wire        asks   = {data_i, one_q} == 16'd0;
  wire        fits   = asks | ({data_i, one_q} == LENGTH);
  wire        begins = sync & fits & ~work_q;
  wire [15:0] crc    = crc_of(crc_q, data_i);
  wire        ends   = inside_q & valid_in & (place_q == (asks_q ? 1 : BYTES + 1));
  wire        silent = ~valid_in & (silence_q == TIMEOUT);
  wire        over   = inside_q & (error_i | silent);
  wire        take   = m_valid & ready_i;

  always @(posedge aclk) begin
    if (!aresetn) begin
      past_reset_q                     <= 1'b1;
      {one_q, two_q, three_q, four_q}  <= 32'd0;
      {inside_q, work_q, giving_q}     <= 3'd0;
      silence_q                        <= 8'd0;
    end else begin
      silence_q <= valid_in ? 8'd0 : silent ? silence_q : silence_q + 8'd1;
      if (error_i | silent) {one_q, two_q, three_q, four_q} <= 32'd0;
      else if (valid_in) {one_q, two_q, three_q, four_q} <= {data_i, one_q, two_q, three_q};
      inside_q <= begins | (inside_q & ~ends & ~over);
      if (begins) begin
        sequence_q <= two_q;
        asks_q     <= asks;
        place_q    <= 8'd0;
        crc_q      <= crc_of(crc_of(crc_of(16'hFFFF, two_q), one_q), data_i);
      end else if (inside_q) begin
        if (valid_in) begin
          place_q <= place_q + 8'd1;
          crc_q   <= crc;
          if (place_q < BYTES & ~asks_q) coming_q <= (coming_q >> 8) | ({{8*BYTES{1'b0}}, data_i} << (8 * BYTES - 8));
        end
      end
      work_q   <= good | (work_q & ~done);
      giving_q <= (good & ~asks_q) | (giving_q & ~(take & m_last));
      if (good) begin
        giving_data_q <= coming_q;
        given_q       <= 8'd0;
      end else if (take) begin
        giving_data_q <= giving_data_q >> 8;
        given_q       <= given_q + 8'd1;
      end
    end
  end

  always @(*) begin
    if (past_reset_q & aresetn) begin
      assert (good == (ends & (crc == 16'd0)));
      assert (bad == ((ends & (crc != 16'd0)) | over | (sync & ~begins)));
      assert (~(good & bad));
      if (good) assert (~work_q & (number == sequence_q) & (ask == asks_q));
      if (bad) assert (reason == (over ? 3'd3 : ends ? 3'd1 : work_q & fits ? 3'd4 : 3'd2));
      if (bad) assert (number == (inside_q ? sequence_q : two_q));
      assert (m_valid == giving_q);
      if (m_valid) assert (m_data == giving_data_q[7:0]);
      if (m_valid) assert (m_last == (given_q == BYTES - 1));
      if (inside_q) assert (place_q <= BYTES + 1);
    end
  end

endmodule

`default_nettype wire
