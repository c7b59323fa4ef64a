// Avalon-MM agent of 32 bits in front of espalier_registers, addresses in bytes. It never makes a host wait; every access is
// answered in the cycle after it, one to no register with SLAVEERROR. A host reads or writes, not both in one cycle.

`default_nettype none

module espalier_avalon_mm #(
  parameter ADDRESS_WIDTH = 12
) (
  input  wire                     aclk,
  input  wire                     aresetn,
  input  wire [ADDRESS_WIDTH-1:0] avs_address,
  input  wire                     avs_read,
  input  wire                     avs_write,
  input  wire              [31:0] avs_writedata,
  input  wire               [3:0] avs_byteenable,
  output wire                     avs_waitrequest,
  output wire              [31:0] avs_readdata,
  output wire                     avs_readdatavalid,
  output wire                     avs_writeresponsevalid,
  output wire               [1:0] avs_response,
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

  localparam [1:0] OKAY = 2'b00, SLAVEERROR = 2'b10;

  reg read_q, written_q, write_ok_q;

  assign write_o         = avs_write & aresetn;
  assign write_address_o = avs_address;
  assign write_data_o    = avs_writedata;
  assign write_strobe_o  = avs_byteenable;
  assign read_o          = avs_read & aresetn;
  assign read_address_o  = avs_address;

  assign avs_waitrequest        = ~aresetn;
  assign avs_readdata           = read_data_i;
  assign avs_readdatavalid      = read_q;
  assign avs_writeresponsevalid = written_q;
  assign avs_response           = (written_q ? write_ok_q : read_ok_i) ? OKAY : SLAVEERROR;

  always @(posedge aclk) begin
    if (!aresetn) begin
      read_q    <= 1'b0;
      written_q <= 1'b0;
    end else begin
      read_q    <= read_o;
      written_q <= write_o;
    end
    write_ok_q <= write_ok_i;
  end

endmodule

`default_nettype wire
