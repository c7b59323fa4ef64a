// Keeps the pages of an operand memory: words come in one by one and fill a page, samples are worked on in the order in
// which they came, and a page is filled again once its sample has been read.
//
// What is written of a sample of another length (see espalier_frame) is written over by the next one: only a whole
// sample makes its page full. With 2 pages one is filled while the other is read; with 1 the next sample has to wait.
// With MARKS = 1 a mark for each sample says whether it is spoilt: that one is written over too. A sample whose last word
// has come waits for its mark where it lies, and the next one waits behind it.
//
// Latency: 0 cycles from the last word, or from the mark that comes later, to sample_o. The operands may be read from the cycle after that on, and until
// release_i, that cycle included.

`default_nettype none

module espalier_pages #(
  parameter PAGES         = 2,  // 1 or 2
  parameter WORDS         = 4,  // of a sample
  parameter ADDRESS_WIDTH = 2,  // 2^ADDRESS_WIDTH >= WORDS
  parameter MARKS         = 0
) (
  input  wire                             aclk,
  input  wire                             aresetn,
  input  wire                             x_valid_i,
  output wire                             x_ready_o,
  input  wire                             x_last_i,
  output wire                             x_at_last_o,  // the next word is a sample's last one
  output wire                             x_error_o,    // a sample of another length is dropped
  input  wire                             mark_valid_i,
  output wire                             mark_ready_o, // taken with the last word, or behind it
  input  wire                             mark_spoilt_i,
  output wire                             write_o,
  output wire [PAGES+ADDRESS_WIDTH-2:0]   address_o,    // where to; with 2 pages the highest bit says which
  output wire                             sample_o,     // one is there that no step was made of
  input  wire                             release_i,    // the last operand of the oldest one is read in this cycle
  output wire                             page_o        // where that one is
);

  wire [ADDRESS_WIDTH-1:0] word;
  wire                     valid;
  wire                     room;    // the page that is filled is not full
  wire                     ends;    // it becomes full
  wire [PAGES-1:0]         full;    // those whose sample ends in this cycle too

  espalier_frame #(
    .BEATS       (WORDS),
    .COUNT_WIDTH (ADDRESS_WIDTH)
  ) frame (
    .aclk      (aclk),
    .aresetn   (aresetn),
    .valid_i   (x_valid_i),
    .ready_i   (x_ready_o),
    .last_i    (x_last_i),
    .beat_o    (word),
    .at_last_o (x_at_last_o),
    .valid_o   (valid),
    .error_o   (x_error_o)
  );

  assign write_o = x_valid_i & x_ready_o;

  generate
    if (MARKS == 0) begin : g_whole
      wire unused = &{1'b0, mark_valid_i, mark_spoilt_i};

      assign x_ready_o    = room;
      assign ends         = valid & x_at_last_o & x_ready_o;
      assign mark_ready_o = 1'b0;
    end else begin : g_marked
      reg waits_q;   // all words are there, and the mark is not

      wire complete = waits_q | (valid & x_at_last_o & x_ready_o);

      assign x_ready_o    = room & ~waits_q;
      assign ends         = complete & mark_valid_i & ~mark_spoilt_i;
      assign mark_ready_o = complete;

      always @(posedge aclk) begin
        if (!aresetn) waits_q <= 1'b0;
        else waits_q <= complete & ~mark_valid_i;
      end
    end

    if (PAGES == 1) begin : g_one
      reg full_q;

      assign full      = full_q | ends;
      assign room      = ~full_q;
      assign address_o = word;
      assign sample_o  = full & ~release_i;
      assign page_o    = 1'b0;

      always @(posedge aclk) begin
        if (!aresetn) full_q <= 1'b0;
        else full_q <= full & ~release_i;
      end
    end else begin : g_two
      reg [1:0] full_q;
      reg       fill_q;   // the page that is filled
      reg       read_q;   // the page of the oldest sample

      // The page that is filled is full only where the other one is too, and then it has the older sample.
      wire       oldest = fill_q ^ room;
      wire       next   = read_q ^ release_i;
      wire [1:0] freed  = {release_i & oldest, release_i & ~oldest};

      assign full      = full_q | {ends & fill_q, ends & ~fill_q};
      assign room      = ~(fill_q ? full_q[1] : full_q[0]);
      assign address_o = {fill_q, word};
      assign sample_o  = next ? full[1] : full[0];
      assign page_o    = read_q;

      always @(posedge aclk) begin
        if (!aresetn) begin
          full_q <= 2'b00;
          fill_q <= 1'b0;
          read_q <= 1'b0;
        end else begin
          full_q <= full & ~freed;
          fill_q <= fill_q ^ ends;
          read_q <= next;
        end
      end
    end
  endgenerate

endmodule

`default_nettype wire
