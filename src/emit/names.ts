/** Reserved words of Verilog-2005 and SystemVerilog-2017. */
export const VERILOG_WORDS: ReadonlySet<string> = new Set(
  `accept_on alias always always_comb always_ff always_latch and assert assign assume automatic before begin bind
  bins binsof bit break buf bufif0 bufif1 byte case casex casez cell chandle checker class clocking cmos config const
  constraint context continue cover covergroup coverpoint cross deassign default defparam design disable dist do edge
  else end endcase endchecker endclass endclocking endconfig endfunction endgenerate endgroup endinterface endmodule
  endpackage endprimitive endprogram endproperty endsequence endspecify endtable endtask enum event eventually expect
  export extends extern final first_match for force foreach forever fork forkjoin function generate genvar global
  highz0 highz1 if iff ifnone ignore_bins illegal_bins implements implies import incdir include initial inout input
  inside instance int integer interconnect interface intersect join join_any join_none large let liblist library local
  localparam logic longint macromodule matches medium modport module nand negedge nettype new nexttime nmos nor
  noshowcancelled not notif0 notif1 null or output package packed parameter pmos posedge primitive priority program
  property protected pull0 pull1 pulldown pullup pulsestyle_ondetect pulsestyle_onevent pure rand randc randcase
  randsequence rcmos real realtime ref reg reject_on release repeat restrict return rnmos rpmos rtran rtranif0 rtranif1
  s_always s_eventually s_nexttime s_until s_until_with scalared sequence shortint shortreal showcancelled signed small
  soft solve specify specparam static string strong strong0 strong1 struct super supply0 supply1 sync_accept_on
  sync_reject_on table tagged task this throughout time timeprecision timeunit tran tranif0 tranif1 tri tri0 tri1
  triand trior trireg type typedef union unique unique0 unsigned until until_with untyped use uwire var vectored
  virtual void wait wait_order wand weak weak0 weak1 while wildcard wire with within wor xnor xor`.split(
    /\s+/,
  ),
);

/** With those of VHDL, where tools mix both. */
const KEYWORDS: ReadonlySet<string> = new Set([
  ...VERILOG_WORDS,
  ...`abs access after all architecture array attribute block body buffer bus component configuration constant disconnect
  downto elsif entity exit file generic group guarded impure in inertial is label linkage literal loop map mod
  next of on open others out port postponed procedure process range record register reject rem report rol ror
  select severity shared signal sla sll sra srl subtype then to transport unaffected units variable when`.split(
    /\s+/,
  ),
]);

/** Whether a module, an instance or a signal can be called so in every tool; what comes from a file is checked by it. */
export const isIdentifier = (text: string): boolean =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) && !KEYWORDS.has(text);

/** Names in one Verilog scope. Compared without case, for the tools and file systems that ignore it. */
export class NameSpace {
  private readonly taken = new Set<string>();

  constructor(reserved: Iterable<string> = []) {
    for (const name of reserved) this.taken.add(name.toLowerCase());
  }

  /** The wanted name, or with `_2`, `_3`… when it is a keyword or taken; takes it. */
  claim(wanted: string): string {
    return this.claimFamily(wanted, ['']);
  }

  /**
   * A stem whose every combination with the suffixes is free, the wanted one if it can be; takes them all.
   *
   * @param suffixes such as `['_y', '_y_valid']`
   */
  claimFamily(wanted: string, suffixes: readonly string[]): string {
    for (let attempt = 1; ; attempt++) {
      const stem = attempt === 1 ? wanted : `${wanted}_${attempt}`;
      const names = suffixes.map((suffix) => `${stem}${suffix}`.toLowerCase());
      if (names.some((name) => KEYWORDS.has(name) || this.taken.has(name))) continue;
      for (const name of names) this.taken.add(name);
      return stem;
    }
  }
}
