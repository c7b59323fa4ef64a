# Adds the design tiny to the open Vivado project: source this file from anywhere.
#
# Made by espalier 0.0.0: espalier compile test/samples/serial-3-2-1/network.json

set espalier_rtl [file normalize [file join [file dirname [info script]] .. rtl]]

# A ROM image that cannot be opened must stop the synthesis.
set_msg_config -id {Synth 8-4445} -new_severity {ERROR}

add_files -norecurse [file join $espalier_rtl espalier_choose.v]
add_files -norecurse [file join $espalier_rtl espalier_select.v]
add_files -norecurse [file join $espalier_rtl espalier_rom.v]
add_files -norecurse [file join $espalier_rtl espalier_product.v]
add_files -norecurse [file join $espalier_rtl espalier_mac_lane.v]
add_files -norecurse [file join $espalier_rtl espalier_requantize.v]
add_files -norecurse [file join $espalier_rtl espalier_sequencer.v]
add_files -norecurse [file join $espalier_rtl espalier_skid_buffer.v]
add_files -norecurse [file join $espalier_rtl espalier_frame.v]
add_files -norecurse [file join $espalier_rtl espalier_gather.v]
add_files -norecurse [file join $espalier_rtl tiny_hidden.v]
add_files -norecurse [file join $espalier_rtl tiny_output.v]
add_files -norecurse [file join $espalier_rtl tiny_head.v]
add_files -norecurse [file join $espalier_rtl tiny.v]
add_files -norecurse [file join $espalier_rtl tiny_hidden_lane0_weights.mem]
add_files -norecurse [file join $espalier_rtl tiny_hidden_lane0_biases.mem]
add_files -norecurse [file join $espalier_rtl tiny_hidden_lane1_weights.mem]
add_files -norecurse [file join $espalier_rtl tiny_hidden_lane1_biases.mem]
add_files -norecurse [file join $espalier_rtl tiny_output_lane0_weights.mem]
add_files -norecurse [file join $espalier_rtl tiny_output_lane0_biases.mem]
add_files -norecurse [file join $espalier_rtl tiny_head_probability.mem]
set_property top tiny [current_fileset]
