import { raise } from '../core/errors.js';

/** The constructors of this room's errors and warnings: `throw problems.…(…)`. */
export const problems = {
  synthTarget: (got: string, targets: readonly string[]) =>
    raise({ code: 'synth/target', where: '--target', got, wanted: `one of ${targets.join(', ')}` }),
  boardFlow: (board: string, family: string) =>
    raise({
      code: 'synth/board-flow',
      where: `espalier bitstream --board ${board}`,
      got: `a board with ${family}`,
      wanted: 'a board with an iCE40, which the tools here make bitstreams for',
      hint: `the scripts in the design's board/ folder build it with the maker's tools`,
    }),
  clockMissed: (top: string, wanted: number, reached: number, seeds: number) =>
    raise({
      code: 'synth/clock-missed',
      where: top,
      got: `${(reached / 1e6).toFixed(2)} MHz, the best of ${seeds} placements`,
      wanted: `${wanted / 1e6} MHz`,
      hint: `choose a slower clock (--clock ${Math.floor(reached / 1e6)}), or let more placements be tried (--seeds)`,
    }),
  reportUnknown: (file: string, known: readonly string[]) =>
    raise({
      code: 'synth/report-unknown',
      where: file,
      got: 'a text that is no report known here',
      wanted: `one of: ${known.join('; ')}`,
    }),
  reportVersion: (file: string, tool: string, version: string | undefined, first: number, last: number) =>
    raise({
      code: 'synth/report-version',
      where: file,
      got: version === undefined ? `a report of ${tool} without a version` : `a report of ${tool} ${version}`,
      wanted: first === last ? `version ${first}` : `one of ${tool} ${first} to ${last}`,
      hint: 'another version may print other tables, so that nothing is read of it',
    }),
  reportUnreadable: (file: string, got: string, wanted: string) =>
    raise({ code: 'synth/report-unreadable', where: file, got, wanted }),
  icestormMissing: (name: string) =>
    raise({
      code: 'synth/icestorm-missing',
      where: 'espalier bitstream',
      got: `neither nextpnr-ice40 and icepack in the PATH nor the package ${name}`,
      wanted: 'one of them',
      hint: `Debian/Ubuntu: sudo apt-get install -y nextpnr-ice40 fpga-icestorm; or npm install ${name} (223 MB)`,
    }),
  toolFailed: (program: string, said: string) =>
    raise({ code: 'synth/tool-failed', where: program, got: said, wanted: 'a run without an error' }),
  toolTimeout: (program: string, seconds: number) =>
    raise({
      code: 'synth/tool-timeout',
      where: program,
      got: `no end after ${seconds} seconds`,
      wanted: 'a shorter run',
      hint: 'allow more by --timeout',
    }),
};
