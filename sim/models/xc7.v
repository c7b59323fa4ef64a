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

  wire upper;

  LUT5 #(.INIT (INIT[31:0]))  lut_lower (.I0 (I0), .I1 (I1), .I2 (I2), .I3 (I3), .I4 (I4), .O (O5));
  LUT5 #(.INIT (INIT[63:32])) lut_upper (.I0 (I0), .I1 (I1), .I2 (I2), .I3 (I3), .I4 (I4), .O (upper));

  assign O6 = I5 ? upper : O5;

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

  wire unused;

  LUT6_2 #(.INIT (INIT)) lut (
    .I0 (I0), .I1 (I1), .I2 (I2), .I3 (I3), .I4 (I4), .I5 (I5), .O5 (unused), .O6 (O)
  );

endmodule

// The bit of INIT that the inputs number: as an index it costs Icarus Verilog half of what choices half by half do.
module LUT5 #(
  parameter [31:0] INIT = 32'd0
) (
  input  wire I0,
  input  wire I1,
  input  wire I2,
  input  wire I3,
  input  wire I4,
  output wire O
);

  assign O = INIT[{I4, I3, I2, I1, I0}];

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
  wire c0    = S[0] ? first : DI[0];
  wire c1    = S[1] ? c0 : DI[1];
  wire c2    = S[2] ? c1 : DI[2];
  wire c3    = S[3] ? c2 : DI[3];

  assign CO = {c3, c2, c1, c0};
  assign O  = S ^ {c2, c1, c0, first};

endmodule
