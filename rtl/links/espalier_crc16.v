// One byte more of a CRC-16: x^16 + x^12 + x^5 + 1, the most significant bit first. A message that begins with 0xFFFF and
// ends with its own CRC, the high byte first, leaves 0.
//
// Latency: 0 cycles.

`default_nettype none

module espalier_crc16 (
  input  wire [15:0] crc_i,
  input  wire  [7:0] data_i,
  output wire [15:0] crc_o
);

  // The eight bits that leave, with what the upper four of them bring back.
  wire [7:0] out  = crc_i[15:8] ^ data_i;
  wire [7:0] back = {out[7:4], out[3:0] ^ out[7:4]};

  assign crc_o = {crc_i[7:0], 8'd0} ^ {back[3:0], 12'd0} ^ {3'd0, back, 5'd0} ^ {8'd0, back};

endmodule

`default_nettype wire
