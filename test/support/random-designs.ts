import { Random } from '../../src/core/random.js';
import type { HardwareConfig } from '../../src/emit/hardware-config.js';
import { BEAT_WIDTHS } from '../../src/emit/stream.js';
import { OPERAND_FORMS } from '../../src/hardware/serial/operands.js';
import type { QuantizedNetwork } from '../../src/network/types.js';
import { type RandomNetworkLimits, randomNetwork } from './networks.js';

export interface RandomDesign {
  readonly network: QuantizedNetwork;
  readonly hardware: HardwareConfig;
}

/** Random options of one layer in every engine, one line each. */
const ENGINES: Readonly<Record<string, (random: Random) => Record<string, unknown>>> = {
  serial: (random) => ({
    lanes: random.pick([1, 1, random.integer(2, 9)]),
    operands: random.pick(OPERAND_FORMS),
    multipliers: random.pick(['dsp', 'dsp', 'luts']),
  }),
  parallel: (random) => ({
    adderLevelsPerStage: random.pick([1, 2, 3, 4, 'layer', 'none']),
    effort: random.integer(0, 3),
    adderRows: random.pick([2, 3]),
    form: random.pick(['optimized', 'optimized', 'optimized', 'csd', 'naive']),
    maps: random.pick(['stream', 'stream', 'unroll']),
  }),
};

/** The same for whole networks: one engine for all layers, or one for each. */
export const HARDWARE: Readonly<
  Record<string, (random: Random, network: QuantizedNetwork) => HardwareConfig>
> = {
  serial: (random) => ({ architecture: 'serial', lanes: random.integer(1, 9) }),
  parallel: (random) => ({ architecture: 'parallel', ...ENGINES.parallel(random) }),
  mixed: (random, { layers }) => {
    const engines = Object.keys(ENGINES);
    const draw = (engine: string) => ({ engine, ...ENGINES[engine](random) });
    const { engine, ...options } = draw(random.pick(engines));
    // Now and then what stands above holds for a layer, too.
    const chosen = layers.filter(() => random.float() < 0.8);
    return {
      architecture: engine,
      ...options,
      layers: Object.fromEntries(chosen.map(({ name }) => [name, draw(random.pick(engines))])),
    };
  },
};

export const RANDOM_ARCHITECTURES: readonly string[] = Object.keys(HARDWARE);

/** A random network, random options of the architecture for it, and streams of any width. */
export function randomDesign(
  random: Random,
  architecture: string,
  limits: RandomNetworkLimits = {},
): RandomDesign {
  const network = randomNetwork(random, limits);
  const hardware = HARDWARE[architecture](random, network);
  return { network, hardware: { ...hardware, stream: { width: random.pick(BEAT_WIDTHS) } } };
}

/** Design number `seed` of those that the prover is tried on; every third one is larger. */
export function designToProve(architecture: string, seed: number, anyFinishes = false): RandomDesign {
  const limits = seed % 3 === 0 ? { maxInputs: 10, maxUnits: 8 } : {};
  return randomDesign(new Random(seed, 'prove'), architecture, { ...limits, anyFinishes });
}
