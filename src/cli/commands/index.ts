import type { CliCommand } from '../command.js';
import { bitstream } from './bitstream.js';
import { board } from './board.js';
import { boards } from './boards.js';
import { compare } from './compare.js';
import { compile } from './compile.js';
import { distill } from './distill.js';
import { doctor } from './doctor.js';
import { emit } from './emit.js';
import { evaluate } from './evaluate.js';
import { exportNetwork } from './export.js';
import { importNetwork } from './import.js';
import { prove } from './prove.js';
import { report } from './report.js';
import { run } from './run.js';
import { search } from './search.js';
import { simulate } from './simulate.js';
import { synth } from './synth.js';
import { verilator } from './verilator.js';

/** Every command, one line each, in the order of the help. */
export const COMMANDS: readonly CliCommand[] = [
  run,
  compile,
  importNetwork,
  compare,
  emit,
  simulate,
  evaluate,
  prove,
  synth,
  bitstream,
  report,
  exportNetwork,
  distill,
  search,
  boards,
  board,
  verilator,
  doctor,
];
