// What espalier_bypass promises, for a model checker: the words come out in order, each once, for a user that neither
// puts more than fit nor gets of an empty one.

`default_nettype none

module espalier_bypass_properties #(
  parameter WIDTH       = 2,
  parameter DEPTH       = 3,
  parameter INDEX_WIDTH = 2
) (
  input wire             aclk,
  input wire             aresetn,
  input wire             put_i,
  input wire [WIDTH-1:0] word_i,
  input wire             get_i,
  input wire             mark_i
);

  wire [WIDTH-1:0] word;

  reg             past_reset_q = 1'b0;
  reg       [3:0] held_q;
  reg             marked_q;  // one word is followed: the checker chooses which
  reg       [3:0] ahead_q;   // words inside that leave before it
  reg [WIDTH-1:0] word_q;

  wire get = get_i & (held_q != 4'd0);
  wire put = put_i & ((held_q != DEPTH[3:0]) | get);

  espalier_bypass #(
    .WIDTH       (WIDTH),
    .DEPTH       (DEPTH),
    .INDEX_WIDTH (INDEX_WIDTH)
  ) bypass (
    .aclk    (aclk),
    .aresetn (aresetn),
    .put_i   (put),
    .word_i  (word_i),
    .get_i   (get),
    .word_o  (word)
  );

  always @(posedge aclk) begin
    if (!aresetn) begin
      past_reset_q <= 1'b1;
      held_q       <= 4'd0;
      marked_q     <= 1'b0;
    end else begin
      held_q <= held_q + {3'd0, put} - {3'd0, get};
      if (put & mark_i & ~marked_q) begin
        marked_q <= 1'b1;
        word_q   <= word_i;
        ahead_q  <= held_q - {3'd0, get};
      end else if (get & marked_q) begin
        marked_q <= ahead_q != 4'd0;
        ahead_q  <= ahead_q - 4'd1;
      end
    end
  end

  always @(*) begin
    if (past_reset_q & aresetn & marked_q & (ahead_q == 4'd0)) assert (word == word_q);
  end

endmodule

`default_nettype wire
