// Gives four readings to the design `bearings`, a byte a beat, and keeps the class of its answer.
//
// start_i      1 for a cycle: take the readings; ignored while busy_o is 1
// condition_o  0 broken, 1 sound, 2 worn; of the last readings, as soon as busy_o is 0 again
`default_nettype none

module monitor (
  input  wire       clock,
  input  wire       reset_n,
  input  wire       start_i,
  input  wire [7:0] rms_i,
  input  wire [7:0] peak_i,
  input  wire [7:0] temperature_i,
  input  wire [7:0] noise_i,
  output reg        busy_o,
  output reg  [1:0] condition_o
);

  reg  [31:0] readings_q;
  reg  [2:0]  left_q;  // beats that are still to be sent
  wire        input_ready;
  wire [7:0]  answer;
  wire        answer_valid;
  wire        answer_last;
  wire        frame_error;
  wire        unused = &{1'b0, answer[7:2], frame_error};

  bearings network (
    .aclk          (clock),
    .aresetn       (reset_n),
    .s_axis_tdata  (readings_q[7:0]),
    .s_axis_tvalid (left_q != 3'd0),
    .s_axis_tready (input_ready),
    .s_axis_tlast  (left_q == 3'd1),
    .m_axis_tdata  (answer),
    .m_axis_tvalid (answer_valid),
    .m_axis_tready (1'b1),
    .m_axis_tlast  (answer_last),
    .frame_error   (frame_error)
  );

  always @(posedge clock) begin
    if (!reset_n) begin
      busy_o <= 1'b0;
      left_q <= 3'd0;
    end else begin
      if (start_i & ~busy_o) begin
        busy_o     <= 1'b1;
        left_q     <= 3'd4;
        readings_q <= {noise_i, temperature_i, peak_i, rms_i};
      end else if (left_q != 3'd0 & input_ready) begin
        left_q     <= left_q - 3'd1;
        readings_q <= {8'd0, readings_q[31:8]};
      end
      // The last beat of an answer has the class in its lowest bits.
      if (answer_valid & answer_last) begin
        busy_o      <= 1'b0;
        condition_o <= answer[1:0];
      end
    end
  end

endmodule

`default_nettype wire
