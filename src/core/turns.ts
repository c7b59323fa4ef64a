/** Work goes on for so long before whoever else waits in the process has a turn. */
const WORK_MS = 100;

/**
 * For a long loop whose steps wait for nothing: awaited in each step, it lets signals be heard and progress be drawn now
 * and then. What is computed never hangs on it.
 */
export function turns(): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    if (performance.now() - last < WORK_MS) return undefined;
    return new Promise<void>(setImmediate).then(() => {
      last = performance.now();
    });
  };
}
