# Stands in for the tools of vendors: every command with the options it has and the arguments it takes. What is not listed
# here, an option that a command has not, a number of arguments that it does not take, and a file that is not there end the
# script. Options of Vivado: AMD UG835; of IP packaging: UG1118; of Quartus: Intel UG-20144 (Scripting), QSF reference; of
# Platform Designer: Intel UG-20130, component interface Tcl reference.
#
# usage: tclsh vendor-commands.tcl vivado|quartus|platform-designer|xdc|sdc|qsf SCRIPT PORTS PART

lassign $argv ::tool ::script ::ports ::part

proc refuse {what} {
  puts stderr "$what, in: [string trim [lindex [split [info level 1] \n] 0]]"
  exit 1
}
proc said {kind args} { puts [join [list $kind {*}$args] "\t"] }

# name, options (`-x` a flag, `-x=` with a value, `-x=file` with a file that is there, `-x=v1|v2` with one of these), the least
# and the most arguments, `file` where those are files, and what the command gives.
proc command {name options least most {kind ""} {gives ""}} {
  proc $name args [list checked $name $options $least $most $kind $gives]\ \$args
}

proc checked {name options least most kind gives given} {
  set plain {}
  for {set at 0} {$at < [llength $given]} {incr at} {
    set word [lindex $given $at]
    if {![regexp {^-[A-Za-z_]} $word]} { lappend plain $word; continue }
    set found ""
    foreach option $options {
      if {[lindex [split $option =] 0] eq $word} { set found $option }
    }
    if {$found eq ""} { refuse "$name has no option $word" }
    if {[string first = $found] < 0} continue
    incr at
    if {$at >= [llength $given]} { refuse "$name $word has no value" }
    set value [lindex $given $at]
    set wanted [lindex [split $found =] 1]
    if {$wanted eq "part"} {
      if {$value ne $::part && $::part ne "any"} { refuse "$name: the part $value is not $::part" }
    } elseif {$wanted eq "file"} {
      if {![file isfile $value]} { refuse "$name: no file $value" }
    } elseif {$wanted ne "" && $value ni [split $wanted |]} { refuse "$name $word $value: not one of $wanted" }
  }
  set count [llength $plain]
  if {$count < $least || $count > $most} { refuse "$name takes $least to $most arguments, not $count" }
  if {$kind eq "file"} {
    foreach list $plain {
      foreach file $list {
        if {![file isfile $file]} { refuse "$name: no file $file" }
        said file $file
      }
    }
  }
  said command $name
  return $gives
}

# Properties that may be set, by the class of what has them; get_property answers what a build that went well would.
set ::properties {
  top generic IOSTANDARD PACKAGE_PIN CFGBVS CONFIG_VOLTAGE name version display_name description supported_families
  PROGRAM.FILE
}
proc set_property args {
  set pairs {}
  if {[lindex $args 0] eq "-dict"} {
    set pairs [lindex $args 1]
    set objects [lrange $args 2 end]
  } else {
    set pairs [lrange $args 0 1]
    set objects [lrange $args 2 end]
  }
  if {[llength $objects] != 1 || [lindex $objects 0] eq ""} { refuse "set_property without an object" }
  dict for {key value} $pairs {
    if {$key ni $::properties} { refuse "no property $key" }
    said property [lindex $objects 0] $key $value
  }
}
set ::answers {SLACK 0.5 STATS.WNS 0.5 STATS.WHS 0.1 PROGRESS 100% STATUS {write_bitstream Complete!}}
proc get_property {name object} {
  if {![dict exists $::answers $name]} { refuse "no property $name" }
  if {$object eq ""} { refuse "get_property without an object" }
  dict get $::answers $name
}
proc get_ports {names} {
  foreach name $names {
    if {![regsub {\[\*\]$} $name {} bus]} { set bus $name }
    if {[lsearch -glob [string map {[ <} $::ports] [string map {[ <} $bus]*] < 0} { refuse "no port $name" }
    if {$bus eq $name && $name ni $::ports} { refuse "no port $name" }
  }
  return $names
}

proc vivado {} {
  command create_project {-force -in_memory -part=part} 0 2
  command set_msg_config {-id= -new_severity=ERROR|WARNING|INFO -suppress} 0 0
  command read_verilog {-library= -sv} 1 1 file
  command read_mem {} 1 1 file
  command read_xdc {-mode= -ref= -cells= -unmanaged} 1 1 file
  command add_files {-fileset=constrs_1|sim_1|sources_1 -norecurse -scan_for_includes} 1 1 file
  command current_fileset {-simset -constrset} 0 0 "" sources_1
  command get_filesets {} 1 1 "" fileset
  command update_compile_order {-fileset=sources_1|sim_1} 0 0
  command synth_design {-top= -part=part -flatten_hierarchy= -mode= -generic=} 0 0
  command opt_design {-directive=} 0 0
  command place_design {-directive=} 0 0
  command phys_opt_design {-directive=} 0 0
  command route_design {-directive=} 0 0
  command write_checkpoint {-force} 1 1
  proc write_bitstream args {
    checked write_bitstream {-force} 1 1 "" "" $args
    close [open [lindex $args end] w]
  }
  command open_run {-name=} 1 1
  command report_utilization {-file= -hierarchical} 0 0
  command report_timing_summary {-file= -max_paths=} 0 0
  command report_drc {-file=} 0 0
  command get_timing_paths {-setup -hold -max_paths=} 0 0 "" path
  command launch_runs {-to_step=write_bitstream|synth_design|route_design -jobs=} 1 1
  command wait_on_run {} 1 1
  command get_runs {} 1 1 "" impl_1
  command open_hw_manager {} 0 0
  command connect_hw_server {-url=} 0 0
  command open_hw_target {} 0 1
  command get_hw_devices {} 0 1 "" device_0
  command current_hw_device {} 0 1 "" device_0
  command program_hw_devices {} 1 1
  command close_hw_manager {} 0 0
  namespace eval ::ipx {}
  command ::ipx::package_project {-root_dir= -vendor= -library= -taxonomy= -import_files -set_current=true|false -force} 0 0
  command ::ipx::current_core {} 0 0 "" core
  command ::ipx::associate_bus_interfaces {-busif=s_axis|m_axis -clock=aclk -reset=aresetn} 1 1
  command ::ipx::create_xgui_files {} 1 1
  command ::ipx::update_checksums {} 1 1
  command ::ipx::check_integrity {} 1 1
  command ::ipx::save_core {} 1 1
}

proc xdc {} {
  command create_clock {-name= -period= -waveform= -add} 1 1
  command set_input_delay {-clock= -min -max} 2 2
  command set_output_delay {-clock= -min -max} 2 2
  command set_false_path {-from= -to=} 0 0
  command current_design {} 0 0 "" design
}

proc sdc {} {
  xdc
  command derive_pll_clocks {-create_base_clocks} 0 0
  command derive_clock_uncertainty {} 0 0
}

# Assignments as the QSF reference has them, the files among them, and values that are words of a list.
set ::assignments {
  FAMILY "MAX 10|Cyclone IV E|Cyclone V" DEVICE part TOP_LEVEL_ENTITY "" SDC_FILE file VERILOG_FILE file SEARCH_PATH folder
  PROJECT_OUTPUT_DIRECTORY "" VERILOG_INPUT_VERSION {VERILOG_1995|VERILOG_2001|SYSTEMVERILOG_2005} VERILOG_MACRO ""
  RESERVE_ALL_UNUSED_PINS "AS INPUT TRI-STATED WITH WEAK PULL-UP|AS INPUT TRI-STATED|AS OUTPUT DRIVING GROUND"
  INTERNAL_FLASH_UPDATE_MODE "SINGLE IMAGE WITH ERAM|SINGLE COMP IMAGE WITH ERAM|SINGLE IMAGE|SINGLE COMP IMAGE|DUAL IMAGES"
}
proc qsf {} {
  cd [file dirname $::script]
  proc set_global_assignment {flag name value} {
    if {$flag ne "-name"} { refuse "set_global_assignment $flag" }
    if {![dict exists $::assignments $name]} { refuse "no assignment $name" }
    set wanted [dict get $::assignments $name]
    if {$wanted eq "file" && ![file isfile $value]} { refuse "no file $value" }
    if {$wanted eq "folder" && ![file isdirectory $value]} { refuse "no folder $value" }
    if {$wanted eq "part" && $value ne $::part} { refuse "the part $value is not $::part" }
    if {$wanted ni {"" file folder part} && $value ni [split $wanted |]} { refuse "$name $value: not one of $wanted" }
    if {$wanted eq "file"} { said file [file normalize $value] }
    said assignment $name $value
  }
  proc set_location_assignment {pin flag port} {
    if {$flag ne "-to" || ![regexp {^PIN_(\w+)$} $pin - ball]} { refuse "set_location_assignment $pin $flag" }
    said property [lindex [get_ports [list $port]] 0] PACKAGE_PIN $ball
  }
  proc set_instance_assignment {flag name value to port} {
    if {$flag ne "-name" || $to ne "-to" || $name ne "IO_STANDARD"} { refuse "set_instance_assignment $flag $name" }
    said property [lindex [get_ports [list $port]] 0] IOSTANDARD $value
  }
}

proc quartus {} {
  package provide ::quartus::project 1
  package provide ::quartus::flow 1
  proc project_open {flag revision name} {
    foreach file [list $name.qpf $revision.qsf] {
      if {$flag ne "-revision" || ![file isfile $file]} { refuse "project_open: no file $file" }
    }
    said command project_open
  }
  command project_close {} 0 0
  command execute_flow {-compile -analysis_and_elaboration} 0 0
  command post_message {-type=error|warning|info} 1 1
}

proc platform-designer {} {
  cd [file dirname $::script]
  package provide qsys 16.1
  proc set_module_property {name value} {
    if {$name ni {NAME VERSION GROUP DISPLAY_NAME DESCRIPTION INSTANTIATE_IN_SYSTEM_MODULE EDITABLE AUTHOR}} {
      refuse "no property $name"
    }
  }
  proc add_fileset {name kind callback {title ""}} {
    if {$kind ni {QUARTUS_SYNTH SIM_VERILOG SIM_VHDL}} { refuse "no fileset $kind" }
    set ::fileset $name
    said fileset $kind
  }
  proc set_fileset_property {name key value} {
    if {$name ne $::fileset || $key ni {TOP_LEVEL ENABLE_RELATIVE_INCLUDE_PATHS}} { refuse "set_fileset_property $name $key" }
  }
  proc add_fileset_file {name type how file} {
    if {$type ni {VERILOG SYSTEM_VERILOG VHDL MIF HEX SDC OTHER} || $how ne "PATH"} { refuse "add_fileset_file $type $how" }
    if {![file isfile $file]} { refuse "no file $file" }
    if {[file tail $file] ne $name} { refuse "$file is not $name" }
    said file [file normalize $file]
  }
  proc add_interface {name kind direction} {
    if {$kind ni {clock reset avalon_streaming conduit} || $direction ni {start end}} { refuse "add_interface $kind $direction" }
    dict set ::interfaces $name $kind
  }
  set ::has {
    clock {} conduit {} reset {associatedClock synchronousEdges}
    avalon_streaming {associatedClock associatedReset dataBitsPerSymbol symbolsPerBeat readyLatency maxChannel errorDescriptor}
  }
  set ::roles {
    clock {clk Input} reset {reset_n Input reset Input} conduit {export Output}
    avalon_streaming {data any valid any ready any startofpacket any endofpacket any empty any}
  }
  proc set_interface_property {name key value} {
    if {$key ni [dict get $::has [dict get $::interfaces $name]]} { refuse "an interface of $name has no $key" }
    if {$key in {associatedClock associatedReset} && ![dict exists $::interfaces $value]} { refuse "no interface $value" }
    if {$key eq "dataBitsPerSymbol" && ($value < 1 || $value > 512)} { refuse "$key $value" }
  }
  proc add_interface_port {name port role direction width} {
    set roles [dict get $::roles [dict get $::interfaces $name]]
    if {![dict exists $roles $role]} { refuse "an interface of $name has no role $role" }
    if {[dict get $roles $role] ni [list any $direction] || $direction ni {Input Output}} { refuse "$role is no $direction" }
    said port $port $direction $width
  }
}

# Quartus and Vivado take the bit of a bus, a[0], for what it is.
proc unknown args {
  if {[string is integer -strict [lindex $args 0]]} { return "\[[lindex $args 0]\]" }
  refuse "no command [lindex $args 0]"
}

# An error of the script itself is one of the run.
proc error {text args} { puts stderr $text; exit 1 }

set ::answered {}
$::tool
source $::script
