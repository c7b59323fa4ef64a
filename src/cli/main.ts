#!/usr/bin/env node
import { runCli } from './program.js';

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

// By exit, so that temporary folders go and programs that were started end; the status is the shell's for a signal.
for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.once(signal, () => {
    process.stderr.write('\ninterrupted: what was finished is kept, and the next run goes on from there\n');
    process.exit(status);
  });
}

process.exitCode = await runCli(process.argv.slice(2), process);
