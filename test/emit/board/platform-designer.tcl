# Commands of a component of Platform Designer: names and roles must be those of Avalon, files must exist, and every port of the
# top module belongs to one interface, with its direction and width. Prints the interfaces.
#
# usage: tclsh platform-designer.tcl COMPONENT

set roles [dict create \
  clock {clk} reset {reset_n} interrupt {irq} \
  avalon {address read write writedata byteenable waitrequest readdata readdatavalid writeresponsevalid response} \
  avalon_streaming {data empty valid ready startofpacket endofpacket error}]
set properties [dict create \
  clock {} reset {associatedClock synchronousEdges} interrupt {associatedClock associatedReset associatedAddressablePoint} \
  avalon {associatedClock associatedReset addressUnits maximumPendingReadTransactions maximumPendingWriteTransactions} \
  avalon_streaming {associatedClock associatedReset dataBitsPerSymbol firstSymbolInHighOrderBits readyLatency errorDescriptor}]
set kinds [dict create]; set ports [dict create]; set top {}; set files {}

proc want {held what} {if {!$held} {error $what}}
rename package tcl_package
proc package {verb args} {want [expr {$verb eq "require" && [lrange $args 0 1] eq {-exact qsys}}] "package $verb $args"}
proc set_module_property {name value} {want [expr {$name in {NAME VERSION GROUP DISPLAY_NAME EDITABLE}}] "no property $name"}
proc add_fileset {name kind} {want [expr {$kind eq "QUARTUS_SYNTH"}] "no fileset $kind"}
proc set_fileset_property {fileset name value} {want [expr {$name eq "TOP_LEVEL"}] "no property $name"; set ::top $value}
proc add_fileset_file {name kind path_word path} {
  want [expr {$kind in {VERILOG OTHER} && $path_word eq "PATH"}] "add_fileset_file $name $kind $path_word"
  want [file isfile [file join $::place $path]] "no file $path"
  want [expr {[file tail $path] eq $name}] "$name is $path"
  lappend ::files $name
}
proc add_interface {name kind end} {
  want [dict exists $::roles $kind] "no kind $kind"
  want [expr {$end in {start end}}] "no end $end"
  dict set ::kinds $name $kind
  puts "interface $name $kind $end"
}
proc set_interface_property {name property value} {
  want [expr {$property in [dict get $::properties [dict get $::kinds $name]]}] "$name has no property $property"
  if {[string match associated* $property]} {want [dict exists $::kinds $value] "no interface $value"}
}
proc add_interface_port {name port role direction width} {
  want [expr {$role in [dict get $::roles [dict get $::kinds $name]]}] "$name has no role $role"
  want [expr {![dict exists $::ports $port]}] "port $port twice"
  dict set ::ports $port "[string tolower $direction] $width"
}

set place [file dirname [lindex $argv 0]]
source [lindex $argv 0]
set channel [open [file join $place rtl $top.v]]; set text [read $channel]; close $channel
regexp "module $top \\((.*?)\\n\\);" $text all declared
set found [dict create]
foreach {all direction high name} [regexp -all -inline {(input|output) +wire +(?:\[(\d+):0\] +)?(\w+)} $declared] {
  dict set found $name "$direction [expr {$high eq {} ? 1 : $high + 1}]"
}
foreach name [lsort -unique [concat [dict keys $found] [dict keys $ports]]] {
  want [expr {[dict exists $found $name] && [dict exists $ports $name]}] "port $name is on one side only"
  want [expr {[dict get $found $name] eq [dict get $ports $name]}] "port $name: [dict get $ports $name], in Verilog [dict get $found $name]"
}
puts "ports [dict size $ports]"
puts "files $files"
