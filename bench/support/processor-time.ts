/** A measurement takes at least so long, in seconds of the processor's time. */
const SECONDS = 1;

/** That this process has taken, all its threads. */
export const processorSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** The processor's time for one call, the first call left out. */
export function processorSecondsOf(work: () => void): number {
  work();
  const begin = processorSeconds();
  let calls = 0;
  for (; calls === 0 || processorSeconds() - begin < SECONDS; calls++) work();
  return (processorSeconds() - begin) / calls;
}

/** The same of calls that end later. */
export async function processorSecondsOfAll(work: () => Promise<unknown>): Promise<number> {
  await work();
  const begin = processorSeconds();
  let calls = 0;
  for (; calls === 0 || processorSeconds() - begin < SECONDS; calls++) await work();
  return (processorSeconds() - begin) / calls;
}
