// What espalier_stream_registers promises, for a model checker: each register reads as what happened on the streams, the design
// is reset for a cycle when the host says so, the interrupt stands from a packet's end until it is cleared, and an access to
// nothing does nothing and is counted.

`default_nettype none

module espalier_stream_registers_properties #(
  parameter OUT_BEATS       = 2,
  parameter OUT_COUNT_WIDTH = 1,
  parameter CLASS_BEAT      = 1
) (
  input wire       aclk,
  input wire       aresetn,
  input wire       write_i,
  input wire [6:0] write_address_i,
  input wire [7:0] write_data_i,
  input wire [3:0] write_strobe_i,
  input wire       read_i,
  input wire [6:0] read_address_i,
  input wire       busy_i,
  input wire       begins_i,
  input wire       ends_i,
  input wire [7:0] data_i,
  input wire       take_i,
  input wire       last_i,
  input wire       frame_error_i
);

  wire        write_ok, read_ok, interrupt, core_aresetn;
  wire [31:0] read_data;

  // A result has its beats.
  reg  [2:0] beat_q;
  wire       last = beat_q == OUT_BEATS - 1;

  espalier_stream_registers #(
    .ADDRESS_WIDTH   (7),
    .IN_WIDTH        (8),
    .IN_BEATS        (3),
    .OUT_WIDTH       (8),
    .OUT_BEATS       (OUT_BEATS),
    .OUT_COUNT_WIDTH (OUT_COUNT_WIDTH),
    .CLASS_BEAT      (CLASS_BEAT),
    .CLASS_LSB       (1),
    .CLASS_WIDTH     (2)
  ) registers (
    .aclk            (aclk),
    .aresetn         (aresetn),
    .write_i         (write_i),
    .write_address_i (write_address_i),
    .write_data_i    ({24'd0, write_data_i}),
    .write_strobe_i  (write_strobe_i),
    .write_ok_o      (write_ok),
    .read_i          (read_i),
    .read_address_i  (read_address_i),
    .read_data_o     (read_data),
    .read_ok_o       (read_ok),
    .interrupt_o     (interrupt),
    .core_aresetn_o  (core_aresetn),
    .busy_i          (busy_i),
    .begins_i        (begins_i),
    .ends_i          (ends_i),
    .data_i          (data_i),
    .take_i          (take_i),
    .last_i          (last),
    .frame_error_i   (frame_error_i)
  );

  wire control = write_i & (write_address_i[6:2] == 5'h0A) & write_strobe_i[0];
  wire status  = write_i & (write_address_i[6:2] == 5'h0B) & write_strobe_i[0];
  wire enables = write_i & (write_address_i[6:2] == 5'h0C) & write_strobe_i[0];
  wire clear   = control & write_data_i[2];

  reg        past_reset_q = 1'b0;
  reg        reset_q, done_q, enable_q, classed_q;
  reg  [1:0] class_q;
  reg  [1:0] samples_q;                        // modulo 4
  reg        read_q;
  reg  [4:0] address_q;
  reg  [1:0] then_q;                           // the two lowest bits of what is read, where they are followed
  reg        known_q;

  always @(posedge aclk) begin
    if (!aresetn) begin
      past_reset_q <= 1'b1;
      {reset_q, done_q, enable_q, classed_q, read_q} <= 5'd0;
    end else begin
      reset_q <= control & write_data_i[1];
      done_q  <= ~reset_q & ~begins_i & (ends_i | (done_q & ~(status & write_data_i[1])));
      if (enables) enable_q <= write_data_i[0];
      if (take_i & (beat_q == CLASS_BEAT)) begin
        classed_q <= 1'b1;
        class_q   <= data_i[2:1];
      end
      if (read_i) read_q <= 1'b1;
    end
    if (!aresetn | reset_q) beat_q <= 3'd0;
    else if (take_i) beat_q <= last ? 3'd0 : beat_q + 3'd1;
    if (!aresetn | clear) begin
      samples_q <= 2'd0;
    end else begin
      if (take_i & last) samples_q <= samples_q + 2'd1;
    end
    if (read_i) begin
      address_q <= read_address_i[6:2];
      known_q   <= 1'b1;
      case (read_address_i[6:2])
        5'h0B:   then_q <= {done_q, busy_i};
        5'h0C:   then_q <= {1'b0, enable_q};
        5'h0D: begin
          then_q  <= class_q;
          known_q <= classed_q;
        end
        5'h0F:   then_q <= samples_q;
        default: known_q <= 1'b0;
      endcase
    end
  end

  always @(*) begin
    if (past_reset_q & aresetn) begin
      assert (core_aresetn == ~reset_q);
      assert (interrupt == (done_q & enable_q));
      if (write_i) assert (write_ok == ((write_address_i[6:2] >= 5'h0A) & (write_address_i[6:2] <= 5'h0C)));
      if (read_q) begin
        assert (read_ok == (address_q <= 5'h12));
        if (known_q) assert (read_data[1:0] == then_q);
        if (address_q == 5'h00) assert (read_data == 32'h4553504C);
        if (address_q == 5'h06) assert (read_data == 32'h08000003);
        if ((address_q == 5'h08) | (address_q == 5'h09)) assert (read_data == 32'd0);
        if (~read_ok) assert (read_data == 32'd0);
      end
    end
  end

  wire unused = &{1'b0, last_i};

endmodule

`default_nettype wire
