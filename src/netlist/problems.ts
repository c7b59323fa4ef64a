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
      wanted: 'registers, read-only memories and word-level logic, as Espalier emits them',
    }),
  netlistClock: (where: string) =>
    raise({
      code: 'netlist/clock',
      where,
      got: 'a register on another clock or edge',
      wanted: 'registers on the rising edge of aclk',
    }),
  netlistLoop: (where: string) =>
    raise({ code: 'netlist/loop', where, got: 'a combinational loop', wanted: 'a register in every loop' }),
  netlistUndriven: (where: string) =>
    raise({ code: 'netlist/undriven', where, got: 'an input that nothing drives', wanted: 'a driver' }),
};
