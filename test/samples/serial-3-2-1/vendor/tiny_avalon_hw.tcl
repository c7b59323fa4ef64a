# tiny for Platform Designer: add this folder to its IP search path.
#
# Made by espalier 0.0.0: espalier compile test/samples/serial-3-2-1/network.json

package require -exact qsys 16.1

set_module_property NAME tiny_avalon
set_module_property VERSION 0.0
set_module_property GROUP Espalier
set_module_property DISPLAY_NAME tiny
set_module_property DESCRIPTION "The network tiny: serial, made by Espalier"
set_module_property INSTANTIATE_IN_SYSTEM_MODULE true
set_module_property EDITABLE false

add_fileset QUARTUS_SYNTH QUARTUS_SYNTH "" ""
set_fileset_property QUARTUS_SYNTH TOP_LEVEL tiny_avalon
add_fileset_file espalier_choose.v VERILOG PATH ../rtl/espalier_choose.v
add_fileset_file espalier_select.v VERILOG PATH ../rtl/espalier_select.v
add_fileset_file espalier_rom.v VERILOG PATH ../rtl/espalier_rom.v
add_fileset_file espalier_product.v VERILOG PATH ../rtl/espalier_product.v
add_fileset_file espalier_mac_lane.v VERILOG PATH ../rtl/espalier_mac_lane.v
add_fileset_file espalier_requantize.v VERILOG PATH ../rtl/espalier_requantize.v
add_fileset_file espalier_sequencer.v VERILOG PATH ../rtl/espalier_sequencer.v
add_fileset_file espalier_skid_buffer.v VERILOG PATH ../rtl/espalier_skid_buffer.v
add_fileset_file espalier_frame.v VERILOG PATH ../rtl/espalier_frame.v
add_fileset_file espalier_gather.v VERILOG PATH ../rtl/espalier_gather.v
add_fileset_file tiny_hidden.v VERILOG PATH ../rtl/tiny_hidden.v
add_fileset_file tiny_output.v VERILOG PATH ../rtl/tiny_output.v
add_fileset_file tiny_head.v VERILOG PATH ../rtl/tiny_head.v
add_fileset_file tiny.v VERILOG PATH ../rtl/tiny.v
add_fileset_file tiny_avalon.v VERILOG PATH tiny_avalon.v
add_fileset_file tiny_hidden_lane0_weights.mem OTHER PATH ../rtl/tiny_hidden_lane0_weights.mem
add_fileset_file tiny_hidden_lane0_biases.mem OTHER PATH ../rtl/tiny_hidden_lane0_biases.mem
add_fileset_file tiny_hidden_lane1_weights.mem OTHER PATH ../rtl/tiny_hidden_lane1_weights.mem
add_fileset_file tiny_hidden_lane1_biases.mem OTHER PATH ../rtl/tiny_hidden_lane1_biases.mem
add_fileset_file tiny_output_lane0_weights.mem OTHER PATH ../rtl/tiny_output_lane0_weights.mem
add_fileset_file tiny_output_lane0_biases.mem OTHER PATH ../rtl/tiny_output_lane0_biases.mem
add_fileset_file tiny_head_probability.mem OTHER PATH ../rtl/tiny_head_probability.mem

add_fileset SIM_VERILOG SIM_VERILOG "" ""
set_fileset_property SIM_VERILOG TOP_LEVEL tiny_avalon
add_fileset_file espalier_choose.v VERILOG PATH ../rtl/espalier_choose.v
add_fileset_file espalier_select.v VERILOG PATH ../rtl/espalier_select.v
add_fileset_file espalier_rom.v VERILOG PATH ../rtl/espalier_rom.v
add_fileset_file espalier_product.v VERILOG PATH ../rtl/espalier_product.v
add_fileset_file espalier_mac_lane.v VERILOG PATH ../rtl/espalier_mac_lane.v
add_fileset_file espalier_requantize.v VERILOG PATH ../rtl/espalier_requantize.v
add_fileset_file espalier_sequencer.v VERILOG PATH ../rtl/espalier_sequencer.v
add_fileset_file espalier_skid_buffer.v VERILOG PATH ../rtl/espalier_skid_buffer.v
add_fileset_file espalier_frame.v VERILOG PATH ../rtl/espalier_frame.v
add_fileset_file espalier_gather.v VERILOG PATH ../rtl/espalier_gather.v
add_fileset_file tiny_hidden.v VERILOG PATH ../rtl/tiny_hidden.v
add_fileset_file tiny_output.v VERILOG PATH ../rtl/tiny_output.v
add_fileset_file tiny_head.v VERILOG PATH ../rtl/tiny_head.v
add_fileset_file tiny.v VERILOG PATH ../rtl/tiny.v
add_fileset_file tiny_avalon.v VERILOG PATH tiny_avalon.v
add_fileset_file tiny_hidden_lane0_weights.mem OTHER PATH ../rtl/tiny_hidden_lane0_weights.mem
add_fileset_file tiny_hidden_lane0_biases.mem OTHER PATH ../rtl/tiny_hidden_lane0_biases.mem
add_fileset_file tiny_hidden_lane1_weights.mem OTHER PATH ../rtl/tiny_hidden_lane1_weights.mem
add_fileset_file tiny_hidden_lane1_biases.mem OTHER PATH ../rtl/tiny_hidden_lane1_biases.mem
add_fileset_file tiny_output_lane0_weights.mem OTHER PATH ../rtl/tiny_output_lane0_weights.mem
add_fileset_file tiny_output_lane0_biases.mem OTHER PATH ../rtl/tiny_output_lane0_biases.mem
add_fileset_file tiny_head_probability.mem OTHER PATH ../rtl/tiny_head_probability.mem

add_interface clock clock end
add_interface_port clock clk clk Input 1

add_interface reset reset end
set_interface_property reset associatedClock clock
set_interface_property reset synchronousEdges BOTH
add_interface_port reset reset_n reset_n Input 1

add_interface sink avalon_streaming end
set_interface_property sink associatedClock clock
set_interface_property sink associatedReset reset
set_interface_property sink dataBitsPerSymbol 16
set_interface_property sink symbolsPerBeat 1
set_interface_property sink readyLatency 0
set_interface_property sink maxChannel 0
add_interface_port sink sink_data data Input 16
add_interface_port sink sink_valid valid Input 1
add_interface_port sink sink_ready ready Output 1
add_interface_port sink sink_startofpacket startofpacket Input 1
add_interface_port sink sink_endofpacket endofpacket Input 1

add_interface source avalon_streaming start
set_interface_property source associatedClock clock
set_interface_property source associatedReset reset
set_interface_property source dataBitsPerSymbol 16
set_interface_property source symbolsPerBeat 1
set_interface_property source readyLatency 0
set_interface_property source maxChannel 0
add_interface_port source source_data data Output 16
add_interface_port source source_valid valid Output 1
add_interface_port source source_ready ready Input 1
add_interface_port source source_startofpacket startofpacket Output 1
add_interface_port source source_endofpacket endofpacket Output 1

add_interface frame_error conduit end
add_interface_port frame_error frame_error export Output 1
