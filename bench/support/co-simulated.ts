import { loadDesign } from '../../src/cosim/design.js';
import { verilator } from '../../src/cosim/engines/verilator.js';
import { expectedBeats, stalledJob } from '../../src/cosim/prepare.js';
import { makeStimulus } from '../../src/network/stimulus.js';

/** Some random maps in Verilator, every output bit compared. */
export interface CoSimulated {
  readonly samples: number;
  /** Whether all was equal, with and without stalls. */
  readonly isEqual: boolean;
  /** Cycles, as measured, the most of all samples. */
  readonly interval: number;
  readonly latency: number;
}

export async function coSimulated(
  folder: string,
  samples: number,
  cacheFolder: string,
): Promise<CoSimulated> {
  const design = loadDesign(folder);
  const nothing = { regressions: [], rows: [], alone: 0, seed: 1 };
  const stimulus = makeStimulus(design.network, { ...nothing, random: samples });
  const first = stimulus.count - samples;
  const beats = await expectedBeats(design, stimulus, { threads: 0, first });
  const built = await verilator.build(design, { traces: false, waves: false, selfChecks: true, cacheFolder });
  // One map alone, for its latency; from half of them on the interval counts, when all FIFOs are as full as they get.
  const steady = { ...stalledJob(design, beats, 'none', 1), isolated: 1, warmUp: Math.floor(samples / 2) };
  const measured = await built.run(steady);
  const stalled = await built.run(stalledJob(design, beats, 'random', 1));
  return {
    samples,
    isEqual: measured.failure === null && stalled.failure === null,
    interval: measured.interval?.greatest ?? Number.NaN,
    latency: measured.latency?.greatest ?? Number.NaN,
  };
}
