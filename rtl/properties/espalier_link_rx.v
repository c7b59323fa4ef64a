// What espalier_link_rx promises, for a model checker: a payload is given on only behind a whole frame with a right CRC, byte
// by byte as it came, offered until it is taken, the last byte said; while one frame is in work no other is taken, and what
// began as a frame and is none is said once; a frame of length 0 asks, and nothing of it is given on. The CRC is computed here
// bit by bit, of all bytes but the two that it must be.
//
// A byte is looked at here a cycle after it came, and the link says of it what it does another cycle later.

`default_nettype none

module espalier_link_rx_properties #(
  parameter BYTES         = 2,
  parameter COUNT_WIDTH   = 2,
  parameter TIMEOUT       = 4,
  parameter TIMEOUT_WIDTH = 3
) (
  input wire       aclk,
  input wire       resetn_i,
  input wire [7:0] data_i,
  input wire       valid_i,
  input wire       error_i,
  input wire       ready_i,
  input wire       done_i
);

  // The first cycle is one of reset.
  reg  past_reset_q = 1'b0;
  wire aresetn = resetn_i & past_reset_q;

  // A byte comes whole or is lost, four cycles behind the one before it.
  reg  [1:0] rest_q = 2'd0;
  wire       valid_in = valid_i & ~error_in & (rest_q == 2'd0);
  wire       error_in = error_i & (rest_q == 2'd0);

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
    .error_i    (error_in),
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

  reg            [7:0] newest_q, second_q;   // the last two bytes, and what those before were
  reg            [4:0] is_a5_q;
  reg            [3:0] is_5a_q;
  reg                  inside_q, asks_q;
  reg            [7:0] sequence_q;
  reg            [7:0] place_q;
  reg            [1:0] header_q;
  reg           [15:0] crc_q;      // of what came before the newest two bytes, behind a byte also of the older one
  reg            [7:0] silence_q;
  reg    [8*BYTES-1:0] coming_q;   // the payload that comes in, the newest byte highest
  reg    [8*BYTES-1:0] giving_data_q;
  reg            [7:0] given_q;
  reg                  valid_q;
  reg                  ends_q, right_q, over_q, refused_q, fits_q;
  reg            [7:0] number_q;

  wire        sync   = ~inside_q & valid_q & is_a5_q[4] & is_5a_q[3];
  wire        asks   = {newest_q, second_q} == 16'd0;
  wire        fits   = asks | ({newest_q, second_q} == LENGTH);
  wire        begins = sync & fits & ~work_q;
  wire        ends   = inside_q & valid_q & (place_q == BYTES + 1);
  wire        silent = ~valid_in & (silence_q == TIMEOUT);
  wire        lost   = error_in | silent;
  wire        over   = inside_q & lost;
  wire        take   = m_valid & ready_i;

  always @(posedge aclk) begin
    past_reset_q <= 1'b1;
    rest_q  <= (valid_in | error_in) ? 2'd3 : (rest_q == 2'd0) ? 2'd0 : rest_q - 2'd1;
    valid_q <= valid_in & aresetn;
    if (!aresetn) {newest_q, second_q, sequence_q} <= 24'd0;
    else if (valid_in) begin
      {newest_q, second_q} <= {data_i, newest_q};
      if (~inside_q) sequence_q <= second_q;
    end
    if (!aresetn | lost) {is_a5_q, is_5a_q} <= 9'd0;
    else if (valid_in) {is_a5_q, is_5a_q} <= {is_a5_q[3:0], data_i == 8'hA5, is_5a_q[2:0], data_i == 8'h5A};
    if (!aresetn) begin
      {inside_q, work_q, giving_q} <= 3'd0;
      {ends_q, over_q, refused_q}  <= 3'd0;
      silence_q                    <= 8'd0;
    end else begin
      silence_q <= valid_in ? 8'd0 : (silence_q == TIMEOUT) ? silence_q : silence_q + 8'd1;
      inside_q  <= begins | (inside_q & ~ends & ~over);
      if (begins) begin
        asks_q  <= asks;
        place_q <= asks ? BYTES : 8'd0;
      end else if (inside_q & valid_q) begin
        place_q <= place_q + 8'd1;
        if (place_q < BYTES) coming_q <= (coming_q >> 8) | ({{8*BYTES{1'b0}}, newest_q} << (8 * BYTES - 8));
      end
      ends_q    <= ends;
      over_q    <= over;
      refused_q <= sync & ~begins;
      work_q    <= good | (work_q & ~done);
      giving_q  <= (good & ~asks_q) | (giving_q & ~(take & m_last));
      if (good) begin
        giving_data_q <= coming_q;
        given_q       <= 8'd0;
      end else if (take) begin
        giving_data_q <= giving_data_q >> 8;
        given_q       <= given_q + 8'd1;
      end
    end
    header_q <= aresetn ? {header_q[0], begins} : 2'b00;
    if (!aresetn | begins) crc_q <= 16'hFFFF;
    else if (header_q[0]) crc_q <= crc_of(crc_q, sequence_q);
    else if (valid_q | header_q[1]) crc_q <= crc_of(crc_q, second_q);
    right_q  <= crc_q == {second_q, newest_q};
    fits_q   <= fits;
    number_q <= sequence_q;
  end

  always @(*) begin
    if (aresetn) begin
      assert (good == (ends_q & right_q));
      assert (bad == ((ends_q & ~right_q) | over_q | refused_q));
      assert (~(good & bad));
      if (good) assert (~work_q & (number == number_q) & (ask == asks_q));
      if (bad) assert (reason == (over_q ? 3'd3 : ends_q ? 3'd1 : fits_q ? 3'd4 : 3'd2));
      if (bad) assert (number == number_q);
      assert (m_valid == giving_q);
      if (m_valid) assert (m_data == giving_data_q[7:0]);
      if (m_valid) assert (m_last == (given_q == BYTES - 1));
      if (inside_q) assert (place_q <= BYTES + 1);
    end
  end

endmodule

`default_nettype wire
