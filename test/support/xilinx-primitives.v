// Behavioural models of the 7 series' primitives that rtl/ instantiates, after the vendor's documentation (UG953).
// Several in one file, and bits of a vector that follow from each other: as the vendor has them.
/* verilator lint_off DECLFILENAME */
/* verilator lint_off UNOPTFLAT */

module LUT6_2 #(
  parameter [63:0] INIT = 64'd0
) (
  input  wire I0,
  input  wire I1,
  input  wire I2,
  input  wire I3,
  input  wire I4,
  input  wire I5,
  output wire O5,
  output wire O6
);

  assign O5 = INIT[{1'b0, I4, I3, I2, I1, I0}];
  assign O6 = INIT[{I5, I4, I3, I2, I1, I0}];

endmodule

module LUT6 #(
  parameter [63:0] INIT = 64'd0
) (
  input  wire I0,
  input  wire I1,
  input  wire I2,
  input  wire I3,
  input  wire I4,
  input  wire I5,
  output wire O
);

  assign O = INIT[{I5, I4, I3, I2, I1, I0}];

endmodule

module MUXF7 (
  input  wire I0,
  input  wire I1,
  input  wire S,
  output wire O
);

  assign O = S ? I1 : I0;

endmodule

module MUXF8 (
  input  wire I0,
  input  wire I1,
  input  wire S,
  output wire O
);

  assign O = S ? I1 : I0;

endmodule

module CARRY4 (
  input  wire       CI,
  input  wire       CYINIT,
  input  wire [3:0] DI,
  input  wire [3:0] S,
  output wire [3:0] O,
  output wire [3:0] CO
);

  wire first = CI | CYINIT;

  assign CO[0] = S[0] ? first : DI[0];
  assign CO[1] = S[1] ? CO[0] : DI[1];
  assign CO[2] = S[2] ? CO[1] : DI[2];
  assign CO[3] = S[3] ? CO[2] : DI[3];
  assign O     = S ^ {CO[2:0], first};

endmodule
