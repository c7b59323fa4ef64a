import type { Command } from 'commander';
import type { CliCommand } from '../command.js';

/** Verilator itself, with its own options. */
export const verilator: CliCommand = {
  name: 'verilator',
  summary: 'run Verilator: its own options after --',
  examples: [
    ['espalier verilator -- --version', 'what stands after -- is Verilator’s'],
    ['espalier verilator -- --lint-only -Wall -f wdbc.f', 'lint a design, inside its folder'],
  ],
  declare(command: Command) {
    command.argument('[args...]', 'options and files, after --');
  },
  async run(args, _options, { json }) {
    const { passToVerilator } = await import('../../cosim/tools.js');
    // stdout belongs to the JSON document.
    const status = await passToVerilator(args, json ? 'stderr' : 'stdout');
    return { result: { args, status }, text: '', status };
  },
};
