// What espalier_axi_lite promises, for a model checker, as the AXI4-Lite rules have it: no answer in reset; an answer waits
// until it is taken and stays as it is; one answer for each access, none before it; every write reaches the bank once, with its
// own address, data and strobes, and its answer says what the bank said. The host keeps the rules on its side: what it offers
// stays until it is taken.

`default_nettype none

module espalier_axi_lite_properties #(
  parameter ADDRESS_WIDTH = 2
) (
  input wire                     aclk,
  input wire                     aresetn,
  input wire [ADDRESS_WIDTH-1:0] awaddr_i,
  input wire                     awvalid_i,
  input wire              [31:0] wdata_i,
  input wire               [3:0] wstrb_i,
  input wire                     wvalid_i,
  input wire                     bready_i,
  input wire [ADDRESS_WIDTH-1:0] araddr_i,
  input wire                     arvalid_i,
  input wire                     rready_i,
  input wire                     write_ok_i,
  input wire              [31:0] read_data_i,
  input wire                     read_ok_i
);

  wire                     awready, wready, bvalid, arready, rvalid, write, read;
  wire               [1:0] bresp, rresp;
  wire              [31:0] rdata, write_data;
  wire               [3:0] write_strobe;
  wire [ADDRESS_WIDTH-1:0] write_address, read_address;

  // The bank's answer to a read, kept until the next.
  reg [31:0] answer_q;
  reg        answer_ok_q;

  espalier_axi_lite #(
    .ADDRESS_WIDTH (ADDRESS_WIDTH)
  ) bus (
    .aclk            (aclk),
    .aresetn         (aresetn),
    .s_axi_awaddr    (awaddr_i),
    .s_axi_awprot    (3'd0),
    .s_axi_awvalid   (awvalid_i),
    .s_axi_awready   (awready),
    .s_axi_wdata     (wdata_i),
    .s_axi_wstrb     (wstrb_i),
    .s_axi_wvalid    (wvalid_i),
    .s_axi_wready    (wready),
    .s_axi_bresp     (bresp),
    .s_axi_bvalid    (bvalid),
    .s_axi_bready    (bready_i),
    .s_axi_araddr    (araddr_i),
    .s_axi_arprot    (3'd0),
    .s_axi_arvalid   (arvalid_i),
    .s_axi_arready   (arready),
    .s_axi_rdata     (rdata),
    .s_axi_rresp     (rresp),
    .s_axi_rvalid    (rvalid),
    .s_axi_rready    (rready_i),
    .write_o         (write),
    .write_address_o (write_address),
    .write_data_o    (write_data),
    .write_strobe_o  (write_strobe),
    .write_ok_i      (write_ok_i),
    .read_o          (read),
    .read_address_o  (read_address),
    .read_data_i     (answer_q),
    .read_ok_i       (answer_ok_q)
  );

  reg                     past_reset_q = 1'b0;
  reg                     in_reset_q = 1'b0;    // the cycle before was one of reset
  reg                     address_here_q, data_here_q;
  reg [ADDRESS_WIDTH-1:0] address_q;
  reg              [31:0] data_q;
  reg               [3:0] strobe_q;
  reg                     owed_q, owed_ok_q;    // an answer to a write
  reg                     read_owed_q;
  reg                     b_waited_q, r_waited_q;
  reg               [1:0] bresp_q;
  reg              [33:0] r_q;

  always @(posedge aclk) begin
    in_reset_q <= ~aresetn;
    bresp_q    <= bresp;
    r_q        <= {rresp, rdata};
    if (read) begin
      answer_q    <= read_data_i;
      answer_ok_q <= read_ok_i;
    end
    if (!aresetn) begin
      past_reset_q   <= 1'b1;
      address_here_q <= 1'b0;
      data_here_q    <= 1'b0;
      owed_q         <= 1'b0;
      read_owed_q    <= 1'b0;
      b_waited_q     <= 1'b0;
      r_waited_q     <= 1'b0;
    end else begin
      b_waited_q <= bvalid & ~bready_i;
      r_waited_q <= rvalid & ~rready_i;
      if (awvalid_i & awready) begin
        address_here_q <= 1'b1;
        address_q      <= awaddr_i;
      end else if (write) address_here_q <= 1'b0;
      if (wvalid_i & wready) begin
        data_here_q <= 1'b1;
        data_q      <= wdata_i;
        strobe_q    <= wstrb_i;
      end else if (write) data_here_q <= 1'b0;
      if (write) begin
        owed_q    <= 1'b1;
        owed_ok_q <= write_ok_i;
      end else if (bvalid & bready_i) owed_q <= 1'b0;
      if (read) read_owed_q <= 1'b1;
      else if (rvalid & rready_i) read_owed_q <= 1'b0;
    end
  end

  always @(*) begin
    if (past_reset_q & in_reset_q) assert (~bvalid & ~rvalid);
    if (past_reset_q & aresetn) begin
      if (write) begin
        assert (address_here_q & data_here_q & ~owed_q);
        assert ((write_address == address_q) & (write_data == data_q) & (write_strobe == strobe_q));
      end
      // What is here and not done is not taken a second time.
      assert (awready == ~address_here_q);
      assert (wready == ~data_here_q);
      // Nothing waits for anything but its own answer.
      if (address_here_q & data_here_q & ~owed_q) assert (write);
      assert (bvalid == owed_q);
      if (bvalid) assert (bresp == (owed_ok_q ? 2'b00 : 2'b10));
      if (b_waited_q) assert (bvalid & (bresp == bresp_q));
      assert (rvalid == read_owed_q);
      assert (arready == ~read_owed_q);
      assert (read == (arvalid_i & ~read_owed_q));
      if (read) assert (read_address == araddr_i);
      if (rvalid) assert ((rdata == answer_q) & (rresp == (answer_ok_q ? 2'b00 : 2'b10)));
      if (r_waited_q) assert (rvalid & ({rresp, rdata} == r_q));
    end
  end

endmodule

`default_nettype wire
