// Three readings of known conditions; prints PASS, or what is wrong.
`default_nettype none

module monitor_tb;

  reg         clock = 1'b0;
  reg         reset_n = 1'b0;
  reg         start = 1'b0;
  reg  [31:0] readings = 32'd0;
  wire        busy;
  wire [1:0]  condition;

  always #5 clock = ~clock;

  monitor dut (
    .clock         (clock),
    .reset_n       (reset_n),
    .start_i       (start),
    .rms_i         (readings[7:0]),
    .peak_i        (readings[15:8]),
    .temperature_i (readings[23:16]),
    .noise_i       (readings[31:24]),
    .busy_o        (busy),
    .condition_o   (condition)
  );

  task check(input [31:0] given, input [1:0] wanted);
    begin
      readings = given;
      start = 1'b1;
      @(negedge clock);
      start = 1'b0;
      while (busy) @(negedge clock);
      if (condition !== wanted) begin
        $display("FAIL: readings %h give %0d, not %0d", given, condition, wanted);
        $finish;
      end
    end
  endtask

  initial begin
    repeat (3) @(negedge clock);
    reset_n = 1'b1;
    @(negedge clock);
    check({8'd54, 8'd32, 8'd117, 8'd23}, 2'd1);
    check({8'd111, 8'd102, 8'd109, 8'd74}, 2'd2);
    check({8'd189, 8'd202, 8'd229, 8'd222}, 2'd0);
    $display("PASS");
    $finish;
  end

endmodule

`default_nettype wire
