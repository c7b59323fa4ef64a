// The operands of a lane in a memory: written word by word, read code by code. Beside espalier_select it takes neither
// registers for a sample nor a multiplexer as wide as one.
//
// A word has CODES codes, the first one lowest, and an index is {word, code}. Who uses it sees to it that no word is
// written in the cycle in which it is read (espalier_pages).
//
// STAGES  1  the code goes into a register: with one code a word any kind of memory, otherwise one of LUTs
//         2  the word goes into a register, then the code: for deep memories of several codes a word
//
// With the macro ESPALIER_BLOCK_MEMORIES a memory whose words go into a register is a block.
//
// Latency: STAGES cycles in which enable_i is 1.

`default_nettype none

module espalier_operands #(
  parameter PAGES         = 2,  // 1 or 2
  parameter ADDRESS_WIDTH = 2,  // of a word in its page
  parameter CODES         = 1,
  parameter CODE_BITS     = 1,  // 2^CODE_BITS >= CODES; with 1 code there are none in an index
  parameter WIDTH         = 8,  // of a code
  parameter INDEX_WIDTH   = 2,  // ADDRESS_WIDTH, and CODE_BITS more with several codes a word
  parameter STAGES        = 1
) (
  input  wire                           aclk,
  input  wire                           write_i,
  input  wire [PAGES+ADDRESS_WIDTH-2:0] address_i,
  input  wire [CODES*WIDTH-1:0]         word_i,
  input  wire                           enable_i,
  input  wire                           page_i,   // 0 where there is 1 page
  input  wire [INDEX_WIDTH-1:0]         index_i,
  output wire [WIDTH-1:0]               code_o
);

  localparam DEPTH_WIDTH = PAGES + ADDRESS_WIDTH - 1;

`ifdef ESPALIER_BLOCK_MEMORIES
  (* no_rw_check, ram_style = (CODES == 1 || STAGES == 2) ? "block" : "auto" *)
`endif
  reg  [CODES*WIDTH-1:0]  words [0:(1<<DEPTH_WIDTH)-1];
  wire [DEPTH_WIDTH-1:0]  place;
  reg  [WIDTH-1:0]        code_q;

  assign code_o = code_q;

  always @(posedge aclk) begin
    if (write_i) words[address_i] <= word_i;
  end

  generate
    if (PAGES == 1) begin : g_one_page
      wire unused = page_i;
      assign place = index_i[INDEX_WIDTH-1:INDEX_WIDTH-ADDRESS_WIDTH];
    end else begin : g_two_pages
      assign place = {page_i, index_i[INDEX_WIDTH-1:INDEX_WIDTH-ADDRESS_WIDTH]};
    end

    if (CODES == 1) begin : g_code
      always @(posedge aclk) begin
        if (enable_i) code_q <= words[place];
      end
    end else if (STAGES == 1) begin : g_codes
      wire [WIDTH-1:0] code;

      espalier_choose #(
        .COUNT       (CODES),
        .WIDTH       (WIDTH),
        .INDEX_WIDTH (CODE_BITS)
      ) choose (
        .words_i (words[place]),
        .index_i (index_i[CODE_BITS-1:0]),
        .word_o  (code)
      );

      always @(posedge aclk) begin
        if (enable_i) code_q <= code;
      end
    end else begin : g_registered
      reg  [CODES*WIDTH-1:0] word_q;
      reg  [CODE_BITS-1:0]   which_q;
      wire [WIDTH-1:0]       code;

      espalier_choose #(
        .COUNT       (CODES),
        .WIDTH       (WIDTH),
        .INDEX_WIDTH (CODE_BITS)
      ) choose (
        .words_i (word_q),
        .index_i (which_q),
        .word_o  (code)
      );

      always @(posedge aclk) begin
        if (enable_i) begin
          word_q  <= words[place];
          which_q <= index_i[CODE_BITS-1:0];
          code_q  <= code;
        end
      end
    end
  endgenerate

endmodule

`default_nettype wire
