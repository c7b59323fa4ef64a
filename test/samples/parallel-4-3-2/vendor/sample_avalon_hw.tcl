# sample for Platform Designer: add this folder to its IP search path.
#
# Made by espalier 0.0.0: espalier compile test/samples/parallel-4-3-2/network.json

package require -exact qsys 16.1

set_module_property NAME sample_avalon
set_module_property VERSION 0.0
set_module_property GROUP Espalier
set_module_property DISPLAY_NAME sample
set_module_property DESCRIPTION "The network sample: parallel, made by Espalier"
set_module_property INSTANTIATE_IN_SYSTEM_MODULE true
set_module_property EDITABLE false

add_fileset QUARTUS_SYNTH QUARTUS_SYNTH "" ""
set_fileset_property QUARTUS_SYNTH TOP_LEVEL sample_avalon
add_fileset_file espalier_adder.v VERILOG PATH ../rtl/espalier_adder.v
add_fileset_file espalier_frame.v VERILOG PATH ../rtl/espalier_frame.v
add_fileset_file espalier_gather.v VERILOG PATH ../rtl/espalier_gather.v
add_fileset_file espalier_skid_buffer.v VERILOG PATH ../rtl/espalier_skid_buffer.v
add_fileset_file sample_hidden.v VERILOG PATH ../rtl/sample_hidden.v
add_fileset_file sample_output.v VERILOG PATH ../rtl/sample_output.v
add_fileset_file sample_head.v VERILOG PATH ../rtl/sample_head.v
add_fileset_file sample.v VERILOG PATH ../rtl/sample.v
add_fileset_file sample_avalon.v VERILOG PATH sample_avalon.v

add_fileset SIM_VERILOG SIM_VERILOG "" ""
set_fileset_property SIM_VERILOG TOP_LEVEL sample_avalon
add_fileset_file espalier_adder.v VERILOG PATH ../rtl/espalier_adder.v
add_fileset_file espalier_frame.v VERILOG PATH ../rtl/espalier_frame.v
add_fileset_file espalier_gather.v VERILOG PATH ../rtl/espalier_gather.v
add_fileset_file espalier_skid_buffer.v VERILOG PATH ../rtl/espalier_skid_buffer.v
add_fileset_file sample_hidden.v VERILOG PATH ../rtl/sample_hidden.v
add_fileset_file sample_output.v VERILOG PATH ../rtl/sample_output.v
add_fileset_file sample_head.v VERILOG PATH ../rtl/sample_head.v
add_fileset_file sample.v VERILOG PATH ../rtl/sample.v
add_fileset_file sample_avalon.v VERILOG PATH sample_avalon.v

add_interface clock clock end
add_interface_port clock clk clk Input 1

add_interface reset reset end
set_interface_property reset associatedClock clock
set_interface_property reset synchronousEdges BOTH
add_interface_port reset reset_n reset_n Input 1

add_interface sink avalon_streaming end
set_interface_property sink associatedClock clock
set_interface_property sink associatedReset reset
set_interface_property sink dataBitsPerSymbol 24
set_interface_property sink symbolsPerBeat 1
set_interface_property sink readyLatency 0
set_interface_property sink maxChannel 0
add_interface_port sink sink_data data Input 24
add_interface_port sink sink_valid valid Input 1
add_interface_port sink sink_ready ready Output 1
add_interface_port sink sink_startofpacket startofpacket Input 1
add_interface_port sink sink_endofpacket endofpacket Input 1

add_interface source avalon_streaming start
set_interface_property source associatedClock clock
set_interface_property source associatedReset reset
set_interface_property source dataBitsPerSymbol 24
set_interface_property source symbolsPerBeat 1
set_interface_property source readyLatency 0
set_interface_property source maxChannel 0
add_interface_port source source_data data Output 24
add_interface_port source source_valid valid Output 1
add_interface_port source source_ready ready Input 1
add_interface_port source source_startofpacket startofpacket Output 1
add_interface_port source source_endofpacket endofpacket Output 1

add_interface frame_error conduit end
add_interface_port frame_error frame_error export Output 1
