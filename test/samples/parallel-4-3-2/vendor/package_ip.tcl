# Packages sample as IP for Vivado's IP catalog: vivado -mode batch -source package_ip.tcl
# What comes is in ip_sample beside this file; add that folder to a project's ip_repo_paths.
#
# Made by espalier 0.0.0: espalier compile test/samples/parallel-4-3-2/network.json

set here [file normalize [file dirname [info script]]]
set rtl  [file normalize [file join $here .. rtl]]

create_project -in_memory -part xc7a35tcpg236-1
add_files -norecurse [list \
  [file join $rtl espalier_adder.v] \
  [file join $rtl espalier_frame.v] \
  [file join $rtl espalier_gather.v] \
  [file join $rtl espalier_skid_buffer.v] \
  [file join $rtl sample_hidden.v] \
  [file join $rtl sample_output.v] \
  [file join $rtl sample_head.v] \
  [file join $rtl sample.v] \
]
set_property top sample [current_fileset]
update_compile_order -fileset sources_1

ipx::package_project -root_dir [file join $here ip_sample] -vendor espalier -library networks -taxonomy /UserIP \
  -import_files -set_current true
set core [ipx::current_core]
set_property name sample $core
set_property version 0.0 $core
set_property display_name sample $core
set_property description "The network sample: parallel, made by Espalier" $core
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
