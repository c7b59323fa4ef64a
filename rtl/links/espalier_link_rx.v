// Frames out of bytes that may be anything: 0xA5 0x5A sequence length(2, low byte first) payload CRC(2, high byte first).
// The CRC-16 is over sequence, length and payload. A length of 0 asks for the board's identity.
//
// The last five bytes are looked at, whatever they were part of, so that a frame is found right behind garbage. A payload is
// kept until its CRC is known to be right, and only then given on, byte by byte. What began as a frame and is none is said:
// bad_o with a reason, and the sequence number that it seemed to have. One frame is in work until done_i.
//
// A byte, or the loss of one, comes four cycles behind the one before it at the earliest.
// Latency: good_o and bad_o come two cycles behind a frame's last byte, bad_o one behind a loss or the end of the silence.

`default_nettype none

module espalier_link_rx #(
  parameter BYTES         = 4,      // of a payload, 1 to 65,535
  parameter COUNT_WIDTH   = 3,      // 2^COUNT_WIDTH >= BYTES + 2
  parameter TIMEOUT       = 20000,  // clock cycles of silence after which a frame that has begun is none, 4 or more
  parameter TIMEOUT_WIDTH = 15      // 2^TIMEOUT_WIDTH > TIMEOUT
) (
  input  wire       aclk,
  input  wire       aresetn,
  input  wire [7:0] data_i,
  input  wire       valid_i,
  input  wire       error_i,     // a byte was lost
  output wire [7:0] m_data_o,
  output wire       m_valid_o,
  input  wire       m_ready_i,
  output wire       m_last_o,
  output wire       good_o,      // a frame is whole: it is given on from the next cycle, or
  output wire       ask_o,       // with good_o: it asks, and nothing is given on
  output wire       bad_o,
  output wire [2:0] reason_o,    // 1 CRC, 2 length, 3 cut off, 4 another frame is in work
  output wire [7:0] sequence_o,  // with good_o and bad_o
  input  wire       done_i       // the frame in work has been answered
);

  localparam [15:0] LENGTH    = BYTES;
  localparam        LAST_BYTE = BYTES - 1;
  localparam        LAST      = BYTES + 1;   // place of the last byte of the CRC
  // From here on the silence is counted up, until the bit above is 1.
  localparam        BEGINNING = (1 << TIMEOUT_WIDTH) - TIMEOUT;

  // What came last: two bytes, the third one as long as no frame is coming in, and what they and those before were.
  reg                     valid_q;
  reg               [7:0] newest_q, second_q, sequence_q;
  reg                     first_sync_q;   // the newest byte is the first of the two that a frame begins with
  reg               [3:0] sync_q;         // bit n: the second of them is n bytes older than the newest
  reg               [1:0] zero_q;         // the newest is 0, the one before it is
  reg                     high_q;         // the newest is the high byte of LENGTH
  reg               [1:0] low_q;          // the newest is the low byte, the one before it is
  reg   [TIMEOUT_WIDTH:0] silence_q;

  // The frame that is coming in.
  reg                     inside_q;
  reg                     asks_q;
  reg   [COUNT_WIDTH-1:0] place_q;     // of the next byte, from the payload's first on
  reg               [1:0] header_q;    // the CRC is to take in its sequence number, and the byte behind it
  reg              [15:0] crc_q;       // of all but the newest byte

  // What comes of it.
  reg                     ends_q, right_q, over_q, refused_q;

  // The frame in work.
  reg                     work_q;
  reg                     give_q;
  reg   [COUNT_WIDTH-1:0] given_q;
`ifdef ESPALIER_BLOCK_MEMORIES
  // A byte is read when all of them have been written.
  (* no_rw_check *)
`endif
  reg               [7:0] payload [0:(1 << COUNT_WIDTH)-1];

  wire        asks   = zero_q[1] & zero_q[0];
  wire        fits   = asks | (low_q[1] & high_q);
  wire        header = valid_q & ~inside_q & sync_q[3];
  wire        begins = header & fits & ~work_q;
  wire        ends   = valid_q & inside_q & (place_q == LAST[COUNT_WIDTH-1:0]);
  wire        lost   = error_i | (silence_q[TIMEOUT_WIDTH] & ~valid_i);
  wire        over   = inside_q & lost;
  wire        put    = valid_q & inside_q & (place_q < LENGTH[COUNT_WIDTH-1:0]);
  wire        take   = m_valid_o & m_ready_i;
  wire [15:0] of_byte;

  espalier_crc16 byte_crc (
    .crc_i  (crc_q),
    .data_i (header_q[0] ? sequence_q : second_q),
    .crc_o  (of_byte)
  );

  assign good_o     = ends_q & right_q;
  assign ask_o      = asks_q;
  assign bad_o      = (ends_q & ~right_q) | over_q | refused_q;
  assign reason_o   = over_q ? 3'd3 : ends_q ? 3'd1 : fits ? 3'd4 : 3'd2;
  assign sequence_o = sequence_q;

  assign m_data_o  = payload[given_q];
  assign m_valid_o = give_q;
  assign m_last_o  = given_q == LAST_BYTE[COUNT_WIDTH-1:0];

  always @(posedge aclk) begin
    valid_q <= aresetn & valid_i;
    if (!aresetn) begin
      {newest_q, second_q, sequence_q} <= 24'd0;
      {zero_q, high_q, low_q}          <= 5'd0;
    end else if (valid_i) begin
      newest_q <= data_i;
      second_q <= newest_q;
      zero_q   <= {zero_q[0], data_i == 8'd0};
      high_q   <= data_i == LENGTH[15:8];
      low_q    <= {low_q[0], data_i == LENGTH[7:0]};
      if (~inside_q) sequence_q <= second_q;
    end
    if (!aresetn | lost) {first_sync_q, sync_q} <= 5'd0;
    else if (valid_i) begin
      first_sync_q <= data_i == 8'hA5;
      sync_q       <= {sync_q[2:0], first_sync_q & (data_i == 8'h5A)};
    end
    if (!aresetn | valid_i) silence_q <= BEGINNING[TIMEOUT_WIDTH:0];
    else if (~silence_q[TIMEOUT_WIDTH]) silence_q <= silence_q + 1'b1;
  end

  always @(posedge aclk) begin
    if (!aresetn) begin
      inside_q  <= 1'b0;
      ends_q    <= 1'b0;
      over_q    <= 1'b0;
      refused_q <= 1'b0;
      work_q    <= 1'b0;
      give_q    <= 1'b0;
    end else begin
      inside_q  <= begins | (inside_q & ~ends & ~over);
      ends_q    <= ends;
      over_q    <= over;
      refused_q <= header & ~begins;
      if (good_o) work_q <= 1'b1;
      else if (done_i) work_q <= 1'b0;
      if (good_o & ~asks_q) give_q <= 1'b1;
      else if (take & m_last_o) give_q <= 1'b0;
    end
  end

  always @(posedge aclk) begin
    right_q  <= crc_q == {second_q, newest_q};
    header_q <= aresetn ? {header_q[0], begins} : 2'b00;
    if (!aresetn | begins) crc_q <= 16'hFFFF;
    else if (valid_q | (|header_q)) crc_q <= of_byte;
    if (begins) asks_q <= asks;
    if (begins) place_q <= asks ? LENGTH[COUNT_WIDTH-1:0] : {COUNT_WIDTH{1'b0}};
    else if (valid_q & inside_q) place_q <= place_q + 1'b1;
    if (put) payload[place_q] <= newest_q;
    if (good_o) given_q <= {COUNT_WIDTH{1'b0}};
    else if (take) given_q <= given_q + 1'b1;
  end

endmodule

`default_nettype wire
