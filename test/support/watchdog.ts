import { Worker } from 'node:worker_threads';

/** Ends this process with a word on stderr where its only thread hangs, so that nobody waits for it. */
export interface Watchdog {
  /** What is done now has begun. */
  beat(): void;
  stop(): Promise<void>;
}

/** Far more than anything takes that ends, on any machine. */
const PATIENCE_MS = 60_000;

const WATCH = `
  const { writeSync } = require('node:fs');
  const { workerData: { beats, patience, what } } = require('node:worker_threads');
  const counter = new Int32Array(beats);
  let before = -1;
  setInterval(() => {
    const now = Atomics.load(counter, 0);
    if (now === before) {
      writeSync(2, 'hangs: ' + what + ', copy ' + (now - 1) + '\\n');
      process.kill(process.pid, 'SIGKILL');
    }
    before = now;
  }, patience);
`;

/** @param what is said of a hang */
export function watchdog(what: string): Watchdog {
  const beats = new SharedArrayBuffer(4);
  const counter = new Int32Array(beats);
  const worker = new Worker(WATCH, { eval: true, workerData: { beats, patience: PATIENCE_MS, what } });
  return {
    beat: () => void Atomics.add(counter, 0, 1),
    stop: async () => void (await worker.terminate()),
  };
}
