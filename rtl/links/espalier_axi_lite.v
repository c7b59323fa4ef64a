// AXI4-Lite subordinate of 32 bits in front of espalier_registers. Address and data of a write come in either order; reads and
// writes do not wait for each other, one of each at a time. An access to no register is answered with SLVERR.
//
// Latency: a write is done in the cycle after the later of address and data; a read is answered in the cycle after its address.

`default_nettype none

module espalier_axi_lite #(
  parameter ADDRESS_WIDTH = 12
) (
  input  wire                     aclk,
  input  wire                     aresetn,
  input  wire [ADDRESS_WIDTH-1:0] s_axi_awaddr,
  input  wire               [2:0] s_axi_awprot,
  input  wire                     s_axi_awvalid,
  output wire                     s_axi_awready,
  input  wire              [31:0] s_axi_wdata,
  input  wire               [3:0] s_axi_wstrb,
  input  wire                     s_axi_wvalid,
  output wire                     s_axi_wready,
  output wire               [1:0] s_axi_bresp,
  output wire                     s_axi_bvalid,
  input  wire                     s_axi_bready,
  input  wire [ADDRESS_WIDTH-1:0] s_axi_araddr,
  input  wire               [2:0] s_axi_arprot,
  input  wire                     s_axi_arvalid,
  output wire                     s_axi_arready,
  output wire              [31:0] s_axi_rdata,
  output wire               [1:0] s_axi_rresp,
  output wire                     s_axi_rvalid,
  input  wire                     s_axi_rready,
  output wire                     write_o,
  output wire [ADDRESS_WIDTH-1:0] write_address_o,
  output wire              [31:0] write_data_o,
  output wire               [3:0] write_strobe_o,
  input  wire                     write_ok_i,       // in the cycle of write_o
  output wire                     read_o,
  output wire [ADDRESS_WIDTH-1:0] read_address_o,
  input  wire              [31:0] read_data_i,      // from the cycle after read_o until the next one
  input  wire                     read_ok_i
);

  localparam [1:0] OKAY = 2'b00, SLVERR = 2'b10;

  reg                     address_valid_q, data_valid_q;
  reg [ADDRESS_WIDTH-1:0] address_q;
  reg              [31:0] data_q;
  reg               [3:0] strobe_q;
  reg                     bvalid_q, bok_q, rvalid_q;

  assign s_axi_awready   = ~address_valid_q;
  assign s_axi_wready    = ~data_valid_q;
  assign write_o         = address_valid_q & data_valid_q & ~bvalid_q;
  assign write_address_o = address_q;
  assign write_data_o    = data_q;
  assign write_strobe_o  = strobe_q;
  assign s_axi_bvalid    = bvalid_q;
  assign s_axi_bresp     = bok_q ? OKAY : SLVERR;

  assign s_axi_arready  = ~rvalid_q;
  assign read_o         = s_axi_arvalid & s_axi_arready & aresetn;
  assign read_address_o = s_axi_araddr;
  assign s_axi_rdata    = read_data_i;
  assign s_axi_rvalid   = rvalid_q;
  assign s_axi_rresp    = read_ok_i ? OKAY : SLVERR;

  always @(posedge aclk) begin
    if (!aresetn) begin
      address_valid_q <= 1'b0;
      data_valid_q    <= 1'b0;
      bvalid_q        <= 1'b0;
      rvalid_q        <= 1'b0;
    end else begin
      if (write_o) address_valid_q <= 1'b0;
      else if (s_axi_awvalid) address_valid_q <= 1'b1;
      if (write_o) data_valid_q <= 1'b0;
      else if (s_axi_wvalid) data_valid_q <= 1'b1;
      if (write_o) bvalid_q <= 1'b1;
      else if (s_axi_bready) bvalid_q <= 1'b0;
      if (read_o) rvalid_q <= 1'b1;
      else if (s_axi_rready) rvalid_q <= 1'b0;
    end
  end

  always @(posedge aclk) begin
    if (s_axi_awready) address_q <= s_axi_awaddr;
    if (s_axi_wready) begin
      data_q   <= s_axi_wdata;
      strobe_q <= s_axi_wstrb;
    end
    if (write_o) bok_q <= write_ok_i;
  end

  wire unused = &{1'b0, s_axi_awprot, s_axi_arprot};

endmodule

`default_nettype wire
