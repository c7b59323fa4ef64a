// Words that go round a layer: put when the layer takes a sample, got when it gives that sample's result.
//
// Whoever uses it knows that there are never more than DEPTH words inside and that none is got of an empty one: so
// there is no handshake. The newest word lies lowest and the others move up, which is what shift registers do.

`default_nettype none

module espalier_bypass #(
  parameter WIDTH       = 8,
  parameter DEPTH       = 2,  // 2 or more
  parameter INDEX_WIDTH = 1   // 2^INDEX_WIDTH >= DEPTH
) (
  input  wire             aclk,
  input  wire             aresetn,
  input  wire             put_i,
  input  wire [WIDTH-1:0] word_i,
  input  wire             get_i,
  output wire [WIDTH-1:0] word_o   // the oldest, while there is one
);

  reg [INDEX_WIDTH-1:0] oldest_q;
  reg                   filled_q;

  wire last = oldest_q == {INDEX_WIDTH{1'b0}};

  always @(posedge aclk) begin
    if (!aresetn) begin
      oldest_q <= {INDEX_WIDTH{1'b0}};
      filled_q <= 1'b0;
    end else if (put_i & ~get_i) begin
      oldest_q <= filled_q ? oldest_q + 1'b1 : oldest_q;
      filled_q <= 1'b1;
    end else if (get_i & ~put_i) begin
      oldest_q <= last ? oldest_q : oldest_q - 1'b1;
      filled_q <= ~last;
    end
  end

  genvar place;

  generate
    for (place = 0; place < WIDTH; place = place + 1) begin : g_bit
      reg [DEPTH-1:0] bits_q;

      assign word_o[place] = bits_q[oldest_q];

      always @(posedge aclk) begin
        if (put_i) bits_q <= {bits_q[DEPTH-2:0], word_i[place]};
      end
    end
  endgenerate

endmodule

`default_nettype wire
