// Registers beside a design whose samples and results come and go by streams: who it is, its reset, and what was counted. The
// map is that of espalier_registers, as docs/registers.md lists it, without beats: both offsets are 0, and a start is refused.

`default_nettype none

module espalier_stream_registers #(
  parameter [127:0] HASH            = 128'd0,  // the first 128 bits of the network's
  parameter         ADDRESS_WIDTH   = 12,      // 7 or more
  parameter         IN_WIDTH        = 32,      // bits of a beat
  parameter         IN_BEATS        = 4,       // of a sample
  parameter         OUT_WIDTH       = 32,
  parameter         OUT_BEATS       = 1,
  parameter         OUT_COUNT_WIDTH = 1,       // 2^OUT_COUNT_WIDTH >= OUT_BEATS, and 1 or more
  parameter         CLASS_BEAT      = 0,       // where the class stands in the result
  parameter         CLASS_LSB       = 0,
  parameter         CLASS_WIDTH     = 1        // 0: the result has none
) (
  input  wire                     aclk,
  input  wire                     aresetn,
  input  wire                     write_i,
  input  wire [ADDRESS_WIDTH-1:0] write_address_i,  // in bytes
  input  wire              [31:0] write_data_i,
  input  wire               [3:0] write_strobe_i,
  output wire                     write_ok_o,       // in the cycle of write_i
  input  wire                     read_i,
  input  wire [ADDRESS_WIDTH-1:0] read_address_i,
  output wire              [31:0] read_data_o,      // from the cycle after read_i until the next one
  output wire                     read_ok_o,
  output wire                     interrupt_o,
  output wire                     core_aresetn_o,   // of the design
  input  wire                     busy_i,           // a packet is in work
  input  wire                     begins_i,         // its first beat is taken
  input  wire                     ends_i,           // the last beat of its results leaves the design
  input  wire     [OUT_WIDTH-1:0] data_i,           // results, as they leave the design
  input  wire                     take_i,
  input  wire                     last_i,
  input  wire                     frame_error_i
);

  localparam CLASS_BITS  = CLASS_WIDTH == 0 ? 1 : CLASS_WIDTH;
  localparam INDEX_WIDTH = ADDRESS_WIDTH - 2;

  localparam [INDEX_WIDTH-1:0]
    IDENTITY = 0, VERSION = 1, HASH_0 = 2, HASH_1 = 3, HASH_2 = 4, HASH_3 = 5, INPUT_SHAPE = 6, OUTPUT_SHAPE = 7,
    CONTROL = 10, STATUS = 11, INTERRUPT = 12, CLASS = 13, CYCLES = 14, SAMPLES = 15, REFUSED = 16, BUS_ERRORS = 17,
    FRAME_ERRORS = 18;

  localparam [31:0] IN_SHAPE_TEXT  = (IN_WIDTH << 24) + IN_BEATS;
  localparam [31:0] OUT_SHAPE_TEXT = (OUT_WIDTH << 24) + OUT_BEATS;

  reg                       reset_q, done_q, enable_q;
  reg [OUT_COUNT_WIDTH-1:0] beat_q;
  reg      [CLASS_BITS-1:0] class_q;
  reg                [31:0] cycle_q, cycles_q, samples_q, refused_q, bus_errors_q, frame_errors_q;
  reg                [31:0] value_q;
  reg                       read_ok_q;

  // What is written.
  wire [INDEX_WIDTH-1:0] write_index = write_address_i[ADDRESS_WIDTH-1:2];
  wire                   is_control  = write_index == CONTROL;
  wire                   is_status   = write_index == STATUS;
  wire                   is_enable   = write_index == INTERRUPT;
  wire                   control     = write_i & is_control & write_strobe_i[0];
  wire                   reset       = control & write_data_i[1];
  wire                   clear       = control & write_data_i[2];
  wire                   refuse      = control & write_data_i[0];
  wire                   nowhere     = write_i & ~write_ok_o;

  // What is read.
  wire [INDEX_WIDTH-1:0] read_index = read_address_i[ADDRESS_WIDTH-1:2];
  wire                   is_value   = read_index <= FRAME_ERRORS;
  wire                   lost       = read_i & ~is_value;

  assign write_ok_o     = is_control | is_status | is_enable;
  assign core_aresetn_o = aresetn & ~reset_q;
  assign interrupt_o    = done_q & enable_q;

  always @(posedge aclk) begin
    if (!aresetn) begin
      reset_q  <= 1'b0;
      done_q   <= 1'b0;
      enable_q <= 1'b0;
    end else begin
      reset_q <= reset;
      if (reset_q | begins_i) done_q <= 1'b0;
      else if (ends_i) done_q <= 1'b1;
      else if (write_i & is_status & write_strobe_i[0] & write_data_i[1]) done_q <= 1'b0;
      if (write_i & is_enable & write_strobe_i[0]) enable_q <= write_data_i[0];
    end
  end

  always @(posedge aclk) begin
    if (!core_aresetn_o) beat_q <= {OUT_COUNT_WIDTH{1'b0}};
    else if (take_i) beat_q <= last_i ? {OUT_COUNT_WIDTH{1'b0}} : beat_q + 1'b1;
  end

  generate
    if (CLASS_WIDTH == 0) begin : g_no_class
      always @(posedge aclk) class_q <= 1'b0;
    end else begin : g_class
      localparam BEAT = CLASS_BEAT;
      always @(posedge aclk) begin
        if (take_i & (beat_q == BEAT[OUT_COUNT_WIDTH-1:0])) class_q <= data_i[CLASS_LSB +: CLASS_BITS];
      end
    end
  endgenerate

  // Counters; those of errors stay at their ends.
  always @(posedge aclk) begin
    if (begins_i) cycle_q <= 32'd0;
    else cycle_q <= cycle_q + 32'd1;
    if (!aresetn | clear) begin
      cycles_q       <= 32'd0;
      samples_q      <= 32'd0;
      refused_q      <= 32'd0;
      bus_errors_q   <= 32'd0;
      frame_errors_q <= 32'd0;
    end else begin
      if (ends_i) cycles_q <= cycle_q + 32'd1;
      if (take_i & last_i) samples_q <= samples_q + 32'd1;
      if (refuse & ~&refused_q) refused_q <= refused_q + 32'd1;
      // A read and a write may go wrong in one cycle.
      if (~&bus_errors_q[31:1]) bus_errors_q <= bus_errors_q + {31'd0, nowhere} + {31'd0, lost};
      if (frame_error_i & ~reset_q & ~&frame_errors_q) frame_errors_q <= frame_errors_q + 32'd1;
    end
  end

  reg [31:0] value;

  always @(*) begin
    case (read_index)
      IDENTITY:     value = 32'h4553_504C;   // ESPL
      VERSION:      value = 32'd1;
      HASH_0:       value = HASH[127:96];
      HASH_1:       value = HASH[95:64];
      HASH_2:       value = HASH[63:32];
      HASH_3:       value = HASH[31:0];
      INPUT_SHAPE:  value = IN_SHAPE_TEXT;
      OUTPUT_SHAPE: value = OUT_SHAPE_TEXT;
      STATUS:       value = {30'd0, done_q, busy_i};
      INTERRUPT:    value = {31'd0, enable_q};
      CLASS:        value = {{32-CLASS_BITS{1'b0}}, class_q};
      CYCLES:       value = cycles_q;
      SAMPLES:      value = samples_q;
      REFUSED:      value = refused_q;
      BUS_ERRORS:   value = bus_errors_q;
      FRAME_ERRORS: value = frame_errors_q;
      default:      value = 32'd0;           // the offsets of beats, CONTROL
    endcase
  end

  always @(posedge aclk) begin
    if (read_i) begin
      value_q   <= value;
      read_ok_q <= is_value;
    end
  end

  assign read_data_o = read_ok_q ? value_q : 32'd0;
  assign read_ok_o   = read_ok_q;

  wire unused = &{1'b0, write_address_i[1:0], read_address_i[1:0], write_data_i, write_strobe_i, data_i};

endmodule

`default_nettype wire
