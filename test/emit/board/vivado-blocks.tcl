# Vivado's commands for block designs, as strict as they are there: names, options and properties must be known, files must
# exist, an input has one driver, buses join what fits. What the script has built is printed at its end.
#
# usage: tclsh vivado-blocks.tcl SCRIPT BOARD_FILES (1: installed, 0: not)

# IP → inputs, outputs, buses that it is host on, buses that it answers on, properties.
set catalog [dict create \
  xilinx.com:ip:processing_system7 [dict create \
    in {M_AXI_GP0_ACLK S_AXI_HP0_ACLK IRQ_F2P} out {FCLK_CLK0 FCLK_RESET0_N} hosts {M_AXI_GP0} answers {S_AXI_HP0} \
    properties {PCW_USE_M_AXI_GP0 PCW_USE_S_AXI_HP0 PCW_EN_CLK0_PORT PCW_FPGA0_PERIPHERAL_FREQMHZ PCW_USE_FABRIC_INTERRUPT
      PCW_IRQ_F2P_INTR}] \
  xilinx.com:ip:zynq_ultra_ps_e [dict create \
    in {maxihpm0_fpd_aclk saxihp0_fpd_aclk pl_ps_irq0} out {pl_clk0 pl_resetn0} hosts {M_AXI_HPM0_FPD} answers {S_AXI_HP0_FPD} \
    properties {PSU__USE__M_AXI_GP0 PSU__USE__M_AXI_GP1 PSU__USE__M_AXI_GP2 PSU__USE__S_AXI_GP2 PSU__FPGA_PL0_ENABLE
      PSU__CRL_APB__PL0_REF_CTRL__FREQMHZ PSU__USE__IRQ0}] \
  xilinx.com:ip:proc_sys_reset [dict create in {slowest_sync_clk ext_reset_in} out {peripheral_aresetn} hosts {} answers {} properties {}] \
  xilinx.com:ip:smartconnect [dict create in {aclk aresetn} out {} hosts {M00_AXI M01_AXI} answers {S00_AXI S01_AXI} properties {NUM_SI NUM_MI}] \
  xilinx.com:ip:axi_dma [dict create \
    in {s_axi_lite_aclk m_axi_mm2s_aclk m_axi_s2mm_aclk axi_resetn} out {mm2s_introut s2mm_introut} \
    hosts {M_AXI_MM2S M_AXI_S2MM M_AXIS_MM2S} answers {S_AXI_LITE S_AXIS_S2MM} \
    properties {c_include_sg c_sg_include_stscntrl_strm c_sg_length_width c_m_axi_mm2s_data_width c_m_axis_mm2s_tdata_width
      c_m_axi_s2mm_data_width}] \
  xilinx.com:ip:xlconcat [dict create in {In0 In1 In2} out {dout} hosts {} answers {} properties {NUM_PORTS}]]

proc want {held what} {if {!$held} {error $what}}
# Options of a command: those with a value and those without; the rest is given back.
proc options {words valued bare} {
  set given [dict create rest {}]
  for {set at 0} {$at < [llength $words]} {incr at} {
    set word [lindex $words $at]
    if {$word in $valued} {dict set given $word [lindex $words [incr at]]
    } elseif {$word in $bare} {dict set given $word 1
    } elseif {[string match -* $word]} {error "unknown option $word"
    } else {dict lappend given rest $word}
  }
  return $given
}
proc only {words value what} {want [expr {$words eq $value}] "$what: got $words, wanted $value"}

set part {}; set files {}; set fileset_top {}; set board_part none; set cells [dict create]; set built {}
set drivers [dict create]; set joined [dict create]; set segments [dict create]; set validated 0; set design {}
set messages {}

proc create_project args {
  set given [options $args {-part} {-force}]
  set ::part [dict get $given -part]
  want [expr {[llength [dict get $given rest]] == 2}] "create_project NAME FOLDER"
}
proc current_project {} {return project}
proc current_fileset {} {return sources_1}
proc get_board_parts args {
  set given [options $args {} {-quiet}]
  want [regexp {^[\w.]+:[\w-]+:part0:\*$} [dict get $given rest]] "a board part: [dict get $given rest]"
  set name [string range [dict get $given rest] 0 end-2]
  return [expr {$::installed ? "$name:1.0 $name:1.2" : {}}]
}
proc set_msg_config args {options $args {-id -new_severity} {}; lappend ::messages $args}
proc add_files args {
  set given [options $args {} {-norecurse}]
  foreach file [join [dict get $given rest]] {
    want [expr {[file isfile $file] || [string match *system_wrapper.v $file]}] "no file $file"
    want [expr {$file ni $::files}] "$file twice"
    lappend ::files $file
  }
}
proc update_compile_order args {only [lrange $args 0 1] {-fileset sources_1} update_compile_order}
proc create_bd_design name {set ::design $name}
proc create_bd_cell args {
  set given [options $args {-type -vlnv -reference} {}]
  set name [dict get $given rest]
  want [expr {![dict exists $::cells $name]}] "cell $name twice"
  switch [dict get $given -type] {
    ip {
      set ip [dict get $given -vlnv]
      want [dict exists $::catalog $ip] "no IP $ip"
      dict set ::cells $name [dict get $::catalog $ip]
    }
    module {dict set ::cells $name [module [dict get $given -reference]]}
    default {error "no type [dict get $given -type]"}
  }
  dict set ::cells $name set [dict create]
}
# The pins of a module among the files, and the buses that Vivado knows by their names.
proc module name {
  set file [lsearch -inline $::files */$name.v]
  want [expr {$file ne {}}] "no module $name among the files"
  set channel [open $file]; set text [read $channel]; close $channel
  want [regexp "module $name \\((.*?)\\n\\);" $text all ports] "$file has no module $name"
  set in {}; set out {}; set hosts {}; set answers {}
  foreach {all direction port} [regexp -all -inline {(input|output) +wire +(?:\[\d+:0\] +)?(\w+)} $ports] {
    if {[regexp {^(s_axis|m_axis|s_axi)_} $port all bus]} {
      if {$bus eq "m_axis"} {lappend hosts $bus} else {lappend answers $bus}
    } elseif {$direction eq "input"} {lappend in $port
    } else {lappend out $port}
  }
  return [dict create in $in out $out hosts [lsort -unique $hosts] answers [lsort -unique $answers] properties {}]
}
proc get_bd_cells name {want [dict exists $::cells $name] "no cell $name"; return $name}
proc apply_bd_automation args {
  set given [options $args {-rule -config} {}]
  want [regexp {^xilinx.com:bd_rule:(processing_system7|zynq_ultra_ps_e)$} [dict get $given -rule]] "no rule [dict get $given -rule]"
  set config [dict get $given -config]
  want [expr {[dict get $config apply_board_preset] == $::installed}] "a preset without board files"
  foreach key [dict keys $config] {want [expr {$key in {make_external Master Slave apply_board_preset}}] "no setting $key"}
}
proc set_property args {
  if {[lindex $args 0] eq "-dict"} {
    lassign $args dict settings cell
    foreach {key value} $settings {
      want [regexp {^CONFIG\.(.+)$} $key all name] "no property $key"
      want [expr {$name in [dict get $::cells $cell properties]}] "$cell has no property $name"
      want [string is double -strict $value] "$key: $value"
      dict set ::cells $cell set $name $value
    }
    return
  }
  lassign $args name value object
  switch $name {
    board_part {want $::installed "a board part that is not there"; set ::board_part $value}
    top {set ::fileset_top $value}
    default {error "no property $name"}
  }
}
proc pin {path kinds} {
  lassign [split $path /] cell name
  get_bd_cells $cell
  foreach kind $kinds {if {$name in [dict get $::cells $cell $kind]} {return $path}}
  error "$cell has no $kinds $name"
}
proc get_bd_pins path {pin $path {in out}}
proc get_bd_intf_pins path {pin $path {hosts answers}}
proc connect_bd_net args {
  pin [lindex $args 0] out
  foreach to [lrange $args 1 end] {
    pin $to in
    want [expr {![dict exists $::drivers $to]}] "$to has two drivers"
    dict set ::drivers $to [lindex $args 0]
  }
}
proc connect_bd_intf_net {from to} {
  pin $from hosts
  pin $to answers
  foreach end [list $from $to] {want [expr {![dict exists $::joined $end]}] "$end is joined twice"; dict set ::joined $end 1}
  # A stream joins a stream.
  want [expr {[regexp -nocase {axis} $from] == [regexp -nocase {axis} $to]}] "$from and $to are of different kinds"
}
proc get_bd_addr_segs path {
  want [regexp {^(espalier/s_axi/reg0|dma/S_AXI_LITE/Reg)$} $path] "no segment $path"
  get_bd_cells [lindex [split $path /] 0]
  return $path
}
proc assign_bd_address args {
  set given [options $args {-offset -range} {}]
  if {$args eq {}} {dict set ::segments memory all; return}
  set bytes [expr {[string map {K {}} [dict get $given -range]] * 1024}]
  want [expr {[dict get $given -offset] % $bytes == 0}] "[dict get $given -offset] is no multiple of $bytes"
  dict set ::segments [dict get $given rest] [list [dict get $given -offset] $bytes]
}
proc validate_bd_design {} {
  dict for {cell facts} $::cells {
    set used [dict get $facts set]
    foreach pin [dict get $facts in] {
      # A port that is switched off is not there.
      if {$pin in {S_AXI_HP0_ACLK} && ![dict get $used PCW_USE_S_AXI_HP0]} continue
      if {$pin in {saxihp0_fpd_aclk} && ![dict get $used PSU__USE__S_AXI_GP2]} continue
      want [dict exists $::drivers $cell/$pin] "$cell/$pin has no driver"
    }
    foreach bus [concat [dict get $facts hosts] [dict get $facts answers]] {
      if {[regexp {^M0(\d)_AXI$} $bus all at] && $at >= [dict get $used NUM_MI]} continue
      if {[regexp {^S0(\d)_AXI$} $bus all at] && $at >= [dict get $used NUM_SI]} continue
      if {$bus eq "S_AXI_HP0" && ![dict get $used PCW_USE_S_AXI_HP0]} continue
      if {$bus eq "S_AXI_HP0_FPD" && ![dict get $used PSU__USE__S_AXI_GP2]} continue
      want [dict exists $::joined $cell/$bus] "$cell/$bus is not joined"
    }
    if {[dict exists $facts properties] && "c_include_sg" in [dict get $facts properties]} {
      want [dict exists $::segments dma/S_AXI_LITE/Reg] "the DMA engine has no address"
      want [dict exists $::segments memory] "the DMA engine sees no memory"
    }
  }
  want [dict exists $::segments espalier/s_axi/reg0] "the design has no address"
  set ::validated 1
}
proc save_bd_design {} {want $::validated "a design that was not validated"}
proc get_files name {only $name $::design.bd get_files; return $name}
proc make_wrapper args {
  set given [options $args {-files} {-top}]
  want [dict exists $given -top] "no -top"
  return ${::design}_wrapper.v
}
proc launch_runs args {
  set given [options $args {-to_step} {}]
  only [dict get $given -to_step] write_bitstream -to_step
  only $::fileset_top ${::design}_wrapper top
  lappend ::built [dict get $given rest]
}
proc wait_on_run run {want [expr {$run in $::built}] "$run was not launched"}
proc get_runs run {want [expr {$run in $::built}] "$run was not launched"; return $run}
proc get_property {name object} {
  switch $name {PROGRESS {return 100%} STATS.WNS {return 0.1} default {error "no property $name"}}
}

set installed [lindex $argv 1]
set script [lindex $argv 0]

source $script
want [llength $built] "nothing was built"
puts "part $part"
puts "board $board_part"
foreach file $files {puts "file [file tail $file]"}
foreach segment [lsort [dict keys $segments]] {puts "segment $segment [dict get $segments $segment]"}
dict for {name value} [dict get $cells processor set] {puts "processor $name $value"}
if {[dict exists $cells dma]} {dict for {name value} [dict get $cells dma set] {puts "dma $name $value"}}
