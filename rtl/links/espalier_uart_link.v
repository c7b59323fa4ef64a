// A design on a serial line: frames with samples come in, frames with results go out, as docs/links.md tells. The design has
// beats of 8 bits (`--beat 8`); what is on the line, and for how long, cannot make it compute a wrong answer.
//
// Latency: a frame is given to the design once it is whole.

`default_nettype none

module espalier_uart_link #(
  parameter        IN_BYTES         = 4,      // beats of a sample
  parameter        IN_COUNT_WIDTH   = 3,      // 2^IN_COUNT_WIDTH >= IN_BYTES + 2
  parameter        OUT_BYTES        = 1,      // beats of a result
  parameter        OUT_COUNT_WIDTH  = 4,      // 2^OUT_COUNT_WIDTH >= OUT_BYTES, and 4 or more
  parameter        DIVIDER          = 104,    // clock cycles of a bit, 6 or more: 12 MHz / 115,200
  parameter        DIVIDER_WIDTH    = 7,      // 2^DIVIDER_WIDTH >= DIVIDER
  parameter        TIMEOUT          = 20800,  // clock cycles of silence that end a frame: 20 bytes
  parameter        TIMEOUT_WIDTH    = 15,     // 2^TIMEOUT_WIDTH > TIMEOUT
  parameter [63:0] HASH             = 64'd0   // of the network: the first 16 digits of its SHA-256
) (
  input  wire        aclk,
  input  wire        aresetn,
  input  wire        rxd_i,
  output wire        txd_o,
  output wire  [7:0] m_axis_tdata,    // to the design
  output wire        m_axis_tvalid,
  input  wire        m_axis_tready,
  output wire        m_axis_tlast,
  input  wire  [7:0] s_axis_tdata,    // from the design
  input  wire        s_axis_tvalid,
  output wire        s_axis_tready,
  output wire [15:0] bad_frames_o
);

  wire [7:0] rx_data, tx_data, number;
  wire       rx_valid, rx_error, tx_valid, tx_ready, good, ask, bad, done;
  wire [2:0] reason;
  reg  [7:0] sequence_q;   // of the frame in work

  localparam [15:0] LENGTH_IN  = IN_BYTES;
  localparam [15:0] LENGTH_OUT = OUT_BYTES;
  localparam [63:0] HASH_BYTES = {HASH[7:0], HASH[15:8], HASH[23:16], HASH[31:24],
                                  HASH[39:32], HASH[47:40], HASH[55:48], HASH[63:56]};

  always @(posedge aclk) begin
    if (good) sequence_q <= number;
  end

  espalier_uart_rx #(
    .DIVIDER       (DIVIDER),
    .DIVIDER_WIDTH (DIVIDER_WIDTH)
  ) uart_rx (
    .aclk    (aclk),
    .aresetn (aresetn),
    .rxd_i   (rxd_i),
    .data_o  (rx_data),
    .valid_o (rx_valid),
    .error_o (rx_error)
  );

  espalier_link_rx #(
    .BYTES         (IN_BYTES),
    .COUNT_WIDTH   (IN_COUNT_WIDTH),
    .TIMEOUT       (TIMEOUT),
    .TIMEOUT_WIDTH (TIMEOUT_WIDTH)
  ) link_rx (
    .aclk       (aclk),
    .aresetn    (aresetn),
    .data_i     (rx_data),
    .valid_i    (rx_valid),
    .error_i    (rx_error),
    .m_data_o   (m_axis_tdata),
    .m_valid_o  (m_axis_tvalid),
    .m_ready_i  (m_axis_tready),
    .m_last_o   (m_axis_tlast),
    .good_o     (good),
    .ask_o      (ask),
    .bad_o      (bad),
    .reason_o   (reason),
    .sequence_o (number),
    .done_i     (done)
  );

  espalier_link_tx #(
    .BYTES       (OUT_BYTES),
    .COUNT_WIDTH (OUT_COUNT_WIDTH),
    .IDENTITY    ({HASH_BYTES, LENGTH_OUT, LENGTH_IN, 8'd1})
  ) link_tx (
    .aclk           (aclk),
    .aresetn        (aresetn),
    .s_data_i       (s_axis_tdata),
    .s_valid_i      (s_axis_tvalid),
    .s_ready_o      (s_axis_tready),
    .sequence_i     (sequence_q),
    .ask_i          (good & ask),
    .done_o         (done),
    .bad_i          (bad),
    .reason_i       (reason),
    .bad_sequence_i (number),
    .bad_frames_o   (bad_frames_o),
    .m_data_o       (tx_data),
    .m_valid_o      (tx_valid),
    .m_ready_i      (tx_ready)
  );

  espalier_uart_tx #(
    .DIVIDER       (DIVIDER),
    .DIVIDER_WIDTH (DIVIDER_WIDTH)
  ) uart_tx (
    .aclk    (aclk),
    .aresetn (aresetn),
    .data_i  (tx_data),
    .valid_i (tx_valid),
    .ready_o (tx_ready),
    .txd_o   (txd_o)
  );

endmodule

`default_nettype wire
