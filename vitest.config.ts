import { defineConfig } from 'vitest/config';
import LongestFirst from './test/support/longest-first.js';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: './test/support/temporary-folder.ts',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // On a loaded machine a worker that has nothing left to do may answer late.
    teardownTimeout: 60_000,
    // Simulator builds and training runs each take a core; the machines have two.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    reporters: ['default', './scripts/closing-line-reporter.mjs'],
  },
});
