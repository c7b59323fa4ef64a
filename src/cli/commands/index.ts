import type { CliCommand } from '../command.js';
import { compile } from './compile.js';
import { run } from './run.js';

/** Every command, one line each, in the order of the help. */
export const COMMANDS: readonly CliCommand[] = [run, compile];
