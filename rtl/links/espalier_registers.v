// A design as registers, as docs/registers.md lists them: a host writes a sample's beats, starts, waits for `done` and reads
// the class or the result's beats. One sample is in work at a time; what comes in between is refused and counted.
//
// Latency: the first beat goes to the design in the cycle after the start; each further one as soon as the design takes it.

`default_nettype none

module espalier_registers #(
  parameter [127:0] HASH            = 128'd0,  // the first 128 bits of the network's
  parameter         ADDRESS_WIDTH   = 12,      // 4 more than any index of a register or a beat takes, 9 or more
  parameter         IN_WIDTH        = 32,      // bits of a beat: 8, 16 or 32
  parameter         IN_BEATS        = 4,       // of a sample
  parameter         IN_COUNT_WIDTH  = 2,       // 2^IN_COUNT_WIDTH >= IN_BEATS, and 1 or more
  parameter         OUT_WIDTH       = 32,
  parameter         OUT_BEATS       = 1,
  parameter         OUT_COUNT_WIDTH = 1,
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
  output wire      [IN_WIDTH-1:0] m_axis_tdata,     // to the design
  output wire                     m_axis_tvalid,
  input  wire                     m_axis_tready,
  output wire                     m_axis_tlast,
  input  wire     [OUT_WIDTH-1:0] s_axis_tdata,     // from the design
  input  wire                     s_axis_tvalid,
  output wire                     s_axis_tready,
  input  wire                     s_axis_tlast,
  input  wire                     frame_error_i
);

  localparam INDEX_WIDTH = ADDRESS_WIDTH - 4;
  localparam LAST_IN     = IN_BEATS - 1;
  localparam LAST_OUT    = OUT_BEATS - 1;
  localparam IN_BYTES    = IN_WIDTH / 8;
  localparam CLASS_BITS  = CLASS_WIDTH == 0 ? 1 : CLASS_WIDTH;

  // The upper two bits of an address choose.
  localparam [1:0] REGISTERS = 2'd0, INPUTS = 2'd1, OUTPUTS = 2'd2;

  localparam [INDEX_WIDTH-1:0]
    IDENTITY = 0, VERSION = 1, HASH_0 = 2, HASH_1 = 3, HASH_2 = 4, HASH_3 = 5, INPUT_SHAPE = 6, OUTPUT_SHAPE = 7,
    INPUT_OFFSET = 8, OUTPUT_OFFSET = 9, CONTROL = 10, STATUS = 11, INTERRUPT = 12, CLASS = 13, CYCLES = 14, SAMPLES = 15,
    REFUSED = 16, BUS_ERRORS = 17, FRAME_ERRORS = 18;

  localparam [31:0] IN_SHAPE_TEXT  = (IN_WIDTH << 24) + IN_BEATS;
  localparam [31:0] OUT_SHAPE_TEXT = (OUT_WIDTH << 24) + OUT_BEATS;
  localparam [31:0] IN_BASE        = 32'd1 << (ADDRESS_WIDTH - 2);
  localparam [31:0] OUT_BASE       = 32'd2 << (ADDRESS_WIDTH - 2);

  reg                        reset_q, busy_q, loading_q, done_q, enable_q;
  reg   [IN_COUNT_WIDTH-1:0] in_index_q;    // of the beat that is offered
  reg  [OUT_COUNT_WIDTH-1:0] out_index_q;   // of the beat that comes next
  reg         [IN_WIDTH-1:0] in_memory [0:(1 << IN_COUNT_WIDTH)-1];
  reg         [IN_WIDTH-1:0] in_q;
  reg        [OUT_WIDTH-1:0] out_memory [0:(1 << OUT_COUNT_WIDTH)-1];
  reg        [OUT_WIDTH-1:0] out_q;
  reg       [CLASS_BITS-1:0] class_q;
  reg                 [31:0] cycle_q, cycles_q, samples_q, refused_q, bus_errors_q, frame_errors_q;
  reg                 [31:0] value_q;
  reg                        read_ok_q, is_output_q;

  // What is written.
  wire             [1:0] write_space = write_address_i[ADDRESS_WIDTH-1:ADDRESS_WIDTH-2];
  wire [INDEX_WIDTH-1:0] write_index = write_address_i[ADDRESS_WIDTH-3:2];
  wire                   to_register = write_space == REGISTERS;
  wire                   is_control  = to_register & (write_index == CONTROL);
  wire                   is_status   = to_register & (write_index == STATUS);
  wire                   is_enable   = to_register & (write_index == INTERRUPT);
  wire                   is_input    = (write_space == INPUTS) & (write_index <= LAST_IN[INDEX_WIDTH-1:0])
                                     & (&write_strobe_i[IN_BYTES-1:0]);
  wire                   put         = write_i & is_input & ~loading_q;
  wire                   control     = write_i & is_control & write_strobe_i[0];
  wire                   reset       = control & write_data_i[1];
  wire                   clear       = control & write_data_i[2];
  wire                   asked       = control & write_data_i[0];
  wire                   start       = asked & ~busy_q & ~reset;
  wire                   refuse      = (asked & ~start) | (write_i & is_input & loading_q);

  wire                   nowhere     = write_i & ~is_control & ~is_status & ~is_enable & ~is_input;

  // What is read.
  wire             [1:0] read_space = read_address_i[ADDRESS_WIDTH-1:ADDRESS_WIDTH-2];
  wire [INDEX_WIDTH-1:0] read_index = read_address_i[ADDRESS_WIDTH-3:2];
  wire                   is_output  = (read_space == OUTPUTS) & (read_index <= LAST_OUT[INDEX_WIDTH-1:0]);
  wire                   is_value   = (read_space == REGISTERS) & (read_index <= FRAME_ERRORS);
  wire                   lost       = read_i & ~is_output & ~is_value;

  assign write_ok_o = is_control | is_status | is_enable | (is_input & ~loading_q);

  // What goes to the design and comes from it.
  wire                       take    = loading_q & m_axis_tready;
  wire                       at_last = in_index_q == LAST_IN[IN_COUNT_WIDTH-1:0];
  wire  [IN_COUNT_WIDTH-1:0] in_next = start ? {IN_COUNT_WIDTH{1'b0}} : take ? in_index_q + 1'b1 : in_index_q;
  wire                       give    = s_axis_tvalid & busy_q;
  wire                       out_end = out_index_q == LAST_OUT[OUT_COUNT_WIDTH-1:0];
  wire                       finish  = give & out_end;
  wire                       odd     = ~reset_q & (frame_error_i | (s_axis_tvalid & (~busy_q | (s_axis_tlast != out_end))));

  assign core_aresetn_o = aresetn & ~reset_q;
  assign m_axis_tdata   = in_q;
  assign m_axis_tvalid  = loading_q;
  assign m_axis_tlast   = at_last;
  assign s_axis_tready  = 1'b1;
  assign interrupt_o    = done_q & enable_q;

  always @(posedge aclk) begin
    if (!aresetn) begin
      reset_q   <= 1'b0;
      busy_q    <= 1'b0;
      loading_q <= 1'b0;
      done_q    <= 1'b0;
      enable_q  <= 1'b0;
    end else begin
      reset_q <= reset;
      if (reset) busy_q <= 1'b0;
      else if (start) busy_q <= 1'b1;
      else if (finish) busy_q <= 1'b0;
      if (reset) loading_q <= 1'b0;
      else if (start) loading_q <= 1'b1;
      else if (take & at_last) loading_q <= 1'b0;
      if (reset | start) done_q <= 1'b0;
      else if (finish) done_q <= 1'b1;
      else if (write_i & is_status & write_strobe_i[0] & write_data_i[1]) done_q <= 1'b0;
      if (write_i & is_enable & write_strobe_i[0]) enable_q <= write_data_i[0];
    end
  end

  always @(posedge aclk) begin
    if (!aresetn | reset | finish) out_index_q <= {OUT_COUNT_WIDTH{1'b0}};
    else if (give) out_index_q <= out_index_q + 1'b1;
    in_index_q <= in_next;
    in_q       <= in_memory[in_next];
    if (put) in_memory[write_index[IN_COUNT_WIDTH-1:0]] <= write_data_i[IN_WIDTH-1:0];
    if (give) out_memory[out_index_q] <= s_axis_tdata;
  end

  generate
    if (CLASS_WIDTH == 0) begin : g_no_class
      always @(posedge aclk) class_q <= 1'b0;
    end else begin : g_class
      localparam BEAT = CLASS_BEAT;
      always @(posedge aclk) begin
        if (give & (out_index_q == BEAT[OUT_COUNT_WIDTH-1:0])) class_q <= s_axis_tdata[CLASS_LSB +: CLASS_BITS];
      end
    end
  endgenerate

  // Counters; those of errors stay at their ends.
  always @(posedge aclk) begin
    if (start) cycle_q <= 32'd0;
    else cycle_q <= cycle_q + 32'd1;
    if (!aresetn | clear) begin
      cycles_q       <= 32'd0;
      samples_q      <= 32'd0;
      refused_q      <= 32'd0;
      bus_errors_q   <= 32'd0;
      frame_errors_q <= 32'd0;
    end else begin
      if (finish) cycles_q <= cycle_q;
      if (finish) samples_q <= samples_q + 32'd1;
      if (refuse & ~&refused_q) refused_q <= refused_q + 32'd1;
      // A read and a write may go wrong in one cycle.
      if (~&bus_errors_q[31:1]) bus_errors_q <= bus_errors_q + {31'd0, nowhere} + {31'd0, lost};
      if (odd & ~&frame_errors_q) frame_errors_q <= frame_errors_q + 32'd1;
    end
  end

  reg [31:0] value;

  always @(*) begin
    case (read_index)
      IDENTITY:      value = 32'h4553_504C;   // ESPL
      VERSION:       value = 32'd1;
      HASH_0:        value = HASH[127:96];
      HASH_1:        value = HASH[95:64];
      HASH_2:        value = HASH[63:32];
      HASH_3:        value = HASH[31:0];
      INPUT_SHAPE:   value = IN_SHAPE_TEXT;
      OUTPUT_SHAPE:  value = OUT_SHAPE_TEXT;
      INPUT_OFFSET:  value = IN_BASE;
      OUTPUT_OFFSET: value = OUT_BASE;
      STATUS:        value = {29'd0, loading_q, done_q, busy_q};
      INTERRUPT:     value = {31'd0, enable_q};
      CLASS:         value = {{32-CLASS_BITS{1'b0}}, class_q};
      CYCLES:        value = cycles_q;
      SAMPLES:       value = samples_q;
      REFUSED:       value = refused_q;
      BUS_ERRORS:    value = bus_errors_q;
      FRAME_ERRORS:  value = frame_errors_q;
      default:       value = 32'd0;           // CONTROL
    endcase
  end

  always @(posedge aclk) begin
    if (read_i) begin
      out_q       <= out_memory[read_index[OUT_COUNT_WIDTH-1:0]];
      value_q     <= value;
      is_output_q <= is_output;
      read_ok_q   <= is_output | is_value;
    end
  end

  wire [31+OUT_WIDTH:0] wide = {32'd0, out_q};

  assign read_data_o = is_output_q ? wide[31:0] : read_ok_q ? value_q : 32'd0;
  assign read_ok_o   = read_ok_q;

  wire unused = &{1'b0, wide[31+OUT_WIDTH:32], write_address_i[1:0], read_address_i[1:0], write_data_i, write_strobe_i};

endmodule

`default_nettype wire
