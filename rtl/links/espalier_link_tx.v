// Answers as bytes: 0xC3 0x3C sequence status payload CRC(2, high byte first). The CRC-16 is over sequence, status and
// payload. Status 0 has the result behind it, status 5 the identity, another one the number of bad frames (2, low byte
// first).
//
// An answer of status 0 is begun with the first byte of a result, one of status 5 behind ask_i; bad_i is answered when the
// line is free, and where one waits already it is counted alone.

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
  output wire        done_o,        // its answer is out, but for the CRC
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
  localparam [2:0] IDLE = 3'd0, SYNC = 3'd1, SEQUENCE = 3'd2, STATUS = 3'd3, PAYLOAD = 3'd4, HIGH = 3'd5, LOW = 3'd6;

  reg             [2:0] state_q;
  reg                   second_q;    // of two bytes
  reg             [2:0] status_q;
  reg             [7:0] sequence_q;
  reg            [15:0] crc_q;
  reg [COUNT_WIDTH-1:0] count_q;
  reg            [15:0] bad_frames_q;
  reg            [15:0] told_q;      // what of them an answer says: it must not change within one
  reg                   ask_q;       // the identity is to be answered
  reg                   wait_q;      // a bad frame is to be answered
  reg             [2:0] reason_q;
  reg             [7:0] bad_sequence_q;

  wire        result  = status_q == 3'd0;
  wire        asked   = status_q == 3'd5;
  wire        send    = m_valid_o & m_ready_i;
  wire        at_last = result ? (count_q == LAST_BYTE[COUNT_WIDTH-1:0])
                      : asked  ? (count_q == LAST_IDENTITY[COUNT_WIDTH-1:0]) : second_q;
  wire        start   = (state_q == IDLE) & (wait_q | ask_q | s_valid_i);
  wire  [7:0] told    = second_q ? told_q[15:8] : told_q[7:0];
  wire [15:0] of_byte;

  wire [127:0] identity  = {24'd0, IDENTITY};
  wire   [7:0] told_byte = asked ? identity[{count_q[3:0], 3'd0} +: 8] : told;

  espalier_crc16 byte_crc (.crc_i(crc_q), .data_i(m_data_o), .crc_o(of_byte));

  assign m_valid_o    = (state_q != IDLE) & ((state_q != PAYLOAD) | ~result | s_valid_i);
  assign s_ready_o    = (state_q == PAYLOAD) & result & m_ready_i;
  assign done_o       = send & (state_q == PAYLOAD) & (result | asked) & at_last;
  assign bad_frames_o = bad_frames_q;
  assign m_data_o     = (state_q == SYNC)     ? (second_q ? 8'h3C : 8'hC3)
                      : (state_q == SEQUENCE) ? sequence_q
                      : (state_q == STATUS)   ? {5'd0, status_q}
                      : (state_q == PAYLOAD)  ? (result ? s_data_i : told_byte)
                      : (state_q == HIGH)     ? crc_q[15:8] : crc_q[7:0];

  always @(posedge aclk) begin
    if (!aresetn) begin
      state_q      <= IDLE;
      ask_q        <= 1'b0;
      wait_q       <= 1'b0;
      bad_frames_q <= 16'd0;
    end else begin
      if (start) state_q <= SYNC;
      else if (send) begin
        case (state_q)
          SYNC:    if (second_q) state_q <= SEQUENCE;
          PAYLOAD: if (at_last) state_q <= HIGH;
          LOW:     state_q <= IDLE;
          default: state_q <= state_q + 3'd1;
        endcase
      end
      ask_q  <= ask_i | (ask_q & ~done_o);
      wait_q <= bad_i | (wait_q & ~(state_q == IDLE));
      if (bad_i & (bad_frames_q != 16'hFFFF)) bad_frames_q <= bad_frames_q + 16'd1;
    end
  end

  always @(posedge aclk) begin
    if (bad_i & (~wait_q | (state_q == IDLE))) begin
      reason_q       <= reason_i;
      bad_sequence_q <= bad_sequence_i;
    end
    if (state_q == IDLE) begin
      status_q   <= wait_q ? reason_q : ask_q ? 3'd5 : 3'd0;
      sequence_q <= wait_q ? bad_sequence_q : sequence_i;
      told_q     <= bad_frames_q;
      second_q   <= 1'b0;
    end else if (send) begin
      second_q <= ~second_q & ((state_q == SYNC) | (state_q == PAYLOAD));
    end
    if (state_q != PAYLOAD) count_q <= {COUNT_WIDTH{1'b0}};
    else if (send) count_q <= count_q + 1'b1;
    if (state_q == SYNC) crc_q <= 16'hFFFF;
    else if (send & (state_q != HIGH)) crc_q <= of_byte;
  end

endmodule

`default_nettype wire
