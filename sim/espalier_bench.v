// Drives any emitted design under a plain Verilog simulator and writes what happens on its streams to events.txt:
// the comparison is done by whoever reads that. Run in the folder that holds the design's ROM images.
//
// Macros: TOP (module), PARAMETERS (its, as `#(.NAME(value))`, or nothing), INPUT_WIDTH, OUTPUT_WIDTH (of a beat). Beside
// this file lies traces.vh, the lines that write the layers' buses. Arguments: +job=FOLDER with vectors.hex (one beat a
// line), lengths.txt (beats of samples of a wrong length, one a line, round and round) and stalls.bin (one byte a cycle,
// round and round: bit 0 offers, bit 1 makes ready, with bit 3 only after valid was seen; bit 2 resets, until every
// sample has gone in; bit 5 sends a sample of a wrong length where one would begin); +samples, +inputbeats,
// +outputbeats (of a sample), +wronglengths (lines of lengths.txt), +resetcycles, +isolated, +watchdog, +drain,
// +wavefrom, +waveto: whole numbers.
//
// Events: `i cycle` a beat of a sample went in; `w cycle` all of a sample of a wrong length; `o cycle beat last` a beat
// came out; `t number cycle bus` a layer's; `r cycle` a reset began, and what was in flight is dropped; `e rule cycle` a
// broken rule; `end cycle`. Values are read just before the rising edge.

`timescale 1ns / 1ps

module espalier_bench;
  // Characters of a line of vectors.hex.
  localparam LINE = (`INPUT_WIDTH + 3) / 4 + 1;

  reg                      aclk          = 1'b0;
  reg                      aresetn       = 1'b0;
  reg  [`INPUT_WIDTH-1:0]  s_axis_tdata  = {`INPUT_WIDTH{1'bx}};
  reg                      s_axis_tvalid = 1'b0;
  wire                     s_axis_tready;
  reg                      s_axis_tlast  = 1'bx;
  wire [`OUTPUT_WIDTH-1:0] m_axis_tdata;
  wire                     m_axis_tvalid;
  reg                      m_axis_tready = 1'b0;
  wire                     m_axis_tlast;
  wire                     frame_error;

  `TOP `PARAMETERS dut (
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

  reg [8*2048-1:0]        job;
  integer                 input_beats, output_beats, wrong_lengths;
  integer                 samples, reset_cycles, isolated, watch_dog, drain, wave_from, wave_to;
  integer                 stalls, vectors, lengths, events;
  integer                 stall, count;
  reg [`INPUT_WIDTH-1:0]  beat;
  reg                     taken      = 1'b0;
  reg                     shows      = 1'b0;
  reg                     begins     = 1'b0;
  reg [`OUTPUT_WIDTH:0]   held;
  reg                     holding    = 1'b0;
  reg                     ended      = 1'b0;
  integer                 cycle      = 0;
  integer                 sent       = 0;  // samples that went in whole
  integer                 received   = 0;  // and came out, or were dropped
  integer                 beat_in    = 0;  // of the sample that goes in
  integer                 length     = 0;  // beats that it has
  integer                 beat_out   = 0;  // of the result that comes out
  integer                 quiet      = 0;
  integer                 idle_until = 0;
  integer                 last       = 32'h7fffffff;

  initial begin
    open_job;
    for (cycle = 0; cycle < reset_cycles; cycle = cycle + 1) begin
      switch_waves;
      #5;
      if (cycle > 0 && cycle == reset_cycles - 1 && m_axis_tvalid !== 1'b0) broken("validInReset");
      aclk = 1'b1;
      #5 aclk = 1'b0;
    end
    aresetn = 1'b1;
    while (!ended && cycle < last) begin
      step;
      cycle = cycle + 1;
    end
    $fwrite(events, "end %0d\n", cycle);
    $fclose(events);
    $finish;
  end

  task open_job;
    begin
      count   = $value$plusargs("job=%s", job);
      count   = $value$plusargs("samples=%d", samples);
      count   = $value$plusargs("inputbeats=%d", input_beats);
      count   = $value$plusargs("outputbeats=%d", output_beats);
      count   = $value$plusargs("wronglengths=%d", wrong_lengths);
      length  = input_beats;
      count   = $value$plusargs("resetcycles=%d", reset_cycles);
      count   = $value$plusargs("isolated=%d", isolated);
      count   = $value$plusargs("watchdog=%d", watch_dog);
      count   = $value$plusargs("drain=%d", drain);
      count   = $value$plusargs("wavefrom=%d", wave_from);
      count   = $value$plusargs("waveto=%d", wave_to);
      stalls  = $fopen({job, "/stalls.bin"}, "rb");
      vectors = $fopen({job, "/vectors.hex"}, "r");
      lengths = $fopen({job, "/lengths.txt"}, "r");
      events  = $fopen({job, "/events.txt"}, "w");
      if (wave_to > 0) $dumpfile({job, "/wave.vcd"});
    end
  endtask

  task switch_waves;
    begin
      if (wave_to > 0 && cycle == wave_from) $dumpvars(0, dut);
      if (wave_to > 0 && cycle == wave_to) $dumpoff;
    end
  endtask

  task step;
    begin
      switch_waves;
      quiet = quiet + 1;
      stall = $fgetc(stalls);
      if (stall < 0) begin
        count = $rewind(stalls);
        stall = $fgetc(stalls);
      end
      if (stall[2] && sent < samples) begin
        drive_reset;
        #4 if (!begins && m_axis_tvalid !== 1'b0) broken("validInReset");
      end else begin
        if (!aresetn) begin
          aresetn       = 1'b1;
          s_axis_tvalid = 1'b0;
        end
        if (!s_axis_tvalid && stall[0] && sent < samples && cycle >= idle_until) offer;
        m_axis_tready = stall[1] && (!stall[3] || holding);
        #4 observe;
      end
      #1 aclk = 1'b1;
      // The other sides of the streams change after the edge, as registers would; a bus without a sample is unknown.
      #1;
      if (taken) begin
        s_axis_tvalid = 1'b0;
        s_axis_tlast  = 1'bx;
        s_axis_tdata  = {`INPUT_WIDTH{1'bx}};
      end
      #4 aclk = 1'b0;
    end
  endtask

  // A sample of a wrong length carries nothing known.
  task offer;
    begin
      if (beat_in == 0) choose_length;
      if (length == input_beats) begin
        count        = $fscanf(vectors, "%h", beat);
        s_axis_tdata = beat;
      end
      s_axis_tlast  = beat_in + 1 == length;
      s_axis_tvalid = 1'b1;
    end
  endtask

  task choose_length;
    begin
      length = input_beats;
      if (stall[5] && wrong_lengths > 0) begin
        count = $fscanf(lengths, "%d", length);
        if (count != 1) begin
          count = $rewind(lengths);
          count = $fscanf(lengths, "%d", length);
        end
      end
    end
  endtask

  // The streams stand at any level. A sample that has not gone in whole is offered again afterwards.
  task drive_reset;
    begin
      begins = aresetn;
      if (begins) begin
        $fwrite(events, "r %0d\n", cycle);
        count    = $fseek(vectors, sent * input_beats * LINE, 0);
        beat_in  = 0;
        beat_out = 0;
        received = sent;
        holding  = 1'b0;
        aresetn  = 1'b0;
      end
      taken         = 1'b0;
      s_axis_tlast  = 1'bx;
      s_axis_tdata  = {`INPUT_WIDTH{1'bx}};
      s_axis_tvalid = stall[0];
      m_axis_tready = stall[1];
    end
  endtask

  task observe;
    begin
      taken = s_axis_tvalid && s_axis_tready === 1'b1;
      if (s_axis_tready === 1'bx || m_axis_tvalid === 1'bx || frame_error === 1'bx) broken("unknown");
      if (m_axis_tvalid === 1'b1 && m_axis_tlast === 1'bx) broken("unknown");
      if (holding && !m_axis_tvalid) broken("validDropped");
      else if (holding && {m_axis_tlast, m_axis_tdata} !== held) broken("dataChanged");
      // A sample of a wrong length is said with the beat that shows it.
      shows = taken && length != input_beats && beat_in + 1 == ((length < input_beats) ? length : input_beats);
      if (frame_error !== shows) broken("frameError");
      if (taken) take;
      `include "traces.vh"
      if (m_axis_tvalid === 1'b1 && m_axis_tready) give;
      holding = m_axis_tvalid && !m_axis_tready;
      held    = {m_axis_tlast, m_axis_tdata};
      if (received < samples && quiet > watch_dog) broken("timeout");
    end
  endtask

  task take;
    begin
      quiet   = 0;
      beat_in = beat_in + 1;
      if (length == input_beats) $fwrite(events, "i %0d\n", cycle);
      else if (beat_in == length) $fwrite(events, "w %0d\n", cycle);
      if (beat_in == length) begin
        beat_in = 0;
        if (length == input_beats) begin
          sent = sent + 1;
          if (sent <= isolated) idle_until = 32'h7fffffff;
        end
      end
    end
  endtask

  task give;
    begin
      quiet    = 0;
      beat_out = beat_out + 1;
      $fwrite(events, "o %0d %h %b\n", cycle, m_axis_tdata, m_axis_tlast);
      if (received >= sent) ended = 1'b1;
      if (beat_out == output_beats) begin
        beat_out = 0;
        received = received + 1;
        if (received <= isolated) idle_until = cycle + 1 + drain;
        if (received == samples) last = cycle + 1 + drain;
      end
    end
  endtask

  task broken(input [8*16-1:0] rule);
    begin
      if (!ended) $fwrite(events, "e %0s %0d\n", rule, cycle);
      ended = 1'b1;
    end
  endtask
endmodule
