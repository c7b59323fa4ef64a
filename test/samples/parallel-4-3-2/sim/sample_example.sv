// How to drive sample from SystemVerilog: a task that sends a sample, one that takes a result, both with the handshake of
// AXI4-Stream. It sends the first vectors of the test bench and compares what comes.
//
// With Verilator, in this folder (the macro says where the ROM images are):
//
//   $ verilator --binary --timing '-DESPALIER_ROM_DIR="../rtl/"' --top-module sample_example sample_example.sv ../rtl/*.v
//   $ obj_dir/Vsample_example
//
// Made by espalier 0.0.0: espalier compile test/samples/parallel-4-3-2/network.json

module sample_example;

  localparam int SAMPLES      = 8;
  localparam int INPUT_BEATS  = 1;
  localparam int OUTPUT_BEATS = 1;

  typedef logic [23:0] input_beat_t;
  typedef logic [23:0] output_beat_t;
  typedef input_beat_t sample_t[INPUT_BEATS];
  typedef output_beat_t result_t[OUTPUT_BEATS];

  logic         aclk = 1'b0;
  logic         aresetn = 1'b0;
  input_beat_t  s_axis_tdata;
  logic         s_axis_tvalid = 1'b0;
  logic         s_axis_tready;
  logic         s_axis_tlast;
  output_beat_t m_axis_tdata;
  logic         m_axis_tvalid;
  logic         m_axis_tready = 1'b0;
  logic         m_axis_tlast;
  logic         frame_error;

  sample dut (.*);

  always #5 aclk = !aclk;

  // TVALID stays until the edge at which TREADY is 1 too; TLAST is 1 with the last beat. What is read at an edge is what
  // stood there before; what is driven changes after it, as registers do.
  task automatic send(input sample_t sample);
    foreach (sample[beat]) begin
      s_axis_tdata  = sample[beat];
      s_axis_tlast  = beat == INPUT_BEATS - 1;
      s_axis_tvalid = 1'b1;
      do @(posedge aclk); while (!s_axis_tready);
      #1 s_axis_tvalid = 1'b0;
    end
  endtask

  task automatic receive(output result_t result);
    m_axis_tready = 1'b1;
    foreach (result[beat]) begin
      do @(posedge aclk); while (!m_axis_tvalid);
      result[beat] = m_axis_tdata;
      if (m_axis_tlast !== (beat == OUTPUT_BEATS - 1)) $fatal(1, "beat %0d: m_axis_tlast is %b", beat, m_axis_tlast);
    end
    #1 m_axis_tready = 1'b0;
  endtask

  input_beat_t  samples[76];
  output_beat_t results[76];

  function automatic sample_t sample_at(input int index);
    foreach (sample_at[beat]) sample_at[beat] = samples[index*INPUT_BEATS+beat];
  endfunction

  initial begin
    $readmemh("sample_samples.mem", samples);
    $readmemh("sample_results.mem", results);
    repeat (4) @(posedge aclk);
    #1 aresetn = 1'b1;
    // The design takes samples while earlier ones are in work.
    fork
      for (int index = 0; index < SAMPLES; index++) send(sample_at(index));
      for (int index = 0; index < SAMPLES; index++) begin
        automatic result_t result;
        receive(result);
        foreach (result[beat])
          if (result[beat] !== results[index*OUTPUT_BEATS+beat])
            $fatal(1, "sample %0d, beat %0d: got %h, wanted %h", index, beat, result[beat],
                   results[index*OUTPUT_BEATS+beat]);
        $display("sample %0d: beat 0 of its result is %h", index, result[0]);
      end
    join
    $display("PASS %0d samples", SAMPLES);
    $finish;
  end

endmodule
