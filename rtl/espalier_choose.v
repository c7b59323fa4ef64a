// One of COUNT words, by number.
//
// Yosys makes multiplexers of a choice among words whose width is odd or a power of two. Words of another even width it
// shifts, for three to five times the LUTs. So those are chosen in pieces of an odd width, at odd places: the pieces lie
// one place higher than in words_i.
//
// Latency: 0 cycles.

`default_nettype none

module espalier_choose #(
  parameter COUNT       = 4,
  parameter WIDTH       = 8,
  parameter INDEX_WIDTH = 2   // 2^INDEX_WIDTH >= COUNT
) (
  input  wire [COUNT*WIDTH-1:0] words_i,  // word 0 lowest
  input  wire [INDEX_WIDTH-1:0] index_i,  // below COUNT
  output wire [WIDTH-1:0]       word_o
);

  localparam EVEN   = WIDTH & -WIDTH;   // the largest power of two in it
  localparam PIECES = EVEN == WIDTH ? 1 : EVEN;
  localparam PIECE  = WIDTH / PIECES;
  localparam TOP    = COUNT * WIDTH + PIECE - 1;

  genvar piece;

  generate
    if (PIECES == 1) begin : g_whole
      assign word_o = words_i[index_i*WIDTH +: WIDTH];
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
