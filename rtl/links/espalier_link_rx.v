// Frames out of bytes that may be anything: 0xA5 0x5A sequence length(2, low byte first) payload CRC(2, high byte first).
// The CRC-16 is over sequence, length and payload. A length of 0 asks for the board's identity.
//
// The last five bytes are looked at, whatever they were part of, so that a frame is found right behind garbage. A payload is
// kept until its CRC is known to be right, and only then given on, byte by byte. What began as a frame and is none is said:
// bad_o with a reason, and the sequence number that it seemed to have. One frame is in work until done_i.

`default_nettype none

module espalier_link_rx #(
  parameter BYTES         = 4,      // of a payload, 1 to 65,535
  parameter COUNT_WIDTH   = 3,      // 2^COUNT_WIDTH >= BYTES + 2
  parameter TIMEOUT       = 20000,  // clock cycles of silence after which a frame that has begun is none
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

  // The frame that is coming in.
  reg              [31:0] window_q;    // the last four bytes, the newest lowest
  reg                     inside_q;
  reg                     asks_q;
  reg   [COUNT_WIDTH-1:0] place_q;     // of the next byte, from the payload's first on
  reg              [15:0] crc_q;
  reg               [7:0] sequence_q;
  reg [TIMEOUT_WIDTH-1:0] silence_q;

  // The frame in work.
  reg                     work_q;
  reg                     give_q;
  reg   [COUNT_WIDTH-1:0] given_q;
`ifdef ESPALIER_BLOCK_MEMORIES
  // A byte is read when all of them have been written.
  (* no_rw_check *)
`endif
  reg               [7:0] payload [0:(1 << COUNT_WIDTH)-1];

  wire [15:0] length = {data_i, window_q[7:0]};
  wire        header = valid_i & ~inside_q & (window_q[31:16] == 16'hA55A);
  wire        asks   = length == 16'd0;
  wire        fits   = asks | (length == LENGTH);
  wire        begins = header & fits & ~work_q;
  wire        at_end = place_q == LAST[COUNT_WIDTH-1:0];
  wire        ends   = valid_i & inside_q & at_end;
  wire        silent = ~valid_i & (silence_q == TIMEOUT[TIMEOUT_WIDTH-1:0]);
  wire        over   = inside_q & (error_i | silent);
  wire        put    = valid_i & inside_q & (place_q < LENGTH[COUNT_WIDTH-1:0]);
  wire        take   = m_valid_o & m_ready_i;

  wire [15:0] of_sequence, of_low, of_length, of_zero, of_nothing, of_byte;

  espalier_crc16 sequence_crc (.crc_i(16'hFFFF),    .data_i(window_q[15:8]), .crc_o(of_sequence));
  espalier_crc16 low_crc      (.crc_i(of_sequence), .data_i(LENGTH[7:0]),    .crc_o(of_low));
  espalier_crc16 high_crc     (.crc_i(of_low),      .data_i(LENGTH[15:8]),   .crc_o(of_length));
  espalier_crc16 zero_crc     (.crc_i(of_sequence), .data_i(8'd0),           .crc_o(of_zero));
  espalier_crc16 nothing_crc  (.crc_i(of_zero),     .data_i(8'd0),           .crc_o(of_nothing));
  espalier_crc16 byte_crc     (.crc_i(crc_q),       .data_i(data_i),         .crc_o(of_byte));

  // Then of_byte is 0, and only then; this is known earlier.
  wire right = (crc_q == {data_i, 8'd0});

  assign good_o     = ends & right;
  assign ask_o      = asks_q;
  assign bad_o      = (ends & ~right) | over | (header & ~begins);
  assign reason_o   = over ? 3'd3 : inside_q ? 3'd1 : fits ? 3'd4 : 3'd2;
  assign sequence_o = inside_q ? sequence_q : window_q[15:8];

  assign m_data_o  = payload[given_q];
  assign m_valid_o = give_q;
  assign m_last_o  = given_q == LAST_BYTE[COUNT_WIDTH-1:0];

  always @(posedge aclk) begin
    if (!aresetn | error_i | silent) window_q <= 32'd0;
    else if (valid_i) window_q <= {window_q[23:0], data_i};
  end

  always @(posedge aclk) begin
    if (!aresetn) begin
      inside_q <= 1'b0;
      work_q   <= 1'b0;
      give_q   <= 1'b0;
    end else begin
      if (begins) inside_q <= 1'b1;
      else if (ends | over) inside_q <= 1'b0;
      if (good_o) work_q <= 1'b1;
      else if (done_i) work_q <= 1'b0;
      if (good_o & ~asks_q) give_q <= 1'b1;
      else if (take & m_last_o) give_q <= 1'b0;
    end
  end

  always @(posedge aclk) begin
    if (begins) begin
      crc_q      <= asks ? of_nothing : of_length;   // the two lengths that a frame may have
      sequence_q <= window_q[15:8];
      asks_q     <= asks;
    end else if (valid_i) begin
      crc_q <= of_byte;
    end
    if (begins) place_q <= asks ? LENGTH[COUNT_WIDTH-1:0] : {COUNT_WIDTH{1'b0}};
    else if (valid_i & inside_q) place_q <= place_q + 1'b1;
    if (!aresetn | valid_i) silence_q <= {TIMEOUT_WIDTH{1'b0}};
    else if (~silent) silence_q <= silence_q + 1'b1;
    if (put) payload[place_q] <= data_i;
    if (good_o) given_q <= {COUNT_WIDTH{1'b0}};
    else if (take) given_q <= given_q + 1'b1;
  end

endmodule

`default_nettype wire
