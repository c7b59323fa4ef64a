// Answers as bytes: 0xC3 0x3C sequence status payload CRC(2, high byte first). The CRC-16 is over sequence, status and
// payload. Status 0 has the result behind it, status 5 the identity, another one the number of bad frames (2, low byte
// first).
//
// An answer of status 0 is begun with the first byte of a result, one of status 5 behind ask_i; bad_i is answered when the
// line is free, and where one waits already it is counted alone.
//
// Latency: a byte is there a cycle after the one before it was taken.

`default_nettype none

module espalier_link_tx #(
  parameter         BYTES       = 2,      // of a result, 1 or more
  parameter         COUNT_WIDTH = 4,      // 2^COUNT_WIDTH >= BYTES, and 4 or more
  parameter [103:0] IDENTITY    = 104'd0  // its first byte lowest
) (
  input  wire        aclk,
  input  wire        aresetn,
  input  wire  [7:0] s_data_i,      // the result of the frame in work
  input  wire        s_valid_i,
  output wire        s_ready_o,
  input  wire  [7:0] sequence_i,    // of the frame in work
  input  wire        ask_i,         // which asks
  output wire        done_o,        // its answer is out, but for the last byte and the CRC; for one cycle
  input  wire        bad_i,
  input  wire  [2:0] reason_i,      // not 0
  input  wire  [7:0] bad_sequence_i,
  output wire [15:0] bad_frames_o,  // stays at its largest number
  output wire  [7:0] m_data_o,
  output wire        m_valid_o,
  input  wire        m_ready_i
);

  localparam LAST_BYTE     = BYTES - 1;
  localparam LAST_IDENTITY = 12;
  localparam [2:0] IDLE = 3'd0, SYNC = 3'd1, HEAD = 3'd2, PAYLOAD = 3'd3, CHECK = 3'd4;
  // The CRC that becomes 0xFFFF with the two bytes of synchronization: every byte that leaves is added to it.
  localparam [15:0] BEFORE_SYNC = 16'h47F3;

  reg             [2:0] state_q;     // what of an answer is put into byte_q next
  reg [COUNT_WIDTH-1:0] count_q;     // which byte of that
  reg             [2:0] status_q;
  reg             [7:0] sequence_q;
  reg             [7:0] byte_q;
  reg                   full_q;
  reg            [15:0] crc_q;
  reg            [15:0] bad_frames_q;
  reg             [7:0] told_q;      // the high byte of them, as it was with the low one
  reg                   done_q;
  reg                   ask_q;       // the identity is to be answered
  reg                   wait_q;      // a bad frame is to be answered
  reg             [2:0] reason_q;
  reg             [7:0] bad_sequence_q;

  wire        idle    = state_q == IDLE;
  wire        payload = state_q == PAYLOAD;
  wire        result  = payload & (status_q == 3'd0);
  wire        asked   = payload & (status_q == 3'd5);
  wire        start   = idle & ~full_q & (wait_q | ask_q | s_valid_i);
  wire        put     = ~idle & ~full_q & (~result | s_valid_i);
  wire        done    = put & (result | asked) & at_last;
  wire        send    = full_q & m_ready_i;
  wire        at_last = result ? (count_q == LAST_BYTE[COUNT_WIDTH-1:0])
                      : asked  ? (count_q == LAST_IDENTITY[COUNT_WIDTH-1:0]) : count_q[0];
  wire [15:0] of_byte;

  wire [127:0] identity = {24'd0, IDENTITY};
  wire   [7:0] sync     = count_q[0] ? 8'h3C : 8'hC3;
  wire   [7:0] head     = count_q[0] ? {5'd0, status_q} : sequence_q;
  wire   [7:0] told     = count_q[0] ? told_q : bad_frames_q[7:0];

  // What is left of the CRC when its high byte has gone through it is its low byte, above.
  espalier_crc16 byte_crc (.crc_i(crc_q), .data_i(byte_q), .crc_o(of_byte));

  assign m_data_o     = byte_q;
  assign m_valid_o    = full_q;
  assign s_ready_o    = result & ~full_q;
  assign done_o       = done_q;
  assign bad_frames_o = bad_frames_q;

  always @(posedge aclk) begin
    if (!aresetn) begin
      state_q      <= IDLE;
      full_q       <= 1'b0;
      done_q       <= 1'b0;
      ask_q        <= 1'b0;
      wait_q       <= 1'b0;
      bad_frames_q <= 16'd0;
    end else begin
      if (start) state_q <= SYNC;
      else if (put & at_last) state_q <= (state_q == CHECK) ? IDLE : state_q + 3'd1;
      full_q <= put | (full_q & ~m_ready_i);
      done_q <= done;
      ask_q  <= ask_i | (ask_q & ~done);
      wait_q <= bad_i | (wait_q & ~start);
      if (bad_i & (bad_frames_q != 16'hFFFF)) bad_frames_q <= bad_frames_q + 16'd1;
    end
  end

  always @(posedge aclk) begin
    if (bad_i & (~wait_q | start)) begin
      reason_q       <= reason_i;
      bad_sequence_q <= bad_sequence_i;
    end
    if (idle) begin
      status_q   <= wait_q ? reason_q : ask_q ? 3'd5 : 3'd0;
      sequence_q <= wait_q ? bad_sequence_q : sequence_i;
    end
    if (idle | (put & at_last)) count_q <= {COUNT_WIDTH{1'b0}};
    else if (put) count_q <= count_q + 1'b1;
    if (put) begin
      byte_q <= (state_q == SYNC) ? sync
              : (state_q == HEAD) ? head
              : ~payload          ? crc_q[15:8]
              : result            ? s_data_i
              : asked             ? identity[{count_q[3:0], 3'd0} +: 8] : told;
      if (~count_q[0]) told_q <= bad_frames_q[15:8];
    end
    if (idle & ~full_q) crc_q <= BEFORE_SYNC;
    else if (send) crc_q <= of_byte;
  end

endmodule

`default_nettype wire
