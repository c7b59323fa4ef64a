// What espalier_avalon_mm promises, for a model checker: a host never waits but in reset; each access reaches the bank once, in
// its own cycle, and is answered in the next one with what the bank said; no answer without an access.

`default_nettype none

module espalier_avalon_mm_properties #(
  parameter ADDRESS_WIDTH = 2
) (
  input wire                     aclk,
  input wire                     aresetn,
  input wire [ADDRESS_WIDTH-1:0] address_i,
  input wire                     read_i,
  input wire                     write_i,
  input wire              [31:0] data_i,
  input wire               [3:0] strobe_i,
  input wire                     write_ok_i,
  input wire              [31:0] read_data_i,
  input wire                     read_ok_i
);

  // A host reads or writes.
  wire reads = read_i & ~write_i;

  wire                     waits, read_valid, written, write, read;
  wire               [1:0] response;
  wire              [31:0] read_data, write_data;
  wire               [3:0] write_strobe;
  wire [ADDRESS_WIDTH-1:0] write_address, read_address;

  reg [31:0] answer_q;
  reg        answer_ok_q;

  espalier_avalon_mm #(
    .ADDRESS_WIDTH (ADDRESS_WIDTH)
  ) bus (
    .aclk                   (aclk),
    .aresetn                (aresetn),
    .avs_address            (address_i),
    .avs_read               (reads),
    .avs_write              (write_i),
    .avs_writedata          (data_i),
    .avs_byteenable         (strobe_i),
    .avs_waitrequest        (waits),
    .avs_readdata           (read_data),
    .avs_readdatavalid      (read_valid),
    .avs_writeresponsevalid (written),
    .avs_response           (response),
    .write_o                (write),
    .write_address_o        (write_address),
    .write_data_o           (write_data),
    .write_strobe_o         (write_strobe),
    .write_ok_i             (write_ok_i),
    .read_o                 (read),
    .read_address_o         (read_address),
    .read_data_i            (answer_q),
    .read_ok_i              (answer_ok_q)
  );

  reg past_reset_q = 1'b0;
  reg read_q, write_q, write_ok_q;

  always @(posedge aclk) begin
    if (!aresetn) past_reset_q <= 1'b1;
    read_q     <= aresetn & reads;
    write_q    <= aresetn & write_i;
    write_ok_q <= write_ok_i;
    if (read) begin
      answer_q    <= read_data_i;
      answer_ok_q <= read_ok_i;
    end
  end

  always @(*) begin
    assert (waits == ~aresetn);
    assert (write == (write_i & aresetn));
    assert (read == (reads & aresetn));
    if (write) assert ((write_address == address_i) & (write_data == data_i) & (write_strobe == strobe_i));
    if (read) assert (read_address == address_i);
    if (past_reset_q) begin
      assert (read_valid == read_q);
      assert (written == write_q);
      if (read_q) assert ((read_data == answer_q) & (response == (answer_ok_q ? 2'b00 : 2'b10)));
      if (write_q) assert (response == (write_ok_q ? 2'b00 : 2'b10));
    end
  end

endmodule

`default_nettype wire
