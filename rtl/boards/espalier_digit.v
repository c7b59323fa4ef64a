// What a digit of seven segments shows: segment a lowest, 1 lights it.
//
// Latency: 0 cycles.

`default_nettype none

module espalier_digit (
  input  wire [4:0] code_i,     // 0 to 15: in hexadecimal; 16: nothing; 17: a dash
  output reg  [6:0] segments_o
);

  always @(*) begin
    case (code_i)
      5'd0:    segments_o = 7'b0111111;
      5'd1:    segments_o = 7'b0000110;
      5'd2:    segments_o = 7'b1011011;
      5'd3:    segments_o = 7'b1001111;
      5'd4:    segments_o = 7'b1100110;
      5'd5:    segments_o = 7'b1101101;
      5'd6:    segments_o = 7'b1111101;
      5'd7:    segments_o = 7'b0000111;
      5'd8:    segments_o = 7'b1111111;
      5'd9:    segments_o = 7'b1101111;
      5'd10:   segments_o = 7'b1110111;
      5'd11:   segments_o = 7'b1111100;
      5'd12:   segments_o = 7'b0111001;
      5'd13:   segments_o = 7'b1011110;
      5'd14:   segments_o = 7'b1111001;
      5'd15:   segments_o = 7'b1110001;
      5'd17:   segments_o = 7'b1000000;
      default: segments_o = 7'b0000000;
    endcase
  end

endmodule

`default_nettype wire
