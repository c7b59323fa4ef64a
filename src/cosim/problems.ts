import { raise } from '../core/errors.js';
import { LINE_ENDS_HINT } from '../emit/read-design.js';

const changedFile = (got: string, wanted: string) => ({
  got: `SHA-256 ${got.slice(0, 16)}…`,
  wanted: `SHA-256 ${wanted.slice(0, 16)}…, as the manifest says`,
});

/** The constructors of this room's errors and warnings: `throw problems.…(…)`. */
export const problems = {
  cosimNetworkChanged: (file: string, got: string, wanted: string, change: string) =>
    raise({
      code: 'cosim/network-changed',
      where: file,
      ...changedFile(got, wanted),
      hint:
        change === 'line ends'
          ? LINE_ENDS_HINT
          : 'the Verilog was made from another network: emit the design again',
    }),
  cosimRomChanged: (file: string, got: string, wanted: string, change: string) =>
    raise({
      code: 'cosim/rom-changed',
      where: file,
      ...changedFile(got, wanted),
      hint:
        change === 'line ends'
          ? LINE_ENDS_HINT
          : 'emit the design again; to see whether the harness notices broken ROMs, run mutations',
    }),
  cosimVerilog: (where: string, token: string) =>
    raise({
      code: 'cosim/verilog',
      where,
      got: token,
      wanted: 'Verilog that describes hardware, and runs or opens nothing',
    }),
  cosimToolMissing: (tool: string, hint: string) =>
    raise({
      code: 'cosim/tool-missing',
      where: tool,
      got: 'no such program',
      wanted: `${tool} on the PATH`,
      hint,
    }),
  cosimBuildFailed: (design: string, tool: string, message: string) =>
    raise({
      code: 'cosim/build-failed',
      where: `${tool}, design ${design}`,
      got: message,
      wanted: 'a build without errors',
    }),
  cosimSimulatorFailed: (design: string, engine: string, message: string) =>
    raise({
      code: 'cosim/simulator-failed',
      where: `${engine}, design ${design}`,
      got: message,
      wanted: 'a simulation without warnings or errors',
    }),
  cosimRowWidth: (row: number, got: number, wanted: number) =>
    raise({
      code: 'cosim/row-width',
      where: `data row ${row}`,
      got: `${got} codes`,
      wanted: `${wanted} codes (one per input)`,
    }),
  cosimMutateBroken: (design: string, got: string) =>
    raise({
      code: 'cosim/mutate-broken',
      where: `design ${design}`,
      got: `a failure without any mutation (${got})`,
      wanted: 'a design that simulates without differences',
      hint: 'run `espalier simulate` first',
    }),
  cosimNothingToMutate: (design: string) =>
    raise({
      code: 'cosim/nothing-to-mutate',
      where: `design ${design}`,
      got: 'no fault that compiles',
      wanted: 'a design with ROM images or operators to break',
    }),
  cosimOption: (option: string, got: string, wanted: string) =>
    raise({ code: 'cosim/option', where: option, got, wanted }),
  cosimRecords: (
    where: string,
    got: string,
    wanted = 'regression records ("espalier/regressions", version 1)',
  ) => raise({ code: 'cosim/regression-records', where, got, wanted }),
};
