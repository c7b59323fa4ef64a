import { raise } from '../core/errors.js';

/** The constructors of this room's errors and warnings: `throw problems.…(…)`. */
export const problems = {
  yosysMissing: (wanted: 'native' | 'wasm' | undefined) =>
    raise({
      code: 'netlist/yosys-missing',
      where: 'yosys',
      got: {
        native: 'no program `yosys` in the PATH',
        wasm: 'no package @yowasp/yosys',
        either: 'neither a program `yosys` in the PATH nor the package @yowasp/yosys',
      }[wanted ?? 'either'],
      wanted: 'a Yosys, to read Verilog with',
      hint: wanted === 'native' ? 'install yosys' : 'npm install @yowasp/yosys, or install yosys',
    }),
  yosysFailed: (task: string, message: string) =>
    raise({
      code: 'netlist/yosys-failed',
      where: `yosys, ${task}`,
      got: message,
      wanted: 'a run without errors',
    }),
  yosysTimeout: (task: string, seconds: number) =>
    raise({
      code: 'netlist/yosys-timeout',
      where: `yosys, ${task}`,
      got: `no end after ${seconds} s`,
      wanted: 'an end within the time-out',
      hint: 'raise it with --timeout SECONDS',
    }),
  yosysMemory: (task: string) =>
    raise({
      code: 'netlist/yosys-memory',
      where: `yosys, ${task}`,
      got: 'not enough memory',
      wanted: 'memory for the whole design (WebAssembly: at most 4 GB)',
      hint: 'use a native yosys on a larger machine, or a smaller design',
    }),
  unknownCell: (type: string, where: string) =>
    raise({
      code: 'netlist/unknown-cell',
      where,
      got: type,
      wanted: 'registers, memories and word-level logic, as Espalier emits them',
    }),
  verilog: (where: string, got: string, wanted: string) =>
    raise({
      code: 'netlist/verilog',
      where,
      got,
      wanted,
      hint: 'what Espalier does not write is not read: tools may take it to mean different things (docs/proof.md)',
    }),
  yosysWarned: (where: string, warning: string) =>
    raise({
      code: 'netlist/warning',
      where,
      got: `a warning of Yosys: ${warning}`,
      wanted: 'Verilog that leaves no doubt',
    }),
  romText: (where: string, got: string, wanted: string) =>
    raise({ code: 'netlist/rom', where, got, wanted, hint: 'emit the design again' }),
  netlistClock: (where: string) =>
    raise({
      code: 'netlist/clock',
      where,
      got: 'a register on another clock or edge',
      wanted: 'registers on the rising edge of aclk',
    }),
  netlistLoop: (where: string) =>
    raise({ code: 'netlist/loop', where, got: 'a combinational loop', wanted: 'a register in every loop' }),
  netlistUndriven: (where: string, what: string) =>
    raise({
      code: 'netlist/undriven',
      where,
      got: `${what}, which nothing drives`,
      wanted: 'one driver for every bit that is read',
    }),
  netlistDrivenTwice: (where: string, what: string) =>
    raise({
      code: 'netlist/driven-twice',
      where,
      got: `${what}, which has more than one driver`,
      wanted: 'one driver for every bit that is read',
      hint: 'tools disagree about what such a bit is',
    }),
};
