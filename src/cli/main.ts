#!/usr/bin/env node
import { runCli } from './program.js';

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.once('SIGINT', () => {
  process.stderr.write('\ninterrupted: what was finished is kept, and the next run goes on from there\n');
  process.exit(130);
});

process.exitCode = await runCli(process.argv.slice(2), process);
