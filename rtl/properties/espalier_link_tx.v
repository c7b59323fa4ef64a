// What espalier_link_tx promises, for a model checker: an answer is 0xC3 0x3C, the sequence number, the status, what belongs to
// that status, and the CRC of all but the first two; a byte that is offered stays until it is taken, and the next one is there
// two cycles later at the latest, or behind the result's byte that it needs. A bad frame is answered before the frame in work, which is
// answered once and then done; all bad frames are counted. The CRC is computed here bit by bit, of the bytes as they leave.

`default_nettype none

module espalier_link_tx_properties #(
  parameter BYTES       = 2,
  parameter COUNT_WIDTH = 4
) (
  input wire       aclk,
  input wire       aresetn,
  input wire       begin_i,
  input wire       ask_i,
  input wire [7:0] sequence_i,
  input wire [7:0] data_i,
  input wire       valid_i,
  input wire       bad_i,
  input wire [2:0] reason_i,
  input wire [7:0] bad_sequence_i,
  input wire       ready_i
);

  localparam [103:0] IDENTITY = 104'h8D7C6B5A4938271605F4E3D2C1;

  // One frame is in work: its result is BYTES bytes, or it asks and has none.
  reg        work_q, asks_q;
  reg  [7:0] number_q;
  reg  [7:0] taken_q;    // bytes of the result
  wire       valid_in = valid_i & work_q & ~asks_q & (taken_q != BYTES);
  wire       begins   = begin_i & ~work_q;
  wire       bad_in   = bad_i & (reason_i >= 3'd1) & (reason_i <= 3'd4);

  wire        s_ready, done, m_valid;
  wire  [7:0] m_data;
  wire [15:0] bad_frames;

  espalier_link_tx #(
    .BYTES       (BYTES),
    .COUNT_WIDTH (COUNT_WIDTH),
    .IDENTITY    (IDENTITY)
  ) link_tx (
    .aclk           (aclk),
    .aresetn        (aresetn),
    .s_data_i       (data_i),
    .s_valid_i      (valid_in),
    .s_ready_o      (s_ready),
    .sequence_i     (number_q),
    .ask_i          (begins & ask_i),
    .done_o         (done),
    .bad_i          (bad_in),
    .reason_i       (reason_i),
    .bad_sequence_i (bad_sequence_i),
    .bad_frames_o   (bad_frames),
    .m_data_o       (m_data),
    .m_valid_o      (m_valid),
    .m_ready_i      (ready_i)
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

  reg        past_reset_q = 1'b0;
  reg        wait_q;             // a bad frame waits for its answer
  reg  [2:0] reason_q;
  reg  [7:0] bad_sequence_q;
  reg [15:0] count_q, before_q;  // bad frames, and those a cycle ago
  reg [15:0] told_q;             // as the answer has them

  // The answer on its way.
  reg        busy_q;
  reg  [2:0] status_q;
  reg  [7:0] sequence_q;
  reg  [7:0] place_q;            // of the next byte to be taken
  reg [15:0] crc_q;              // of all that left, behind what makes it 0xFFFF where it shall begin
  reg  [7:0] low_q;              // its low byte, behind the last byte of the payload
  reg  [7:0] result_q;           // the byte that was taken last
  reg        offered_q;          // in the cycle before, and not taken
  reg  [7:0] offer_q;
  reg        late_q;             // the next byte could have been there

  wire [7:0] bytes   = (status_q == 3'd0) ? BYTES : (status_q == 3'd5) ? 8'd13 : 8'd2;
  wire       start   = ~busy_q & (wait_q | (work_q & asks_q & ~done) | valid_in);
  wire       take    = m_valid & ready_i;
  wire       payload = busy_q & (place_q >= 8'd4) & (place_q < 8'd4 + bytes);
  wire       ends    = take & (place_q == bytes + 8'd5);
  wire       first   = m_valid & ~offered_q;
  wire       get     = valid_in & s_ready;
  wire [7:0] index   = place_q - 8'd4;
  wire [15:0] told   = (first & (index == 8'd0)) ? before_q : told_q;
  wire [7:0] inside  = (status_q == 3'd0) ? result_q
                     : (status_q == 3'd5) ? IDENTITY >> {index, 3'd0}
                     : index[0]           ? told[15:8] : told[7:0];
  wire [7:0] wanted  = (place_q == 8'd0) ? 8'hC3 : (place_q == 8'd1) ? 8'h3C
                     : (place_q == 8'd2) ? sequence_q : (place_q == 8'd3) ? {5'd0, status_q}
                     : payload           ? inside
                     : (place_q == bytes + 8'd4) ? crc_q[15:8] : low_q;

  always @(posedge aclk) begin
    if (!aresetn) begin
      past_reset_q                        <= 1'b1;
      {work_q, wait_q, busy_q, offered_q} <= 4'd0;
      {count_q, before_q}                 <= 32'd0;
      late_q                              <= 1'b0;
    end else begin
      work_q    <= begins | (work_q & ~done);
      wait_q    <= bad_in | (wait_q & ~start);
      busy_q    <= start | (busy_q & ~ends);
      offered_q <= m_valid & ~ready_i;
      before_q  <= count_q;
      late_q    <= busy_q & ~m_valid & ~(payload & (status_q == 3'd0) & ~get);
      if (bad_in & (count_q != 16'hFFFF)) count_q <= count_q + 16'd1;
    end
    if (begins) begin
      asks_q   <= ask_i;
      number_q <= sequence_i;
      taken_q  <= 8'd0;
    end else if (get) begin
      taken_q  <= taken_q + 8'd1;
      result_q <= data_i;
    end
    if (bad_in & (~wait_q | start)) begin
      reason_q       <= reason_i;
      bad_sequence_q <= bad_sequence_i;
    end
    if (start) begin
      status_q   <= wait_q ? reason_q : asks_q ? 3'd5 : 3'd0;
      sequence_q <= wait_q ? bad_sequence_q : number_q;
      place_q    <= 8'd0;
    end else if (take) begin
      place_q <= place_q + 8'd1;
      low_q   <= crc_q[7:0];
    end
    if (~busy_q) crc_q <= 16'h47F3;
    else if (take) crc_q <= crc_of(crc_q, m_data);
    told_q  <= told;
    offer_q <= m_data;
  end

  always @(*) begin
    if (past_reset_q & aresetn) begin
      assert (bad_frames == count_q);
      if (m_valid) assert (busy_q & (m_data == wanted));
      if (busy_q & (place_q == 8'd2)) assert (crc_q == 16'hFFFF);
      if (offered_q) assert (m_valid & (m_data == offer_q));
      if (late_q) assert (m_valid);
      // Of the result no byte is lost, and none is taken for another answer.
      if (s_ready) assert (payload & (status_q == 3'd0) & ~m_valid & (taken_q == index));
      if (first & payload & (status_q == 3'd0)) assert (taken_q == index + 8'd1);
      assert (done == (first & payload & (index == bytes - 8'd1) & ((status_q == 3'd0) | (status_q == 3'd5))));
      if (done) assert (work_q & (sequence_q == number_q) & (asks_q == (status_q == 3'd5)));
    end
  end

endmodule

`default_nettype wire
