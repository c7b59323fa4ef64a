// ROM with a registered output, its contents from a file.
//
// Every word of the file carries a marker, a 1 above its WIDTH data bits. A ROM that was never loaded, or from too
// short a file, has words without it: fault_o then rises with the word's data. Whoever reads the ROM keeps that until
// reset, and the design gives no result. In simulation the contents are compared with CHECKSUM before time 0 ends; a
// difference (file not found, short, or of another design) ends the simulation with an error.
//
// The file is looked for as FILE, from where the tool runs or beside this source, as the tool has it; with the macro
// ESPALIER_ROM_DIR defined (a string, such as "/designs/wdbc/rtl/", with the slash) it is looked for there.
//
// Latency: 1 cycle. Infers distributed or block memory, as the tool finds best; with the macro ESPALIER_BLOCK_MEMORIES, for
// chips that have no distributed memory, a block.

`default_nettype none

module espalier_rom #(
  parameter WIDTH         = 8,
  parameter DEPTH         = 2,
  parameter ADDRESS_WIDTH = 1,
  parameter FILE          = "",
  parameter CHECKSUM      = 32'd0  // of all words, as computed below
) (
  input  wire                     aclk,
  input  wire                     enable_i,   // read; otherwise the output stays
  input  wire [ADDRESS_WIDTH-1:0] address_i,  // below DEPTH
  output wire [WIDTH-1:0]         data_o,
  input  wire                     valid_i,    // data_o was read since reset
  output wire                     fault_o     // it has no marker
);

`ifdef ESPALIER_ROM_DIR
  localparam PLACE = {`ESPALIER_ROM_DIR, FILE};
`else
  localparam PLACE = FILE;
`endif

`ifdef ESPALIER_BLOCK_MEMORIES
  (* rom_style = "block", ram_style = "block" *)
`endif
  reg [WIDTH:0] words [0:DEPTH-1];
  reg [WIDTH:0] word_q;

  // Simulation only: the checksum of what was loaded.
`ifndef SYNTHESIS
  // synthesis translate_off
  localparam PARTS = (WIDTH + 32) / 32;  // 32-bit parts of a word, the marker included

  integer            word;
  integer            part;
  reg [32*PARTS-1:0] bits;
  reg [31:0]         sum;

  task check_contents;
    begin
      sum = 32'd0;
      for (word = 0; word < DEPTH; word = word + 1) begin
        bits          = {(32*PARTS){1'b0}};
        bits[WIDTH:0] = words[word];
        for (part = 0; part < PARTS; part = part + 1) begin
          sum  = {sum[30:0], sum[31]} ^ bits[31:0];
          bits = bits >> 32;
        end
      end
      if (sum !== CHECKSUM) begin
        $display("ERROR: %m: contents of %0s are missing or not this design's (checksum %h, wanted %h)",
                 PLACE, sum, CHECKSUM);
`ifdef __ICARUS__
        $finish_and_return(1);
`else
        $stop;
`endif
      end
    end
  endtask
  // synthesis translate_on
`endif

  // A tool that elaborates this module by itself, without a file, finds nothing to read.
  generate
    if (FILE != "") begin : g_load
      initial begin
        $readmemh(PLACE, words);
`ifndef SYNTHESIS
        // synthesis translate_off
        check_contents;
        // synthesis translate_on
`endif
      end
    end
  endgenerate

  always @(posedge aclk) begin
    if (enable_i) word_q <= words[address_i];
  end

  assign data_o  = word_q[WIDTH-1:0];
  assign fault_o = valid_i & ~word_q[WIDTH];

endmodule

`default_nettype wire
