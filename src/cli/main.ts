#!/usr/bin/env node
import { listenToSignals } from '../core/early-exit.js';
import { runCli } from './program.js';

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

/** The shell's exit status for each. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
let kept = 'nothing was written';

// By exit, so that temporary folders go and programs that were started end.
const interrupt = (signal: NodeJS.Signals) => {
  process.stderr.write(`\ninterrupted: ${kept}\n`);
  process.exit(SIGNALS[signal as keyof typeof SIGNALS]);
};
listenToSignals({
  add() {
    for (const signal of Object.keys(SIGNALS)) process.on(signal, interrupt);
  },
  remove() {
    for (const signal of Object.keys(SIGNALS)) process.off(signal, interrupt);
  },
});

process.exitCode = await runCli(process.argv.slice(2), process, (command) => {
  kept = command.kept ?? kept;
});
