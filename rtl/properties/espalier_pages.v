// What espalier_pages promises, for a model checker: words go to their places in a page that has no sample, whole samples
// are kept until they are released, oldest first, and samples of another length never count, nor those that are marked.

`default_nettype none

module espalier_pages_properties #(
  parameter PAGES         = 2,
  parameter WORDS         = 3,
  parameter ADDRESS_WIDTH = 2,
  parameter MARKS         = 0
) (
  input wire aclk,
  input wire aresetn,
  input wire x_valid_i,
  input wire x_last_i,
  input wire mark_valid_i,
  input wire mark_spoilt_i,
  input wire wants_release_i
);

  localparam LAST = WORDS - 1;

  wire                           x_ready;
  wire                           x_at_last;
  wire                           error;
  wire                           mark_ready;
  wire                           write;
  wire [PAGES+ADDRESS_WIDTH-2:0] address;
  wire                           sample;
  wire                           page;

  reg       past_reset_q = 1'b0;
  reg [1:0] held_q;    // whole samples
  reg       fill_q;    // where the next one goes
  reg       oldest_q;  // where the oldest one is
  reg [3:0] taken_q;   // words of this sample so far, WORDS and more being one number
  reg       said_q;    // this sample is known to be too long
  reg       waits_q;   // this sample has come, and its mark has not

  wire release_now = wants_release_i & (held_q != 2'd0);
  wire take        = x_valid_i & x_ready;
  wire right       = taken_q == LAST[3:0];
  wire complete    = waits_q | (take & x_last_i & right);
  wire ends        = complete & ((MARKS == 0) | (mark_valid_i & ~mark_spoilt_i));

  // Those that are there when this cycle is over.
  wire [1:0] held = held_q + {1'b0, ends} - {1'b0, release_now};

  espalier_pages #(
    .PAGES         (PAGES),
    .WORDS         (WORDS),
    .ADDRESS_WIDTH (ADDRESS_WIDTH),
    .MARKS         (MARKS)
  ) pages (
    .aclk          (aclk),
    .aresetn       (aresetn),
    .x_valid_i     (x_valid_i),
    .x_ready_o     (x_ready),
    .x_last_i      (x_last_i),
    .x_at_last_o   (x_at_last),
    .x_error_o     (error),
    .mark_valid_i  (mark_valid_i),
    .mark_ready_o  (mark_ready),
    .mark_spoilt_i (mark_spoilt_i),
    .write_o       (write),
    .address_o     (address),
    .sample_o      (sample),
    .release_i     (release_now),
    .page_o        (page)
  );

  always @(posedge aclk) begin
    if (!aresetn) begin
      past_reset_q <= 1'b1;
      held_q       <= 2'd0;
      fill_q       <= 1'b0;
      oldest_q     <= 1'b0;
      taken_q      <= 4'd0;
      said_q       <= 1'b0;
      waits_q      <= 1'b0;
    end else begin
      held_q  <= held;
      waits_q <= (MARKS != 0) & complete & ~mark_valid_i;
      if (PAGES == 2) begin
        fill_q   <= fill_q ^ ends;
        oldest_q <= oldest_q ^ release_now;
      end
      if (take) begin
        taken_q <= x_last_i ? 4'd0 : (taken_q == WORDS[3:0]) ? taken_q : taken_q + 4'd1;
        said_q  <= ~x_last_i & (said_q | error);
      end
    end
  end

  always @(*) begin
    if (past_reset_q & aresetn) begin
      assert (x_ready == ((held_q < PAGES[1:0]) & ~waits_q));
      assert (mark_ready == ((MARKS != 0) & complete));
      assert (sample == (held != 2'd0));
      assert (page == oldest_q);
      assert (write == take);
      // Words of a sample that may be whole go to their places, and none where a sample is.
      if (write & (taken_q < WORDS[3:0])) assert (address[ADDRESS_WIDTH-1:0] == taken_q[ADDRESS_WIDTH-1:0]);
      if (PAGES == 2) assert (address[PAGES+ADDRESS_WIDTH-2] == fill_q);
      if (write & (held_q != 2'd0)) assert (fill_q != oldest_q);
      if (~said_q & (taken_q < WORDS[3:0])) assert (x_at_last == right);
      // A sample of another length is said once, when that is known.
      assert (error == (take & ~said_q & (x_last_i ? (taken_q < LAST[3:0]) : right)));
    end
  end

endmodule

`default_nettype wire
