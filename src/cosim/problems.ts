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
  serialPort: (port: string, message: string) =>
    raise({
      code: 'cosim/serial-port',
      where: port,
      got: message,
      wanted: 'a serial port that can be opened and set',
      hint: 'look for it with ls /dev/ttyUSB* /dev/ttyACM* (macOS: /dev/cu.*); on Linux its group is dialout',
    }),
  boardBeats: (design: string, width: number) =>
    raise({
      code: 'cosim/board-beats',
      where: design,
      got: `beats of ${width} bits`,
      wanted: 'a design with beats of 8 bits, as a serial line carries them',
      hint: 'emit it for the board: espalier emit --board NAME',
    }),
  boardNetwork: (port: string, got: string, wanted: string) =>
    raise({
      code: 'cosim/board-network',
      where: port,
      got: `the identity ${got}`,
      wanted: `${wanted}: lengths of samples and the hash of this design's network`,
      hint: 'the board holds another network: program it with this design',
    }),
  boardLength: (port: string, bytes: number) =>
    raise({
      code: 'cosim/board-length',
      where: port,
      got: 'a board that takes samples of another length',
      wanted: `one that takes ${bytes} bytes`,
      hint: 'the board holds another network: program it with this design',
    }),
  boardSilent: (port: string, status: number | undefined, attempts: number, seconds: number) =>
    raise({
      code: 'cosim/board-silent',
      where: port,
      got: `${status === undefined ? 'nothing' : `only the status ${status}`}, ${attempts} times`,
      wanted: `an answer within ${seconds} s`,
      hint: 'is it the right port and baud rate, is the board programmed, is another program using the port?',
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
