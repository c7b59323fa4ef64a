// Samples that a board has inside: the one that is chosen goes to the design, and what comes back is compared with what the
// reference model says of it. The first one goes by itself; then next_i and previous_i choose, or each has its time (auto_i).
// What is chosen while a sample is in work is not heard.
//
// Both ROMs have a place of 2^COUNT_WIDTH words for each sample, a beat a word.

`default_nettype none

module espalier_demo #(
  parameter WIDTH           = 8,      // bits of a beat, both ways
  parameter SAMPLES         = 2,      // 2 or more
  parameter SAMPLE_WIDTH    = 1,      // 2^SAMPLE_WIDTH >= SAMPLES
  parameter IN_BEATS        = 4,
  parameter IN_COUNT_WIDTH  = 2,      // 2^IN_COUNT_WIDTH >= IN_BEATS, and 1 or more
  parameter OUT_BEATS       = 1,
  parameter OUT_COUNT_WIDTH = 1,
  parameter CLASS_BEAT      = 0,      // where the class stands in the result
  parameter CLASS_LSB       = 0,
  parameter CLASS_WIDTH     = 1,
  parameter PAUSE           = 100,    // clock cycles that a sample is shown where they go by themselves
  parameter PAUSE_WIDTH     = 7,      // 2^PAUSE_WIDTH >= PAUSE
  parameter IN_FILE         = "",     // ROM images and their checksums, as espalier_rom has them
  parameter IN_CHECKSUM     = 32'd0,
  parameter OUT_FILE        = "",
  parameter OUT_CHECKSUM    = 32'd0
) (
  input  wire                    aclk,
  input  wire                    aresetn,
  input  wire                    next_i,
  input  wire                    previous_i,
  input  wire                    auto_i,
  output wire        [WIDTH-1:0] m_axis_tdata,    // to the design
  output wire                    m_axis_tvalid,
  input  wire                    m_axis_tready,
  output wire                    m_axis_tlast,
  input  wire        [WIDTH-1:0] s_axis_tdata,    // from the design
  input  wire                    s_axis_tvalid,
  output wire                    s_axis_tready,
  input  wire                    s_axis_tlast,
  input  wire                    frame_error_i,
  output wire [SAMPLE_WIDTH-1:0] sample_o,        // which one is shown
  output wire  [CLASS_WIDTH-1:0] class_o,
  output wire                    answered_o,      // its whole result is there
  output wire                    agrees_o,        // and is what it should be, in every bit
  output wire                    wrong_o          // since the reset one was not
);

  localparam LAST_SAMPLE = SAMPLES - 1;
  localparam LAST_IN     = IN_BEATS - 1;
  localparam LAST_OUT    = OUT_BEATS - 1;
  localparam LAST_PAUSE  = PAUSE - 1;
  localparam IN_DEPTH    = SAMPLES << IN_COUNT_WIDTH;
  localparam OUT_DEPTH   = SAMPLES << OUT_COUNT_WIDTH;

  reg                       busy_q;       // a sample is in work
  reg                       send_q;       // not all of it is sent
  reg                       offer_q;      // the ROM's word is a beat that waits
  reg                       known_q;      // the other ROM's word is what the next beat must be
  reg                       same_q;       // the beats so far were
  reg                       answered_q, agrees_q, wrong_q;
  reg    [SAMPLE_WIDTH-1:0] sample_q;
  reg  [IN_COUNT_WIDTH-1:0] in_q;         // numbers of beats
  reg [OUT_COUNT_WIDTH-1:0] out_q;
  reg     [CLASS_WIDTH-1:0] class_q;
  reg     [PAUSE_WIDTH-1:0] pause_q;
  reg                       first_q;      // nothing was chosen since the reset

  wire [WIDTH-1:0] wanted;
  wire             in_fault, out_fault;

  wire fetch   = send_q & ~offer_q;
  wire take    = offer_q & m_axis_tready;
  wire in_end  = in_q == LAST_IN[IN_COUNT_WIDTH-1:0];
  wire give    = s_axis_tvalid & s_axis_tready;
  wire out_end = out_q == LAST_OUT[OUT_COUNT_WIDTH-1:0];
  wire same    = (s_axis_tdata == wanted) & (s_axis_tlast == out_end);
  wire ends    = give & out_end;
  wire over    = auto_i & (pause_q == LAST_PAUSE[PAUSE_WIDTH-1:0]);
  wire start   = ~busy_q & (first_q | next_i | previous_i | over);
  wire at_last = sample_q == LAST_SAMPLE[SAMPLE_WIDTH-1:0];
  wire at_zero = sample_q == {SAMPLE_WIDTH{1'b0}};
  wire odd     = in_fault | out_fault | frame_error_i | (give & ~same);

  assign m_axis_tvalid = offer_q;
  assign m_axis_tlast  = in_end;
  assign s_axis_tready = known_q;
  assign sample_o      = sample_q;
  assign class_o       = class_q;
  assign answered_o    = answered_q;
  assign agrees_o      = agrees_q;
  assign wrong_o       = wrong_q;

  espalier_rom #(
    .WIDTH         (WIDTH),
    .DEPTH         (IN_DEPTH),
    .ADDRESS_WIDTH (SAMPLE_WIDTH + IN_COUNT_WIDTH),
    .FILE          (IN_FILE),
    .CHECKSUM      (IN_CHECKSUM)
  ) samples (
    .aclk      (aclk),
    .enable_i  (fetch),
    .address_i ({sample_q, in_q}),
    .data_o    (m_axis_tdata),
    .valid_i   (offer_q),
    .fault_o   (in_fault)
  );

  espalier_rom #(
    .WIDTH         (WIDTH),
    .DEPTH         (OUT_DEPTH),
    .ADDRESS_WIDTH (SAMPLE_WIDTH + OUT_COUNT_WIDTH),
    .FILE          (OUT_FILE),
    .CHECKSUM      (OUT_CHECKSUM)
  ) results (
    .aclk      (aclk),
    .enable_i  (busy_q & ~known_q),
    .address_i ({sample_q, out_q}),
    .data_o    (wanted),
    .valid_i   (known_q),
    .fault_o   (out_fault)
  );

  always @(posedge aclk) begin
    if (!aresetn) begin
      busy_q     <= 1'b0;
      send_q     <= 1'b0;
      offer_q    <= 1'b0;
      known_q    <= 1'b0;
      answered_q <= 1'b0;
      agrees_q   <= 1'b0;
      wrong_q    <= 1'b0;
      first_q    <= 1'b1;
      sample_q   <= {SAMPLE_WIDTH{1'b0}};
      class_q    <= {CLASS_WIDTH{1'b0}};
      pause_q    <= {PAUSE_WIDTH{1'b0}};
    end else begin
      if (start) busy_q <= 1'b1;
      else if (ends) busy_q <= 1'b0;
      if (start) send_q <= 1'b1;
      else if (take & in_end) send_q <= 1'b0;
      offer_q <= fetch | (offer_q & ~m_axis_tready);
      known_q <= busy_q & ~give;
      if (start) answered_q <= 1'b0;
      else if (ends) answered_q <= 1'b1;
      if (start) agrees_q <= 1'b0;
      else if (ends) agrees_q <= same_q & same;
      if (odd) wrong_q <= 1'b1;
      if (start) first_q <= 1'b0;
      if (start & ~first_q) begin
        if (previous_i) sample_q <= at_zero ? LAST_SAMPLE[SAMPLE_WIDTH-1:0] : sample_q - 1'b1;
        else sample_q <= at_last ? {SAMPLE_WIDTH{1'b0}} : sample_q + 1'b1;
      end
      if (give & (out_q == CLASS_BEAT[OUT_COUNT_WIDTH-1:0])) class_q <= s_axis_tdata[CLASS_LSB +: CLASS_WIDTH];
      pause_q <= (busy_q | over) ? {PAUSE_WIDTH{1'b0}} : pause_q + {{PAUSE_WIDTH-1{1'b0}}, auto_i};
    end
  end

  always @(posedge aclk) begin
    if (start) in_q <= {IN_COUNT_WIDTH{1'b0}};
    else if (take) in_q <= in_q + 1'b1;
    if (start) out_q <= {OUT_COUNT_WIDTH{1'b0}};
    else if (give) out_q <= out_q + 1'b1;
    if (start) same_q <= 1'b1;
    else if (give) same_q <= same_q & same;
  end

endmodule

`default_nettype wire
