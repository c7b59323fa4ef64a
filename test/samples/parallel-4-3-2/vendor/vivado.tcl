# Adds the design sample to the open Vivado project: source this file from anywhere.
#
# Made by espalier 0.0.0: espalier compile test/samples/parallel-4-3-2/network.json

set espalier_rtl [file normalize [file join [file dirname [info script]] .. rtl]]

# A ROM image that cannot be opened must stop the synthesis.
set_msg_config -id {Synth 8-4445} -new_severity {ERROR}

add_files -norecurse [file join $espalier_rtl espalier_adder.v]
add_files -norecurse [file join $espalier_rtl espalier_frame.v]
add_files -norecurse [file join $espalier_rtl espalier_gather.v]
add_files -norecurse [file join $espalier_rtl espalier_skid_buffer.v]
add_files -norecurse [file join $espalier_rtl sample_hidden.v]
add_files -norecurse [file join $espalier_rtl sample_output.v]
add_files -norecurse [file join $espalier_rtl sample_head.v]
add_files -norecurse [file join $espalier_rtl sample.v]
set_property top sample [current_fileset]
