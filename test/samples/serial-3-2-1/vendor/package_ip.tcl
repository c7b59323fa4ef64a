# Packages tiny as IP for Vivado's IP catalog: vivado -mode batch -source package_ip.tcl
# What comes is in ip_tiny beside this file; add that folder to a project's ip_repo_paths.
#
# Made by espalier 0.0.0: espalier compile test/samples/serial-3-2-1/network.json

set here [file normalize [file dirname [info script]]]
set rtl  [file normalize [file join $here .. rtl]]

create_project -in_memory -part xc7a35tcpg236-1
add_files -norecurse [list \
  [file join $rtl espalier_choose.v] \
  [file join $rtl espalier_select.v] \
  [file join $rtl espalier_rom.v] \
  [file join $rtl espalier_product.v] \
  [file join $rtl espalier_mac_lane.v] \
  [file join $rtl espalier_requantize.v] \
  [file join $rtl espalier_sequencer.v] \
  [file join $rtl espalier_skid_buffer.v] \
  [file join $rtl espalier_frame.v] \
  [file join $rtl espalier_gather.v] \
  [file join $rtl tiny_hidden.v] \
  [file join $rtl tiny_output.v] \
  [file join $rtl tiny_head.v] \
  [file join $rtl tiny.v] \
  [file join $rtl tiny_hidden_lane0_weights.mem] \
  [file join $rtl tiny_hidden_lane0_biases.mem] \
  [file join $rtl tiny_hidden_lane1_weights.mem] \
  [file join $rtl tiny_hidden_lane1_biases.mem] \
  [file join $rtl tiny_output_lane0_weights.mem] \
  [file join $rtl tiny_output_lane0_biases.mem] \
  [file join $rtl tiny_head_probability.mem] \
]
set_property top tiny [current_fileset]
update_compile_order -fileset sources_1

ipx::package_project -root_dir [file join $here ip_tiny] -vendor espalier -library networks -taxonomy /UserIP \
  -import_files -set_current true
set core [ipx::current_core]
set_property name tiny $core
set_property version 0.0 $core
set_property display_name tiny $core
set_property description "The network tiny: serial, made by Espalier" $core
set_property supported_families [list artix7 Production kintex7 Production spartan7 Production virtex7 Production \
  zynq Production zynquplus Production kintexu Production kintexuplus Production] $core

# s_axis and m_axis are found by the names of their ports.
ipx::associate_bus_interfaces -busif s_axis -clock aclk $core
ipx::associate_bus_interfaces -busif m_axis -clock aclk $core
ipx::associate_bus_interfaces -clock aclk -reset aresetn $core

ipx::create_xgui_files $core
ipx::update_checksums $core
ipx::check_integrity $core
ipx::save_core $core
