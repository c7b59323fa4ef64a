import { present } from '../../core/objects.js';
import type { HardwareConfig } from '../../emit/hardware-config.js';
import { planDesign } from '../../emit/plan.js';
import { markedWidth } from '../../emit/rom.js';
import { kindOf, nonZeros, parameters } from '../../network/layers/index.js';
import type { Layer, QuantizedNetwork } from '../../network/types.js';
import type { HardwareCost } from '../../report/study-data.js';

/** The cost of a network on a micro-architecture, from the plan of its design. @throws hardware/* */
export function hardwareCost(network: QuantizedNetwork, hardware: HardwareConfig): HardwareCost {
  const { roms, facts } = planDesign(network, hardware);
  const { timing, estimate } = facts;
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    parameters: sum(network.layers.map(parameters)),
    nonZeros: sum(network.layers.map(nonZeros)),
    parameterBits: sum(network.layers.map(parameterBits)),
    romBits: sum(roms.map((rom) => markedWidth(rom) * rom.words.length)),
    interval: timing.interval,
    latency: timing.latency,
    ...present({ estimate }),
  };
}

/** The widths of all weights and biases that are not zero. */
function parameterBits(layer: Layer): number {
  let bits = 0;
  for (const { codes, formats } of kindOf(layer).weights(layer)) {
    codes.forEach((code, at) => {
      if (code !== 0) bits += formats[at % formats.length].width;
    });
  }
  return bits;
}
