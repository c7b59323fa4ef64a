# Compiles what Verilator wrote, its run-time library, and one of main.cpp and bare.cpp into `simulate`:
#
#     make -C obj -f ../build.mk MAIN=main OTHERS=harness
#
# A compiler spends half a second on headers before it sees the design, so small designs are compiled in one piece.
# What runs only at the start is not optimised: of an unrolled network two fifths of the text.

include Vdesign.mk

# Measured: -O1 compiles in two thirds of the time of -Os and -O2, and makes code that is as fast; with the registers
# renamed, one instruction in fifteen, a copy, goes.
OPT_FAST = -O1 -frename-registers
OPT_SLOW = -O0

COMPILE = $(OBJCACHE) $(CXX) $(CXXFLAGS) $(CPPFLAGS)
INCLUDE = printf '\#include "%s.cpp"\n'

ifeq ($(VM_PARALLEL_BUILDS),1)
  FAST = $(addprefix fast_,$(VM_FAST) $(MAIN))
else
  FAST = fast
endif

simulate: $(addsuffix .o,runtime $(FAST) $(addprefix fast_,$(OTHERS)) slow)
	$(LINK) $(LDFLAGS) $^ $(LDLIBS) -o $@

fast.cpp:
	$(INCLUDE) $(VM_FAST) ../$(MAIN) > $@

slow.cpp:
	$(INCLUDE) $(VM_SLOW) > $@

runtime.cpp:
	$(INCLUDE) $(VM_GLOBAL_FAST) $(VM_GLOBAL_SLOW) > $@

fast.o runtime.o: %.o: %.cpp
	$(COMPILE) $(OPT_FAST) -c -o $@ $<

fast_%.o: %.cpp
	$(COMPILE) $(OPT_FAST) -c -o $@ $<

slow.o: slow.cpp
	$(COMPILE) $(OPT_SLOW) -c -o $@ $<
