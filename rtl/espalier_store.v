// Keeps maps that leave word by word until all of each is there, and gives their words again, in order.
//
// With MARKS = 1 a mark for each map says whether it is spoilt (espalier_pages): of that one nothing leaves. One map comes
// in while the one before it leaves.
//
// Latency: 2 cycles from a map's last word, or from the mark that comes later, to its first word; then a word a cycle.

`default_nettype none

module espalier_store #(
  parameter WIDTH         = 8,
  parameter WORDS         = 4,  // of a map, 2 or more
  parameter ADDRESS_WIDTH = 2,  // 2^ADDRESS_WIDTH >= WORDS
  parameter MARKS         = 0
) (
  input  wire             aclk,
  input  wire             aresetn,
  input  wire [WIDTH-1:0] s_data_i,
  input  wire             s_valid_i,
  output wire             s_ready_o,
  input  wire             mark_valid_i,
  output wire             mark_ready_o,
  input  wire             mark_spoilt_i,
  output wire [WIDTH-1:0] m_data_o,
  output wire             m_valid_o,
  input  wire             m_ready_i
);

  localparam LAST_WORD = WORDS - 1;

  reg  [WIDTH-1:0]         words [0:(2<<ADDRESS_WIDTH)-1];
  reg  [WIDTH-1:0]         word_q;
  reg                      valid_q;
  reg                      reads_q;   // a map is there
  reg  [ADDRESS_WIDTH-1:0] next_q;    // the word of it that leaves next

  wire                     last_in;
  wire                     write;
  wire [ADDRESS_WIDTH:0]   address;
  wire                     sample;
  wire                     page;
  wire                     error;

  wire fetch   = reads_q & (~valid_q | m_ready_i);
  wire at_last = next_q == LAST_WORD[ADDRESS_WIDTH-1:0];
  wire unused  = error;

  assign m_data_o  = word_q;
  assign m_valid_o = valid_q;

  espalier_pages #(
    .PAGES         (2),
    .WORDS         (WORDS),
    .ADDRESS_WIDTH (ADDRESS_WIDTH),
    .MARKS         (MARKS)
  ) pages (
    .aclk          (aclk),
    .aresetn       (aresetn),
    .x_valid_i     (s_valid_i),
    .x_ready_o     (s_ready_o),
    .x_last_i      (last_in),
    .x_at_last_o   (last_in),
    .x_error_o     (error),
    .mark_valid_i  (mark_valid_i),
    .mark_ready_o  (mark_ready_o),
    .mark_spoilt_i (mark_spoilt_i),
    .write_o       (write),
    .address_o     (address),
    .sample_o      (sample),
    .release_i     (fetch & at_last),
    .page_o        (page)
  );

  always @(posedge aclk) begin
    if (!aresetn) begin
      reads_q <= 1'b0;
      valid_q <= 1'b0;
      next_q  <= {ADDRESS_WIDTH{1'b0}};
    end else begin
      reads_q <= sample;
      valid_q <= fetch | (valid_q & ~m_ready_i);
      if (fetch) next_q <= at_last ? {ADDRESS_WIDTH{1'b0}} : next_q + 1'b1;
    end
  end

  always @(posedge aclk) begin
    if (write) words[address] <= s_data_i;
  end

  always @(posedge aclk) begin
    if (fetch) word_q <= words[{page, next_q}];
  end

endmodule

`default_nettype wire
