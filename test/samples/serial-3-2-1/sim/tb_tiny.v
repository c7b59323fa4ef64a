// Test bench of tiny: every vector once as fast as it goes, and once with pauses on both streams.
//
// Vectors (tiny_samples.mem and tiny_results.mem, a beat a line):
//   0 to 8: corners
//   9 to 72: random
//
// Run it in this folder, with the sources of ../rtl and the macro ESPALIER_ROM_DIR defined as "../rtl/" (`make sim` does).
// The last line is `PASS n vectors`, or begins with `FAIL` and tells the first difference. Verilog-2001 has no exit status:
// after a failure Icarus ends with status 1 and Verilator aborts; other simulators just end. With the macro
// ESPALIER_WAVES defined it writes tb_tiny.vcd.
//
// Made by espalier 0.0.0: espalier compile test/samples/serial-3-2-1/network.json

`default_nettype none

module tb_tiny;

  localparam VECTORS      = 73;
  localparam INPUT_WIDTH  = 16;
  localparam INPUT_BEATS  = 1;
  localparam OUTPUT_WIDTH = 16;
  localparam OUTPUT_BEATS = 1;
  localparam INTERVAL     = 2;
  localparam LATENCY      = 16;
  localparam PATIENCE     = 1288;  // cycles without a beat

  // One sample alone, for the latency; all of them without a pause; all of them with pauses.
  localparam FAST  = 1 + VECTORS;
  localparam TOTAL = FAST + VECTORS;

  reg                     aclk          = 1'b0;
  reg                     aresetn       = 1'b0;
  reg  [INPUT_WIDTH-1:0]  s_axis_tdata  = {INPUT_WIDTH{1'b0}};
  reg                     s_axis_tvalid = 1'b0;
  wire                    s_axis_tready;
  reg                     s_axis_tlast  = 1'b0;
  wire [OUTPUT_WIDTH-1:0] m_axis_tdata;
  wire                    m_axis_tvalid;
  reg                     m_axis_tready = 1'b0;
  wire                    m_axis_tlast;
  wire                    frame_error;

  tiny dut (
    .aclk          (aclk),
    .aresetn       (aresetn),
    .s_axis_tdata  (s_axis_tdata),
    .s_axis_tvalid (s_axis_tvalid),
    .s_axis_tready (s_axis_tready),
    .s_axis_tlast  (s_axis_tlast),
    .m_axis_tdata  (m_axis_tdata),
    .m_axis_tvalid (m_axis_tvalid),
    .m_axis_tready (m_axis_tready),
    .m_axis_tlast  (m_axis_tlast),
    .frame_error   (frame_error)
  );

  // The last word of both is a mark: a file that was not found has none.
  reg [INPUT_WIDTH-1:0]  samples [0:VECTORS*INPUT_BEATS];
  reg [OUTPUT_WIDTH-1:0] results [0:VECTORS*OUTPUT_BEATS];

  reg  [31:0]             random    = 32'd1;
  reg                     held      = 1'b0;   // a beat was offered and not taken
  reg  [OUTPUT_WIDTH:0]   held_beat = {(OUTPUT_WIDTH+1){1'b0}};
  reg                     done      = 1'b0;
  reg  [OUTPUT_WIDTH-1:0] wanted;
  integer                 cycle     = 0;
  integer                 quiet     = 0;      // cycles since the last beat
  integer                 sent      = 0;      // samples that are offered or taken, the one in work not counted
  integer                 beat_in   = 0;      // of the next one
  integer                 received  = 0;      // whole results
  integer                 beat_out  = 0;
  integer                 vector;
  integer                 began     = 0;      // the cycle in which the first sample's first beat was taken
  integer                 half      = 0;      // the cycle of the result in the middle of the fast ones

  wire took = s_axis_tvalid & s_axis_tready;
  wire gave = m_axis_tvalid & m_axis_tready;

  always #5 aclk = ~aclk;

  initial begin
`ifdef ESPALIER_WAVES
    $dumpfile("tb_tiny.vcd");
    $dumpvars(0, tb_tiny);
`endif
    $readmemh("tiny_samples.mem", samples);
    $readmemh("tiny_results.mem", results);
    if (samples[VECTORS*INPUT_BEATS] !== {INPUT_WIDTH{1'b1}} || results[VECTORS*OUTPUT_BEATS] !== {OUTPUT_WIDTH{1'b1}})
    begin
      $display("FAIL: tiny_samples.mem or tiny_results.mem is not in this folder, or is another design's");
      give_up;
    end
  end

  always @(posedge aclk) begin
    cycle  = cycle + 1;
    random <= shifted(random);
    if (cycle == 8) begin
      aresetn <= 1'b1;
      if (m_axis_tvalid !== 1'b0) begin
        $display("FAIL: m_axis_tvalid is %b in reset", m_axis_tvalid);
        give_up;
      end
    end
    if (aresetn && !done) begin
      watch;
      if (gave) check;
      if (took && began == 0) began = cycle;
      offer;
      m_axis_tready <= received < FAST || random[9];
      held      <= m_axis_tvalid & ~m_axis_tready;
      held_beat <= {m_axis_tlast, m_axis_tdata};
    end
  end

  // The same numbers in every simulator.
  function [31:0] shifted(input [31:0] state);
    begin
      shifted = state ^ (state << 13);
      shifted = shifted ^ (shifted >> 17);
      shifted = shifted ^ (shifted << 5);
    end
  endfunction

  function integer vector_of(input integer sample);
    vector_of = (sample == 0) ? 0 : (sample - 1) % VECTORS;
  endfunction

  // The next beat, where none waits.
  task offer;
    begin
      if (!s_axis_tvalid || took) begin
        s_axis_tvalid <= 1'b0;
        if (sent < TOTAL && (sent != 1 || received > 0) && (sent < FAST || random[4])) begin
          s_axis_tvalid <= 1'b1;
          s_axis_tdata  <= samples[vector_of(sent)*INPUT_BEATS + beat_in];
          s_axis_tlast  <= beat_in == INPUT_BEATS - 1;
          beat_in = beat_in + 1;
          if (beat_in == INPUT_BEATS) begin
            beat_in = 0;
            sent    = sent + 1;
          end
        end
      end
    end
  endtask

  // What holds in every cycle.
  task watch;
    begin
      quiet = (took || gave) ? 0 : quiet + 1;
      if ((s_axis_tready ^ s_axis_tready) !== 1'b0 || (m_axis_tvalid ^ m_axis_tvalid) !== 1'b0) begin
        $display("FAIL: s_axis_tready or m_axis_tvalid is unknown in cycle %0d", cycle);
        give_up;
      end else if (frame_error !== 1'b0) begin
        $display("FAIL: frame_error in cycle %0d, all samples were whole", cycle);
        give_up;
      end else if (held && (!m_axis_tvalid || {m_axis_tlast, m_axis_tdata} !== held_beat)) begin
        $display("FAIL: vector %0d: a result that was not taken changed in cycle %0d", vector_of(received), cycle);
        give_up;
      end else if (received == TOTAL && quiet > LATENCY) begin
        done = 1'b1;
        $display("PASS %0d vectors", VECTORS);
        $finish;
      end else if (quiet > PATIENCE) begin
        $display("FAIL: vector %0d: no beat for %0d cycles", vector_of(received), quiet);
        give_up;
      end
    end
  endtask

  // A beat of a result.
  task check;
    begin
      vector = vector_of(received);
      wanted = results[vector*OUTPUT_BEATS + beat_out];
      if (received >= sent + ((beat_in != 0) ? 1 : 0)) begin
        $display("FAIL: a result too many in cycle %0d", cycle);
        give_up;
      end else if (m_axis_tdata !== wanted) begin
        $display("FAIL: vector %0d, beat %0d: got %h, wanted %h", vector, beat_out, m_axis_tdata, wanted);
        give_up;
      end else if (m_axis_tlast !== (beat_out == OUTPUT_BEATS - 1)) begin
        $display("FAIL: vector %0d, beat %0d: m_axis_tlast is %b", vector, beat_out, m_axis_tlast);
        give_up;
      end
      beat_out = beat_out + 1;
      if (beat_out == OUTPUT_BEATS) begin
        beat_out = 0;
        received = received + 1;
        if (!done) pace;
      end
    end
  endtask

  // Results come when the manifest says so.
  task pace;
    begin
      if (received == 1 && cycle - began != LATENCY) begin
        $display("FAIL: a latency of %0d cycles, wanted %0d", cycle - began, LATENCY);
        give_up;
      end
      if (received == 1 + VECTORS/2) half = cycle;
      if (received == FAST && cycle - half != (VECTORS - VECTORS/2)*INTERVAL) begin
        $display("FAIL: %0d results in %0d cycles, wanted %0d", VECTORS - VECTORS/2, cycle - half,
                 (VECTORS - VECTORS/2)*INTERVAL);
        give_up;
      end
    end
  endtask

  task give_up;
    begin
      done = 1'b1;
`ifdef __ICARUS__
      $finish_and_return(1);
`else
`ifdef VERILATOR
      $stop;
`else
      $finish;
`endif
`endif
    end
  endtask

endmodule

`default_nettype wire
