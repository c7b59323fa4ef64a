// One of COUNT words, by number.
//
// Yosys makes multiplexers of a choice among words that are an odd number of bits apart, or a power of two. Where it is
// another even number it shifts, for three to five times the LUTs. So those are chosen in pieces of an odd width, at odd
// places: the pieces lie one place higher than in words_i. A simulator then chooses several times; words with a bit
// between them (STRIDE) are chosen at once.
//
// Latency: 0 cycles.

`default_nettype none

module espalier_choose #(
  parameter COUNT       = 4,
  parameter WIDTH       = 8,
  parameter INDEX_WIDTH = 2,     // 2^INDEX_WIDTH >= COUNT
  parameter STRIDE      = WIDTH  // from a word to the next; WIDTH, or an odd number above it
) (
  input  wire [COUNT*STRIDE-1:0] words_i,  // word 0 lowest
  input  wire [INDEX_WIDTH-1:0]  index_i,  // below COUNT
  output wire [WIDTH-1:0]        word_o
);

  localparam EVEN   = STRIDE & -STRIDE;   // the largest power of two in it
  localparam PIECES = EVEN == STRIDE ? 1 : EVEN;
  localparam PIECE  = WIDTH / PIECES;
  localparam TOP    = COUNT * WIDTH + PIECE - 1;

  genvar piece;

  generate
    if (PIECES == 1) begin : g_whole
      assign word_o = words_i[index_i*STRIDE +: WIDTH];
    end else begin : g_pieces
      wire [TOP:0]             higher = {words_i, {PIECE{1'b0}}};
      wire [INDEX_WIDTH+5:0]   place  = index_i * PIECES + 1;

      for (piece = 0; piece < PIECES; piece = piece + 1) begin : g_piece
        wire [TOP-piece*PIECE:0] from = higher[TOP:piece*PIECE];
        assign word_o[piece*PIECE +: PIECE] = from[place*PIECE +: PIECE];
      end
    end
  endgenerate

endmodule

`default_nettype wire
