import { Random } from '../../src/core/random.js';
import type { HardwareConfig } from '../../src/emit/design.js';
import { BEAT_WIDTHS } from '../../src/emit/stream.js';
import type { QuantizedNetwork } from '../../src/network/types.js';
import { type RandomNetworkLimits, randomNetwork } from './networks.js';

export interface RandomDesign {
  readonly network: QuantizedNetwork;
  readonly hardware: HardwareConfig;
}

/** Of beats. */
const WIDTHS = [8, 32, 'all'] as const;

/** Random options of every micro-architecture, one line each. */
export const HARDWARE: Readonly<Record<string, (random: Random) => HardwareConfig>> = {
  serial: (random) => ({
    architecture: 'serial',
    lanes: random.integer(1, 9),
    stream: { width: random.pick(WIDTHS) },
  }),
  parallel: (random) => ({
    architecture: 'parallel',
    adderLevelsPerStage: random.pick([1, 2, 3, 4, 'layer', 'none']),
    effort: random.integer(0, 3),
    adderRows: random.pick([2, 3]),
    form: random.pick(['optimized', 'optimized', 'optimized', 'csd', 'naive']),
    stream: { width: random.pick(WIDTHS) },
    maps: random.pick(['stream', 'stream', 'unroll']),
  }),
};

export const RANDOM_ARCHITECTURES: readonly string[] = Object.keys(HARDWARE);

/** A random network, random options of the architecture for it, and streams of any width. */
export function randomDesign(
  random: Random,
  architecture: string,
  limits: RandomNetworkLimits = {},
): RandomDesign {
  const network = randomNetwork(random, limits);
  const hardware = HARDWARE[architecture](random);
  return { network, hardware: { ...hardware, stream: { width: random.pick(BEAT_WIDTHS) } } };
}

/** Design number `seed` of those that the prover is tried on; every third one is larger. */
export function designToProve(architecture: string, seed: number, anyFinishes = false): RandomDesign {
  const limits = seed % 3 === 0 ? { maxInputs: 10, maxUnits: 8 } : {};
  return randomDesign(new Random(seed, 'prove'), architecture, { ...limits, anyFinishes });
}
